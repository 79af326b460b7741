"""Deliver the lists of a night once through every configured channel."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from flows.deliver.drop import DropChannel
from flows.deliver.ledger import Ledger
from flows.deliver.mail import MailChannel
from flows.deliver.parcel import parcels_of
from flows.deliver.webhook import WebhookChannel
from flows.errors import FlowsError, TemporaryError
from flows.settings.delivery import DeliverySettings
from warehouse.files import one_writer

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence
    from contextlib import AbstractContextManager
    from pathlib import Path

    from flows.deliver.parcel import Parcel
    from flows.settings.centre import Settings


MAX_OWED_NIGHTS = 60
"""What could not be sent for so long was noticed by people."""


class Channel(Protocol):
    """A way of delivering lists."""

    @property
    def name(self) -> str:
        """Its name in the ledger and the summary."""

    def target(self, parcel: Parcel) -> str | None:
        """The recipient or location of a list; None if this channel has none for it."""

    def open(self) -> AbstractContextManager[None]:
        """Connect, for all lists of a night."""

    def send(self, parcel: Parcel) -> None:
        """Hand over one list; returns once it was accepted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """The state of one list on one channel.

    Attributes:
        state: `sent`, `sent before`, `would be sent`, `no recipient` or `failed`.
        problem: The reason of a failure; empty otherwise.
        is_temporary: Whether the failure may not occur again in a minute.
        kind: `lists` or `alerts`.
    """

    channel: str
    supervisor_id: str
    target: str
    state: str
    problem: str = ""
    is_temporary: bool = False
    kind: str = "lists"


def together(earlier: Sequence[Delivery], later: Sequence[Delivery]) -> tuple[Delivery, ...]:
    """The deliveries of two attempts: what the first one sent, and what became of the rest."""
    sent = [one for one in earlier if one.state == "sent"]
    known = {(one.channel, one.supervisor_id, one.kind) for one in sent}
    rest = [
        one
        for one in later
        if one.state != "sent before" or (one.channel, one.supervisor_id, one.kind) not in known
    ]
    return (*sent, *rest)


def channels_of(settings: DeliverySettings) -> list[Channel]:
    """The configured channels."""
    channels: list[Channel] = []
    if settings.mail.host:
        channels.append(MailChannel(settings.mail))
    if settings.webhook.url:
        channels.append(WebhookChannel(settings.webhook))
    if settings.drop_folder:
        channels.append(DropChannel(settings.drop_folder))
    return channels


def deliverer_of(settings: Settings) -> Deliverer:
    """The configured channels, with the ledger of the home folder.

    Raises:
        FlowsError: A setting of delivery is invalid.
    """
    return Deliverer(channels_of(DeliverySettings.read()), settings.deliveries)


class Deliverer:
    """Delivers lists and records the deliveries in a ledger."""

    def __init__(self, channels: Sequence[Channel], ledger: Path) -> None:
        """Use these channels and this ledger file."""
        self._channels = channels
        self._path = ledger

    def begin(self, root: Path) -> None:
        """Note the channels that are used for the first time, before there are lists to send.

        Args:
            root: Folder with a folder of lists per night.
        """
        with one_writer(self._path.parent):
            self._begin(Ledger(self._path), _nights(root))

    def deliver_owed(self, newest: Path) -> list[Delivery]:
        """Deliver a night's lists, and those of earlier nights that were never delivered.

        Args:
            newest: The night's folder, beside those of earlier nights.

        Returns:
            The state of each list of this night, and of the earlier ones that were owed.
        """
        earlier = [night for night in _nights(newest.parent) if night != newest]
        parcels = list(parcels_of(newest))
        done: list[Delivery] = []
        with one_writer(self._path.parent):
            ledger = Ledger(self._path)
            self._begin(ledger, earlier)
            for channel in self._channels:
                for night in earlier[-MAX_OWED_NIGHTS:]:
                    if ledger.owes(channel.name, night.name):
                        sent = self._by(channel, list(parcels_of(night)), ledger, (), dry_run=False)
                        done += [one for one in sent if one.state in ("sent", "failed")]
                done += self._by(channel, parcels, ledger, (), dry_run=False)
        return done

    def owed(self, *roots: Path) -> dict[str, int]:
        """Number of lists by channel that were not sent, of this and earlier nights.

        Args:
            roots: Folders with a folder of lists, or of alerts, per night.
        """
        ledger = Ledger(self._path)
        return {
            channel.name: sum(
                one.state == "would be sent"
                for root in roots
                for night in _nights(root)[-MAX_OWED_NIGHTS:]
                if ledger.owes(channel.name, night.name)
                for one in self._by(channel, list(parcels_of(night)), ledger, (), dry_run=True)
            )
            for channel in self._channels
        }

    def deliver(
        self, lists: Path, *, again: Collection[str] = (), dry_run: bool = False
    ) -> list[Delivery]:
        """Deliver the lists of a night that have not been delivered yet.

        Args:
            lists: The night's folder.
            again: Ids of supervisors whose list is sent again.
            dry_run: Only report what would be sent.
        """
        parcels = list(parcels_of(lists))
        with one_writer(self._path.parent):
            ledger = Ledger(self._path)
            return [
                done
                for channel in self._channels
                for done in self._by(channel, parcels, ledger, again, dry_run=dry_run)
            ]

    def _begin(self, ledger: Ledger, before: Sequence[Path]) -> None:
        for channel in self._channels:
            ledger.begin(channel.name, (night.name for night in before))

    def _by(
        self,
        channel: Channel,
        parcels: Sequence[Parcel],
        ledger: Ledger,
        again: Collection[str],
        *,
        dry_run: bool,
    ) -> Iterator[Delivery]:
        todo = []
        for parcel in parcels:
            if channel.target(parcel) is None:
                yield _delivery(channel, parcel, "no recipient")
            elif ledger.has(channel.name, parcel) and parcel.supervisor_id not in again:
                yield _delivery(channel, parcel, "sent before")
            elif dry_run:
                yield _delivery(channel, parcel, "would be sent")
            else:
                todo.append(parcel)
        if todo:
            yield from _send(channel, todo, ledger)


def _nights(root: Path) -> list[Path]:
    """The folders of nights, by run."""
    return sorted(path for path in root.iterdir() if path.is_dir()) if root.is_dir() else []


def _send(channel: Channel, parcels: Sequence[Parcel], ledger: Ledger) -> Iterator[Delivery]:
    """Send lists. A failure does not stop the others, and the next run retries it."""
    waiting = list(parcels)
    try:
        with channel.open():
            while waiting:
                yield _send_one(channel, waiting[0], ledger)
                del waiting[0]
    except FlowsError as error:
        for parcel in waiting:
            yield _delivery(channel, parcel, "failed", error)


def _send_one(channel: Channel, parcel: Parcel, ledger: Ledger) -> Delivery:
    try:
        channel.send(parcel)
    except FlowsError as error:
        return _delivery(channel, parcel, "failed", error)
    ledger.add(channel.name, parcel)
    return _delivery(channel, parcel, "sent")


def _delivery(
    channel: Channel, parcel: Parcel, state: str, error: FlowsError | None = None
) -> Delivery:
    return Delivery(
        channel=channel.name,
        supervisor_id=parcel.supervisor_id,
        target=channel.target(parcel) or "",
        kind=parcel.kind,
        state=state,
        problem=str(error or ""),
        is_temporary=isinstance(error, TemporaryError),
    )
