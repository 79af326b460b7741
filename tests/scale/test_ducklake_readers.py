"""Analysts of other machines read a DuckLake on S3, and can do nothing else."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb
import pytest

from tests.seed.seed import SeedPlan, write_seed
from tests.warehouse.query.test_cookbook import _QUESTIONS
from warehouse.ducklake.catalogue import Target, attach_lines, writing
from warehouse.ducklake.publish import publish as publish_lake
from warehouse.lake.lake import Lake
from warehouse.query.reader import open_snapshot
from warehouse.snapshot.connection import load_extension, open_memory
from warehouse.snapshot.publish import publish

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.scale.servers import PostgresServer, S3Server

pytestmark = pytest.mark.scale
_README = Path(__file__).parents[2] / "warehouse" / "README.md"
_ROLE = re.search(
    r"^create role callqa_reader.+?(?=^```)", _README.read_text(), re.MULTILINE | re.DOTALL
)
_PLAN = SeedPlan(
    call_count=1400, calls_per_night=100, agent_count=12, turns_per_call=2, change_night=6
)
_NEXT_DAY = _PLAN.first_date + timedelta(days=14)
_PASSWORD = "reads-only"


@pytest.fixture(scope="module")
def reader(
    postgres: PostgresServer, s3_of_session: S3Server, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Target, Path]]:
    """A lake on S3 with two weeks of calls, whose reader's role the README creates."""
    home = tmp_path_factory.mktemp("home")
    target = Target(dsn=postgres.dsn("readers"), data="s3://readers/lake")
    lake = Lake(home / "lake", "Europe/Rome")
    write_seed(lake, _PLAN)
    publish(lake, home / "warehouse")
    assert _ROLE is not None
    with pytest.MonkeyPatch.context() as patch:
        for name, value in {**s3_of_session.environment, "PGPASSWORD": _PASSWORD}.items():
            patch.setenv(name, value)
        s3_of_session.client().create_bucket(Bucket="readers")
        postgres.run("create database readers")
        publish_lake(home / "warehouse", target)
        postgres.run(f"{_ROLE[0]}; alter role callqa_reader password '{_PASSWORD}'", "readers")
        # More calls, in tables and files that were not there when the role was created.
        write_seed(lake, replace(_PLAN, seed=8, first_date=_NEXT_DAY, call_count=200))
        publish(lake, home / "warehouse")
        publish_lake(home / "warehouse", target)
        yield target, home / "warehouse"
        postgres.run("drop owned by callqa_reader; drop role callqa_reader", "readers")


def _attached(target: Target, *, read_only: bool) -> duckdb.DuckDBPyConnection:
    connection = open_memory()
    for name in ("ducklake", "postgres_scanner", "httpfs", "aws"):
        load_extension(connection, name)
    for line in attach_lines(target, "callqa_reader"):
        connection.execute(line if read_only else line.replace("read_only, ", ""))
    connection.execute("set timezone = 'UTC'")
    return connection


def _sorted(rows: Any) -> list[str]:
    """Rows in any order, without the last digits of sums, which depend on it."""
    return sorted(
        repr([float(f"{cell:.9g}") if isinstance(cell, float) else cell for cell in row])
        for row in rows
    )


def test_the_cookbook_has_the_same_answers(
    reader: tuple[Target, Path], s3_of_session: S3Server
) -> None:
    """Every query runs as it stands, with the rows of the snapshot; also after more nights."""
    target, snapshots = reader
    assert s3_of_session.client().list_objects_v2(Bucket="readers")["KeyCount"] > 0
    with _attached(target, read_only=True) as connection, open_snapshot(snapshots) as snapshot:
        for question, sql in _QUESTIONS.items():
            wanted = _sorted(snapshot.ask(sql).rows)
            assert _sorted(connection.execute(sql).fetchall()) == wanted, question


@pytest.mark.parametrize(
    "statement",
    [
        "delete from core.call",
        "insert into core.call_stem from core.call_stem limit 1",
        "update meta.snapshot set lake_sha256 = 'forged'",
        "create table core.mine as select 1 as a",
        "drop table core.call",
        "drop view mart.flag_list",
        "call ducklake_expire_snapshots('callqa', older_than => now())",
    ],
)
@pytest.mark.parametrize("read_only", [True, False])
def test_a_reader_can_change_nothing(
    reader: tuple[Target, Path],
    statement: str,
    read_only: bool,  # noqa: FBT001  a parameter
) -> None:
    """Whether or not the client attaches the lake read-only: the role has no right to write."""
    target, _ = reader
    before = _state(target)
    with _attached(target, read_only=read_only) as connection, pytest.raises(duckdb.Error):
        connection.execute(statement)
    assert _state(target) == before


def _state(target: Target) -> list[tuple[Any, ...]]:
    with writing(target) as connection:
        return connection.execute(
            "select max(snapshot_id) as last, (select count(*) from core.call) as call_count"
            " from ducklake_snapshots('callqa')"
        ).fetchall()
