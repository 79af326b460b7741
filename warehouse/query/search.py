"""Full-text search over turns, for words in any inflected form, by relevance."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from warehouse.errors import QueryError
from warehouse.query.reader import Rows
from warehouse.snapshot.search_index import with_stems
from warehouse.sql_files import sql_of

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from warehouse.query.reader import Snapshot

_MOST_WORDS = 20
_SPARE_WORDS = 4
"""Added to the length of every turn, so that turns of one word do not always rank first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchFilter:
    """Filters of a search; None does not filter.

    Attributes:
        queue: Queue of the call.
        agent_id: The agent.
        language: Language of the call, ISO 639-1.
        role: Role of the speaker: agent, customer or unknown.
        first_date: First day of the calls.
        last_date: Last day of the calls.
    """

    queue: str | None = None
    agent_id: str | None = None
    language: str | None = None
    role: str | None = None
    first_date: date | None = None
    last_date: date | None = None


EVERY_CALL: tuple[str, dict[str, object]] = ("from core.call", {})


def search(
    snapshot: Snapshot,
    words: str,
    where: SearchFilter,
    at_most: int = 20,
    searched: tuple[str, dict[str, object]] = EVERY_CALL,
) -> Rows:
    """The turns that contain all words, in any form, the most relevant first.

    Args:
        snapshot: The snapshot.
        words: Words to search; a masked span is found by its name, `card_number`.
        where: Filters.
        at_most: Maximum number of turns.
        searched: A statement for the calls that may be searched, and values of its parameters.

    Raises:
        QueryError: The snapshot has no search index, or there are too many words.
    """
    if "core.call_stem" not in snapshot.relations():
        raise QueryError("This snapshot cannot be searched yet; the next `callqa run` indexes it.")
    if len(words.split()) > _MOST_WORDS:
        raise QueryError(f"Too many words; expected at most {_MOST_WORDS}.")
    calls_sql, values = searched
    values = values | {"words": words, "at_most": at_most, "spare_words": _SPARE_WORDS}
    sql = f"with searched as ({calls_sql}) from ({with_stems(sql_of(__file__, 'hits'))})"
    hits = list(snapshot.ask(sql, values | asdict(where)).rows)
    days = {f"day_{at}": day for at, day in enumerate({day for day, _, _ in hits})}
    calls = {f"call_{at}": call for at, call in enumerate({call for _, call, _ in hits})}
    # Days and calls as parameters of their own let DuckDB skip the texts of all other calls.
    of_hits = f"where call_date in ({_listed(days)}) and call_id in ({_listed(calls)})"
    columns, rows = snapshot.ask(f"{sql_of(__file__, 'turns')} {of_hits}", days | calls)
    turns = {row[:3]: row for row in rows}
    return Rows(columns, (turns[hit] for hit in hits))


def _listed(names: Iterable[str]) -> str:
    """Parameters as an SQL list."""
    return ", ".join(f"${name}" for name in names) or "null"
