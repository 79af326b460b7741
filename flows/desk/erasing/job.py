"""The process that erases a subject; the reference reaches it by a pipe, and no command line."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from flows.desk.erasing.alone import BusyError, alone
from flows.desk.records.erasures import State
from flows.governance.erasure.erasing import erase, plan_erasure

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

    from flows.governance.erasure.subject import Subject
    from flows.settings.centre import Settings


class Ended(NamedTuple):
    """How an erasure ended.

    Attributes:
        state: How.
        receipt: Name of its receipt, without suffix; None without one.
        fault: Class of the error; the text of one could name the subject.
    """

    state: State
    receipt: str | None = None
    fault: str | None = None


def work(settings: Settings, subject: Subject, answer: Connection) -> None:
    """Erase a subject, as `callqa erase` does, and say how it ended."""
    try:
        answer.send(_erased(settings, subject))
    except BusyError:
        answer.send(Ended(State.BUSY))
    except Exception as error:  # noqa: BLE001  told at the desk, by its class alone
        answer.send(Ended(State.FAILED, fault=type(error).__name__))


def _erased(settings: Settings, subject: Subject) -> Ended:
    with alone(settings.home):
        plan = plan_erasure(settings, subject)
        if plan.holds:
            return Ended(State.HELD)
        receipt = erase(settings, plan)
    is_whole = not receipt.not_done and receipt.proof.is_clean
    return Ended(State.DONE if is_whole else State.PARTLY, receipt.stem)
