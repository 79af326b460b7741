"""Queries about the calls that a person may see, on the newest published snapshot.

Every statement in `sql/` reads calls from `visible` alone, which has the rows of `core.call` that
the person may see; a test looks for others.
"""

from __future__ import annotations

from collections import OrderedDict
from contextlib import ExitStack, contextmanager
from threading import Condition
from typing import TYPE_CHECKING, Any

from warehouse.query.reader import open_snapshot
from warehouse.query.search import search
from warehouse.snapshot.publish import current_snapshot
from warehouse.sql_files import sql_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from flows.desk.person import Person
    from flows.settings.centre import Settings
    from warehouse.query.reader import Rows, Snapshot
    from warehouse.query.search import SearchFilter

_VISIBLE = (
    "from core.call where $all_calls or supervisor_id = $supervisor_id or agent_id = $agent_id"
)

_MOST_ANSWERS, _MOST_ROWS = 300, 5000


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
            UnpublishedError: Nothing is published yet.
        """
        statement = f"with visible as ({_VISIBLE}) from ({sql_of(__file__, query)})"
        bound = {**person.seen, **values}
        question = repr((query, sorted(bound.items())))
        return self._of_each(person, lambda snapshot: snapshot.ask(statement, bound), question)

    def search(
        self, person: Person, words: str, where: SearchFilter, at_most: int
    ) -> list[dict[str, Any]]:
        """The turns that contain all words, in the calls that a person may see.

        Raises:
            QueryError: There are too many words.
            UnpublishedError: Nothing is published yet.
        """
        seen = (_VISIBLE, person.seen)
        question = repr((words, where, at_most, seen))
        return self._of_each(
            person, lambda snapshot: search(snapshot, words, where, at_most, seen), question
        )

    def _of_each(
        self, person: Person, ask: Callable[[Snapshot], Rows], question: str
    ) -> list[dict[str, Any]]:
        """The rows of each snapshot that a person may read."""
        found = self._everybody.ask(ask, question)
        if person.restricted and self._restricted.exists():
            found += self._restricted.ask(ask, question)
        return found

    def close(self) -> None:
        """Close the snapshots."""
        self._everybody.close()
        self._restricted.close()


class _Newest:
    """The newest snapshot of a folder, opened again when another one is published."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._turn = Condition()
        self._readers = 0
        self._stamp: object = None
        self._answers: OrderedDict[str, list[dict[str, Any]]] = OrderedDict()
        self._open = ExitStack()
        self._snapshot: Snapshot | None = None

    def exists(self) -> bool:
        path = current_snapshot(self._folder)
        return path is not None and path.exists()

    def ask(self, ask: Callable[[Snapshot], Rows], question: str) -> list[dict[str, Any]]:
        """The rows of a query; a snapshot never changes, so they are kept until the next one.

        Args:
            ask: Asks it.
            question: All that it depends on.
        """
        with self._reading() as snapshot:
            known = self._answers.get(question)
            if known is None:
                rows = ask(snapshot)
                known = [dict(zip(rows.columns, row, strict=True)) for row in rows.rows]
                self._keep(question, known)
        return [dict(row) for row in known]

    def close(self) -> None:
        with self._turn:
            self._open.close()
            self._snapshot = None

    @contextmanager
    def _reading(self) -> Iterator[Snapshot]:
        """The newest snapshot, which stays open meanwhile."""
        with self._turn:
            self._turn.wait_for(lambda: not self._readers or self._is_current())
            if not self._is_current():
                self._open_newest()
            assert self._snapshot is not None, "just opened"
            snapshot = self._snapshot
            self._readers += 1
        try:
            yield snapshot
        finally:
            with self._turn:
                self._readers -= 1
                self._turn.notify_all()

    def _is_current(self) -> bool:
        return self._snapshot is not None and self._stamp == self._stamp_now()

    def _stamp_now(self) -> object:
        """What tells the newest snapshot from others; an erasure publishes under the same name."""
        path = current_snapshot(self._folder)
        return (path, path.stat().st_ino) if path and path.exists() else None

    def _open_newest(self) -> None:
        # DuckDB would go on with the old file while somebody in this process has it open.
        self._open.close()
        self._snapshot, self._stamp = None, self._stamp_now()
        self._answers.clear()
        self._snapshot = self._open.enter_context(open_snapshot(self._folder))

    def _keep(self, question: str, rows: list[dict[str, Any]]) -> None:
        with self._turn:
            if len(rows) <= _MOST_ROWS:
                self._answers[question] = rows
                if len(self._answers) > _MOST_ANSWERS:
                    self._answers.popitem(last=False)
