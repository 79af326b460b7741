"""The batches of a night as Prefect tasks on Dask workers; the only module that imports Dask."""

# No `from __future__ import annotations`: Prefect reads the parameters' types at run time.

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import CancelledError
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import count
from typing import Any
from urllib.parse import urlsplit

from distributed import KilledWorker, wait
from distributed.utils import get_ip
from prefect import get_run_logger, task
from prefect.cache_policies import NO_CACHE
from prefect.settings import PREFECT_API_URL
from prefect_dask import DaskTaskRunner
from prefect_dask.task_runners import PrefectDaskFuture

from flows.errors import FlowsError, TemporaryError
from flows.night.night import Night
from flows.settings.centre import Settings
from flows.settings.environment import THIS_MACHINE
from flows.settings.places import copied_url
from flows.sources.folder import Pair
from flows.stores.home_copy import take_stored
from flows.stores.opening import open_store
from flows.stores.originals import originals_of
from flows.workers import remote
from flows.workers.batch import (
    Batch,
    BatchResult,
    Evaluated,
    Terms,
    read_result,
    remove_batch,
    remove_batches,
    write_calls,
)
from flows.workers.pool import crashed
from flows.workers.portions import portions
from flows.workers.tally import Tally

_FIRST_WORKER_S = 60
_PATIENCE_S = 300
"""How long a cluster may be without any worker, as while its machines are replaced."""


# Prefect must keep no result: the run commits each batch, and the lake knows what is done.
@task(name="evaluate batch on a worker", cache_policy=NO_CACHE, persist_result=False)
def evaluate_there(batch: Batch) -> Evaluated:
    """Evaluate one batch of calls on the worker that runs this."""
    evaluated = remote.evaluate(batch)
    get_run_logger().info("a batch of %d calls is evaluated", evaluated.evaluated_count)
    return evaluated


@dataclass(frozen=True)
class _Running:
    """A batch that some worker has, or will have."""

    batch: Batch
    pairs: Sequence[Pair]
    future: PrefectDaskFuture[Evaluated]
    is_alone: bool


@contextmanager
def dask_workers(settings: Settings) -> Iterator["DaskWorkers"]:
    """Connect to the cluster of the settings.

    Raises:
        FlowsError: It cannot be reached, has no worker, or workers that cannot do it.
    """
    options = {"timeout": _FIRST_WORKER_S, "set_as_default": True}  # `wait` asks for the default
    runner = DaskTaskRunner(address=settings.dask, client_kwargs=options)
    with runner:
        try:
            runner.client.wait_for_workers(1, timeout=_FIRST_WORKER_S)
        except OSError as error:  # also says that time is up
            raise FlowsError(
                f"CALLQA_DASK={settings.dask}: no scheduler with a worker answers"
                f" ({type(error).__name__}); start `dask scheduler` and `dask worker` first"
            ) from None
        yield DaskWorkers(settings, runner)


class DaskWorkers:
    """The workers of a cluster, which evaluate batches of one thread each.

    Attributes:
        cores: Their number when the run began.
    """

    def __init__(self, settings: Settings, runner: DaskTaskRunner) -> None:
        self._settings, self._runner = settings, runner
        threads: dict[str, int] = runner.client.nthreads()
        self.cores = len(threads)
        _require_one_thread(threads)
        _require_prefect_for(threads)
        self._store = open_store(copied_url(settings.home) or settings.home.absolute())
        self._originals = originals_of(settings.source)
        self._numbers = count(1)
        self._running: dict[Any, _Running] = {}
        remove_batches(self._store)

    def evaluate(self, night: Night, pairs: list[Pair], done: Callable[[], object]) -> None:
        """Evaluate calls in as many tasks as keep all cores busy, and commit each to the lake.

        What a task of a lost worker had done is done again elsewhere. Of calls whose task lost
        several workers, halves are tried, and in the end each call alone, while no other runs that
        could be to blame: what loses workers even then is quarantined.
        """
        terms = night.share(pairs)
        durations_s = [recording.duration_s for _, recording in pairs]
        languages = [call.language for call, _ in pairs]
        size = self._settings.batch_size
        for portion in portions(durations_s, languages, self.cores, size):
            self._submit(night, terms, [pairs[at] for at in portion])
        suspects: list[Pair] = []
        while self._running or suspects:
            if not self._running:
                self._submit(night, terms, [suspects.pop()], is_alone=True)
            for one in self._finished():
                try:
                    one.future.result()
                except KilledWorker:
                    if one.is_alone:
                        result = BatchResult(Tally(quarantined=(crashed(one.pairs[0]),)), {})
                        self._add(night, one, result, done)
                    elif len(one.pairs) == 1:
                        suspects += one.pairs
                    else:
                        half = len(one.pairs) // 2
                        self._submit(night, terms, one.pairs[:half])
                        self._submit(night, terms, one.pairs[half:])
                except CancelledError:
                    raise TemporaryError(
                        f"the Dask scheduler {self._settings.dask} is gone; what is evaluated is"
                        " stored: start it, and run it again"
                    ) from None
                else:
                    self._add(night, one, read_result(self._store, one.batch), done)

    def _submit(
        self, night: Night, terms: Terms, pairs: Sequence[Pair], *, is_alone: bool = False
    ) -> None:
        for call, _ in pairs:
            self._settings.audio.make_room(call)  # the folder of restricted calls is private
        batch = Batch(f"{night.run_id}-{next(self._numbers)}", terms)
        write_calls(self._store, batch, self._originals.shared(pairs))
        future = self._runner.submit(evaluate_there, {"batch": batch})
        self._running[future.wrapped_future] = _Running(batch, pairs, future, is_alone)

    def _finished(self) -> list[_Running]:
        """Wait for the first batches that are done; each is handed out once.

        Raises:
            FlowsError: There is no worker any more.
        """
        try:
            wait(list(self._running), timeout=_PATIENCE_S, return_when="FIRST_COMPLETED")
        except TimeoutError:
            if not self._runner.client.nthreads():
                raise TemporaryError(
                    f"the Dask scheduler {self._settings.dask} has had no worker for a while; what"
                    " is evaluated is stored: start workers, and run it again"
                ) from None
        done = [future for future in self._running if future.done()]
        return [self._running.pop(future) for future in done]

    def _add(
        self, night: Night, one: _Running, result: BatchResult, done: Callable[[], object]
    ) -> None:
        """Commit what became of a batch. Its files go: nobody reads what comes late."""
        call_ids = result.call_ids
        here = {call.call_id: str(recording.path) for call, recording in one.pairs}
        items = [
            replace(item, item=here.get(item.call_id or "", item.item))
            for item in result.tally.quarantined
        ]
        result = replace(result, tally=replace(result.tally, quarantined=tuple(items)))
        take_stored(self._settings.home, result.copies)
        night.add([call for call, _ in one.pairs if call.call_id in call_ids], result)
        remove_batch(self._store, one.batch)
        for _ in one.pairs:
            done()


def _require_one_thread(threads: dict[str, int]) -> None:
    if wrong := sorted(address for address, number in threads.items() if number != 1):
        raise FlowsError(
            f"{len(wrong)} Dask workers have several threads, such as {wrong[0]}; start them with"
            " `--nthreads 1 --nworkers N`, N being the cores of the machine"
        )


def _require_prefect_for(threads: dict[str, int]) -> None:
    """Check that workers reach the Prefect server: that of the run itself serves this machine."""
    url = PREFECT_API_URL.value()
    here = {*THIS_MACHINE, get_ip()}
    elsewhere = {urlsplit(address).hostname for address in threads} - here
    if elsewhere and (url is None or urlsplit(url).hostname in THIS_MACHINE):
        raise FlowsError(
            "CALLQA_DASK: workers on other machines report to Prefect; set PREFECT_API_URL to a"
            " server that they reach"
        )
