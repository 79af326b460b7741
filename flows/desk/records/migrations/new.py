"""Write a migration from what the tables have that the migrations lack.

PYTHONPATH=. .venv/bin/python -m flows.desk.records.migrations.new 0002 "Keep reviews"
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from alembic import command
from alembic.config import Config

from flows.desk.records.database import Database, sqlite_url


def main(revision: str, message: str) -> None:
    """Write the file, to be read and formatted before it is committed."""
    with tempfile.TemporaryDirectory() as folder:
        database = Database(sqlite_url(Path(folder) / "desk.db"))
        database.migrate()
        config = Config()
        config.set_main_option("script_location", str(Path(__file__).parent))
        with database.writing() as session:
            config.attributes["connection"] = session.connection()
            command.revision(config, message, autogenerate=True, rev_id=revision)


if __name__ == "__main__":
    main(*sys.argv[1:])
