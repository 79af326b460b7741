"""Delivery of flag lists by mail: SMTP, with TLS unless the server is on this machine."""

from __future__ import annotations

import smtplib
import ssl
from contextlib import contextmanager
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import formatdate
from typing import TYPE_CHECKING

from flows.errors import FlowsError, TemporaryError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from flows.deliver.parcel import Parcel
    from flows.settings.delivery import MailSettings

_TIMEOUT_S = 30
_PERMANENT = 500


class MailChannel:
    """Mails to the supervisors whose address is known."""

    name = "mail"

    def __init__(self, settings: MailSettings) -> None:
        """Use this server and these addresses."""
        self._settings = settings
        self._server: smtplib.SMTP | None = None

    def target(self, parcel: Parcel) -> str | None:
        """The address of the supervisor; None if it is not known."""
        return self._settings.to.get(parcel.supervisor_id)

    @contextmanager
    def open(self) -> Iterator[None]:
        """Open one connection for all mails.

        Raises:
            FlowsError: The server cannot be reached or refuses.
        """
        try:
            with connected(self._settings) as self._server:
                yield
        finally:
            self._server = None

    def send(self, parcel: Parcel) -> None:
        """Send one list; returns once the server has taken it.

        Raises:
            FlowsError: The server refuses this mail.
        """
        assert self._server is not None, "channels are opened first"
        target = self.target(parcel)
        assert target is not None, "only lists with a target are sent"
        try:
            self._server.send_message(message(parcel, self._settings.sender, target))
        except (smtplib.SMTPResponseException, smtplib.SMTPRecipientsRefused) as error:
            kind = TemporaryError if _is_temporary(error) else FlowsError
            raise kind(f"rejected by the mail server: {type(error).__name__}") from None


def _is_temporary(error: smtplib.SMTPResponseException | smtplib.SMTPRecipientsRefused) -> bool:
    """Whether a server rejects a mail for now only, as servers do that have not seen a sender."""
    if isinstance(error, smtplib.SMTPResponseException):
        return error.smtp_code < _PERMANENT
    return all(code < _PERMANENT for code, _ in error.recipients.values())


def message(parcel: Parcel, sender: str, target: str) -> EmailMessage:
    """The mail of a list: subject as plain text, the list as HTML, and the CSV as attachment."""
    mail = EmailMessage(policy=SMTP)
    mail["From"] = address(sender)
    mail["To"] = address(target)
    mail["Subject"] = one_line(parcel.subject)
    mail["Date"] = formatdate(localtime=False)
    domain = address(sender).domain
    # The same list has the same id: mail programs show it once, even if it was sent twice.
    mail["Message-ID"] = f"<{parcel.sha256[:32]}@{domain}>"
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(f"{one_line(parcel.subject)}\n")
    mail.add_alternative(parcel.mail.read_text(), subtype="html")
    csv = parcel.json.with_suffix(".csv")
    mail.add_attachment(csv.read_bytes(), maintype="text", subtype="csv", filename=csv.name)
    return mail


def address(text: str) -> Address:
    """Parse one mail address, and reject header injection.

    Raises:
        FlowsError: The text is not a mail address.
    """
    try:
        parsed = Address(addr_spec=text)
    except (ValueError, IndexError):
        parsed = Address()
    if not parsed.domain or not parsed.username or one_line(text) != text:
        raise FlowsError(f"{text!r} is not a mail address; expected one such as lists@example.com")
    return parsed


def one_line(text: str) -> str:
    """The text without line breaks, control characters and encoded words, which may hide them."""
    printable = "".join(c if c.isprintable() else " " for c in text)
    return " ".join(printable.replace("=?", "= ?").split())


@contextmanager
def connected(settings: MailSettings) -> Iterator[smtplib.SMTP]:
    """Open a connection to the mail server.

    Raises:
        TemporaryError: The server cannot be reached, or the connection breaks.
        FlowsError: The server refuses the user.
    """
    try:
        with _connect(settings) as server:
            yield server
    except (OSError, smtplib.SMTPException) as error:
        refusals = smtplib.SMTPAuthenticationError, ssl.SSLCertVerificationError
        kind = FlowsError if isinstance(error, refusals) else TemporaryError
        where = f"{settings.host}:{settings.port}"
        raise kind(f"mail server {where}: {type(error).__name__}: {error}") from None


@contextmanager
def _connect(settings: MailSettings) -> Iterator[smtplib.SMTP]:
    context = tls_context(settings.ca_file)
    server: smtplib.SMTP
    assert settings.host is not None, "without a host nothing is mailed"
    if settings.tls == "implicit":
        server = smtplib.SMTP_SSL(settings.host, settings.port, timeout=_TIMEOUT_S, context=context)
    else:
        server = smtplib.SMTP(settings.host, settings.port, timeout=_TIMEOUT_S)
    with server:
        if settings.tls == "starttls":
            server.starttls(context=context)
        if settings.user and settings.password:
            server.login(settings.user, settings.password.get_secret_value())
        yield server


def tls_context(ca_file: Path | None) -> ssl.SSLContext:
    """A context that always verifies certificates, with an optional private authority."""
    return ssl.create_default_context(cafile=ca_file)
