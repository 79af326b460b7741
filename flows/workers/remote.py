"""What a worker of a cluster does with a batch: one process, which hears with one thread."""

from __future__ import annotations

import atexit
import multiprocessing
import platform
import shutil
from contextlib import ExitStack
from typing import TYPE_CHECKING

from flows.errors import FlowsError
from flows.settings.centre import Settings
from flows.settings.process import Kind, begin
from flows.stores.opening import open_store
from flows.stores.originals import Originals, StoredOriginals
from flows.stores.own_folder import own_folder
from flows.workers.batch import read_calls, write_result
from flows.workers.listener import listener_of
from flows.workers.pool import Workers
from flows.workers.tally import Tally, tally_of
from qa_rules.assessing import RESULTS_VERSION
from qa_rules.authoring.check import load_locked
from qa_rules.results import CallResult
from warehouse.audio_folder import AudioFolder

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from flows.sources.folder import Pair
    from flows.workers.batch import Batch, Evaluated, Terms
    from models.call import Quarantined
    from warehouse.lake.store import StoredFile


class _Hearing:
    """A process with the model and the rules, kept from batch to batch.

    A child of the worker: a recording on which it crashes or hangs costs the child, is quarantined,
    and leaves the worker and what else it does alone.
    """

    def __init__(self, terms: Terms) -> None:
        settings = Settings.with_overrides(hotwords=terms.hotwords)
        listener = terms.listener or listener_of(settings)
        _require_same(terms, listener.model_pins, load_locked(settings.rules).sha256)
        self.terms = terms
        self.store = open_store(terms.home)
        self._held = ExitStack()
        folder = self._held.enter_context(own_folder())
        self._copies, self._recordings = folder / "copies", folder / "recordings"
        url = terms.source
        self.originals = (
            StoredOriginals(self._recordings, url) if url else Originals(self._recordings)
        )
        audio = AudioFolder(self._copies / "audio", terms.time_zone)
        self._workers = Workers(listener, settings.rules, audio, 1, terms.prove)

    def evaluated(self, pairs: Sequence[Pair]) -> Iterator[CallResult | Quarantined]:
        """Evaluate calls while their recordings are here."""
        try:
            here, failed = self.originals.fetched(self.originals.placed(pairs))
            _require_recordings(self.terms, pairs, here)
            yield from self.originals.items_named(failed)
            yield from self._workers.evaluate(here)
        finally:
            shutil.rmtree(self._recordings, ignore_errors=True)

    def store_copies(self) -> list[StoredFile]:
        """Put the redacted copies into the store of the home."""
        stored = []
        for copy in sorted(self._copies.rglob("*.opus")):
            stored.append(self.store.put(copy.relative_to(self._copies).as_posix(), copy))
            copy.unlink()
        return stored

    def close(self) -> None:
        """End the process."""
        self._workers.__exit__(None)
        self._held.close()


_hearing: _Hearing | None = None


def evaluate(batch: Batch) -> Evaluated:
    """Evaluate a batch into the store of the home: redacted copies first, then the rows.

    Raises:
        FlowsError: This worker cannot do it as the run wants it. No call is the cause.
    """
    begin(Kind.WORKER)
    hearing = _hearing_for(batch.terms)
    tally, results = Tally(), []
    for outcome in hearing.evaluated(read_calls(hearing.store, batch)):
        tally += tally_of(outcome)
        if isinstance(outcome, CallResult):
            results.append(outcome)
    return write_result(hearing.store, batch, results, tally, hearing.store_copies())


def _hearing_for(terms: Terms) -> _Hearing:
    """The process of this worker; another run may want other rules."""
    global _hearing  # noqa: PLW0603  a worker has no other place for what it loads once
    if _hearing is None or _hearing.terms != terms:
        _close()
        if multiprocessing.current_process().daemon:
            raise FlowsError(
                "this worker may start no process; set DASK_DISTRIBUTED__WORKER__DAEMON=False"
                " where `dask worker` is started"
            )
        _hearing = _Hearing(terms)
    return _hearing


@atexit.register
def _close() -> None:
    global _hearing  # noqa: PLW0603
    if _hearing is not None:
        _hearing.close()
    _hearing = None


def _require_same(terms: Terms, model_pins: tuple[str, ...], rules_sha256: str) -> None:
    """Check that this worker hears and judges as the run does.

    Raises:
        FlowsError: It does not; names every difference.
    """
    compared = {
        "weights and names (CALLQA_MODEL, CALLQA_MODEL_FOLDER, centre.yaml)": (
            ", ".join(model_pins),
            ", ".join(terms.model_pins),
        ),
        "rules (CALLQA_RULES, CALLQA_LANGUAGES)": (rules_sha256[:12], terms.rules_sha256[:12]),
        "version of callqa": (RESULTS_VERSION, terms.results_version),
    }
    faults = [
        f"{what}: it has {here}; expected {wanted}, as the run has"
        for what, (here, wanted) in compared.items()
        if here != wanted
    ]
    if faults:
        raise FlowsError("\n".join(f"worker {_name()}: {fault}" for fault in faults))


def _require_recordings(terms: Terms, pairs: Sequence[Pair], here: Sequence[Pair]) -> None:
    """Check that recordings can be reached at all: a single one may be gone.

    Raises:
        FlowsError: None is there, as without the mount of a shared folder.
        StoreError: The store of the recordings cannot be used from here.
    """
    if terms.source:
        if not here:
            open_store(terms.source).files()
    elif not any(recording.path.is_file() for _, recording in pairs):
        raise FlowsError(
            f"worker {_name()}: no recording of its calls is there, such as"
            f" {pairs[0][1].path.parent}; mount the folder of the recordings at the same path"
        )


def _name() -> str:
    """The machine, as its operator knows it."""
    return platform.node()
