"""Reading of a run's flag lists from a snapshot."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import fields
from typing import TYPE_CHECKING, Any

from warehouse.lake.columns import reason_of
from warehouse.reports.calls.human_judgements import judged_rules
from warehouse.reports.flags.quarantine import quarantined_items
from warehouse.reports.flags.records import (
    CallKey,
    CannotTell,
    Flag,
    LastList,
    RunNight,
    SampledCall,
    SupervisorNight,
)
from warehouse.reports.flags.tables import gather_night, last_listed_run
from warehouse.reports.site.faults import PageFaults
from warehouse.reports.site.rows import rows_of
from warehouse.reports.site.translation import reads_source
from warehouse.sql_files import sql_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import date

    from warehouse.lake.lake import Lake
    from warehouse.reports.calls.human_judgements import Judgement
    from warehouse.snapshot.connection import Connection

_CALL_IDS = "select call_date, call_id from listed order by call_date, call_id"

_LAST_LIST = """
select listed_at, flag_count, reviewed_count from last_list where supervisor_id = $supervisor_id
"""

_CALLS_SHOWN = 4

_FLAG_FIELDS = frozenset(field.name for field in fields(Flag))


class NightReader:
    """Reads one run from a snapshot."""

    def __init__(
        self,
        connection: Connection,
        run_id: str | None,
        *,
        faults: PageFaults | None = None,
    ) -> None:
        """Select a run.

        Args:
            connection: A connection to a snapshot.
            run_id: The run; None for the last one with results.
            faults: Collects the lists and flags that cannot be read.
        """
        self._faults = PageFaults() if faults is None else faults
        self._connection = connection
        self._run_id = run_id or last_listed_run(connection)
        gather_night(connection, self._run_id)

    def run(self, lake: Lake | None = None) -> RunNight | None:
        """The run; None if it is not recorded.

        Args:
            lake: The lake with all runs, which tell the run's quarantine from older items.
        """
        rows = rows_of(self._connection, sql_of(__file__, "run"), run_id=self._run_id)
        quarantined = quarantined_items(self._connection, lake, self._run_id)
        return RunNight(**rows[0], quarantined=quarantined) if rows else None

    def calls(self) -> dict[date, list[str]]:
        """The listed calls of the run, by day."""
        days: dict[date, list[str]] = defaultdict(list)
        for row in rows_of(self._connection, _CALL_IDS):
            days[row["call_date"]].append(row["call_id"])
        return days

    def supervisors(
        self, cap: int, sample_size: int, reader: Callable[[str], str] = reads_source
    ) -> list[SupervisorNight]:
        """The list of every supervisor of an agent, now or on the days of the calls, by id.

        Args:
            cap: Maximum number of flags in a list.
            sample_size: Number of randomly sampled calls.
            reader: Returns the language of a supervisor.
        """
        people = self._connection.execute(sql_of(__file__, "supervisors")).fetchall()
        nights = []
        for who, name in people:
            with self._faults.isolated(f"list of {who}"):
                nights.append(self._supervisor(who, name, reader(who), cap, sample_size))
        return nights

    def _supervisor(
        self, supervisor_id: str, supervisor_name: str, language: str, cap: int, sample_size: int
    ) -> SupervisorNight:
        of_theirs = {"supervisor_id": supervisor_id}
        told = {**of_theirs, "run_id": self._run_id}
        spoken = {**of_theirs, "language": language}
        (counts,) = rows_of(self._connection, sql_of(__file__, "counts"), **of_theirs)
        flags = rows_of(self._connection, sql_of(__file__, "flags"), **spoken)
        last = rows_of(self._connection, _LAST_LIST, **of_theirs)
        return SupervisorNight(
            supervisor_id=supervisor_id,
            supervisor_name=supervisor_name,
            **counts,
            flags=self._flags(flags[:cap]),
            left_out_count=len(flags[cap:]),
            sample=tuple(
                SampledCall(**row)
                for row in rows_of(
                    self._connection, sql_of(__file__, "sample"), **told, sample_size=sample_size
                )
            ),
            cannot_tells=tuple(self._cannot_tells(spoken)),
            last_list=LastList(**last[0]) if last else None,
            judged=self._judged(flags[:cap]),
            tag_titles={
                row["tag"]: row["title"]
                for row in rows_of(self._connection, sql_of(__file__, "tag_titles"), **spoken)
            },
        )

    def _flags(self, rows: list[dict[str, Any]]) -> tuple[Flag, ...]:
        flags = []
        for row in rows:
            with self._faults.isolated(f"flag {row['flag_id']}"):
                flags.append(_flag(row))
        return tuple(flags)

    def _cannot_tells(self, spoken: dict[str, str]) -> Iterator[CannotTell]:
        for row in rows_of(
            self._connection, sql_of(__file__, "cannot_tells"), **spoken, calls_shown=_CALLS_SHOWN
        ):
            calls = tuple(CallKey(**call) for call in row.pop("calls"))
            yield CannotTell(**row, calls=calls)

    def _judged(self, flags: list[dict[str, Any]]) -> dict[str, Judgement]:
        """Reviews of flags, by flag id."""
        found = judged_rules(self._connection, {flag["call_id"] for flag in flags})
        return {
            flag["flag_id"]: found[key]
            for flag in flags
            if (key := (flag["call_id"], flag["rule_id"])) in found
        }


def _flag(row: dict[str, Any]) -> Flag:
    known = {name: value for name, value in row.items() if name in _FLAG_FIELDS}
    return Flag(**{**known, "rule_tags": tuple(row["rule_tags"])}, reason=reason_of(row))
