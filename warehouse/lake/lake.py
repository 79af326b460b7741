"""The lake: Parquet parts by day, the canonical store from which every snapshot can be rebuilt."""

from __future__ import annotations

import hashlib
import json
from collections import Counter, defaultdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import polars as pl

from warehouse.errors import LakeError
from warehouse.files import one_writer, replace_atomically
from warehouse.lake.encryption import KEY_CHECK, has_key, read_decrypted, write_encrypted
from warehouse.lake.index.lake_index import Key, LakeIndex
from warehouse.lake.index.stored_identities import StoredIdentities
from warehouse.lake.manifest import Dropped, append, read_manifest, read_record
from warehouse.lake.parquet import rows_of_parts, unnamed_files, write_part
from warehouse.lake.records import RuleCatalogue, RunRecord, StoredRun
from warehouse.lake.result_to_rows import frames_by_day
from warehouse.lake.rows_to_result import result_from
from warehouse.lake.schema import SCHEMAS
from warehouse.lake.upload_store import UploadStore

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence
    from datetime import date
    from pathlib import Path

    from qa_rules.results import CallResult
    from warehouse.lake.columns import Row
    from warehouse.lake.manifest import Manifest, Part

_KEY = {"call_id": pl.String, "commit_no": pl.Int64}


class Lake:
    """A folder of Parquet parts, one partition per day, one manifest per partition.

    A part is valid once a manifest names it, so a crash leaves each day either unchanged or with
    the whole commit; running again completes the other days. Parts are append-only: the result of
    a call that is evaluated again supersedes the older one, which is kept for lineage. A commit
    costs the same whatever the lake holds: it appends to its days' manifests and to the index.

    Attributes:
        root: The folder.
        time_zone: IANA name of the site's time zone, which decides the day of a call.
        uploads: Data supplied by people.
        index: Where each result is.
    """

    def __init__(self, root: Path, time_zone: str) -> None:
        """Open a lake; nothing is written before the first commit.

        Args:
            root: The folder.
            time_zone: IANA name; the day of a call is the day on which it started there.

        Raises:
            LakeError: The lake has another time zone.
            EncryptionError: It is encrypted, and none of our keys is its key.
        """
        self.root = root
        self.time_zone = time_zone
        self._settings = root / "lake.json"
        self._key_check = root / KEY_CHECK
        self._swept: set[date] = set()
        self.index = LakeIndex(root)
        self.uploads = UploadStore(root, time_zone)
        if self._key_check.exists():
            read_decrypted(self._key_check)
        if self._settings.exists():
            known = self._known_zone()
            if known != time_zone:
                raise LakeError(
                    f"{root} has the time zone {known}, not {time_zone}; "
                    f"set the time zone to {known}, or use a new lake"
                )

    def identities(self) -> StoredIdentities:
        """The identity of every call's current result, by call id."""
        return StoredIdentities(self.index.open())

    def results(
        self, call_ids: Collection[str] | None = None, days: Collection[date] | None = None
    ) -> Iterator[CallResult]:
        """Current results that have their redacted words, in order of day and call id.

        Args:
            call_ids: Only these calls; None for all.
            days: Only these days; None for all.

        Raises:
            LakeError: A part is damaged.
        """
        for day, keys in self.index.current(call_ids, days):
            yield from self._results_of(self.manifest(day), keys)

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
        self.commit_frames(run_id, frames_by_day(results, self.time_zone))

    def commit_frames(self, run_id: str, days: Mapping[date, Mapping[str, pl.DataFrame]]) -> None:
        """Add results as rows by day, in the form of `result_to_rows.frames`."""
        if not days:
            return
        with one_writer(self.root):
            self._keep_settings()
            commit_no = self.last_commit_no() + 1
            for call_date, tables in sorted(days.items()):
                self._sweep(call_date)
                part = write_part(self.root, call_date, tables, run_id, commit_no)
                append(self.root, call_date, part)

    def record_catalogue(self, catalogue: RuleCatalogue) -> None:
        """Record the rules of a run."""
        self._write_json("catalogue", catalogue.rules_sha256, catalogue)

    def record_run(self, run: RunRecord, *, lists_written: bool = True) -> None:
        """Record a run; recording the same run again replaces its record.

        Args:
            run: The run.
            lists_written: Whether its lists exist; if not, the next run lists its calls.
        """
        last, known = self.last_commit_no(), {one.run.run_id: one.sequence for one in self.runs()}
        sequence = known.get(run.run_id, max(known.values(), default=0) + 1)
        stored = StoredRun(
            run=run, last_commit_no=last, lists_written=lists_written, sequence=sequence
        )
        self._write_json("run", run.run_id, stored)

    def catalogues(self) -> list[RuleCatalogue]:
        """All recorded catalogues, in order of their last use."""
        paths = (self.root / "catalogue").glob("*.json")
        oldest_first = sorted(paths, key=lambda path: path.stat().st_mtime_ns)
        return [read_record(path, RuleCatalogue) for path in oldest_first]

    def runs(self) -> list[StoredRun]:
        """All recorded runs, in the order in which they were recorded first."""
        paths = (self.root / "run").glob("*.json")
        stored = [read_record(path, StoredRun) for path in paths]
        return sorted(stored, key=lambda one: (one.sequence, one.run.finished_at, one.run.run_id))

    def days(self) -> dict[date, str]:
        """A hash of the valid parts of each day, oldest day first."""
        return self.index.days()

    def manifest(self, call_date: date) -> Manifest:
        """The manifest of a day.

        Raises:
            LakeError: It is damaged.
        """
        return read_manifest(self.root, call_date)

    def last_commit_no(self) -> int:
        """Number of the last commit; 0 in an empty lake."""
        return self.index.last_commit_no()

    def files(self, table: str) -> list[Path]:
        """The valid Parquet files of a table, oldest day first."""
        return [
            self.root / part.files[table].path
            for day in self.days()
            for part in self.manifest(day).parts
        ]

    def drop(self, call_date: date, commit_no: int) -> None:
        """Let a damaged part count no more, so that the next run hears its calls again."""
        with one_writer(self.root):
            dropped = Dropped(dropped_commit_no=commit_no, dropped_at=datetime.now(UTC))
            append(self.root, call_date, dropped)

    def state_sha256(self) -> str:
        """Hash of the state of the lake, ignoring runs that changed nothing."""
        digest = hashlib.sha256()
        digest.update(repr(self.days()).encode())
        for catalogue in self.catalogues():
            digest.update(catalogue.model_dump_json().encode())
        digest.update(self.uploads.manifest().model_dump_json().encode())
        set_aside = {stored.run.source: stored.run.quarantined for stored in self.runs()}
        for source, items in sorted(set_aside.items()):
            digest.update(repr((source, sorted(items, key=repr))).encode())
        return digest.hexdigest()

    def _results_of(self, manifest: Manifest, keys: Sequence[Key]) -> Iterator[CallResult]:
        wanted = {key.commit_no for key in keys}
        parts = [part for part in manifest.parts if part.commit_no in wanted]
        frame = pl.DataFrame(keys, _KEY, orient="row")
        rows = {table: self._rows_of(parts, table, frame) for table in SCHEMAS}
        calls = rows.pop("call")
        for call_id, (call,) in sorted(calls.items()):
            if call["transcript_removed_on"] is None:
                children = {table: by_call.get(call_id, []) for table, by_call in rows.items()}
                yield result_from(call, children)

    def _rows_of(
        self, parts: Sequence[Part], table: str, keys: pl.DataFrame
    ) -> dict[str, list[Row]]:
        rows = rows_of_parts(self.root, parts, table)
        frame = rows.join(keys, on=keys.columns, how="semi", maintain_order="left")
        by_call: dict[str, list[Row]] = defaultdict(list)
        for row in frame.iter_rows(named=True):
            by_call[row["call_id"]].append(row)
        return by_call

    def _known_zone(self) -> str:
        try:
            return str(json.loads(self._settings.read_bytes())["time_zone"])
        except (ValueError, KeyError, TypeError):
            raise LakeError(
                f"{self._settings}: cannot be read; expected the time zone of the centre, such as"
                f' {{"time_zone": "{self.time_zone}"}}; write it again'
            ) from None

    def _sweep(self, call_date: date) -> None:
        """Remove what an interrupted commit left of a day, before the first commit of ours to it.

        A commit of this process that was interrupted has ended the run.
        """
        if call_date not in self._swept:
            for path in unnamed_files(self.root, self.manifest(call_date)):
                path.unlink()
            self._swept.add(call_date)

    def _write_json(self, kind: str, name: str, record: RuleCatalogue | StoredRun) -> None:
        with one_writer(self.root):
            self._keep_settings()
            path = self.root / kind / f"{name}.json"
            path.parent.mkdir(exist_ok=True)
            replace_atomically(path, record.model_dump_json(indent=1).encode())

    def _keep_settings(self) -> None:
        if not self._settings.exists():
            replace_atomically(self._settings, json.dumps({"time_zone": self.time_zone}).encode())
        if has_key() and not self._key_check.exists():
            write_encrypted(self._key_check, b"")
