"""Every derived relation gives the rows that were computed by hand for its case folder.

`marts/<relation>/input.yaml` fills core tables (see `marts/defaults.yaml` for what it leaves out);
`expect.yaml` lists every row that the relation must then have. Where a core view and a mart share
a name, the folder of the mart is `mart.<relation>`.
"""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb
import pytest
from ruamel.yaml import YAML

from warehouse.snapshot.relations import FOLDERS, create_relations
from warehouse.snapshot.tables import create_tables

if TYPE_CHECKING:
    from collections.abc import Iterator

_CASES = Path(__file__).parent / "marts"
_VIEWS = [path for folder in FOLDERS.values() for path in folder.glob("*.sql")]
_WITHOUT_DAY = {
    "core.review",
    "core.calibration",
    "core.follow_up",
    "core.deleted_original",
    "core.quarantine",
    "core.survey",
}
_DEFAULTS = YAML(typ="safe").load(_CASES / "defaults.yaml")

Row = dict[str, Any]


def _relations() -> list[str]:
    return sorted(f"{path.parent.name.removesuffix('s')}.{path.stem}" for path in _VIEWS)


@pytest.fixture(scope="module")
def empty() -> Iterator[duckdb.DuckDBPyConnection]:
    """A database with every relation and no row."""
    with duckdb.connect(":memory:") as connection:
        create_tables(connection)
        create_relations(connection, tables=())
        yield connection


@pytest.fixture
def database(empty: duckdb.DuckDBPyConnection) -> Iterator[duckdb.DuckDBPyConnection]:
    """The same, whose rows a test may add are taken back."""
    empty.begin()
    yield empty
    empty.rollback()


def _folder(relation: str) -> Path:
    own = _CASES / relation
    return own if own.is_dir() else _CASES / relation.split(".")[1]


def _fill(connection: duckdb.DuckDBPyConnection, tables: dict[str, list[Row]]) -> None:
    calls = [copy for row in tables.get("core.call", []) for copy in _copies(row)]
    days = {row["call_id"]: row["call_date"] for row in calls}
    for table, rows in tables.items():
        for row in [copy for each in rows for copy in _copies(each)]:
            full: Row = {**_DEFAULTS[table], **row}
            if table == "core.call":
                full.setdefault("started_at", f"{row['call_date']} 09:00:00+00")
            if table not in _WITHOUT_DAY and row.get("call_id") in days:
                full["call_date"] = days[row["call_id"]]
            text = json.dumps(full, default=str)
            connection.execute(
                f"insert into {table} by name select unnest(from_json(?, ?))",
                [text, json.dumps(_types(connection, table, full))],
            )


def _copies(row: Row) -> list[Row]:
    """`times: 3` stands for three rows whose ids count from 0 in place of `{}`."""
    times = row.get("times", 1)
    plain = {name: value for name, value in row.items() if name != "times"}
    ids = [name for name in ("call_id", "survey_id") if name in plain]
    return [
        {**plain, **{name: plain[name].format(number) for name in ids}} for number in range(times)
    ]


def _types(connection: duckdb.DuckDBPyConnection, table: str, row: Row) -> dict[str, str]:
    columns = connection.execute(f"describe {table}").fetchall()
    return {name: kind for name, kind, *_ in columns if name in row}


def _plain(value: Any) -> Any:
    if isinstance(value, dt.datetime):
        return str(value.astimezone(dt.UTC))
    return str(value) if isinstance(value, dt.date) else value


@pytest.mark.parametrize("relation", _relations())
def test_case(relation: str, database: duckdb.DuckDBPyConnection) -> None:
    """The rows are the expected ones, all of them and in all of their columns."""
    folder = _folder(relation)
    tables = YAML(typ="safe").load(folder / "input.yaml")
    expected: list[Row] = YAML(typ="safe").load(folder / "expect.yaml")
    assert database.execute(f"from {relation}").fetchall() == [], "an empty night has rows"
    _fill(database, tables)
    cursor = database.execute(f"from {relation}")
    names = [column[0] for column in cursor.description]
    found = [dict(zip(names, map(_plain, row), strict=True)) for row in cursor.fetchall()]
    for row in expected:
        assert set(row) == set(names)
    assert _sorted(found) == [
        {name: _near(value) for name, value in row.items()} for row in _sorted(expected)
    ]


def _sorted(rows: list[Row]) -> list[Row]:
    """In order of texts, days and whole numbers, which are the keys of every relation."""
    return sorted(
        ({name: _plain(value) for name, value in row.items()} for row in rows),
        key=lambda row: [str(value) for value in row.values() if not isinstance(value, float)],
    )


def _near(value: Any) -> Any:
    return pytest.approx(value, abs=1e-4) if isinstance(value, float) else value


def test_every_case_folder_has_its_relation() -> None:
    """Every case folder belongs to a relation, so that no test is silently skipped."""
    folders = {path.name for path in _CASES.iterdir() if path.is_dir()}
    assert folders == {_folder(relation).name for relation in _relations()}
    assert len(folders) == len(_relations()), "two relations have one case"
