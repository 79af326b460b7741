"""Every list reaches its supervisor once, over encrypted channels, and cannot inject anything."""

from __future__ import annotations

import hashlib
import hmac
import json
import shutil
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

from flows.deliver.delivering import Deliverer, channels_of
from flows.deliver.ledger import Ledger
from flows.deliver.mail import MailChannel, message, one_line
from flows.deliver.parcel import parcels_of
from flows.deliver.webhook import WebhookChannel
from flows.errors import FlowsError
from flows.settings import DeliverySettings, MailSettings, WebhookSettings

if TYPE_CHECKING:
    from collections.abc import Iterator
    from email.message import EmailMessage
    from pathlib import Path

    from flows.deliver.delivering import Delivery
    from flows.deliver.parcel import Parcel

_TO = {"s1": "sofia@centre.example", "s2": "paolo@centre.example"}


@dataclass
class _Mailbox:
    """The mails that a server has accepted; it can be set to die or to refuse."""

    mails: list[EmailMessage] = field(default_factory=list)
    targets: list[str] = field(default_factory=list)
    logins: list[bytes] = field(default_factory=list)
    encrypted: list[bool] = field(default_factory=list)
    refuse: str = ""

    async def handle_RCPT(  # noqa: N802  aiosmtpd's name and parameters
        self, _server: Any, session: Any, envelope: Any, target: str, options: list[str]
    ) -> str:
        if target == self.refuse:
            return "550 nobody of that name"
        self.encrypted.append(session.ssl is not None)
        envelope.rcpt_tos.append(target)
        envelope.rcpt_options.extend(options)
        return "250 OK"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
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
def mailbox() -> _Mailbox:
    """An empty one."""
    return _Mailbox()


@pytest.fixture
def mail(mailbox: _Mailbox, certificate: tuple[Path, Path]) -> Iterator[MailSettings]:
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
        to=_TO,
    )
    controller.stop()


@pytest.fixture
def lists(tmp_path: Path) -> Path:
    """The folder of a night with the lists of two supervisors."""
    folder = tmp_path / "lists" / "qa-night-1"
    folder.mkdir(parents=True)
    for supervisor_id, subject in {"s1": "4 calls to review", "s2": "Nothing to review"}.items():
        _write_list(folder, supervisor_id, subject)
    return folder


def _write_list(folder: Path, supervisor_id: str, subject: str) -> None:
    fields = {"run_id": "night-1", "supervisor_id": supervisor_id, "subject": subject}
    for ending in (".html", ".csv", ".mail.html"):
        (folder / f"{supervisor_id}{ending}").write_text(f"{ending} of {supervisor_id}")
    (folder / f"{supervisor_id}.json").write_text(json.dumps(fields))


def _deliver(channel: Any, lists: Path, **options: Any) -> list[Delivery]:
    return Deliverer([channel], lists.parent / "delivered" / "ledger.jsonl").deliver(
        lists, **options
    )


def test_each_supervisor_gets_their_list_encrypted(
    mail: MailSettings, mailbox: _Mailbox, lists: Path
) -> None:
    """The right list to the right address, with a login, over TLS."""
    assert [one.state for one in _deliver(MailChannel(mail), lists)] == ["sent", "sent"]
    assert mailbox.targets == list(_TO.values())
    assert mailbox.logins == [b"callqa"]
    assert all(mailbox.encrypted)
    first = mailbox.mails[0]
    assert first["Subject"] == "4 calls to review"
    page = first.get_body(("html",))
    assert page is not None
    assert page.get_content().strip() == ".mail.html of s1"
    assert [part.get_filename() for part in first.iter_attachments()] == ["s1.csv"]


def test_a_list_is_sent_once(mail: MailSettings, mailbox: _Mailbox, lists: Path) -> None:
    """Running again sends nothing, unless a list is asked for on purpose or is another one."""
    _deliver(MailChannel(mail), lists)
    assert {one.state for one in _deliver(MailChannel(mail), lists)} == {"sent before"}
    assert len(mailbox.mails) == 2
    _deliver(MailChannel(mail), lists, again=["s2"])
    assert mailbox.targets[2:] == [_TO["s2"]]
    _write_list(lists, "s1", "5 calls to review")
    _deliver(MailChannel(mail), lists)
    assert mailbox.targets[3:] == [_TO["s1"]]


def test_a_warehouse_that_is_published_anew_sends_nothing(
    mail: MailSettings, mailbox: _Mailbox, lists: Path
) -> None:
    """The same lists of the same run in another folder are the same lists."""
    _deliver(MailChannel(mail), lists)
    again = lists.with_name("qa-night-1-2")
    shutil.copytree(lists, again)
    assert {one.state for one in _deliver(MailChannel(mail), again)} == {"sent before"}
    assert len(mailbox.mails) == 2


def test_the_same_list_has_the_same_id(lists: Path) -> None:
    """A mail program can tell that a mail came twice."""
    first, second = list(parcels_of(lists))
    ids = {message(parcel, "a@b.example", "c@d.example")["Message-ID"] for parcel in (first, first)}
    assert len(ids) == 1
    assert message(second, "a@b.example", "c@d.example")["Message-ID"] not in ids


class _CrashesAfterOne:
    """A channel that fails after one list, as on a power cut."""

    name = "mail"

    def __init__(self, channel: MailChannel) -> None:
        self._channel, self._sent = channel, 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self._channel, name)

    def send(self, parcel: Parcel) -> None:
        """Send one, then die."""
        if self._sent:
            raise KeyboardInterrupt
        self._channel.send(parcel)
        self._sent += 1


def test_a_crash_between_two_mails_sends_each_once(
    mail: MailSettings, mailbox: _Mailbox, lists: Path
) -> None:
    """What was accepted is on the disk before the next is sent."""
    with pytest.raises(KeyboardInterrupt):
        _deliver(_CrashesAfterOne(MailChannel(mail)), lists)
    assert [one.state for one in _deliver(MailChannel(mail), lists)] == ["sent before", "sent"]
    assert mailbox.targets == list(_TO.values())


def test_a_line_that_a_crash_cut_short_does_not_count(lists: Path, tmp_path: Path) -> None:
    """The ledger can still be read and added to."""
    first, second = list(parcels_of(lists))
    path = tmp_path / "ledger.jsonl"
    Ledger(path).add("mail", first)
    whole = path.read_bytes()
    path.write_bytes(whole + whole[:20])
    ledger = Ledger(path)
    assert ledger.has("mail", first)
    ledger.add("mail", second)
    assert Ledger(path).has("mail", second)


def test_one_refused_address_holds_up_nobody_else(
    mail: MailSettings, mailbox: _Mailbox, lists: Path
) -> None:
    """The others get theirs, and the refused one is tried again."""
    mailbox.refuse = _TO["s1"]
    states = {one.supervisor_id: one.state for one in _deliver(MailChannel(mail), lists)}
    assert states == {"s1": "failed", "s2": "sent"}
    mailbox.refuse = ""
    _deliver(MailChannel(mail), lists)
    assert mailbox.targets == [_TO["s2"], _TO["s1"]]


def test_an_unknown_certificate_is_refused(
    mail: MailSettings, mailbox: _Mailbox, lists: Path
) -> None:
    """Nothing is sent, not even the password, to a server without a valid certificate."""
    stranger = mail.model_copy(update={"ca_file": None})
    done = _deliver(MailChannel(stranger), lists)
    assert {one.state for one in done} == {"failed"}
    assert mailbox.logins == []
    assert "secret" not in str(done)


def test_a_dry_run_sends_nothing(mail: MailSettings, mailbox: _Mailbox, lists: Path) -> None:
    """It prints what would be sent to whom."""
    only = mail.model_copy(update={"to": {"s1": _TO["s1"]}})
    done = _deliver(MailChannel(only), lists, dry_run=True)
    assert [(one.target, one.state) for one in done] == [
        (_TO["s1"], "would be sent"),
        ("", "no recipient"),
    ]
    assert mailbox.mails == []


@pytest.mark.parametrize(
    "evil", ["a\r\nBcc: thief@x.example", "a\nb", "\x00", "a\u2028Bcc: x", "=?utf-8?q?=0ABcc:x?="]
)
def test_no_text_adds_a_header(lists: Path, evil: str) -> None:
    """Line ends and control characters in a subject are blanks; in an address they are refused."""
    _write_list(lists, "s1", evil)
    parcel = next(parcels_of(lists))
    mail = message(parcel, "a@b.example", "c@d.example")
    parsed = message_from_bytes(mail.as_bytes(), policy=default)
    assert "Bcc" not in parsed
    assert set(parsed.keys()) == set(mail.keys())
    assert "\n" not in one_line(evil)
    with pytest.raises(FlowsError):
        message(parcel, "a@b.example", f"c@d.example{evil}\n")


class _Receiver(BaseHTTPRequestHandler):
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
def receiver() -> Iterator[tuple[type[_Receiver], WebhookSettings]]:
    """A receiver of webhooks, and the settings to reach it."""
    handler = type("Handler", (_Receiver,), {"answers": [], "got": []})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    url = f"http://127.0.0.1:{server.server_port}/lists"
    yield handler, WebhookSettings(url=url, secret=SecretStr("shared"))
    server.shutdown()
    server.server_close()
    thread.join()


def test_a_receiver_can_check_who_sent_a_list(
    receiver: tuple[type[_Receiver], WebhookSettings], lists: Path
) -> None:
    """The signature is over the time and the very bytes; the key is the list's own."""
    handler, settings = receiver
    _deliver(WebhookChannel(settings), lists)
    assert len(handler.got) == 2
    headers, body = handler.got[0]
    at_s, _, digest = headers["Callqa-Signature"].removeprefix("t=").partition(",v1=")
    expected = hmac.new(b"shared", at_s.encode() + b"." + body, hashlib.sha256).hexdigest()
    assert hmac.compare_digest(digest, expected)
    assert headers["Idempotency-Key"] == hashlib.sha256(body).hexdigest()
    assert json.loads(body)["supervisor_id"] == "s1"


def test_a_webhook_is_tried_again_while_it_makes_sense(
    receiver: tuple[type[_Receiver], WebhookSettings], lists: Path
) -> None:
    """A server that is busy is asked again, ever more slowly; one that refuses is not."""
    handler, settings = receiver
    pauses: list[float] = []
    handler.answers[:] = [503, 429, 204, 400]
    states = [one.state for one in _deliver(WebhookChannel(settings, pauses.append), lists)]
    assert states == ["sent", "failed"]
    assert len(handler.got) == 4
    assert pauses == sorted(set(pauses))


def test_the_drop_folder_gets_whole_files(lists: Path, tmp_path: Path) -> None:
    """Page, spreadsheet and JSON of each list, once."""
    drop = tmp_path / "drop"
    (channel,) = channels_of(DeliverySettings(drop_folder=drop))
    assert {one.state for one in _deliver(channel, lists)} == {"sent"}
    assert len(list((drop / "night-1").iterdir())) == 6


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("CALLQA_WEBHOOK_URL", "http://elsewhere.example/lists"),
        ("CALLQA_MAIL_TLS", "none"),
    ],
)
def test_nothing_leaves_this_machine_unencrypted(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    """Such settings are refused, and the error contains no secret."""
    monkeypatch.setenv("CALLQA_MAIL_HOST", "mail.elsewhere.example")
    monkeypatch.setenv("CALLQA_MAIL_PASSWORD", "hush")
    monkeypatch.setenv("CALLQA_WEBHOOK_SECRET", "hush")
    monkeypatch.setenv(name, value)
    with pytest.raises(FlowsError) as refused:
        DeliverySettings.read()
    assert "hush" not in str(refused.value)
