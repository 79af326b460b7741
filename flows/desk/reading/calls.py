"""Queries about the calls that a person may see, on the newest published snapshot.

Every statement in `sql/` reads calls from `visible` alone, which has the rows of `core.call` that
the person may see; a test looks for others.
"""

from __future__ import annotations

from contextlib import ExitStack
from threading import Lock
from typing import TYPE_CHECKING, Any

from warehouse.query.reader import open_snapshot
from warehouse.query.search import search
from warehouse.snapshot.publish import current_snapshot
from warehouse.sql_files import sql_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from flows.desk.person import Person
    from flows.settings.centre import Settings
    from warehouse.query.reader import Rows, Snapshot
    from warehouse.query.search import SearchFilter

_VISIBLE = (
    "from core.call where $all_calls or supervisor_id = $supervisor_id or agent_id = $agent_id"
)


class Calls:
    """The published calls of a home folder."""

    def __init__(self, settings: Settings) -> None:
        """Use a home folder; nothing is opened yet."""
        self._everybody = _Newest(settings.warehouse)
        self._restricted = _Newest(settings.site.restricted.root / settings.warehouse.name)

    def ask(self, person: Person, query: str, **values: Any) -> list[dict[str, Any]]:
        """The rows of a statement of `sql/` for a person.

        Args:
            person: Who asks. Where they are named to see restricted calls, the rows of these
                follow, so that an order has to be made by the caller.
            query: Name of the file, without its suffix.
            **values: Values of its parameters.

        Raises:
            QueryError: Nothing is published yet.
        """
        statement = f"with visible as ({_VISIBLE}) from ({sql_of(__file__, query)})"
        return self._of_each(
            person, lambda snapshot: snapshot.ask(statement, {**person.seen, **values})
        )

    def search(
        self, person: Person, words: str, where: SearchFilter, at_most: int
    ) -> list[dict[str, Any]]:
        """The turns that contain all words, in the calls that a person may see.

        Raises:
            QueryError: There are too many words, or nothing is published yet.
        """
        seen = (_VISIBLE, person.seen)
        return self._of_each(person, lambda snapshot: search(snapshot, words, where, at_most, seen))

    def _of_each(self, person: Person, ask: Callable[[Snapshot], Rows]) -> list[dict[str, Any]]:
        """The rows of each snapshot that a person may read."""
        snapshots = [self._everybody.snapshot()]
        if person.restricted and self._restricted.exists():
            snapshots.append(self._restricted.snapshot())
        found = []
        for snapshot in snapshots:
            rows = ask(snapshot)
            found += [dict(zip(rows.columns, row, strict=True)) for row in rows.rows]
        return found

    def close(self) -> None:
        """Close the snapshots."""
        self._everybody.close()
        self._restricted.close()


class _Newest:
    """The newest snapshot of a folder, opened again when another one is published."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = Lock()
        self._path: Path | None = None
        self._open = ExitStack()
        self._before = ExitStack()
        self._snapshot: Snapshot | None = None

    def exists(self) -> bool:
        path = current_snapshot(self._folder)
        return path is not None and path.exists()

    def snapshot(self) -> Snapshot:
        path = current_snapshot(self._folder)
        with self._lock:
            if self._snapshot is None or path != self._path:
                stack = ExitStack()
                self._snapshot = stack.enter_context(open_snapshot(self._folder))
                self._before.close()  # answers that are being read use at most the one before
                self._before, self._open, self._path = self._open, stack, path
            return self._snapshot

    def close(self) -> None:
        with self._lock:
            self._before.close()
            self._open.close()
            self._snapshot = None
