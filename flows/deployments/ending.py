"""How a run ends in Prefect: its final state, and what the operator hears of it.

The states match the exit statuses of `callqa run`. 0 is Completed. 3 is of the type COMPLETED as
well, under a name of its own: everything is published, so nothing is to be retried and nothing that
follows the run is to be withheld, which is what Prefect decides by type; automations and filters go
by the name. 1 is Failed, or Crashed if the run was ended from outside.
"""

from __future__ import annotations

import traceback
from typing import TYPE_CHECKING, Any, TypeVar, cast

from prefect.states import Completed

from flows.deliver.operator import Incident, tell_operator
from flows.errors import EXPECTED_ERRORS, internal_error
from flows.settings.delivery import DeliverySettings

if TYPE_CHECKING:
    from collections.abc import Sequence

    from prefect import Flow
    from prefect.client.schemas.objects import FlowRun, State

_Result = TypeVar("_Result")

WITH_CONCERNS = "CompletedWithConcerns"


def concluded(result: _Result, concerns: Sequence[str], message: str = "") -> _Result:
    """The final state of a flow that published.

    Args:
        result: What the flow returns.
        concerns: What somebody should look at, one sentence per cause.
        message: What to show if there is nothing.

    Returns:
        A state; typed as its result, which is what Prefect hands to callers of the flow.
    """
    if not concerns:
        return cast("_Result", Completed(message=message, data=result))
    return cast("_Result", Completed(name=WITH_CONCERNS, message="\n".join(concerns), data=result))


def tell(flow: Flow[..., Any], flow_run: FlowRun, state: State[Any]) -> None:
    """Tell the operator of a run that failed, crashed, or completed with concerns: a hook."""
    if flow_run.parent_task_run_id or (state.is_completed() and state.name != WITH_CONCERNS):
        return  # a flow that runs others reports for them
    incident = Incident(
        flow=flow.name,
        run_id=f"{flow_run.name} ({flow_run.id})",
        state=state.name or state.type.value,
        causes=tuple(_causes(state)),
    )
    tell_operator(incident, DeliverySettings.read())


def told_by_hooks() -> dict[str, Any]:
    """The options of a flow of which the operator hears."""
    return {"on_failure": [tell], "on_crashed": [tell], "on_completion": [tell]}


def _causes(state: State[Any]) -> list[str]:
    """The causes; of an unforeseen error only its type and place."""
    error = None if state.is_completed() else _error_of(state)
    if isinstance(error, EXPECTED_ERRORS):
        return str(error).splitlines()
    if isinstance(error, OSError) and error.strerror:
        return [f"{error.strerror}; make room or give access, then run it again"]
    is_prefects = type(error).__module__.startswith("prefect.")  # says how a process ended
    if isinstance(error, Exception) and not is_prefects:
        frame = traceback.extract_tb(error.__traceback__)[-1:]
        where = f" in {frame[0].filename}:{frame[0].lineno}" if frame else ""
        return [internal_error(error, where)]
    return (state.message or "").splitlines()


def _error_of(state: State[Any]) -> BaseException | None:
    """The exception that ended a run; None where the run ended in another process."""
    try:
        result = state.result(raise_on_failure=False)
    except Exception:  # noqa: BLE001  Prefect raises several kinds if there is no result
        return None
    return result if isinstance(result, BaseException) else None
