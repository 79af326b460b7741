"""A snapshot for one audience: the calls of some supervisors' teams, and no others.

The file is built from scratch, so it never contained other rows. All marts work in it; comparisons
(ranks, other teams, the site's mean) then cover only the calls in the file.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from warehouse.errors import ExportError
from warehouse.files import settle
from warehouse.lake.schema import SCHEMAS
from warehouse.snapshot.connection import attach, open_database
from warehouse.snapshot.publish import check_snapshot
from warehouse.snapshot.relations import create_relations
from warehouse.snapshot.tables import create_tables

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

    import duckdb

_OF_CALL = "semi join core.call using (call_date, call_id)"

_CALLS = """
where supervisor_id in (select unnest($supervisors)) and ($restricted or not restricted)
"""

_AGENTS = "from whole.core.agent where supervisor_id in (select unnest($supervisors))"

_PARTS: dict[str, str] = {
    **{f"core.{table}": _OF_CALL for table in SCHEMAS if table != "call"},
    "core.call_stem": _OF_CALL,
    "core.customer_expression": _OF_CALL,
    "core.sentiment_phrase": "",
    "core.review": "semi join core.call using (call_id)",
    "core.dispute": "semi join core.call using (call_id)",
    "core.calibration": "semi join core.call using (call_id)",
    "core.follow_up": "semi join core.call using (call_id)",
    "core.coaching_session": "where supervisor_id in (select unnest($supervisors))",
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


def share(snapshot: Path, out: Path, supervisors: Collection[str], *, restricted: bool) -> int:
    """Write, atomically, a DuckDB file with only the calls of some supervisors.

    It is not encrypted: its readers have no key of ours.

    Args:
        snapshot: The published snapshot.
        out: The file; replaced if it exists.
        supervisors: Ids of the supervisors who receive the flags of the calls.
        restricted: Whether to include restricted calls.

    Returns:
        The number of its calls.

    Raises:
        ExportError: No call has one of the supervisors, or the folder does not exist.
        SnapshotError: Another version of callqa published the snapshot.
    """
    check_snapshot(snapshot)
    if not out.parent.is_dir():
        raise ExportError(f"{out.parent}: the folder does not exist")
    draft = out.with_name(f"{out.name}.tmp")
    draft.unlink(missing_ok=True)
    try:
        with open_database(draft, encrypt=False) as connection:
            attach(connection, snapshot, "whole")
            _check(connection, supervisors)
            create_tables(connection)
            call_count = _copy(connection, supervisors, restricted=restricted)
            connection.execute("detach whole")
            connection.begin()
            create_relations(connection)
            connection.commit()
            connection.execute("checkpoint")
        settle(draft, out)
    finally:
        draft.unlink(missing_ok=True)
    return call_count


def _check(connection: duckdb.DuckDBPyConnection, supervisors: Collection[str]) -> None:
    rows = connection.execute("select distinct supervisor_id from whole.core.call order by 1")
    known = [name for (name,) in rows.fetchall()]
    for supervisor in supervisors:
        if supervisor not in known:
            raise ExportError(
                f"no call has the supervisor {supervisor}; expected one of {', '.join(known)}"
            )


def _copy(
    connection: duckdb.DuckDBPyConnection, supervisors: Collection[str], *, restricted: bool
) -> int:
    theirs = {"supervisors": list(supervisors)}
    calls = connection.execute(
        f"insert into core.call by name from whole.core.call {_CALLS}",
        {**theirs, "restricted": restricted},
    ).fetchone()
    connection.execute(f"create temp table shared_agent as {_AGENTS}", theirs)
    for table, part in _PARTS.items():
        values = theirs if "$supervisors" in part else None
        connection.execute(f"insert into {table} by name from whole.{table} {part}", values)
    return int(calls[0]) if calls else 0
