"""Evaluate calls in worker processes; only redacted transcripts leave these processes."""

from __future__ import annotations

import multiprocessing
import signal
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Self

from flows.errors import FlowsError, internal_error
from flows.settings.process import Kind, begin
from flows.sources.children import at_most, confine, end_with_parent, memory_of_machine
from flows.workers.portions import portions
from flows.workers.threads import use_one_thread
from models.audio.redacted_copy import in_memory, redacted
from models.call import Quarantined, QuarantineReason
from models.errors import AudioError
from qa_rules.assessing import assess
from qa_rules.pii_detection.redaction.muting import mute_spans
from qa_rules.pii_detection.redaction.second_hearing import Extent, audible_numbers
from qa_rules.rule_files.rulebook import RuleBook, load_rulebook
from warehouse.lake.encryption import write_encrypted

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from flows.sources.folder import Pair
    from flows.workers.listener import ListenerFactory
    from models.speech.listener import Listener
    from models.transcript import Transcript
    from qa_rules.pii_detection.redaction.muting import Muted
    from qa_rules.pii_detection.types.catalogue import PiiRules
    from qa_rules.results import CallResult
    from warehouse.audio_folder import AudioFolder

# A portion that takes longer is considered hung: ten times the slowest measured on one core.
START_LIMIT_S = 120
LIMIT_RATIO = 10


@dataclass(frozen=True, slots=True)
class _Worker:
    """What each process loads once."""

    listener: Listener
    rulebook: RuleBook
    audio: AudioFolder
    prove: Extent

    def evaluate(self, calls: Sequence[Pair]) -> list[CallResult | Quarantined]:
        """Recognise calls together, and evaluate each."""
        heard = self.listener.listen_many(calls)
        return [
            _failed(pair, str(found), QuarantineReason.RECOGNITION_FAILED)
            if isinstance(found, Exception)
            else _assess(pair, found, self)
            for pair, found in zip(calls, heard, strict=True)
        ]


_worker: _Worker | None = None


class Workers:
    """One single-threaded recognition process per core, each with its own copy of the model."""

    def __init__(
        self,
        listener: ListenerFactory,
        rules: Path,
        audio: AudioFolder,
        count: int,
        prove: Extent = Extent.EXPECTED,
    ) -> None:
        self._arguments = (listener, rules, audio, prove)
        self._count = count
        self._pool = self._new_pool()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is not None:  # interrupted: do not wait for calls in progress
            for process in self._pool._processes.values():  # noqa: SLF001  public from Python 3.14
                process.kill()
        self._pool.shutdown(cancel_futures=True)

    def evaluate(self, calls: Sequence[Pair]) -> Iterator[CallResult | Quarantined]:
        """Evaluate calls; yields each result as soon as it is ready.

        A recording that kills its process (out of memory, a crash in a decoder) or ends in an
        unforeseen error is quarantined; the calls that shared the process with it are evaluated
        again, one at a time.
        """
        suspects: list[Pair] = []
        divided = portions(
            [recording.duration_s for _, recording in calls],
            [call.language for call, _ in calls],
            self._count,
        )
        parts = [[calls[at] for at in portion] for portion in divided]
        running = {self._submit(part): part for part in parts}
        for future in as_completed(running):
            try:
                yield from future.result()
            except Exception:  # noqa: BLE001  of one of its calls; which one, the next loop finds out
                suspects.extend(running[future])
        for pair in suspects:
            try:
                yield from self._submit([pair]).result()
            except BrokenProcessPool:
                yield crashed(pair)
            except Exception as error:  # noqa: BLE001  whatever it is, the rest of the run goes on
                yield _failed(pair, _detail_of(error), QuarantineReason.EVALUATION_FAILED)

    def _submit(self, part: Sequence[Pair]) -> Future[list[CallResult | Quarantined]]:
        try:
            return self._pool.submit(_evaluate, part)
        except BrokenProcessPool:
            self._pool = self._new_pool()
            return self._pool.submit(_evaluate, part)

    def _new_pool(self) -> ProcessPoolExecutor:
        """Start a pool, and check that a process of it starts.

        Raises:
            FlowsError: No process starts. No call is the cause, so none must be quarantined.
        """
        use_one_thread()
        pool = ProcessPoolExecutor(
            self._count,
            # A fork would copy the locks of Prefect's and Arrow's threads in an undefined state.
            mp_context=multiprocessing.get_context("spawn"),
            initializer=_start,
            initargs=self._arguments,
        )
        try:
            pool.submit(_is_ready).result()
        except BrokenProcessPool:
            raise FlowsError(
                "no recognition process could start; see the messages above. Free memory or lower "
                "CALLQA_WORKERS, then run again"
            ) from None
        return pool


def _start(listener: ListenerFactory, rules: Path, audio: AudioFolder, prove: Extent) -> None:
    global _worker  # noqa: PLW0603  a process pool has no other place for what a worker loads once
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent decides what an interrupt means
    end_with_parent()
    begin(Kind.WORKER)
    confine(memory_of_machine())
    _worker = _Worker(listener(), load_rulebook(rules), audio, prove)


def _is_ready() -> bool:
    return _worker is not None


def _evaluate(part: Sequence[Pair]) -> list[CallResult | Quarantined]:
    assert _worker is not None
    audio_s = sum(recording.duration_s for _, recording in part)
    with at_most(START_LIMIT_S + LIMIT_RATIO * audio_s):
        return _worker.evaluate(part)


def _assess(pair: Pair, heard: Transcript, worker: _Worker) -> CallResult | Quarantined:
    """Evaluate a call and write the redacted copy of its recording."""
    call, recording = pair
    try:
        listen_again = partial(worker.listener.listen_again, recording, heard)
        result = assess(call, recording, heard, worker.rulebook, listen_again)
        rules = worker.rulebook.pii.on(call.started_at.date())
        muted = mute_spans(heard, result.pii_spans, rules, alternatives=result.alternatives)
        more = _write_copy(pair, heard, muted, rules, worker)
        result = replace(result, remuted_count=None if more is None else len(more))
    except AudioError as error:
        return _failed(pair, str(error), QuarantineReason.REDACTION_FAILED)
    except Exception as error:  # noqa: BLE001  a bug of ours costs one call, not the run
        return _failed(pair, _detail_of(error), QuarantineReason.EVALUATION_FAILED)
    return result


def _write_copy(
    pair: Pair, heard: Transcript, muted: Sequence[Muted], rules: PiiRules, worker: _Worker
) -> tuple[Muted, ...] | None:
    """Make a redacted copy, transcribe it again, mute and return what is still audible; store it.

    With a key, the copy is on no disk in clear.
    """
    call, recording = pair
    content = redacted(recording, [one.bounds_s for one in muted], heard.not_listened)
    with in_memory(content) as clear:
        more = audible_numbers(clear, (call, heard), muted, rules, worker.listener, worker.prove)
    if more:
        bounds_s = [stretch.bounds_s for stretch in (*muted, *more)]
        content = redacted(recording, bounds_s, heard.not_listened)
    try:
        copy = worker.audio.make_room(call)
        copy.parent.mkdir(parents=True, exist_ok=True)
        write_encrypted(copy, content)
    except OSError as error:
        raise AudioError(
            f"the redacted copy cannot be written ({error.strerror}); check the disk"
        ) from None
    return more


def _detail_of(error: Exception) -> str:
    if isinstance(error, MemoryError):
        return "it needs more memory than there is; lower CALLQA_WORKERS, or evaluate it alone"
    return internal_error(error)


def crashed(pair: Pair) -> Quarantined:
    """What to say of a call that ended the process in which it was alone."""
    detail = "its process crashed or timed out; check the file manually"
    return _failed(pair, detail, QuarantineReason.EVALUATION_FAILED)


def _failed(pair: Pair, detail: str, reason: QuarantineReason) -> Quarantined:
    call, recording = pair
    return Quarantined(item=str(recording.path), call_id=call.call_id, reason=reason, detail=detail)
