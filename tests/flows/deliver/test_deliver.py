"""Every list reaches its supervisor once, over encrypted channels, and cannot inject anything."""

from __future__ import annotations

import hashlib
import hmac
import json
import shutil
from email import message_from_bytes
from email.policy import default
from typing import TYPE_CHECKING, Any

import pytest

from flows.deliver.delivering import Deliverer, channels_of
from flows.deliver.ledger import Ledger
from flows.deliver.mail import MailChannel, message, one_line
from flows.deliver.parcel import parcels_of
from flows.deliver.webhook import WebhookChannel
from flows.errors import FlowsError
from flows.settings.delivery import DeliverySettings, MailSettings, WebhookSettings
from tests.flows.conftest import ADDRESSES, Mailbox, Receiver

if TYPE_CHECKING:
    from pathlib import Path

    from flows.deliver.delivering import Delivery
    from flows.deliver.parcel import Parcel


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
    mail: MailSettings, mailbox: Mailbox, lists: Path
) -> None:
    """The right list to the right address, with a login, over TLS."""
    assert [one.state for one in _deliver(MailChannel(mail), lists)] == ["sent", "sent"]
    assert mailbox.targets == list(ADDRESSES.values())
    assert mailbox.logins == [b"callqa"]
    assert all(mailbox.encrypted)
    first = mailbox.mails[0]
    assert first["Subject"] == "4 calls to review"
    page = first.get_body(("html",))
    assert page is not None
    assert page.get_content().strip() == ".mail.html of s1"
    assert [part.get_filename() for part in first.iter_attachments()] == ["s1.csv"]


def test_a_list_is_sent_once(mail: MailSettings, mailbox: Mailbox, lists: Path) -> None:
    """Running again sends nothing, unless a list is asked for on purpose or is another one."""
    _deliver(MailChannel(mail), lists)
    assert {one.state for one in _deliver(MailChannel(mail), lists)} == {"sent before"}
    assert len(mailbox.mails) == 2
    _deliver(MailChannel(mail), lists, again=["s2"])
    assert mailbox.targets[2:] == [ADDRESSES["s2"]]
    _write_list(lists, "s1", "5 calls to review")
    _deliver(MailChannel(mail), lists)
    assert mailbox.targets[3:] == [ADDRESSES["s1"]]


def test_a_warehouse_that_is_published_anew_sends_nothing(
    mail: MailSettings, mailbox: Mailbox, lists: Path
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
    mail: MailSettings, mailbox: Mailbox, lists: Path
) -> None:
    """What was accepted is on the disk before the next is sent."""
    with pytest.raises(KeyboardInterrupt):
        _deliver(_CrashesAfterOne(MailChannel(mail)), lists)
    assert [one.state for one in _deliver(MailChannel(mail), lists)] == ["sent before", "sent"]
    assert mailbox.targets == list(ADDRESSES.values())


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
    mail: MailSettings, mailbox: Mailbox, lists: Path
) -> None:
    """The others get theirs, and the refused one is tried again."""
    mailbox.refuse = ADDRESSES["s1"]
    states = {one.supervisor_id: one.state for one in _deliver(MailChannel(mail), lists)}
    assert states == {"s1": "failed", "s2": "sent"}
    mailbox.refuse = ""
    _deliver(MailChannel(mail), lists)
    assert mailbox.targets == [ADDRESSES["s2"], ADDRESSES["s1"]]


def test_an_unknown_certificate_is_refused(
    mail: MailSettings, mailbox: Mailbox, lists: Path
) -> None:
    """Nothing is sent, not even the password, to a server without a valid certificate."""
    stranger = mail.model_copy(update={"ca_file": None})
    done = _deliver(MailChannel(stranger), lists)
    assert {one.state for one in done} == {"failed"}
    assert mailbox.logins == []
    assert "secret" not in str(done)


def test_a_dry_run_sends_nothing(mail: MailSettings, mailbox: Mailbox, lists: Path) -> None:
    """It prints what would be sent to whom."""
    only = mail.model_copy(update={"to": {"s1": ADDRESSES["s1"]}})
    done = _deliver(MailChannel(only), lists, dry_run=True)
    assert [(one.target, one.state) for one in done] == [
        (ADDRESSES["s1"], "would be sent"),
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


def test_a_receiver_can_check_who_sent_a_list(
    receiver: tuple[type[Receiver], WebhookSettings], lists: Path
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
    receiver: tuple[type[Receiver], WebhookSettings], lists: Path
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
