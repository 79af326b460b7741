"""A desk that is killed in the middle of decisions has every one that it acknowledged."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

from tests.flows.desk.killed_desk import (
    add_reviewers,
    decide_after_restart,
    decide_until_killed,
    stored,
)
from tests.flows.governance.governed_home import governed_home

if TYPE_CHECKING:
    from pathlib import Path


def test_every_acknowledged_decision_is_there(tmp_path: Path) -> None:
    """Exactly once, in a sound file; and the desk takes the next one when it is started again."""
    home = governed_home(tmp_path)[0]
    add_reviewers(home)

    kept = decide_until_killed(home)

    with closing(sqlite3.connect(home / "desk" / "desk.db")) as file:
        assert file.execute("pragma integrity_check").fetchall() == [("ok",)]
    before = stored(home)
    assert len(before) == len(set(before))
    assert set(kept) <= set(before)
    decide_after_restart(home, "Heard after the restart.")
    assert sorted(stored(home)) == sorted([*before, "Heard after the restart."])
