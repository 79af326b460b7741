"""Erasure reaches the desk: what people typed of a call goes with it, and stays of others."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from flows.desk.access.accounts import add_account, all_accounts
from flows.desk.desk import open_database
from flows.desk.erased_rows import erase_rows
from flows.desk.person import Role
from flows.desk.records.accounts import LoginSession
from flows.desk.records.calibration.sessions import (
    CalibrationItem,
    CalibrationRating,
    CalibrationSession,
)
from flows.desk.records.reviews import Decision
from flows.governance.erasure.erasing import erase, plan_erasure
from flows.governance.erasure.places import place_of
from flows.governance.erasure.subject import Subject
from flows.governance.holds import Scope
from flows.settings.centre import Settings
from flows.settings.desk import DeskSettings
from tests.flows.governance.governed_home import governed_home

if TYPE_CHECKING:
    from pathlib import Path

    from flows.desk.records.database import Database, Record

CALL, OTHER, AGENT = "lt-0001", "lt-0002", "agent-of-test"
NOW = datetime(2026, 3, 10, tzinfo=UTC)


@pytest.fixture
def database(tmp_path: Path) -> Database:
    """Decisions on two calls, one that mentions the other, and a rating of one of them."""
    home, _ = governed_home(tmp_path)
    database = open_database(home, DeskSettings.read())
    add_account(
        database,
        login="ann",
        subject=AGENT,
        name="Ann",
        role=Role.AGENT,
        language="en",
        password=None,
    )
    with database.writing() as session:
        session.add_all([decision(CALL), decision(OTHER), decision("lt-0003", f"as in {CALL}")])
        session.add(LoginSession(token=b"t", account_id=1, csrf="c", ends_at=NOW))
        session.add(
            CalibrationSession(
                session_id="s", name="March", made_by=1, expert_id=1, created_at=NOW, ends_at=NOW,
                items=[item(1, CALL), item(2, OTHER)],
            )
        )  # fmt: skip
        session.flush()
        for item_id in (1, 2):
            rating = CalibrationRating(item_id=item_id, account_id=1, number=1, value="pass")
            rating.reason, rating.rated_at = "heard it", NOW
            session.add(rating)
    return database


def decision(call_id: str, reason: str = "She said so.") -> Decision:
    """A decision on a call."""
    return Decision(
        subject=f"{call_id}/r", number=1, call_id=call_id, rule_id="r", occasion="flag",
        machine_value="fail", human_value="pass", reviewer_id="s1", reviewer_name="S",
        reviewed_at=NOW, reason=reason,
    )  # fmt: skip


def item(position: int, call_id: str) -> CalibrationItem:
    """An item of a calibration session."""
    return CalibrationItem(
        position=position, call_id=call_id, call_date=date(2026, 3, 10), rule_id="r", title="R",
        observes=False,
    )  # fmt: skip


def count(database: Database, table: type[Record]) -> int:
    """Number of rows."""
    with database.reading() as session:
        return len(session.scalars(select(table)).all())


def test_a_call_leaves_the_desk(tmp_path: Path, database: Database) -> None:
    """With its ratings, and no byte of it stays; what is of other calls stays."""
    settings = Settings.with_overrides(home=tmp_path / "home", source=tmp_path / "calls", workers=1)
    file = DeskSettings.file_in(settings.home)
    assert (place := place_of(settings.home, file)) is not None
    assert place.name == "desk"

    receipt = erase(settings, plan_erasure(settings, Subject(Scope.CALL, CALL)))

    assert receipt.removed["desk"] == 4
    assert receipt.proof.is_clean
    assert not any(CALL.encode() in path.read_bytes() for path in file.parent.iterdir())
    with database.reading() as session:
        assert [one.call_id for one in session.scalars(select(Decision))] == [OTHER]
        assert [one.call_id for one in session.scalars(select(CalibrationItem))] == [OTHER]
        assert [one.item_id for one in session.scalars(select(CalibrationRating))] == [2]
    assert count(database, CalibrationSession) == 1


def test_an_agent_leaves_with_their_account(tmp_path: Path, database: Database) -> None:
    """And with what belongs to it; what reviewers decided on other calls stays."""
    assert erase_rows(tmp_path / "home", lambda row: f'"{AGENT}"'.encode() in row)

    assert not all_accounts(database)
    assert count(database, LoginSession) == 0
    assert count(database, CalibrationSession) == 0
    assert count(database, Decision) == 3


def test_a_home_without_a_desk_has_nothing_to_remove(tmp_path: Path) -> None:
    """And no database is made for it."""
    assert erase_rows(tmp_path, lambda _: True) == 0
    assert not list(tmp_path.iterdir())
