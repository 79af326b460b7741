"""The lake: Parquet parts by day, the canonical store from which every snapshot can be rebuilt."""

from __future__ import annotations

import hashlib
import json
from collections import Counter, defaultdict
from dataclasses import fields
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import polars as pl

from warehouse.errors import LakeError
from warehouse.files import one_writer, replace_atomically
from warehouse.lake.manifest import (
    Manifest,
    Part,
    read_manifest,
    read_manifests,
    write_manifest,
)
from warehouse.lake.parquet import scan_rows, write_rows
from warehouse.lake.records import RuleCatalogue, RunRecord, StoredRun
from warehouse.lake.result_identity import ResultIdentity
from warehouse.lake.result_to_rows import frames
from warehouse.lake.rows_to_result import result_from
from warehouse.lake.schema import SCHEMAS
from warehouse.lake.upload_store import UploadStore

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence
    from datetime import date
    from pathlib import Path

    from qa_rules.results import CallResult
    from warehouse.lake.columns import Row

_IDENTITY = tuple(field.name for field in fields(ResultIdentity))


class Lake:
    """A folder of Parquet parts, one partition per day, one manifest per partition.

    A part is valid once a manifest names it, so a crash leaves each day either unchanged or with
    the whole commit; running again completes the other days. Parts are append-only: the result of
    a call that is evaluated again supersedes the older one, which is kept for lineage.

    Attributes:
        root: The folder.
        time_zone: IANA name of the site's time zone, which decides the day of a call.
        uploads: Data supplied by people.
    """

    def __init__(self, root: Path, time_zone: str) -> None:
        """Open a lake; nothing is written before the first commit.

        Args:
            root: The folder.
            time_zone: IANA name; the day of a call is the day on which it started there.

        Raises:
            LakeError: The lake has another time zone.
        """
        self.root = root
        self.time_zone = time_zone
        self._zone = ZoneInfo(time_zone)
        self._settings = root / "lake.json"
        self.uploads = UploadStore(root, time_zone)
        if self._settings.exists():
            known = json.loads(self._settings.read_text())["time_zone"]
            if known != time_zone:
                raise LakeError(
                    f"{root} has the time zone {known}, not {time_zone}; "
                    f"set the time zone to {known}, or use a new lake"
                )

    def identities(self) -> dict[str, ResultIdentity]:
        """The identity of every call's current result, by call id."""
        columns = ("call_id", *_IDENTITY)
        rows = self._current_calls().select(columns).collect().iter_rows()
        return {
            call_id: ResultIdentity(**dict(zip(_IDENTITY, values, strict=True)))
            for call_id, *values in rows
        }

    def results(
        self, call_ids: Collection[str] | None = None, days: Collection[date] | None = None
    ) -> Iterator[CallResult]:
        """Current results with their redacted words, in order of day and call id.

        Args:
            call_ids: Only these calls; None for all.
            days: Only these days, which is faster; None for all.
        """
        current = self._current_calls().select("call_id", "commit_no")
        if call_ids is not None:
            current = current.filter(pl.col("call_id").is_in(list(call_ids)))
        keys = current.collect()
        for manifest in self.manifests():
            if days is None or manifest.call_date in days:
                yield from self._results_of(manifest, keys)

    def commit(self, run_id: str, results: Sequence[CallResult]) -> None:
        """Add results to their days; each day gets either all or none of its calls in this commit.

        Args:
            run_id: The run that evaluated them.
            results: At most one per call.

        Raises:
            LakeError: A call has two results.
        """
        calls = Counter(result.call.call_id for result in results)
        if twice := sorted(call_id for call_id, count in calls.items() if count > 1):
            raise LakeError(f"two results of {', '.join(twice)} in one commit; expected one")
        self.commit_frames(run_id, {day: frames(of) for day, of in self._by_day(results).items()})

    def commit_frames(self, run_id: str, days: Mapping[date, Mapping[str, pl.DataFrame]]) -> None:
        """Add results as rows by day, in the form of `result_to_rows.frames`."""
        with one_writer(self.root):
            self._keep_settings()
            commit_no = self.last_commit_no() + 1
            for call_date, tables in sorted(days.items()):
                part = self._write_part(call_date, tables, run_id, commit_no)
                manifest = read_manifest(self.root, call_date).with_part(part)
                write_manifest(self.root, manifest)
                self._sweep(manifest)

    def record_catalogue(self, catalogue: RuleCatalogue) -> None:
        """Record the rules of a run."""
        self._write_json("catalogue", catalogue.rules_sha256, catalogue)

    def record_run(self, run: RunRecord, *, lists_written: bool = True) -> None:
        """Record a run; recording the same run again replaces its record.

        Args:
            run: The run.
            lists_written: Whether its lists exist; if not, the next run lists its calls.
        """
        last = self.last_commit_no()
        stored = StoredRun(run=run, last_commit_no=last, lists_written=lists_written)
        self._write_json("run", run.run_id, stored)

    def catalogues(self) -> list[RuleCatalogue]:
        """All recorded catalogues, in order of their last use."""
        paths = (self.root / "catalogue").glob("*.json")
        oldest_first = sorted(paths, key=lambda path: path.stat().st_mtime_ns)
        return [RuleCatalogue.model_validate_json(path.read_bytes()) for path in oldest_first]

    def runs(self) -> list[StoredRun]:
        """All recorded runs, in order of their end."""
        paths = (self.root / "run").glob("*.json")
        stored = [StoredRun.model_validate_json(path.read_bytes()) for path in paths]
        return sorted(stored, key=lambda run: (run.run.finished_at, run.run.run_id))

    def manifests(self) -> list[Manifest]:
        """The manifests of all days, oldest day first."""
        return read_manifests(self.root)

    def last_commit_no(self) -> int:
        """Number of the last commit; 0 in an empty lake."""
        return max((manifest.last_commit_no for manifest in self.manifests()), default=0)

    def files(self, table: str, days: Collection[date] | None = None) -> list[Path]:
        """The valid Parquet files of a table, oldest day first; of all days or of some."""
        return [
            self.root / part.files[table].path
            for manifest in self.manifests()
            if days is None or manifest.call_date in days
            for part in manifest.parts
        ]

    def state_sha256(self) -> str:
        """Hash of the state of the lake, ignoring runs that changed nothing."""
        digest = hashlib.sha256()
        for manifest in self.manifests():
            digest.update(manifest.model_dump_json().encode())
        for catalogue in self.catalogues():
            digest.update(catalogue.model_dump_json().encode())
        digest.update(self.uploads.manifest().model_dump_json().encode())
        set_aside = {stored.run.source: stored.run.quarantined for stored in self.runs()}
        for source, items in sorted(set_aside.items()):
            digest.update(repr((source, sorted(items, key=repr))).encode())
        return digest.hexdigest()

    def _current_calls(self) -> pl.LazyFrame:
        calls = scan_rows(self.files("call"), "call")
        return calls.sort("commit_no").unique("call_id", keep="last", maintain_order=True)

    def _results_of(self, manifest: Manifest, keys: pl.DataFrame) -> Iterator[CallResult]:
        rows = {table: self._rows_of(manifest, table, keys) for table in SCHEMAS}
        calls = rows.pop("call")
        for call_id, (call,) in sorted(calls.items()):
            children = {table: by_call.get(call_id, []) for table, by_call in rows.items()}
            yield result_from(call, children)

    def _rows_of(self, manifest: Manifest, table: str, keys: pl.DataFrame) -> dict[str, list[Row]]:
        files = [self.root / part.files[table].path for part in manifest.parts]
        frame = scan_rows(files, table).join(
            keys.lazy(), on=["call_id", "commit_no"], how="semi", maintain_order="left"
        )
        by_call: dict[str, list[Row]] = defaultdict(list)
        for row in frame.collect().iter_rows(named=True):
            by_call[row["call_id"]].append(row)
        return by_call

    def _by_day(self, results: Sequence[CallResult]) -> dict[date, list[CallResult]]:
        days: dict[date, list[CallResult]] = defaultdict(list)
        for result in results:
            days[result.call.started_at.astimezone(self._zone).date()].append(result)
        return days

    def _write_part(
        self, call_date: date, tables: Mapping[str, pl.DataFrame], run_id: str, commit_no: int
    ) -> Part:
        added = {"commit_no": pl.lit(commit_no, pl.Int64), "run_id": pl.lit(run_id)}
        files = {}
        for table, schema in SCHEMAS.items():
            name = f"{table}/call_date={call_date}/part-{run_id}-{commit_no}.parquet"
            frame = tables[table].with_columns(**added).select(*schema)
            files[table] = write_rows(self.root, name, frame)
        calls = tables["call"]
        return Part(
            commit_no=commit_no,
            run_id=run_id,
            committed_at=datetime.now(UTC),
            model_pins=tuple(sorted(calls["model_pin"].unique())),
            rules_sha256s=tuple(sorted(calls["rules_sha256"].unique())),
            files=files,
        )

    def _sweep(self, manifest: Manifest) -> None:
        """Remove parts that no manifest names, as an interrupted commit leaves them."""
        named = {file.path for part in manifest.parts for file in part.files.values()}
        for path in self.root.glob(f"*/call_date={manifest.call_date}/part-*"):
            if path.relative_to(self.root).as_posix() not in named:
                path.unlink()

    def _write_json(self, kind: str, name: str, record: RuleCatalogue | StoredRun) -> None:
        with one_writer(self.root):
            self._keep_settings()
            path = self.root / kind / f"{name}.json"
            path.parent.mkdir(exist_ok=True)
            replace_atomically(path, record.model_dump_json(indent=1).encode())

    def _keep_settings(self) -> None:
        if not self._settings.exists():
            replace_atomically(self._settings, json.dumps({"time_zone": self.time_zone}).encode())
