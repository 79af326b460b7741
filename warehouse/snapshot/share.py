"""A snapshot for one audience: the calls of some supervisors, teams or agents, and no others.

The file is built from scratch, so it never contained other rows. Restricted calls are copied from a
snapshot of their own, for audiences that may see them. All marts work in it; comparisons
(ranks, other teams, the site's mean) then cover only the calls in the file.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from warehouse.errors import ExportError
from warehouse.files import settle
from warehouse.lake.schema import SCHEMAS
from warehouse.snapshot.connection import attach, open_database
from warehouse.snapshot.publish import check_snapshot
from warehouse.snapshot.relations import create_relations
from warehouse.snapshot.tables import create_tables

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping
    from pathlib import Path

    import duckdb

_OF_CALL = "semi join core.call using (call_date, call_id)"

_THEIRS = "$everybody or supervisor_id in (select unnest($supervisors))"
_OF_AGENTS = "agent_id in (select unnest($agents))"
_OF_TEAMS = "team in (select unnest($teams))"
_CALLS = f"where {_THEIRS} or {_OF_AGENTS} or {_OF_TEAMS}"
_SESSIONS = (
    f"where {_THEIRS} or {_OF_AGENTS}"
    f" or agent_id in (select agent_id from shared_agent where {_OF_TEAMS})"
)

_PARTS: dict[str, str] = {
    **{f"core.{table}": _OF_CALL for table in SCHEMAS if table != "call"},
    "core.call_stem": _OF_CALL,
    "core.customer_expression": _OF_CALL,
    "core.deleted_original": "semi join core.call using (recording_path)",
    "core.sentiment_phrase": "",
    "core.review": "semi join core.call using (call_id)",
    "core.dispute": "semi join core.call using (call_id)",
    "core.calibration": "semi join core.call using (call_id)",
    "core.follow_up": "semi join core.call using (call_id)",
    "core.coaching_session": _SESSIONS,
    "core.commitment": "semi join core.coaching_session using (session_id)",
    # Those that belong to one of the calls; an answer about a contact belongs to its last call.
    "core.survey": """
        semi join (from whole.core.survey_answer semi join core.call using (call_date, call_id))
        as answer using (survey_id)
    """,
    "core.schedule": """
        semi join shared_agent as agent on schedule.agent_id = agent.agent_id and schedule_date
        between agent.valid_from and coalesce(agent.valid_to, schedule_date)
    """,
    "meta.lineage": "semi join core.call using (call_id)",
    "meta.raised_flag": "semi join core.call using (call_id, supervisor_id)",
    "core.rule": "",
    "core.rule_text": "",
    "core.tag_text": "",
    "core.pii_type": "",
    "core.scorecard": "",
    "core.question": "",
    "core.question_text": "",
    "meta.run": "",
    "meta.snapshot": "",
}
"""Rows to copy, by table, after the calls; other tables stay empty."""


_OPEN, _RESTRICTED = "whole", "restricted_whole"


@dataclass(frozen=True, slots=True, kw_only=True)
class Audience:
    """People who may see some calls.

    Attributes:
        name: Name of the audience.
        supervisors: Supervisors who receive the flags of the calls.
        teams: Teams of the calls.
        agents: Agents of the calls. Without supervisors, teams and agents, the audience sees all.
        restricted: Whether they may see restricted calls, too.
    """

    name: str = ""
    supervisors: tuple[str, ...] = ()
    teams: tuple[str, ...] = ()
    agents: tuple[str, ...] = ()
    restricted: bool = False

    @property
    def values(self) -> dict[str, object]:
        """The values that the queries bind."""
        people = {"supervisors": self.supervisors, "teams": self.teams, "agents": self.agents}
        everybody = not any(people.values())
        return {"everybody": everybody, **{key: list(names) for key, names in people.items()}}


def share(
    snapshot: Path,
    out: Path,
    audience: Audience,
    restricted: Path | None = None,
    *,
    is_kept: bool = False,
) -> int:
    """Write, atomically, a DuckDB file with only the calls that an audience may see; counts them.

    It is not encrypted: its readers have no key of ours.

    Args:
        snapshot: The published snapshot, which has no restricted call.
        out: The file; replaced if it exists.
        audience: The audience.
        restricted: The snapshot of the restricted calls; read only if the audience may see them.
        is_kept: Whether it stays in the home folder, encrypted like the others.

    Raises:
        ExportError: No call has one of the supervisors, or the folder does not exist.
        SnapshotError: Another version of callqa published the snapshot.
    """
    behind = {_RESTRICTED: restricted} if restricted and audience.restricted else {}
    sources = {_OPEN: snapshot, **behind}
    for path in sources.values():
        check_snapshot(path)
    if not out.parent.is_dir():
        raise ExportError(f"{out.parent}: the folder does not exist")
    draft = out.with_name(f"{out.name}.tmp")
    draft.unlink(missing_ok=True)
    try:
        with open_database(draft, encrypt=is_kept) as connection:
            call_count = _fill(connection, sources, audience, is_kept=is_kept)
        settle(draft, out)
    finally:
        draft.unlink(missing_ok=True)
    return call_count


def _fill(
    connection: duckdb.DuckDBPyConnection,
    sources: Mapping[str, Path],
    audience: Audience,
    *,
    is_kept: bool,
) -> int:
    for name, path in sources.items():
        attach(connection, path, name)
    if not is_kept:
        _check(connection, sources, audience.supervisors)
    create_tables(connection)
    call_count = _copy(connection, sources, audience)
    for name in sources:
        connection.execute(f"detach {name}")
    connection.begin()
    create_relations(connection)
    connection.commit()
    connection.execute("checkpoint")
    return call_count


def _check(
    connection: duckdb.DuckDBPyConnection, sources: Iterable[str], supervisors: Collection[str]
) -> None:
    known: set[str] = set()
    for source in sources:
        rows = connection.execute(f"select distinct supervisor_id from {source}.core.call")
        known |= {name for (name,) in rows.fetchall()}
    for supervisor in supervisors:
        if supervisor not in known:
            raise ExportError(
                f"no call has the supervisor {supervisor}; expected one of"
                f" {', '.join(sorted(known))}"
            )


def _copy(
    connection: duckdb.DuckDBPyConnection, sources: Collection[str], audience: Audience
) -> int:
    values = audience.values
    agents = []
    for source in sources:
        connection.execute(
            f"insert into core.call by name from {source}.core.call {_CALLS}", values
        )
        agents.append(f"(from {source}.core.agent {_CALLS})")
    of_both = " union all ".join(agents)
    connection.execute(f"create temp table shared_agent as {of_both}", values)
    for table, part in _PARTS.items():
        of_calls = "core.call " in part
        for source in sources if of_calls else [_OPEN]:
            rows = part.replace(f"{_OPEN}.", f"{source}.")
            bound = values if "$everybody" in part else None
            connection.execute(f"insert into {table} by name from {source}.{table} {rows}", bound)
    found = connection.execute("select count(*) from core.call").fetchone()
    return int(found[0]) if found else 0
