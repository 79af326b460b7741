"""Every question of the cookbook has an answer that can be copied."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.seed.seed import SeedPlan, write_seed
from warehouse.lake.lake import Lake
from warehouse.query.reader import Snapshot, open_snapshot
from warehouse.snapshot.publish import publish

if TYPE_CHECKING:
    from collections.abc import Iterator

_PAGE = Path(__file__).parents[3] / "warehouse" / "COOKBOOK.md"
_QUESTIONS = dict(
    re.findall(
        r"^### ([^\n]+)\n(?:(?!^#).)*?^```sql\n(.+?)^```",
        _PAGE.read_text(),
        re.MULTILINE | re.DOTALL,
    )
)
_PLAN = SeedPlan(
    call_count=4200, calls_per_night=300, agent_count=24, turns_per_call=2, change_night=6
)
_NOT_SEEDED = {
    "Which survey answers belong to no call?",
    "What was found about the channels of a recording?",
    "Which calls have an auto-fail?",
    "Which commitments of coaching sessions were kept?",
    "Which follow-ups of escalations and flags are open, and which are overdue?",
    "On which questions do raters and the expert agree, and who is stricter?",
    "Which raters' scores deviate from the expert's?",
    "What is in quarantine, and how is it resolved?",
    "Did a new rule version change the results of calls judged before?",
}


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Snapshot]:
    """Two whole weeks of seeded calls."""
    home = tmp_path_factory.mktemp("cookbook")
    lake = Lake(home / "lake", "Europe/Rome")
    write_seed(lake, _PLAN)
    publish(lake, home / "warehouse")
    with open_snapshot(home / "warehouse") as opened:
        yield opened


def test_every_question_has_its_query() -> None:
    """Every heading has SQL, and there are enough of them."""
    headings = re.findall(r"^### (.+)$", _PAGE.read_text(), re.MULTILINE)
    assert list(_QUESTIONS) == headings
    assert len(headings) >= 25


@pytest.mark.parametrize("question", _QUESTIONS)
def test_every_query_answers(snapshot: Snapshot, question: str) -> None:
    """It runs as it stands, and has rows wherever the seed has such facts."""
    columns, rows = snapshot.ask(_QUESTIONS[question])
    assert len(set(columns)) == len(columns)
    assert bool(list(rows)) != (question in _NOT_SEEDED)
