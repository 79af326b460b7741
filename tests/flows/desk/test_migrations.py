"""The migrations lead to the tables of the code, from nothing and from each revision."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from flows.desk.records import every_table, migrations
from flows.desk.records.database import Database, Record, sqlite_url

if TYPE_CHECKING:
    from pathlib import Path

_FOLDER = migrations.__path__[0]
_REVISIONS = [one.revision for one in ScriptDirectory(_FOLDER).walk_revisions()]


def differences(database: Database) -> list[object]:
    """What the tables of the code have that those of a database lack, or the other way round."""
    with database.reading() as session:
        context = MigrationContext.configure(session.connection())
        return list(compare_metadata(context, Record.metadata))


@pytest.mark.parametrize("revision", [None, *_REVISIONS])
def test_each_revision_is_brought_to_the_tables_of_the_code(
    tmp_path: Path, revision: str | None
) -> None:
    """None is missing, and no column or index differs."""
    database = Database(sqlite_url(tmp_path / "desk.db"))
    config = Config()
    config.set_main_option("script_location", _FOLDER)
    with database.writing() as session:
        config.attributes["connection"] = session.connection()
        if revision:
            command.upgrade(config, revision)

    database.migrate()

    assert set(Record.metadata.tables) >= every_table.TABLES
    assert differences(database) == []
    database.close()


def test_a_lacking_table_is_a_difference(tmp_path: Path) -> None:
    """The comparison sees what it looks for."""
    database = Database(sqlite_url(tmp_path / "desk.db"))
    assert len(differences(database)) >= len(every_table.TABLES)
    database.close()
