"""The journal of a home folder: one line when a run begins, one when it ends, and how.

The lake records only runs that published. The journal also knows those that failed, and a run that
was killed as one that began and never ended.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from warehouse.files import append_line, whole_lines

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path


class Ending(StrEnum):
    """How a run ended."""

    DONE = "done"
    ATTENTION = "attention"  # published, but something is pending, undelivered or suspicious
    FAILED = "failed"  # with an error
    INTERRUPTED = "interrupted"  # by the operator
    KILLED = "killed"  # it began and never said that it ended
    RUNNING = "running"


EXIT_STATUS = {Ending.DONE: 0, Ending.ATTENTION: 3}
"""Exit status of a run by its ending; 1 otherwise."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One start of a run, whether or not it published anything.

    Attributes:
        number: Counts the starts of a home folder; sorts them whatever the clock says.
        kind: The flow, such as nightly or rejudge.
        began_at: When it began.
        ended_at: When it ended; None if it has not.
        ending: How it ended.
        run_id: Id in the warehouse; None if the run did not publish.
        causes: Codes of what needs attention, or the class of the error.
    """

    number: int
    kind: str
    began_at: datetime
    ended_at: datetime | None = None
    ending: Ending = Ending.RUNNING
    run_id: str | None = None
    causes: Sequence[str] = ()


class Journal:
    """An append-only file of JSON lines; whoever writes holds the lock of the home folder."""

    def __init__(self, home: Path) -> None:
        """Use the journal of a home folder."""
        self._path = home / "log" / "runs.jsonl"

    def begin(self, kind: str) -> Attempt:
        """Note that a run begins."""
        known = self._attempts()
        attempt = Attempt(number=max(known, default=0) + 1, kind=kind, began_at=_now())
        self._append(attempt)
        return attempt

    def end(
        self, attempt: Attempt, ending: Ending, run_id: str | None, causes: Sequence[str]
    ) -> None:
        """Note how a run ended."""
        self._append(
            replace(attempt, ended_at=_now(), ending=ending, run_id=run_id, causes=tuple(causes))
        )

    def attempts(self, *, is_running: bool) -> list[Attempt]:
        """All runs in order.

        Args:
            is_running: Whether a run holds the lock of the home folder now.
        """
        found = [attempt for _, attempt in sorted(self._attempts().items())]
        return [
            replace(attempt, ending=Ending.KILLED)
            if attempt.ending is Ending.RUNNING and not (is_running and attempt is found[-1])
            else attempt
            for attempt in found
        ]

    def _attempts(self) -> dict[int, Attempt]:
        read = map(_attempt, whole_lines(self._path)[0])
        return {attempt.number: attempt for attempt in read if attempt}

    def _append(self, attempt: Attempt) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        append_line(self._path, json.dumps(asdict(attempt), default=str).encode())


def _attempt(line: bytes) -> Attempt | None:
    """The content of a line; None if it is damaged."""
    try:
        fields: dict[str, Any] = json.loads(line)
        ended_at = fields.pop("ended_at")
        return Attempt(
            **{
                **fields,
                "began_at": datetime.fromisoformat(fields["began_at"]),
                "ended_at": datetime.fromisoformat(ended_at) if ended_at else None,
                "ending": Ending(fields["ending"]),
                "causes": tuple(fields["causes"]),
            }
        )
    except (ValueError, TypeError, KeyError, AttributeError):
        return None


def _now() -> datetime:
    return datetime.now(UTC).replace(microsecond=0)
