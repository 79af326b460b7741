"""A file for one team holds nothing of another team, and no restricted call unless asked."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import duckdb
import pytest

from qa_rules.results import Outcome
from tests.warehouse.factory import NIGHT, night, result
from warehouse.errors import ExportError
from warehouse.lake.upload_records import (
    Calibration,
    CoachingSession,
    Commitment,
    FollowUp,
    Rate,
    Review,
    ShiftBlock,
    SurveyAnswer,
)
from warehouse.snapshot.publish import publish
from warehouse.snapshot.share import _PARTS, Audience, share

if TYPE_CHECKING:
    from pathlib import Path

    from warehouse.lake.lake import Lake

_THEIRS: dict[str, Any] = {
    "agent_id": "xagent",
    "agent_name": "Xagent Doe",
    "team": "Xteam",
    "supervisor_id": "xboss",
    "supervisor_name": "Xboss Doe",
    "queue": "xqueue",
    "contact_id": "xcontact",
    "customer_ref": "xcustomer",
}


@pytest.fixture
def published(lake: Lake, snapshots: Path) -> Path:
    """Two teams, a restricted call in each, an agent who moves, and what people supply of both."""
    next_day = NIGHT + timedelta(days=1)
    night(
        lake,
        "night-1",
        [
            result("ours-1", greeting=Outcome.FAIL),
            result("vip-1", greeting=Outcome.FAIL, restricted=True, customer_ref="vip-customer"),
            result("x-1", greeting=Outcome.FAIL, **_THEIRS),
            result("x-vip", restricted=True, **_THEIRS),
            result("x-moved", **{**_THEIRS, "agent_id": "a1", "started_at": next_day}),
        ],
    )
    for owner, agent, call_id in (("s1", "a1", "ours-1"), ("xboss", "xagent", "x-1")):
        lake.uploads.add("review", [_review(f"{owner}-review", call_id)])
        session = f"{owner}-session"
        lake.uploads.add("coaching_session", [_session(session, agent, owner)])
        lake.uploads.add("commitment", [_promise(owner, session)])
        lake.uploads.add("calibration", [_rating(owner, call_id)])
        lake.uploads.add("follow_up", [_follow_up(owner, call_id)])
    lake.uploads.add("schedule", [_work("a1", 0), _work("a1", 1), _work("xagent", 0)])
    lake.uploads.add(
        "rate", [Rate(valid_from=NIGHT.date(), queue="xqueue", hour_cost=1, currency="EUR")]
    )
    lake.uploads.add("survey", [_answer(call_id="ours-1"), _answer(contact_id="xcontact")])
    return publish(lake, snapshots)


def _answer(**about: str) -> SurveyAnswer:
    return SurveyAnswer(
        survey_id="-".join(about.values()),
        question="satisfaction",
        score=4,
        scale="1-5",
        answered_at=NIGHT + timedelta(days=3),
        **about,
    )


def _review(review_id: str, call_id: str) -> Review:
    return Review(
        review_id=review_id,
        call_id=call_id,
        rule_id="script-greeting",
        occasion="flag",
        machine_value="fail",
        human_value="fail",
        reviewer_id="s1",
        reviewed_at=NIGHT,
        reason="Heard it.",
    )


def _session(session_id: str, agent: str, supervisor: str) -> CoachingSession:
    return CoachingSession(
        session_id=session_id, agent_id=agent, supervisor_id=supervisor, held_at=NIGHT
    )


def _promise(owner: str, session_id: str) -> Commitment:
    return Commitment(
        commitment_id=f"{owner}-promise",
        session_id=session_id,
        made_by="agent",
        promise="I greet with my name.",
    )


def _rating(owner: str, call_id: str) -> Calibration:
    return Calibration(
        calibration_id=f"{owner}-rating",
        session_id="spring",
        call_id=call_id,
        rule_id="script-greeting",
        rater_id=owner,
        human_value="fail",
        rated_at=NIGHT,
    )


def _follow_up(owner: str, call_id: str) -> FollowUp:
    return FollowUp(
        follow_up_id=f"{owner}-follow-up",
        call_id=call_id,
        rule_id="script-greeting",
        owner_id=owner,
        action="Call back.",
        opened_on=NIGHT.date(),
    )


def _work(agent: str, days: int) -> ShiftBlock:
    start = NIGHT + timedelta(days=days)
    return ShiftBlock(agent_id=agent, starts_at=start, ends_at=start + timedelta(hours=8))


def _relations(file: Path) -> dict[str, list[tuple[Any, ...]]]:
    with duckdb.connect(file, read_only=True) as connection:
        names = connection.execute(
            "select schema_name || '.' || table_name from duckdb_tables() union all"
            " select schema_name || '.' || view_name from duckdb_views() where not internal"
        ).fetchall()
        return {name: connection.execute(f"from {name}").fetchall() for (name,) in names}


def test_nothing_of_another_team_is_in_any_relation(published: Path, tmp_path: Path) -> None:
    """No id, name, queue, customer, review, session or day of the others, nor a restricted call."""
    file = tmp_path / "team.duckdb"
    assert share(published, file, Audience(supervisors=("s1",))) == 1
    relations = _relations(file)
    del relations["core.sentiment_phrase"]  # words of the language packs, which are everybody's
    told = {name: repr(rows).lower() for name, rows in relations.items()}
    for marker in ("xagent", "xteam", "xboss", "xqueue", "xc", "x-", "vip"):
        assert [name for name, text in told.items() if marker in text] == []
    assert b"xagent" not in file.read_bytes()
    for name in ("review", "commitment", "schedule", "calibration", "follow_up", "survey"):
        assert len(relations[f"core.{name}"]) == 1


def test_every_mart_works_in_it(published: Path, tmp_path: Path) -> None:
    """It has the relations of the whole, and the team's rows in them."""
    file = tmp_path / "team.duckdb"
    share(published, file, Audience(supervisors=("s1",)))
    whole, part = _relations(published), _relations(file)
    assert set(part) == set(whole)
    for name in ("mart.flag_list", "mart.agent_daily", "mart.adherence", "core.call_stem"):
        assert 0 < len(part[name]) < len(whole[name])


def test_restricted_calls_come_only_when_asked_for(
    published: Path, lake: Lake, tmp_path: Path
) -> None:
    """And then those of the team alone."""
    file = tmp_path / "named.duckdb"
    restricted = publish(lake, tmp_path / "restricted", restricted=True)
    named = Audience(supervisors=("s1",), restricted=True)
    assert share(published, file, Audience(supervisors=("s1",)), restricted) == 1
    assert share(published, file, named, restricted) == 2
    calls = [row[1] for row in _relations(file)["mart.call_search"]]
    assert set(calls) == {"ours-1", "vip-1"}


def test_every_table_is_thought_of(published: Path) -> None:
    """A new table is shared on purpose, or kept back on purpose."""
    with duckdb.connect(published, read_only=True) as connection:
        rows = connection.execute(
            "select schema_name || '.' || table_name from duckdb_tables()"
            " where schema_name in ('core', 'meta')"
        ).fetchall()
    derived = {"core.answer_daily", "core.call", "core.scored_call"}
    of_no_team = {"core.quarantine", "core.rate", "meta.partition"}
    assert {name for (name,) in rows} - derived == {*_PARTS, *of_no_team}


def test_who_has_no_calls_gets_no_file(published: Path, tmp_path: Path) -> None:
    """A typing error would otherwise give an empty file, and an old one stays."""
    file = tmp_path / "team.duckdb"
    with pytest.raises(ExportError, match="expected one of s1, xboss"):
        share(published, file, Audience(supervisors=("s2",)))
    assert list(tmp_path.glob("*.duckdb*")) == []
