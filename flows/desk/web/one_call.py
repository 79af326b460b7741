"""One call that a person may see: its page and its redacted copy."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from warehouse.reports.calls.pages import PageFrame, call_content
from warehouse.reports.site.rule_texts import RuleTexts

if TYPE_CHECKING:
    from flows.desk.desk import Desk
    from flows.desk.person import Person
    from qa_rules.results import CallResult


def result_for(desk: Desk, person: Person, call_id: str) -> CallResult | None:
    """The current result of a call; None if there is none that the person may see."""
    for row in desk.calls.ask(person, "seen_call", call_id=call_id):
        return next(iter(desk.lake.results([call_id], {row["call_date"]})), None)
    return None


def content_for(desk: Desk, person: Person, result: CallResult) -> dict[str, Any]:
    """What the template of call pages shows of a result to a person."""
    root, call = desk.settings.root_path, result.call
    frame = PageFrame(
        heading=call.agent_name,
        audio_link=f"{root}/calls/{call.call_id}/audio" if _is_kept(desk, result) else None,
        index_link=f"{root}/",
        list_link=f"{root}/flags",
        started_local=call.started_at.astimezone(ZoneInfo(desk.centre.time_zone)),
    )
    texts = RuleTexts(desk.lake.catalogues())
    return call_content(result, texts, person.language, frame)


def _is_kept(desk: Desk, result: CallResult) -> bool:
    return desk.centre.audio.copy_of(result.call).exists()
