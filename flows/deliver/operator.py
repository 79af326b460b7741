"""Tell the operator, by mail or webhook, of a run that did not end as it should."""

from __future__ import annotations

import json
import re
import socket
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import formatdate
from typing import TYPE_CHECKING

import httpx

from flows.deliver.mail import address, connected, one_line
from flows.deliver.webhook import post, signature
from flows.errors import EXPECTED_ERRORS, FlowsError, message_of
from flows.settings.delivery import DeliverySettings

if TYPE_CHECKING:
    from collections.abc import Iterator

_TIMEOUT_S = 20
_ADDRESS = re.compile(r"\S+@\S+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Incident:
    """A run that did not end as it should. Contains no personal data and nothing of any call.

    Attributes:
        flow: Name of the flow.
        run_id: The run, as Prefect or the warehouse names it.
        state: Name of the state in which it ended.
        causes: What went wrong and what to do, one sentence per cause.
    """

    flow: str
    run_id: str
    state: str
    causes: tuple[str, ...]

    @property
    def subject(self) -> str:
        """The incident in one line."""
        return f"callqa on {socket.gethostname()}: {self.flow} ended as {self.state}"

    @property
    def text(self) -> str:
        """The whole message, without mail addresses, which some causes name."""
        causes = [f"- {_ADDRESS.sub('(address)', one_line(cause))}" for cause in self.causes]
        return "\n".join([self.subject, f"run {self.run_id}", *causes])


def tell_operator(incident: Incident, settings: DeliverySettings) -> None:
    """Send an incident to the configured address and URL; without either, do nothing.

    Raises:
        FlowsError: One of them could not be reached; the other one was tried nevertheless.
    """
    problems = []
    for is_set, tell in ((settings.operator_mail, _mail), (settings.operator_webhook, _post)):
        if is_set:
            try:
                tell(incident, settings)
            except FlowsError as error:
                problems.append(str(error))
    if problems:
        raise FlowsError("the operator was not told: " + "; ".join(problems))


@contextmanager
def operator_told(flow: str) -> Iterator[None]:
    """Tell the operator also of what prevents a run before Prefect knows of it."""
    try:
        yield
    except (*EXPECTED_ERRORS, OSError) as error:
        causes = tuple(message_of(error).splitlines())
        incident = Incident(flow=flow, run_id="not begun", state="Failed", causes=causes)
        with suppress(FlowsError):  # the error itself is what the caller reports
            tell_operator(incident, DeliverySettings.read())
        raise


def _mail(incident: Incident, settings: DeliverySettings) -> None:
    assert settings.operator_mail is not None, "only called with an address"
    mail = EmailMessage(policy=SMTP)
    mail["From"] = address(settings.mail.sender)
    mail["To"] = address(settings.operator_mail)
    mail["Subject"] = one_line(incident.subject)
    mail["Date"] = formatdate(localtime=False)
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(f"{incident.text}\n")
    with connected(settings.mail) as server:
        server.send_message(mail)


def _post(incident: Incident, settings: DeliverySettings) -> None:
    """POST the incident; chat services show its field `text`."""
    assert settings.operator_webhook is not None, "only called with a URL"
    fields = {
        "text": incident.text,
        "flow": incident.flow,
        "run_id": incident.run_id,
        "state": incident.state,
    }
    body = json.dumps(fields).encode()
    secret = settings.webhook.secret.get_secret_value().encode()
    signed = {"Callqa-Signature": signature(body, secret, int(time.time()))} if secret else {}
    with httpx.Client(timeout=_TIMEOUT_S, follow_redirects=False) as client:
        post(client, settings.operator_webhook, body, signed)
