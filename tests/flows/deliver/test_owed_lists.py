"""Every list is sent once in the end: after a channel was down, and after a killed run."""

from __future__ import annotations

import json
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest

from flows.deliver.delivering import Deliverer
from flows.errors import FlowsError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from flows.deliver.parcel import Parcel


@dataclass
class FailingChannel:
    """Accepts lists unless it is down."""

    name: str = "mail"
    is_down: bool = False
    sent: list[tuple[str, str]] = field(default_factory=list)

    def target(self, parcel: Parcel) -> str:
        """Everybody can be reached."""
        return f"{parcel.supervisor_id}@centre.example"

    @contextmanager
    def open(self) -> Iterator[None]:
        """Connect."""
        if self.is_down:
            raise FlowsError("the server does not answer")
        yield

    def send(self, parcel: Parcel) -> None:
        """Accept a list."""
        self.sent.append((parcel.run_id, parcel.supervisor_id))


@pytest.fixture
def channel() -> FailingChannel:
    """A channel that works."""
    return FailingChannel()


@pytest.fixture
def deliverer(tmp_path: Path, channel: FailingChannel) -> Deliverer:
    """Delivers through the channel."""
    return Deliverer([channel], tmp_path / "delivered" / "ledger.jsonl")


def night(tmp_path: Path, run_id: str) -> Path:
    """Lists of two supervisors."""
    folder = tmp_path / "lists" / f"qa-{run_id}"
    folder.mkdir(parents=True)
    for one in ("s1", "s2"):
        fields = {"run_id": run_id, "supervisor_id": one, "subject": f"night {run_id}"}
        (folder / f"{one}.json").write_text(json.dumps(fields))
    return folder


def test_lists_that_failed_are_sent_by_the_next_run(
    tmp_path: Path, channel: FailingChannel, deliverer: Deliverer
) -> None:
    """The very first night is owed, too, once the channel was configured for it."""
    channel.is_down = True
    assert {one.state for one in deliverer.deliver_owed(night(tmp_path, "1"))} == {"failed"}
    assert {one.state for one in deliverer.deliver_owed(night(tmp_path, "2"))} == {"failed"}
    assert deliverer.owed(tmp_path / "lists") == {"mail": 4}, "as the status says"
    channel.is_down = False
    deliverer.deliver_owed(night(tmp_path, "3"))
    assert channel.sent == [(run, one) for run in "123" for one in ("s1", "s2")]
    assert deliverer.owed(tmp_path / "lists") == {"mail": 0}
    assert {one.state for one in deliverer.deliver_owed(tmp_path / "lists" / "qa-3")} == {
        "sent before"
    }
    assert len(channel.sent) == 6


def test_lists_of_a_run_that_was_killed_before_delivery(
    tmp_path: Path, channel: FailingChannel, deliverer: Deliverer
) -> None:
    """A run notes its channels when it begins; its lists are then owed whatever happens."""
    deliverer.begin(tmp_path / "lists")
    night(tmp_path, "1")
    deliverer.deliver_owed(night(tmp_path, "2"))
    assert channel.sent == [(run, one) for run in "12" for one in ("s1", "s2")]


def test_the_clock_does_not_matter(
    tmp_path: Path, channel: FailingChannel, deliverer: Deliverer
) -> None:
    """A run whose id sorts before those that were sent is owed like any other."""
    deliverer.deliver_owed(night(tmp_path, "5"))
    night(tmp_path, "3")
    deliverer.deliver_owed(night(tmp_path, "6"))
    assert sorted(run for run, one in channel.sent if one == "s1") == ["3", "5", "6"]


def test_a_new_channel_does_not_send_old_lists(
    tmp_path: Path, channel: FailingChannel, deliverer: Deliverer
) -> None:
    """Whoever configures mail after a month gets this night's list, not thirty."""
    for run_id in "12":
        night(tmp_path, run_id)
    deliverer.begin(tmp_path / "lists")
    deliverer.deliver_owed(night(tmp_path, "3"))
    assert channel.sent == [("3", "s1"), ("3", "s2")]
