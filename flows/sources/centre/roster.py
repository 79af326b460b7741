"""A centre's roster: who an agent is on a day, for metadata that give only an id or an extension.

No telephone system exports teams and supervisors as the centre knows them on the day of a call.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import UTC, date, timedelta
from itertools import combinations
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from flows.sources.centre.columns import (
    day_of,
    has_more_cells,
    period_faults,
    repeated_columns,
)
from flows.sources.documents import MetadataError, Row, read_table, row_by_column
from models.call import UNASSIGNED

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import tzinfo
    from pathlib import Path

    from flows.settings.centre import Settings
    from models.call import Call
    from models.limits import Limits

_LENGTHS = {"agent_id": 100, "name": 200, "team": 100, "supervisor_id": 100, "supervisor_name": 200}
_COLUMNS = (*_LENGTHS, "from", "until", "aliases")
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What an agent is from one day to another.

    Attributes:
        line: Line of the roster.
        agent_id: Id of the agent.
        first, last: The days, both included.
        name, team, supervisor_id, supervisor_name: Empty if the roster does not say it.
        aliases: What telephone systems call the agent instead, in lower case.
    """

    line: int
    agent_id: str
    first: date = date.min
    last: date = date.max
    name: str = ""
    team: str = ""
    supervisor_id: str = ""
    supervisor_name: str = ""
    aliases: tuple[str, ...] = ()

    def holds_on(self, day: date) -> bool:
        """Whether it says who the agent is on a day."""
        return self.first <= day <= self.last


class Roster:
    """Completes calls by what is known of their agents."""

    def __init__(self, entries: Iterable[Entry] = (), zone: tzinfo = UTC) -> None:
        """Prepare the entries.

        Args:
            entries: What is known.
            zone: The centre's time zone, in which a call has its day.
        """
        self._zone = zone
        self._by_name = _by_name(entries)

    def completed(self, call: Call) -> Call:
        """The call, with what its metadata did not say of its agent; what they say is kept."""
        day = call.started_at.astimezone(self._zone).date()
        known = self._by_name.get(call.agent_id.casefold(), ())
        entry = next((entry for entry in known if entry.holds_on(day)), None)
        if entry is None:
            return call
        found: dict[str, Any] = {"agent_id": entry.agent_id}
        if call.agent_name == call.agent_id:
            found["agent_name"] = entry.name or entry.agent_id
        if call.team == UNASSIGNED and entry.team:
            found["team"] = entry.team
        supervisor_id = call.supervisor_id
        if supervisor_id == UNASSIGNED and entry.supervisor_id:
            found["supervisor_id"] = supervisor_id = entry.supervisor_id
        is_theirs = supervisor_id == entry.supervisor_id
        if is_theirs and call.supervisor_name in (UNASSIGNED, call.supervisor_id):
            found["supervisor_name"] = entry.supervisor_name or supervisor_id
        return replace(call, **found)


def roster_of(settings: Settings) -> Roster:
    """The roster that the settings name; an empty one if they name none.

    Raises:
        MetadataError: It has errors; names all of them.
    """
    if settings.roster is None:
        return Roster()
    entries = read_roster(settings.roster, settings.only_limits())
    return Roster(entries, ZoneInfo(settings.time_zone))


def read_roster(path: Path, limits: Limits) -> tuple[Entry, ...]:
    """Read a roster, a CSV file with a line per agent and period.

    A line without `until` holds until the next line of the same agent begins.

    Raises:
        MetadataError: With every error of the file, each naming line and column, and no value.
        TooLargeError: The file is larger than allowed.
    """
    rows = read_table(path, limits)
    head = [name.strip().lower() for name in rows[0].cells] if rows else []
    unknown = sorted({*head} - {*_COLUMNS, ""})
    faults = [
        f"{path.name}:1: column `{name}` is not known; expected one of {', '.join(_COLUMNS)}"
        for name in unknown
    ]
    named = [Row(1, head), *rows[1:]]
    faults += [
        f"{path.name}:1: several columns `{name}` with different cells; expected one"
        for name in repeated_columns(named)
        if name in _COLUMNS
    ]
    if "agent_id" not in head:
        faults.append(f"{path.name}:1: column `agent_id` is missing; expected it, with ids")
        raise MetadataError("\n".join(faults))
    entries = []
    for line, cells in rows[1:]:
        row = {name: cell.strip() for name, cell in row_by_column(head, cells).items()}
        found = [f"{path.name}:{line}: {fault}" for fault in _faults(row)]
        if has_more_cells(cells, head):
            found.append(f"{path.name}:{line}: more cells than columns; expected quotes around `,`")
        faults += found
        if not found:
            entries.append(_entry(line, row))
    closed = _closed(entries)
    faults += [f"{path.name}:{fault}" for fault in _overlaps(closed)]
    if faults:
        raise MetadataError("\n".join(faults))
    return closed


def _faults(row: Mapping[str, str]) -> Iterator[str]:
    if not row["agent_id"]:
        yield "column `agent_id` is empty; expected the agent's id"
    for name, most in _LENGTHS.items():
        if len(row.get(name, "")) > most:
            yield f"column `{name}` is too long; expected at most {most} characters"
    yield from period_faults(row)


def _entry(line: int, row: Mapping[str, str]) -> Entry:
    given: dict[str, Any] = {name: row.get(name, "") for name in _LENGTHS}
    return Entry(
        line=line,
        first=day_of(row.get("from", "")) or date.min,
        last=day_of(row.get("until", "")) or date.max,
        aliases=tuple(dict.fromkeys(row.get("aliases", "").casefold().split())),
        **given,
    )


def _closed(entries: Iterable[Entry]) -> tuple[Entry, ...]:
    """The entries, of which an open one ends before the agent's next one begins."""
    closed: list[Entry] = []
    next_first: dict[str, date] = {}
    for entry in sorted(entries, key=lambda entry: (entry.first, entry.line), reverse=True):
        follows = next_first.get(entry.agent_id)
        is_open = entry.last == date.max and follows is not None and entry.first < follows
        closed.append(replace(entry, last=follows - _DAY) if follows and is_open else entry)
        next_first[entry.agent_id] = entry.first
    return tuple(sorted(closed, key=lambda entry: entry.line))


def _overlaps(entries: Sequence[Entry]) -> Iterator[str]:
    """Lines that give one id or alias two meanings on the same day."""
    told = set()
    for same in _by_name(entries).values():
        for one, other in combinations(same, 2):
            pair = one.line, other.line
            if one.first <= other.last and other.first <= one.last and pair not in told:
                told.add(pair)
                yield f"{other.line}: {_overlap(one, other)}"


def _overlap(one: Entry, other: Entry) -> str:
    if one.agent_id == other.agent_id:
        return (
            f"column `from`: the days overlap with those of line {one.line};"
            " expected one line per agent and day"
        )
    return (
        f"column `aliases`: line {one.line} has the same id or alias on the same days;"
        " expected one agent for each"
    )


def _by_name(entries: Iterable[Entry]) -> Mapping[str, Sequence[Entry]]:
    """The entries of each id and alias, in lower case."""
    found: defaultdict[str, list[Entry]] = defaultdict(list)
    for entry in entries:
        for name in dict.fromkeys((entry.agent_id.casefold(), *entry.aliases)):
            found[name].append(entry)
    return found
