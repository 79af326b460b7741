"""Anybody may query a snapshot; nobody can change it, or reach beyond it."""

from __future__ import annotations

import csv
import math
import re
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from zipfile import ZipFile

import polars as pl
import pytest

from tests.warehouse.factory import TIME_ZONE, night, result
from warehouse.errors import ExportError, QueryError
from warehouse.lake.lake import Lake
from warehouse.query.export import export
from warehouse.query.reader import Snapshot, open_snapshot
from warehouse.snapshot.publish import publish
from warehouse.spreadsheets import harmless

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Snapshot]:
    """A night of two calls, one of whose agents is called like a formula."""
    home = tmp_path_factory.mktemp("home")
    lake = Lake(home / "lake", TIME_ZONE)
    night(lake, "night-1", [result("c1"), result("c2", agent_id="a2", agent_name="=1+1")])
    publish(lake, home / "warehouse")
    with open_snapshot(home / "warehouse") as opened:
        yield opened


def test_a_query_returns_its_columns_and_rows(snapshot: Snapshot) -> None:
    """Values are bound by name."""
    columns, rows = snapshot.ask(
        "select call_id, queue from core.call where call_id = $call", {"call": "c1"}
    )
    assert columns == ("call_id", "queue")
    assert list(rows) == [("c1", "billing")]


@pytest.mark.parametrize(
    ("sql", "hint"),
    [
        ("selec 1", 'syntax error at or near "selec"'),
        ("select quue from core.call", '"queue"'),
        ("select call_id::integer from core.call", "Could not convert"),
        ("delete from core.call", "read-only"),
        ("copy core.call to 'stolen.csv'", "file system operations are disabled"),
        ("from read_csv('/etc/passwd')", "file system operations are disabled"),
        ("set enable_external_access = true", "locked"),
    ],
)
def test_what_cannot_be_answered_says_why(snapshot: Snapshot, sql: str, hint: str) -> None:
    """The message of the database is passed on, as our error."""
    with pytest.raises(QueryError, match=hint):
        list(snapshot.ask(sql).rows)


def test_every_relation_tells_its_grain(snapshot: Snapshot) -> None:
    """So does each of its columns tell its meaning."""
    relations = snapshot.relations()
    assert all(grain.startswith("One row") for grain in relations.values())
    assert all(what for _, _, what in snapshot.columns("mart.agent_daily"))


def test_a_misspelt_relation_names_the_nearest(snapshot: Snapshot) -> None:
    """A misspelt relation is an error with a suggestion."""
    with pytest.raises(QueryError, match=r"Did you mean mart\.agent_daily"):
        snapshot.columns("mart.agent_dayly")


def test_without_a_snapshot_the_first_step_is_named(tmp_path: Path) -> None:
    """Without a snapshot the error says what to run."""
    with pytest.raises(QueryError, match="callqa run"), open_snapshot(tmp_path):
        pass


def test_parquet_holds_every_row(snapshot: Snapshot, tmp_path: Path) -> None:
    """The exported relation equals the one in the snapshot."""
    export(snapshot, "core.turn", tmp_path / "turns.parquet")
    columns, rows = snapshot.ask("from core.turn")
    exported = pl.read_parquet(tmp_path / "turns.parquet")
    assert tuple(exported.columns) == columns
    assert exported.rows() == list(rows)


def test_csv_has_no_formula(snapshot: Snapshot, tmp_path: Path) -> None:
    """A text that begins like a formula begins with a quote mark."""
    export(snapshot, "core.call", tmp_path / "calls.csv")
    with (tmp_path / "calls.csv").open(encoding="utf-8-sig", newline="") as file:
        names = {row["agent_name"] for row in csv.DictReader(file)}
    assert names == {"Ana Ruiz", "'=1+1"}


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\uff1d", "\uff20", " \t=", "\r\n@"])
def test_every_start_of_a_formula_is_known(start: str) -> None:
    """Also full-width signs, and signs behind white space."""
    assert harmless(f"{start}1+1") == f"'{start}1+1"
    assert harmless(f"1{start}1") == f"1{start}1"


def test_excel_keeps_texts_as_texts(snapshot: Snapshot, tmp_path: Path) -> None:
    """No cell of the sheet is a formula, and the text is there unchanged."""
    export(snapshot, "core.call", tmp_path / "calls.xlsx")
    with ZipFile(tmp_path / "calls.xlsx") as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in sheet
    assert "<t>=1+1</t>" in sheet


def test_excel_shows_instants_in_the_time_zone_of_the_centre(
    snapshot: Snapshot, tmp_path: Path
) -> None:
    """The zone stands in the cell, so nobody takes the time for UTC; the sheet has filters."""
    export(snapshot, "core.call", tmp_path / "calls.xlsx")
    local_times = "select timezone(time_zone, started_at) from core.call cross join meta.snapshot"
    (local,) = next(snapshot.ask(local_times).rows)
    with ZipFile(tmp_path / "calls.xlsx") as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
        styles = book.read("xl/styles.xml").decode()
    days = (local - datetime(1899, 12, 30)) / timedelta(days=1)  # noqa: DTZ001  as Excel counts
    assert any(
        math.isclose(float(value), days, abs_tol=1e-6)
        for value in re.findall(r"<v>([0-9.]+)</v>", sheet)
    )
    assert TIME_ZONE in styles
    assert "<autoFilter" in sheet


@pytest.mark.parametrize("name", ["calls.txt", "missing/calls.csv"])
def test_a_file_that_cannot_be_written_is_named(
    snapshot: Snapshot, tmp_path: Path, name: str
) -> None:
    """Nothing is left behind."""
    with pytest.raises(ExportError):
        export(snapshot, "core.call", tmp_path / name)
    assert not (tmp_path / name).exists()


def test_a_failed_export_leaves_the_file_of_before(snapshot: Snapshot, tmp_path: Path) -> None:
    """The relation is checked first, and the file is replaced only when whole."""
    file = tmp_path / "calls.csv"
    file.write_text("before")
    with pytest.raises(QueryError):
        export(snapshot, "core.cal", file)
    assert file.read_text() == "before"
    assert [path.name for path in tmp_path.glob("*.tmp")] == []
