"""Uploaded tables of the lake: small tables in which newer files replace older rows."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

import polars as pl
from pydantic import AwareDatetime

from warehouse.files import one_writer, replace_atomically
from warehouse.lake.manifest import PartFile, read_record
from warehouse.lake.parquet import check_files, readable, write_rows
from warehouse.lake.records import StoredRecord, known_before_as
from warehouse.lake.upload_records import KINDS

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from warehouse.lake.upload import Upload

_INSTANT = pl.Datetime("us", "UTC")

_SUBJECT: dict[str, Any] = {
    "call_id": pl.String,
    "rule_id": pl.String,
    "scorecard_id": pl.String,
    "question": pl.String,
}

SUPPLIED: dict[str, dict[str, Any]] = {
    "review": {
        "review_id": pl.String,
        **_SUBJECT,
        "occasion": pl.String,
        "machine_value": pl.String,
        "human_value": pl.String,
        "reviewer_id": pl.String,
        "reviewed_at": _INSTANT,
        "reason": pl.String,
    },
    "dispute": {
        "dispute_id": pl.String,
        **_SUBJECT,
        "agent_id": pl.String,
        "raised_at": _INSTANT,
        "reason": pl.String,
        "status": pl.String,
        "resolved_by": pl.String,
        "resolved_at": _INSTANT,
        "resolution": pl.String,
    },
    "coaching_session": {
        "session_id": pl.String,
        "agent_id": pl.String,
        "supervisor_id": pl.String,
        "held_at": _INSTANT,
        "agent_signed_at": _INSTANT,
        "supervisor_signed_at": _INSTANT,
    },
    "commitment": {
        "commitment_id": pl.String,
        "session_id": pl.String,
        "made_by": pl.String,
        "promise": pl.String,
        "rule_id": pl.String,
        "due_on": pl.Date,
        "status": pl.String,
        "settled_at": _INSTANT,
    },
    "calibration": {
        "calibration_id": pl.String,
        "session_id": pl.String,
        **_SUBJECT,
        "rater_id": pl.String,
        "is_expert": pl.Boolean,
        "human_value": pl.String,
        "rated_at": _INSTANT,
        "reason": pl.String,
    },
    "follow_up": {
        "follow_up_id": pl.String,
        "call_id": pl.String,
        "rule_id": pl.String,
        "owner_id": pl.String,
        "action": pl.String,
        "opened_on": pl.Date,
        "due_on": pl.Date,
        "closed_on": pl.Date,
    },
    "rate": {
        "valid_from": pl.Date,
        "queue": pl.String,
        "hour_cost": pl.Float64,
        "call_cost": pl.Float64,
        "currency": pl.String,
    },
    "schedule": {
        "agent_id": pl.String,
        "schedule_date": pl.Date,
        "starts_at": _INSTANT,
        "ends_at": _INSTANT,
        "activity": pl.String,
    },
    "survey": {
        **dict.fromkeys(("survey_id", "call_id", "contact_id", "question"), pl.String),
        "score": pl.Float64,
        "scale": pl.String,
        "answered_at": _INSTANT,
    },
}
"""Tables of uploaded data."""

_FOLDER = "supplied"  # an older name for uploads: lakes that have it must stay readable
_GROUPS = {kind.table: kind.group for kind in KINDS.values()}


class UploadPart(StoredRecord):
    """The rows that one file added.

    Attributes:
        table: The table.
        uploaded_at: When it was recorded, in UTC.
        file: The rows.
    """

    table: str
    uploaded_at: Annotated[AwareDatetime, known_before_as("uploaded_at", "supplied_at")]
    file: PartFile


class UploadManifest(StoredRecord):
    """The valid parts, oldest first."""

    parts: tuple[UploadPart, ...] = ()


class Recorded(NamedTuple):
    """Numbers of new, changed and unchanged rows of a file.

    Attributes:
        new: Rows that did not exist.
        changed: Rows that replaced others.
        same: Rows that existed already.
    """

    new: int
    changed: int
    same: int


def upload_manifest(root: Path) -> Path:
    """Path of the list of uploads in a lake's folder."""
    return root / _FOLDER / "manifest.json"


class UploadStore:
    """The uploads in a folder of the lake: Parquet files and one manifest."""

    def __init__(self, root: Path, time_zone: str) -> None:
        """Open the uploads of a lake; nothing is written before the first file is added.

        Args:
            root: The lake's folder.
            time_zone: Its IANA name; the day of a schedule is the day on which it starts there.
        """
        self._root = root
        self._time_zone = time_zone
        self._path = upload_manifest(root)

    def manifest(self) -> UploadManifest:
        """The valid parts."""
        if not self._path.exists():
            return UploadManifest()
        return read_record(self._path, UploadManifest)

    def frame(self, table: str) -> pl.DataFrame:
        """The current rows of a table."""
        parts = [part for part in self.manifest().parts if part.table == table]
        check_files(self._root, (part.file for part in parts))
        frames = [pl.read_parquet(*readable([self._root / part.file.path])) for part in parts]
        numbered = [frame.with_columns(part_no=pl.lit(no)) for no, frame in enumerate(frames)]
        if not numbered:
            return pl.DataFrame(schema=SUPPLIED[table])
        newest = pl.col("part_no") == pl.col("part_no").max().over(_GROUPS[table])
        return pl.concat(numbered).filter(newest).drop("part_no")

    def last_told(self, table: str, column: str) -> dict[str, datetime]:
        """Time of the last upload for each value of a column."""
        uploaded: dict[str, datetime] = {}
        for part in self.manifest().parts:  # oldest first
            if part.table == table:
                (file,) = readable([self._root / part.file.path])
                values = pl.read_parquet(file, columns=[column])
                uploaded.update(dict.fromkeys(values[column], part.uploaded_at))
        return uploaded

    def add(self, table: str, records: Sequence[Upload]) -> Recorded:
        """Record rows, which replace earlier rows of the same group.

        Args:
            table: The table.
            records: Rows of it.
        """
        with one_writer(self._root):
            rows = self._frame_of(table, records)
            known = self.frame(table).join(rows, on=_GROUPS[table], how="semi", nulls_equal=True)
            same = rows.join(known, on=rows.columns, how="semi", nulls_equal=True).height
            new = rows.join(known, on=_GROUPS[table], how="anti", nulls_equal=True).height
            # A schedule that lost a block has changed, though all its rows exist already.
            if not same == rows.height == known.height:
                self._keep(table, rows)
        return Recorded(new=new, changed=rows.height - new - same, same=same)

    def _keep(self, table: str, rows: pl.DataFrame) -> None:
        parts = self.manifest().parts
        last = max((int(part.file.path[-13:-8]) for part in parts), default=0)
        name = f"{_FOLDER}/{table}/part-{last + 1:05}.parquet"
        part = UploadPart(
            table=table, uploaded_at=datetime.now(UTC), file=write_rows(self._root, name, rows)
        )
        manifest = UploadManifest(parts=(*parts, part))
        replace_atomically(self._path, manifest.model_dump_json(indent=1).encode())

    def _frame_of(self, table: str, records: Sequence[Upload]) -> pl.DataFrame:
        schema = SUPPLIED[table]
        given = {name: kind for name, kind in schema.items() if name != "schedule_date"}
        frame = pl.DataFrame([record.model_dump() for record in records], given)
        if "schedule_date" in schema:
            local = pl.col("starts_at").dt.convert_time_zone(self._time_zone)
            frame = frame.with_columns(schedule_date=local.dt.date())
        return frame.select(*schema)
