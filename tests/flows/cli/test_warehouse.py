"""Analysts ask from a shell, and get answers that programs can read too."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

import pytest
from typer.testing import CliRunner

from flows.cli.app import app
from flows.errors import FlowsError
from flows.settings.centre import Settings
from tests.warehouse.factory import TIME_ZONE, night, result
from warehouse.errors import DuckLakeError, QueryError
from warehouse.lake.lake import Lake
from warehouse.snapshot.publish import publish

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with a night of one call."""
    home = tmp_path_factory.mktemp("home")
    lake = Lake(home / "lake", TIME_ZONE)
    night(lake, "night-1", [result("c1")])
    publish(lake, home / "warehouse")
    return home


@pytest.fixture
def home(published: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The same, named by the environment."""
    monkeypatch.setenv("CALLQA_HOME", str(published))
    return published


def _run(*words: str) -> str:
    ran = CliRunner().invoke(app, words, catch_exceptions=False)
    assert ran.exit_code == 0
    return ran.stdout


@pytest.mark.usefixtures("home")
def test_tables_tells_relations_and_columns() -> None:
    """Without arguments all relations are listed, with a name its columns."""
    assert "mart.agent_daily" in _run("tables")
    assert "score_mean" in _run("tables", "mart.agent_daily")


@pytest.mark.usefixtures("home")
def test_sql_prints_masks_as_they_are() -> None:
    """`[card_number]` is shown, not taken for markup."""
    query = "select text from core.turn where turn = 1"
    assert "my card is [card_number]" in _run("sql", query)
    rows = list(csv.DictReader(io.StringIO(_run("sql", query, "--csv"))))
    assert rows == [{"text": "my card is [card_number]"}]


@pytest.mark.usefixtures("home")
def test_many_rows_are_cut_on_the_screen_alone() -> None:
    """CSV holds all of them."""
    query = "select range from range(300)"
    assert "250" not in _run("sql", query)
    assert "299" in _run("sql", query, "--csv")


@pytest.mark.usefixtures("home")
def test_a_wrong_query_is_our_error() -> None:
    """Hence one message and no traceback: `main` prints those."""
    with pytest.raises(QueryError):
        CliRunner().invoke(app, ["sql", "selec 1"], catch_exceptions=False)


@pytest.mark.usefixtures("home")
def test_export_writes_the_file(tmp_path: Path) -> None:
    """Its name is printed, for the next command."""
    file = tmp_path / "daily.parquet"
    assert str(file) in _run("export", "mart.agent_daily", "--out", str(file)).replace("\n", "")
    assert file.stat().st_size > 0


@pytest.mark.usefixtures("home")
def test_search_shows_the_turns() -> None:
    """Words need no quotes; without matches the command says so, also by its exit code."""
    assert "c1" in _run("search", "good", "mornings", "--role", "agent", "--from", "2026-03-02")
    nothing = CliRunner().invoke(app, ["search", "mornings", "--role", "customer"])
    assert nothing.exit_code == 1
    assert "Nothing" in nothing.stdout


def test_the_dictionary_is_a_page(tmp_path: Path) -> None:
    """In Markdown on the screen, in HTML for a browser."""
    assert "## mart.agent_daily" in _run("dictionary")
    _run("dictionary", "--out", str(tmp_path / "d.html"))
    assert "mart.agent_daily" in (tmp_path / "d.html").read_text()


def test_without_a_ducklake_its_commands_say_what_to_set(home: Path) -> None:
    """Nothing is written; so is a setting whose other half is missing."""
    assert home.exists()
    with pytest.raises(FlowsError, match="set CALLQA_DUCKLAKE and CALLQA_DUCKLAKE_DATA"):
        _run("ducklake", "attach")


@pytest.mark.parametrize(
    ("catalogue", "data", "said"),
    [
        ("postgresql://callqa:open-sesame@db.example/warehouse", None, "expected both"),
        (None, "s3://callqa-lake", "expected both"),
        ("postgresql://callqa:open-sesame@db.example/warehouse", "ftp://lake", "not a store"),
    ],
)
def test_a_ducklake_that_cannot_be_is_refused(
    catalogue: str | None, data: str | None, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The message names the setting and contains no password."""
    for name, value in (("DUCKLAKE", catalogue), ("DUCKLAKE_DATA", data)):
        if value:
            monkeypatch.setenv(f"CALLQA_{name}", value)
    with pytest.raises(FlowsError, match=said) as raised:
        Settings.with_overrides()
    assert "open-sesame" not in str(raised.value)


def test_without_the_extra_the_message_says_which_line_installs_it(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing of DuckLake is imported before, so that all else works without it."""
    monkeypatch.setenv("CALLQA_DUCKLAKE", "postgresql://db.example/warehouse")
    monkeypatch.setenv("CALLQA_DUCKLAKE_DATA", str(home / "data"))
    monkeypatch.setattr("warehouse.ducklake.catalogue.find_spec", lambda _name: None)
    with pytest.raises(DuckLakeError, match="`make setup-scale` installs them"):
        _run("ducklake", "attach")
