"""The form of a calibration session, and what is wrong with it."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ConfigDict

from flows.desk.records.calibration.acting import Plan
from flows.desk.records.calibration.sessions import CalibrationItem
from flows.desk.web.navigation import N_
from flows.desk.web.typed import why_refused

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from zoneinfo import ZoneInfo

    from flows.desk.records.accounts import Account

MOST_ITEMS = 300
"""Findings and answers of a session: more than anybody rates with care."""


class CalibrationForm(BaseModel):
    """What was typed and chosen, as it was sent.

    Attributes:
        expert: Accounts; more than one is refused.
        rater: Accounts of the others.
        call: Ids of the calls that were ticked.
        more: Further ids of calls, separated by spaces or lines.
        subject: Keys of the questions and rules.
    """

    model_config = ConfigDict(frozen=True)

    name: str = ""
    ends_at: str = ""
    expert: list[str] = []
    rater: list[str] = []
    call: list[str] = []
    more: str = ""
    subject: list[str] = []

    @property
    def call_ids(self) -> list[str]:
        """All calls, each once."""
        return list(dict.fromkeys([*self.call, *self.more.split()]))


def plan_of(
    form: CalibrationForm,
    accounts: Mapping[str, Account],
    calls: Sequence[Mapping[str, Any]],
    subjects: Mapping[str, Mapping[str, Any]],
    zone: ZoneInfo,
) -> Plan | dict[str, str]:
    """The session that a form describes, or a message of the catalogues by wrong field.

    Args:
        form: The form.
        accounts: Who can rate, by id.
        calls: Those of its calls that everybody may see.
        subjects: The rules and questions in force, by key.
        zone: Time zone of the deadline.
    """
    ends_at = _instant(form.ends_at, zone)
    errors = {
        "name": _name_fault(form.name),
        "ends_at": _deadline_fault(ends_at),
        "expert": _expert_fault(form, accounts),
        "rater": _rater_fault(form, accounts),
        "call": _call_fault(form, calls),
        "subject": _subject_fault(form, subjects),
    }
    wrong = {field: message for field, message in errors.items() if message}
    if wrong or ends_at is None:
        return wrong
    return Plan(
        name=form.name.strip(),
        ends_at=ends_at,
        expert_id=int(form.expert[0]),
        rater_ids=tuple(map(int, dict.fromkeys(form.rater))),
        items=_items(form, calls, subjects),
    )


def _items(
    form: CalibrationForm,
    calls: Sequence[Mapping[str, Any]],
    subjects: Mapping[str, Mapping[str, Any]],
) -> tuple[CalibrationItem, ...]:
    days = {call["call_id"]: call["call_date"] for call in calls}
    chosen = [(call_id, key) for call_id in form.call_ids for key in dict.fromkeys(form.subject)]
    return tuple(
        CalibrationItem(
            position=position,
            call_id=call_id,
            call_date=days[call_id],
            rule_id=subjects[key]["rule_id"],
            scorecard_id=subjects[key]["scorecard_id"],
            question=subjects[key]["question"],
            title=subjects[key]["title"][:500],
            observes=subjects[key]["observes"],
        )
        for position, (call_id, key) in enumerate(chosen, start=1)
    )


def _instant(text: str, zone: ZoneInfo) -> datetime | None:
    try:
        return datetime.strptime(text, "%Y-%m-%dT%H:%M").replace(tzinfo=zone)
    except ValueError:
        return None


def _name_fault(name: str) -> str | None:
    if not name.strip() or len(name) > 200:  # noqa: PLR2004  as its column
        return N_("Please give it a name of at most 200 characters.")
    return why_refused(name)


def _deadline_fault(ends_at: datetime | None) -> str | None:
    if ends_at is None or ends_at <= datetime.now(ends_at.tzinfo):
        return N_("Please give a day and time to come.")
    return None


def _expert_fault(form: CalibrationForm, accounts: Mapping[str, Account]) -> str | None:
    if len(form.expert) != 1 or form.expert[0] not in accounts:
        return N_("Please choose one expert; a session has no second one.")
    return None


def _rater_fault(form: CalibrationForm, accounts: Mapping[str, Account]) -> str | None:
    if not form.rater or not accounts.keys() >= {*form.rater}:
        return N_("Please choose at least one rater.")
    if {*form.rater} & {*form.expert}:
        return N_("The expert rates as well, and cannot be one of the others.")
    subjects = [accounts[one].subject for one in {*form.rater, *form.expert} if one in accounts]
    if len(subjects) != len({*subjects}):
        return N_("Two of these accounts belong to the same person.")
    return None


def _call_fault(form: CalibrationForm, calls: Sequence[Mapping[str, Any]]) -> str | None:
    if not form.call_ids:
        return N_("Please choose at least one call.")
    if {call["call_id"] for call in calls} != {*form.call_ids}:
        return N_("Some of these ids belong to no published call, or to a restricted one.")
    return None


def _subject_fault(form: CalibrationForm, subjects: Mapping[str, Mapping[str, Any]]) -> str | None:
    if not form.subject or not subjects.keys() >= {*form.subject}:
        return N_("Please choose at least one question or rule.")
    if len({*form.subject}) * len(form.call_ids) > MOST_ITEMS:
        return N_("These are too many for one session: at most 300, calls times what is rated.")
    return None
