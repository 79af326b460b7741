"""Servers on this machine that receive what is sent: mails and webhooks."""

from __future__ import annotations

import ssl
import threading
from dataclasses import dataclass, field
from email import message_from_bytes
from email.policy import default
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

import pytest
import trustme
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword
from pydantic import SecretStr

from flows.settings.delivery import MailSettings, WebhookSettings

if TYPE_CHECKING:
    from collections.abc import Iterator
    from email.message import EmailMessage
    from pathlib import Path


ADDRESSES = {"s1": "sofia@centre.example", "s2": "paolo@centre.example"}


@dataclass
class Mailbox:
    """The mails that a server has accepted; it can be set to refuse, or to be busy."""

    mails: list[EmailMessage] = field(default_factory=list)
    targets: list[str] = field(default_factory=list)
    logins: list[bytes] = field(default_factory=list)
    encrypted: list[bool] = field(default_factory=list)
    refuse: str = ""
    busy_count: int = 0

    async def handle_RCPT(  # noqa: N802  aiosmtpd's name and parameters
        self, _server: Any, session: Any, envelope: Any, target: str, options: list[str]
    ) -> str:
        """Accept a recipient, or say why not."""
        if target == self.refuse:
            return "550 nobody of that name"
        if self.busy_count:
            self.busy_count -= 1
            return "451 try again later"
        self.encrypted.append(session.ssl is not None)
        envelope.rcpt_tos.append(target)
        envelope.rcpt_options.extend(options)
        return "250 OK"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
        """Accept a mail."""
        mail = message_from_bytes(envelope.content, policy=default)
        self.mails.append(mail)
        self.targets.extend(envelope.rcpt_tos)
        return "250 OK"

    def login(self, *details: Any) -> AuthResult:
        """Take one password."""
        credentials = details[-1]
        assert isinstance(credentials, LoginPassword)
        self.logins.append(credentials.login)
        return AuthResult(success=credentials.password == b"secret")


class _AnyPort(Controller):
    """A server on a port that is free."""

    def _trigger_server(self) -> None:
        server: Any = self.server
        self.port = server.sockets[0].getsockname()[1]
        super()._trigger_server()  # type: ignore[no-untyped-call]  # aiosmtpd does not type it


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The certificate of an authority, and the chain and key of localhost that it signed."""
    folder = tmp_path_factory.mktemp("tls")
    trusted, chain = folder / "authority.pem", folder / "localhost.pem"
    authority = trustme.CA()
    authority.cert_pem.write_to_path(trusted)
    authority.issue_cert("localhost").private_key_and_cert_chain_pem.write_to_path(chain)
    return trusted, chain


@pytest.fixture
def mailbox() -> Mailbox:
    """An empty one."""
    return Mailbox()


@pytest.fixture
def mail(mailbox: Mailbox, certificate: tuple[Path, Path]) -> Iterator[MailSettings]:
    """Settings for a server that wants STARTTLS and a password."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate[1])
    controller = _AnyPort(
        mailbox,
        hostname="localhost",
        port=0,
        tls_context=context,
        require_starttls=True,
        authenticator=mailbox.login,
        auth_required=True,
    )
    controller.start()
    yield MailSettings(
        host="localhost",
        port=controller.port,
        ca_file=certificate[0],
        user="callqa",
        password=SecretStr("secret"),
        sender="lists@centre.example",
        to=ADDRESSES,
    )
    controller.stop()


class Receiver(BaseHTTPRequestHandler):
    """Answers with the given statuses, and keeps the requests."""

    answers: list[int]
    got: list[tuple[dict[str, str], bytes]]

    def do_POST(self) -> None:
        """Keep and answer."""
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.got.append((dict(self.headers), body))
        self.send_response(self.answers.pop(0) if self.answers else 204)
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@pytest.fixture
def receiver() -> Iterator[tuple[type[Receiver], WebhookSettings]]:
    """A receiver of webhooks, and the settings to reach it."""
    handler = type("Handler", (Receiver,), {"answers": [], "got": []})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    url = f"http://127.0.0.1:{server.server_port}/lists"
    yield handler, WebhookSettings(url=url, secret=SecretStr("shared"))
    server.shutdown()
    server.server_close()
    thread.join()
