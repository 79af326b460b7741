"""The database of the desk: a SQLite file, or PostgreSQL by URL."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from alembic import command
from alembic.config import Config
from sqlalchemy import DateTime, Engine, MetaData, TypeDecorator, create_engine, event
from sqlalchemy.orm import DeclarativeBase, Session

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy.engine.interfaces import DBAPIConnection, Dialect
    from sqlalchemy.pool import ConnectionPoolEntry

    from flows.settings.desk import DeskSettings

_MIGRATIONS = Path(__file__).parent / "migrations"


class Instant(TypeDecorator[datetime]):
    """An instant in UTC; SQLite keeps no time zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """To UTC."""
        del dialect
        return value and value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """With its zone."""
        del dialect
        return value and (value if value.tzinfo else value.replace(tzinfo=UTC)).astimezone(UTC)


class Record(DeclarativeBase):
    """A table of the desk."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {datetime: Instant}  # noqa: RUF012  read by SQLAlchemy


class Database:
    """Sessions on the database of the desk."""

    def __init__(self, url: str) -> None:
        """Use a database; nothing is opened yet.

        Args:
            url: SQLAlchemy URL, such as sqlite:////srv/callqa/desk/desk.db.
        """
        self._engine = _engine(url)

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session that changes nothing."""
        with Session(self._engine, expire_on_commit=False) as session:
            yield session

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """A session whose changes are kept together, on disk, or not at all."""
        engine = self._engine.execution_options(writes=True)
        with Session(engine, expire_on_commit=False) as session, session.begin():
            yield session

    def migrate(self) -> None:
        """Bring the tables to the state that this version expects."""
        config = Config()
        config.set_main_option("script_location", str(_MIGRATIONS))
        with self._engine.execution_options(writes=True).begin() as connection:
            config.attributes["connection"] = connection
            command.upgrade(config, "head")

    def close(self) -> None:
        """Close all connections."""
        self._engine.dispose()


def database_of(home: Path, settings: DeskSettings) -> Database | None:
    """The records that a home folder has; None where there was never a desk."""
    if settings.database:
        return Database(settings.database.get_secret_value())
    file = settings.file_in(home)
    return Database(sqlite_url(file)) if file.exists() else None


def sqlite_url(path: Path) -> str:
    """The URL of a SQLite file."""
    return f"sqlite:///{path.resolve()}"


def _engine(url: str) -> Engine:
    if not url.startswith("sqlite"):
        return create_engine(url, pool_pre_ping=True)
    engine = create_engine(url, connect_args={"timeout": 30})
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
    # The driver's own transactions begin with the first change, too late to see a consistent state.
    connection.isolation_level = None
    for line in ("journal_mode = wal", "synchronous = full", "foreign_keys = on"):
        connection.cursor().execute(f"pragma {line}")


def _begin_sqlite(connection: Any) -> None:
    """Take the only write lock at the start: waiting for it in the middle fails at once."""
    writes = connection.get_execution_options().get("writes")
    connection.exec_driver_sql("begin immediate" if writes else "begin")
