"""The page for an auditor, from what is stored of a run."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from models.reasons.reason import reason_from
from warehouse.reports.site.render import render
from warehouse.reports.site.rows import rows_of
from warehouse.sql_files import sql_of

if TYPE_CHECKING:
    from datetime import date

    from warehouse.lake.lake import Lake
    from warehouse.lake.records import RunRecord
    from warehouse.snapshot.connection import Connection


@dataclass(frozen=True, slots=True)
class Proof:
    """What can be compared with the stored files.

    Attributes:
        snapshot_name: File name of the snapshot.
        snapshot_sha256: Hash of the snapshot's file.
        trail_count: Number of entries of the audit trail.
        trail_hash: Hash of the last one; empty if there is none.
        trail_faults: What is wrong with the trail.
        key_id: Id of the key of lake, redacted audio and snapshots; None if they are not encrypted.
    """

    snapshot_name: str
    snapshot_sha256: str
    trail_count: int
    trail_hash: str
    trail_faults: tuple[str, ...]
    key_id: str | None


def auditor_page(
    connection: Connection, lake: Lake, run: RunRecord, proof: Proof, reader: str
) -> bytes:
    """The page of a run; restricted calls are in its counts, and no id of a call is in it.

    Args:
        connection: A connection to the published snapshot.
        lake: The lake.
        run: The run.
        proof: Hashes of what is stored.
        reader: Language of the page.
    """
    days = lake.days()
    states: list[tuple[date, int, str]] = [
        (row["call_date"], row["call_count"], days.get(row["call_date"], ""))
        for row in rows_of(connection, sql_of(__file__, "days"), run_id=run.run_id)
    ]
    in_force = [one for one in lake.catalogues() if one.rules_sha256 == run.rules_sha256]
    reasons = Counter(str(item.reason) for item in run.quarantined)
    (cards,) = rows_of(connection, sql_of(__file__, "card_data"))
    return render(
        "auditor.html",
        reader,
        run=run,
        masked=rows_of(connection, sql_of(__file__, "masked"), run_id=run.run_id),
        cards=cards,
        days=states,
        rules=[rule for one in in_force for rule in one.rules if rule.status == "active"],
        reasons=[(reason_from(code, {}), count) for code, count in sorted(reasons.items())],
        proof=proof,
    )
