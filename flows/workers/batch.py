"""Batches of calls that workers on other machines evaluate.

What the run and a worker tell each other is in files of the home's store, named by the id of the
batch: messages of the cluster hold paths and counts only, since its scheduler keeps and shows them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import TYPE_CHECKING, Any

from pydantic import TypeAdapter

from flows.settings.places import copied_url
from flows.workers.listener import WhisperFactory
from flows.workers.tally import Tally
from models import call as call_module
from models.call import Call, Recording
from qa_rules.assessing import RESULTS_VERSION
from warehouse.lake.encryption import decrypted, encrypted
from warehouse.lake.parquet import packed, unpacked
from warehouse.lake.result_to_rows import frames_by_day
from warehouse.lake.store import StoredFile

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flows.settings.centre import Settings
    from flows.sources.folder import Pair
    from flows.workers.listener import ListenerFactory
    from qa_rules.pii_detection.redaction.second_hearing import Extent
    from qa_rules.results import CallResult
    from warehouse.lake.result_to_rows import DayRows
    from warehouse.lake.store import Store

TASKS_PER_CORE = 2
"""So many full batches a core are planned at a time; those at the end are smaller, so that no core
waits long for the last one."""

FOLDER = "batches"
"""Folder of the home; what a run that was killed leaves there is of no use."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What the batches of a run have in common.

    Attributes:
        home: The home by path or URL, as workers reach it.
        source: URL from which workers fetch the recordings; None if they share a folder of them.
        model_pins: Pins of the weights with which a worker must hear.
        rules_sha256: Hash of the rules by which it must judge.
        results_version: Version of the code that judges.
        hotwords: Names in calls beside those of `centre.yaml`.
        time_zone: Zone of the centre.
        prove: Part of the redacted copies to transcribe again.
        listener: Factory of the listener; None for the one that the settings of the worker select.
    """

    home: str
    source: str | None
    model_pins: tuple[str, ...]
    rules_sha256: str
    results_version: int
    hotwords: tuple[str, ...]
    time_zone: str
    prove: Extent
    listener: ListenerFactory | None


@dataclass(frozen=True, slots=True)
class Batch:
    """What the cluster is told of a batch."""

    batch_id: str
    terms: Terms

    @property
    def calls_path(self) -> str:
        """File of its calls, in the home."""
        return f"{FOLDER}/{self.batch_id}.json"

    @property
    def result_path(self) -> str:
        """File of what became of them."""
        return f"{FOLDER}/{self.batch_id}.zip"


@dataclass(frozen=True, slots=True)
class Evaluated:
    """What the cluster tells of an evaluated batch."""

    result_path: str
    evaluated_count: int
    quarantined_count: int


@dataclass(frozen=True, slots=True)
class BatchResult:
    """What became of the calls of a batch.

    Attributes:
        tally: Counts, and calls that could not be evaluated.
        days: Rows by day and table.
        copies: The redacted copies that are in the store of the home.
    """

    tally: Tally
    days: DayRows
    copies: tuple[StoredFile, ...] = ()

    @property
    def call_ids(self) -> set[str]:
        """The evaluated calls."""
        return {call_id for tables in self.days.values() for call_id in tables["call"]["call_id"]}


def terms_of(settings: Settings, listener: ListenerFactory, rules_sha256: str) -> Terms:
    """The terms of a run; a listener that needs files of this machine is not handed over."""
    return Terms(
        home=copied_url(settings.home) or str(settings.home.absolute()),
        source=copied_url(settings.source),
        model_pins=listener.model_pins,
        rules_sha256=rules_sha256,
        results_version=RESULTS_VERSION,
        hotwords=settings.hotwords,
        time_zone=settings.time_zone,
        prove=settings.prove,
        listener=None if isinstance(listener, WhisperFactory) else listener,
    )


_CALLS: TypeAdapter[list[Pair]] = TypeAdapter(list[tuple[Call, Recording]])
# Names that the module of these records imports for the type checker only.
_NAMES: dict[str, Any] = {"datetime": datetime, "Path": Path, **vars(call_module)}
_CALLS.rebuild(force=True, _types_namespace=_NAMES)

_SUMMARY = TypeAdapter(tuple[Tally, tuple[StoredFile, ...]])
"""What a file of rows says besides them."""


def write_calls(store: Store, batch: Batch, pairs: Sequence[Pair]) -> None:
    """Store the calls of a batch for its worker."""
    _put(store, batch.calls_path, _CALLS.dump_json(list(pairs)))


def read_calls(store: Store, batch: Batch) -> list[Pair]:
    """The calls of a batch."""
    return _CALLS.validate_json(decrypted(store.read(batch.calls_path), batch.calls_path))


def write_result(
    store: Store,
    batch: Batch,
    results: Sequence[CallResult],
    tally: Tally,
    copies: Sequence[StoredFile] = (),
) -> Evaluated:
    """Store what became of a batch, whole or not at all; replaces what an earlier worker stored."""
    days = frames_by_day(results, batch.terms.time_zone)
    _put(store, batch.result_path, packed(days, _SUMMARY.dump_json((tally, tuple(copies)))))
    return Evaluated(batch.result_path, len(results), len(tally.quarantined))


def read_result(store: Store, batch: Batch) -> BatchResult:
    """What became of a batch."""
    days, content = unpacked(decrypted(store.read(batch.result_path), batch.result_path))
    tally, copies = _SUMMARY.validate_json(content)
    return BatchResult(tally, days, copies)


def remove_batch(store: Store, batch: Batch) -> None:
    """Remove the files of a batch that is in the lake."""
    store.remove(batch.calls_path)
    store.remove(batch.result_path)


def remove_batches(store: Store) -> None:
    """Remove the files that earlier runs left."""
    for file in store.files(FOLDER):
        store.remove(file.path)


def _put(store: Store, path: str, content: bytes) -> None:
    with NamedTemporaryFile() as draft:
        draft.write(encrypted(content))
        draft.flush()
        store.put(path, Path(draft.name))
