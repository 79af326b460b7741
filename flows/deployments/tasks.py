"""The tasks of the flows: each is one call into a package, with logging."""

# No `from __future__ import annotations`: Prefect reads the parameters' types at run time.

from collections.abc import Callable
from pathlib import Path
from typing import Any

from prefect import get_run_logger, task
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State, TaskRun

from flows.deliver.delivering import Delivery, together
from flows.deliver.owed import deliver_owed
from flows.errors import EXPECTED_ERRORS, FlowsError, TemporaryError
from flows.governance.acts import delivered
from flows.governance.holds import holds_of
from flows.governance.retention.expiry import apply
from flows.governance.retention.plan import plan_of
from flows.night.night import Night
from flows.publishing import publish_stored
from flows.settings.centre import Settings
from flows.sources.folder import Pair
from flows.summary import RunSummary
from flows.workers.pool import Workers


class _UndeliveredError(TemporaryError):
    """Some lists were not sent, and may be when they are tried again."""


def _may_pass(_task: object, _run: TaskRun, state: State[Any]) -> bool:
    """Whether a failed task is to be tried again: not if the error says what a person must do."""
    error = state.result(raise_on_failure=False)
    return isinstance(error, TemporaryError) or not isinstance(error, EXPECTED_ERRORS)


@task(name="take in", cache_policy=NO_CACHE)
def take_in_source(night: Night) -> None:
    """Scan the source."""
    intake = night.take_in()
    get_run_logger().info(
        "%d items seen, %d to hear, %d to judge again",
        intake.seen,
        len(night.todo),
        night.judge_count,
    )


# Tasks are batches, not calls: a task costs Prefect about ten milliseconds and a row, and a process
# pool inside it uses the cores.
@task(name="evaluate batch", cache_policy=NO_CACHE)
def evaluate_batch(
    night: Night, batch: list[Pair], workers: Workers, done: Callable[[], object]
) -> None:
    """Evaluate one batch of calls into the lake."""
    night.evaluate(batch, workers, done)
    get_run_logger().info("a batch of %d calls is in the lake", len(batch))


def evaluate(settings: Settings, night: Night, done: Callable[[], object]) -> None:
    """Evaluate the calls to hear, in processes of this machine or on the workers of a cluster.

    Raises:
        FlowsError: The cluster cannot be used.
    """
    if settings.dask is None:
        with night.workers() as workers:
            for batch in night.batches():
                evaluate_batch(night, batch, workers, done)
        return
    try:
        from flows.deployments.dask_workers import dask_workers  # noqa: PLC0415  an optional extra
    except ModuleNotFoundError as error:
        raise FlowsError(
            f"CALLQA_DASK needs the extra `scale`, in which {error.name} is; run `make setup-scale`"
        ) from None
    with dask_workers(settings) as workers:
        for batch in night.batches(workers.cores):
            workers.evaluate(night, batch, done)


@task(name="judge again", cache_policy=NO_CACHE)
def judge_again(night: Night, done: Callable[[], object]) -> None:
    """Judge the stored transcripts of calls whose rules or metadata changed."""
    night.judge_again(done)
    get_run_logger().info("%d stored transcripts judged again", night.judge_count)


@task(name="publish", cache_policy=NO_CACHE, retry_condition_fn=_may_pass)
def publish_night(night: Night) -> RunSummary:
    """Publish the warehouse and write the flag lists."""
    summary = night.publish()
    get_run_logger().info("%s", summary.counts)
    return summary


@task(name="publish again", cache_policy=NO_CACHE, retry_condition_fn=_may_pass)
def publish_again(settings: Settings) -> Path:
    """Publish the warehouse and write all pages from what is stored."""
    return publish_stored(settings)


@task(name="retention", cache_policy=NO_CACHE, retry_condition_fn=_may_pass)
def remove_expired(settings: Settings) -> dict[str, int]:
    """Remove what the retention policy no longer keeps; returns the numbers by class."""
    plan = plan_of(settings, holds_of(settings))
    apply(settings, plan)
    for line in plan.lines:
        get_run_logger().info("%s by %s: %d removed", line.kind, line.policy, line.goes)
    return plan.removed_counts


@task(name="deliver", cache_policy=NO_CACHE, retry_condition_fn=_may_pass)
def deliver_lists(settings: Settings, lists: Path, attempts: list[Delivery]) -> None:
    """Send the lists and alerts, and those of earlier nights that could not be sent.

    Args:
        settings: Settings of the centre.
        lists: Folder of the newest lists.
        attempts: Receives what became of each list, whether or not the task succeeds.

    Raises:
        _UndeliveredError: Some were not sent, and may be when they are tried again.
    """
    attempts[:] = together(attempts, deliver_owed(settings, lists))
    failed = [one for one in attempts if one.state == "failed"]
    for one in failed:
        get_run_logger().error("%s of %s: %s", one.kind, one.supervisor_id, one.problem)
    if any(one.is_temporary for one in failed):
        raise _UndeliveredError(f"{len(failed)} lists or alerts were not sent")


def deliver(settings: Settings, lists: Path) -> tuple[Delivery, ...]:
    """Send the lists, several times if necessary; what fails in the end does not fail the run."""
    attempts: list[Delivery] = []
    state = deliver_lists.with_options(**retried(settings))(
        settings, lists, attempts, return_state=True
    )
    delivered(settings.home, attempts)
    error = None if state.is_completed() else state.result(raise_on_failure=False)
    if isinstance(error, BaseException) and not isinstance(error, _UndeliveredError):
        raise error
    return tuple(attempts)


def retried(settings: Settings) -> dict[str, Any]:
    """The options of a task that is tried again after the pauses of the settings."""
    pauses_s = list(settings.retry_delays_s)
    return {"retries": len(pauses_s), "retry_delay_seconds": pauses_s or None}
