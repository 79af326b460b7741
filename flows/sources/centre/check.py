"""What a run would take of a folder, as what, and why not: `callqa sources check`."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import tzinfo

    from flows.sources.folder import Intake

NO_FORM = "none"
"""The form of an item that nothing describes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """A call that a run would evaluate.

    Attributes:
        item: Path of its recording in the source.
        form: What describes it, such as `sidecar` or the name of an export.
        call_id, agent_id, agent_name, team, queue, direction: As they would be stored.
        started_at: Start of the call in the centre's zone, in ISO 8601.
    """

    item: str
    form: str
    call_id: str
    started_at: str
    agent_id: str
    agent_name: str
    team: str
    queue: str
    direction: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NotTaken:
    """An item that a run would set aside.

    Attributes:
        item: Its path in the source.
        form: What describes it.
        call_id: The call, if its metadata could be read that far.
        reason: Why it cannot be evaluated, for counts.
        detail: What is wrong and what to do.
    """

    item: str
    form: str
    call_id: str | None
    reason: str
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceCheck:
    """What a run would make of a source.

    Attributes:
        taken: The calls that it would evaluate, by start.
        not_taken: The items that it would set aside.
        pending: Files that are still being written.
        taken_by_form: Number of calls that would be taken, by form.
        not_taken_by_reason: Number of other items, by reason.
        not_recorded: Calls without a recording that exports of all calls list, by form; no error.
        not_kept: What of their metadata would not be kept; empty if everything is.
        time_zone: Name of the centre's time zone, in which times without a zone are read.
    """

    taken: tuple[Taken, ...]
    not_taken: tuple[NotTaken, ...]
    pending: tuple[str, ...]
    taken_by_form: Mapping[str, int]
    not_taken_by_reason: Mapping[str, int]
    not_recorded: Mapping[str, int]
    not_kept: str
    time_zone: str


def check_of(intake: Intake, folder: Path, zone: tzinfo) -> SourceCheck:
    """Tell what is in an intake.

    Args:
        intake: What a run takes in.
        folder: The source.
        zone: The centre's time zone.
    """
    taken, not_taken = _taken(intake, folder, zone), _not_taken(intake, folder)
    return SourceCheck(
        taken=taken,
        not_taken=not_taken,
        pending=tuple(_inside(Path(name), folder) for name in intake.pending),
        taken_by_form=dict(Counter(one.form for one in taken).most_common()),
        not_taken_by_reason=dict(Counter(one.reason for one in not_taken).most_common()),
        not_recorded=dict(intake.origins.not_recorded.most_common()),
        not_kept=intake.not_kept.text,
        time_zone=str(zone),
    )


def _taken(intake: Intake, folder: Path, zone: tzinfo) -> tuple[Taken, ...]:
    forms = intake.origins.forms
    return tuple(
        Taken(
            item=_inside(recording.path, folder),
            form=forms.get(recording.path, NO_FORM),
            call_id=call.call_id,
            started_at=call.started_at.astimezone(zone).isoformat(),
            agent_id=call.agent_id,
            agent_name=call.agent_name,
            team=call.team,
            queue=call.queue,
            direction=call.direction,
        )
        for call, recording in intake.ready
    )


def _not_taken(intake: Intake, folder: Path) -> tuple[NotTaken, ...]:
    forms = intake.origins.forms
    return tuple(
        NotTaken(
            item=_inside(Path(one.item), folder),
            form=forms.get(Path(one.item), NO_FORM),
            call_id=one.call_id,
            reason=one.reason,
            detail=one.detail,
        )
        for one in intake.quarantined
    )


def _inside(path: Path, folder: Path) -> str:
    return path.relative_to(folder).as_posix() if path.is_relative_to(folder) else str(path)
