"""Servers for the tests of scale; `make test-scale` installs what they need.

Every test here bears the mark `scale`. Without the extra `scale` none is collected.
"""

from __future__ import annotations

from importlib.util import find_spec
from itertools import count
from typing import TYPE_CHECKING

import pytest

from tests.scale.nights.ran_night import Ran, begin_night, end_night
from tests.scale.servers import PostgresServer, S3Server, postgres_server, s3_server

if TYPE_CHECKING:
    from collections.abc import Iterator

collect_ignore_glob = [] if find_spec("distributed") and find_spec("s3fs") else ["test_*.py"]
_numbers = count(1)


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """A PostgreSQL server."""
    with postgres_server() as server:
        yield server


@pytest.fixture
def database(postgres: PostgresServer) -> Iterator[str]:
    """Name of a new database of the server; `postgres.dsn(database)` connects to it."""
    name = f"test_{next(_numbers)}"
    postgres.run(f"create database {name}")
    yield name
    postgres.run(f"drop database {name} with (force)")


@pytest.fixture(scope="session")
def s3_of_session() -> Iterator[S3Server]:
    """An S3 server; tests ask for `s3`, which tells every client of it."""
    with s3_server() as server:
        yield server


@pytest.fixture
def s3(s3_of_session: S3Server, monkeypatch: pytest.MonkeyPatch) -> S3Server:
    """An S3 server, which every client of this process and its children finds."""
    for name, value in s3_of_session.environment.items():
        monkeypatch.setenv(name, value)
    return s3_of_session


@pytest.fixture
def bucket(s3: S3Server) -> str:
    """URL of a new bucket."""
    name = f"test-{next(_numbers)}"
    s3.client().create_bucket(Bucket=name)
    return f"s3://{name}"


@pytest.fixture(scope="session")
def embedded(tmp_path_factory: pytest.TempPathFactory) -> Ran:
    """The night in processes of this machine."""
    home = tmp_path_factory.mktemp("embedded")
    return end_night(home, begin_night(home, None))
