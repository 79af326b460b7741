"""What people supply beside the calls is checked, kept, and published with the next night."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb
import pytest

from qa_rules.results import Outcome
from tests.warehouse.factory import night, result
from warehouse.errors import UploadError
from warehouse.lake.upload_records import KINDS
from warehouse.lake.upload_store import Recorded
from warehouse.query.reader import open_snapshot
from warehouse.snapshot.publish import publish
from warehouse.upload_checks import Known
from warehouse.uploads import read_uploads

if TYPE_CHECKING:
    from warehouse.lake.lake import Lake

_REVIEW = (
    "call_id,rule_id,scorecard_id,question,occasion,human_value,reviewer_id,reviewed_at,reason"
)
_STRETCH = "agent_id,starts_at,ends_at"
_AT = "2026-03-03T10:00:00+01:00"


@pytest.fixture
def folder(lake: Lake, snapshots: Path) -> Path:
    """The folder of a published night of two calls, one of which failed the greeting."""
    night(lake, "night-1", [result("c1", greeting=Outcome.FAIL), result("c2")])
    publish(lake, snapshots)
    return snapshots


def _record(lake: Lake, folder: Path, kind: str, text: str) -> Recorded:
    file = folder.with_name(f"{kind}.csv")
    file.write_text(text, encoding="utf-8")
    with open_snapshot(folder) as snapshot:
        records = read_uploads(file, kind, Known(snapshot, lake.uploads))
    return lake.uploads.add(KINDS[kind].table, records)


def _published(lake: Lake, folder: Path, sql: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(publish(lake, folder), read_only=True) as connection:
        return connection.execute(sql).fetchall()


def test_a_review_stands_and_the_machines_answer_stays(lake: Lake, folder: Path) -> None:
    """The score follows the person; who, when, why and both values are there."""
    recorded = _record(
        lake,
        folder,
        "reviews",
        f"{_REVIEW}\nc1,,service,greeting,flag,yes,s1,{_AT},She says her name later.\n",
    )
    assert recorded == Recorded(new=1, changed=0, same=0)
    assert _published(
        lake,
        folder,
        "select answer, machine_answer, reviewer_id, timezone('UTC', reviewed_at)::varchar, why"
        " from core.final_answer where call_id = 'c1' and question = 'greeting'",
    ) == [("yes", "no", "s1", "2026-03-03 09:00:00", "She says her name later.")]
    scores = "select call_id, score, machine_score from core.final_evaluation order by call_id"
    assert _published(lake, folder, scores) == [("c1", 100.0, 60.0), ("c2", 100.0, 100.0)]
    assert _published(lake, folder, "select score_mean from mart.agent_daily") == [(100.0,)]


def test_accuracy_comes_from_reviews(lake: Lake, folder: Path) -> None:
    """A confirmed flag and a pass that a person fails are counted as what the machine said."""
    text = (
        f"{_REVIEW}\nc1,script-greeting,,,flag,fail,s1,{_AT},Right."
        f"\nc2,script-greeting,,,sample,fail,s1,{_AT},No name at all.\n"
    )
    _record(lake, folder, "reviews", text)
    accuracy = "select precision_ratio, miss_ratio from mart.auto_qa_accuracy"
    assert _published(lake, folder, accuracy) == [(1.0, 1.0)]


def test_recording_a_file_again_changes_nothing(lake: Lake, folder: Path) -> None:
    """Not even the machine's value, if the call was judged anew in between."""
    text = f"{_REVIEW}\nc1,script-greeting,,,flag,fail,s1,{_AT},Right.\n"
    _record(lake, folder, "reviews", text)
    night(lake, "night-2", [result("c1", greeting=Outcome.CANNOT_TELL, queue="claims")])
    before = publish(lake, folder)
    assert _record(lake, folder, "reviews", text) == Recorded(new=0, changed=0, same=1)
    assert publish(lake, folder) == before
    assert _published(lake, folder, "select machine_value from core.review") == [("fail",)]


def test_a_dispute_is_settled_by_a_later_file(lake: Lake, folder: Path) -> None:
    """The same call, subject and agent are the same dispute."""
    head = "call_id,rule_id,agent_id,raised_at,reason,status,resolved_by,resolved_at,resolution"
    row = f"c1,script-greeting,a1,{_AT},I did greet."
    _record(lake, folder, "disputes", f"{head}\n{row},,,,\n")
    settled = f"{head}\n{row},upheld,s1,{_AT},Heard it again.\n"
    assert _record(lake, folder, "disputes", settled) == Recorded(new=0, changed=1, same=0)
    disputes = "select status, resolved_by from core.dispute"
    assert _published(lake, folder, disputes) == [("upheld", "s1")]


def test_commitments_belong_to_a_recorded_session(lake: Lake, folder: Path) -> None:
    """Unknown sessions are refused; a kept promise replaces the open one."""
    head = "session_id,made_by,promise,rule_id,due_on,status,settled_at"
    row = "one,agent,I greet with my name,script-greeting,2026-04-01"
    with pytest.raises(UploadError, match=r"commitments.csv:2: session_id: not known"):
        _record(lake, folder, "commitments", f"{head}\n{row},open,\n")
    _record(
        lake, folder, "sessions", f"session_id,agent_id,supervisor_id,held_at\none,a1,s1,{_AT}\n"
    )
    _record(lake, folder, "commitments", f"{head}\n{row},open,\n")
    _record(lake, folder, "commitments", f"{head}\n{row},kept,{_AT}\n")
    kept = "select agent_id, status from core.commitment inner join core.coaching_session"
    assert _published(lake, folder, f"{kept} using (session_id)") == [("a1", "kept")]


_RATING = "session_id,call_id,rule_id,scorecard_id,question,rater_id,is_expert,human_value,rated_at"


def test_ratings_are_compared_with_the_expert_of_their_session(lake: Lake, folder: Path) -> None:
    """They may come in several files; a corrected one replaces the first, and no score changes."""
    expert = f"{_RATING}\nspring,c1,,service,greeting,eva,true,yes,{_AT}\n"
    _record(lake, folder, "calibrations", expert)
    for value in ("yes", "no"):
        rated = f"{_RATING}\nspring,c1,,service,greeting,tom,,{value},{_AT}\n"
        _record(lake, folder, "calibrations", rated)
    found = "select agreement_ratio, agreement_ratio_low, stricter_count from mart.calibration"
    assert _published(lake, folder, found) == [(0.0, None, 1)]
    raters = "select rater_id, score_deviation_mean from mart.calibration_rater"
    assert _published(lake, folder, raters) == [("tom", -100.0)]
    changed = "select count(*) from core.final_answer where review_id is not null"
    assert _published(lake, folder, changed) == [(0,)]
    assert _record(lake, folder, "calibrations", expert).same == 1
    with pytest.raises(UploadError, match="has another expert"):
        _record(
            lake,
            folder,
            "calibrations",
            f"{_RATING}\nspring,c1,,service,greeting,ben,true,no,{_AT}\n",
        )


def test_a_follow_up_is_closed_by_a_later_file(lake: Lake, folder: Path) -> None:
    """Another owner or a later due date are the same follow-up of the flag."""
    head = "call_id,rule_id,owner_id,action,opened_on,due_on,closed_on"
    _record(
        lake,
        folder,
        "follow-ups",
        f"{head}\nc1,script-greeting,tom,Call back,2026-03-03,2026-03-05,\n",
    )
    found = "select owner_id, is_open, is_late, closing_days from mart.follow_up"
    assert _published(lake, folder, found) == [("tom", True, None, None)]
    done = f"{head}\nc1,script-greeting,eva,Call back,2026-03-03,2026-03-06,2026-03-05\n"
    assert _record(lake, folder, "follow-ups", done) == Recorded(new=0, changed=1, same=0)
    assert _published(lake, folder, found) == [("eva", False, False, 2)]
    # What was a flag when it was recorded stays a follow-up, also when the call is judged anew.
    night(lake, "night-2", [result("c1", queue="claims")])
    publish(lake, folder)
    assert _record(lake, folder, "follow-ups", done) == Recorded(new=0, changed=0, same=1)


def test_a_newer_schedule_replaces_the_agents_day(lake: Lake, folder: Path) -> None:
    """Other days stay; the day is that of the site's zone."""
    head = "agent_id,starts_at,ends_at,activity"
    _record(
        lake,
        folder,
        "schedules",
        f"{head}\na1,2026-03-02T08:00+01:00,2026-03-02T12:00+01:00,work"
        "\na1,2026-03-02T12:00+01:00,2026-03-02T13:00+01:00,break"
        "\na1,2026-03-02T23:30+00:00,2026-03-03T04:00+00:00,work\n",
    )
    newer = f"{head}\na1,2026-03-02T09:00+01:00,2026-03-02T12:00+01:00,work\n"
    assert _record(lake, folder, "schedules", newer) == Recorded(new=0, changed=1, same=0)
    rows = _published(
        lake, folder, "select schedule_date::varchar, work_s from mart.adherence order by all"
    )
    assert rows == [("2026-03-02", 10800.0), ("2026-03-03", 16200.0)]


def test_rates_price_the_calls(lake: Lake, folder: Path) -> None:
    """Two calls of a minute at 60 an hour cost two, whatever the separator of the spreadsheet."""
    _record(lake, folder, "rates", "valid_from,hour_cost,currency\n2026-01-01,60,EUR\n")
    with_semicolons = "valid_from;hour_cost;currency\r\n2026-01-01;60;EUR\r\n"
    assert _record(lake, folder, "rates", with_semicolons) == Recorded(new=0, changed=0, same=1)
    cost = "select queue, cost, cost_per_call from mart.cost"
    assert _published(lake, folder, cost) == [("billing", 2.0, 1.0)]


@pytest.mark.parametrize(
    ("kind", "text", "fault"),
    [
        ("reviews", f"{_REVIEW}\nc9,script-greeting,,,flag,fail,s1,{_AT},x", ":2: call_id: the"),
        ("reviews", f"{_REVIEW}\nc1,,,,flag,fail,s1,{_AT},x", ":2: expected either rule_id"),
        ("reviews", f"{_REVIEW}\nc1,script-greeting,,,flag,yes,s1,{_AT},x", "values of a rule"),
        ("reviews", f"{_REVIEW}\nc1,script-greeting,,,flag,fail,s1,yesterday,x", ":2: reviewed_at"),
        (
            "reviews",
            f"{_REVIEW}\nc1,script-greeting,,,flag,fail,s1,{_AT},4111 1111 1111 1111",
            ":2: reason: expected text without",
        ),
        (
            "reviews",
            f"{_REVIEW},machine_value\nc9,script-greeting,,,flag,fail,s1,{_AT},x,fail",
            ":2: call_id: the",
        ),
        ("reviews", "call_id,verdict\nc1,x", ":1: no column occasion"),
        ("reviews", "c1,script-greeting,4111 1111 1111 1111", "unknown column 3"),
        (
            "disputes",
            f"call_id,rule_id,agent_id,raised_at,reason\nc1,script-greeting,a2,{_AT},x",
            "not the agent of the call",
        ),
        (
            "disputes",
            f"call_id,rule_id,agent_id,raised_at,reason,status\nc1,script-greeting,a1,{_AT},x,upheld",
            "resolved_by and resolved_at",
        ),
        (
            "calibrations",
            f"{_RATING}\nspring,c9,,service,greeting,eva,true,yes,{_AT}",
            ":2: call_id: the",
        ),
        (
            "calibrations",
            f"{_RATING}\nspring,c1,,service,greeting,eva,true,fail,{_AT}",
            ":2: expected values of a question",
        ),
        (
            "calibrations",
            (
                f"{_RATING}\nspring,c1,,service,greeting,eva,true,yes,{_AT}"
                f"\nspring,c1,,service,greeting,tom,true,yes,{_AT}"
            ),
            ":3: is_expert: the session has another expert",
        ),
        (
            "follow-ups",
            "call_id,rule_id,owner_id,action,opened_on\nc2,script-greeting,tom,Call,2026-03-03",
            ":2: call_id: the warehouse has no such flag or escalation",
        ),
        (
            "follow-ups",
            (
                "call_id,rule_id,owner_id,action,opened_on,due_on"
                "\nc1,script-greeting,tom,Call,2026-03-03,2026-03-01"
            ),
            ":2: expected due_on on or after opened_on",
        ),
        ("sessions", f"session_id,agent_id,supervisor_id,held_at\n1,a9,s1,{_AT}", "agent_id: not"),
        ("rates", "valid_from,hour_cost,currency\n2026-01-01,-1,EUR", ":2: hour_cost"),
        ("rates", "valid_from,hour_cost,currency\n2026-01-01,1,euro", ":2: currency"),
        ("rates", "valid_from,hour_cost,currency\n2026-01-01,1,EUR,1", ":2: more cells than"),
        (
            "rates",
            "valid_from,hour_cost,currency\n2026-01-01,1,EUR\n2026-01-01,2,EUR",
            ":3: duplicate of line 2",
        ),
        (
            "schedules",
            (
                f"{_STRETCH}\na1,2026-03-02T08:00Z,2026-03-02T12:00Z\n"
                "a1,2026-03-02T11:00Z,2026-03-02T13:00Z"
            ),
            ":3: starts_at: overlaps with line 2",
        ),
        ("schedules", f"{_STRETCH}\na1,2026-03-02T12:00Z,2026-03-02T08:00Z", ":2:"),
    ],
)
def test_a_wrong_file_is_refused_by_line(
    lake: Lake, folder: Path, kind: str, text: str, fault: str
) -> None:
    """The error names file, line and column, repeats no cell, and nothing is recorded."""
    with pytest.raises(UploadError) as caught:
        _record(lake, folder, kind, text)
    assert f"{kind}.csv:" in str(caught.value)
    assert fault in str(caught.value)
    assert "4111" not in str(caught.value)
    assert lake.uploads.manifest().parts == ()


_SURVEY = "call_id,contact_id,question,score,scale,answered_at"


def test_survey_answers_are_published_with_their_calls(lake: Lake, folder: Path) -> None:
    """A corrected answer replaces the one of before; an answer about an unknown call waits."""
    rows = (f"c1,,satisfaction,2,1-5,{_AT}", f"c2,,satisfaction,5,1-5,{_AT}")
    unknown = f"c9,,satisfaction,1,1-5,{_AT}"
    text = "\n".join((_SURVEY, *rows, unknown))
    assert _record(lake, folder, "surveys", text) == Recorded(new=3, changed=0, same=0)
    with_semicolons = f"{_SURVEY}\nc1,,satisfaction,3.5,1-5,{_AT}\n".replace(",", ";")
    assert _record(lake, folder, "surveys", with_semicolons).changed == 1
    mart = "select answer_count, score_mean, score_margin, top_count from mart.satisfaction"
    assert _published(lake, folder, mart) == [(2, 4.25, None, 1)]


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        ("c1,x,satisfaction,2,1-5", "either call_id or contact_id"),
        (",,satisfaction,2,1-5", "either call_id or contact_id"),
        ("c1,,satisfaction,6,1-5", "a score on its scale"),
        ("c1,,satisfaction,2,5", "scale"),
        ("c1,,satisfaction,2,5-1", "a scale from low to high"),
        ("c1,,satisfaction,nan,1-5", "score"),
        ("c1,,card 4111 1111 1111 1111,2,1-5", "question"),
    ],
)
def test_a_wrong_survey_answer_is_refused(lake: Lake, folder: Path, row: str, fault: str) -> None:
    """The error says what was expected, and nothing is recorded."""
    with pytest.raises(UploadError) as caught:
        _record(lake, folder, "surveys", f"{_SURVEY}\n{row},{_AT}\n")
    assert fault in str(caught.value)
    assert "4111" not in str(caught.value)
    assert lake.uploads.manifest().parts == ()


def test_the_page_names_every_column() -> None:
    """The guide lists the columns of each file, optional ones in brackets."""
    page = (Path(__file__).parents[2] / "warehouse" / "README.md").read_text()
    for name, kind in KINDS.items():
        (row,) = re.findall(rf"^\| `{name}` \| (.+?) \|", page, re.MULTILINE)
        needed, _, optional = row.partition("[")
        assert set(re.findall(r"\w+", row)) >= set(kind.model_fields)
        made = kind.group[:1] if kind.identity else ()
        for field, about in kind.model_fields.items():
            assert field in (needed if about.is_required() and field not in made else row)
        assert bool(optional) == any(
            not about.is_required() for about in kind.model_fields.values()
        )


def test_every_error_is_listed_at_once(lake: Lake, folder: Path) -> None:
    """All errors of a file are reported at once."""
    rows = [f"c1,script-greeting,,,flag,perhaps,s1,{_AT},x"] * 3
    with pytest.raises(UploadError) as caught:
        _record(lake, folder, "reviews", "\n".join([_REVIEW, *rows]))
    assert [fault.split(":")[1] for fault in caught.value.faults] == ["2", "3", "4"]
