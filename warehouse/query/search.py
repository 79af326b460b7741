"""Full-text search over turns, for words in any inflected form, by relevance."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from warehouse.errors import QueryError
from warehouse.query.reader import Rows
from warehouse.snapshot.search_index import WORDS, with_stems

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


# A turn must contain every word of the query, so inverse document frequency would not change the
# order: turns are ranked by the share of their words that match. Calls that a filter excludes are
# dropped before lists of turns are unnested.
_HITS = f"""
with
theirs as (
    select call_date, call_id, language
    from core.call
    where
        ($language is null or language = $language)
        and ($queue is null or queue = $queue)
        and ($agent_id is null or agent_id = $agent_id)
        and ($first_date is null or call_date >= $first_date)
        and ($last_date is null or call_date <= $last_date)
),
word as (
    select language, unnest({WORDS.format(text="$words")}) as word
    from (select distinct language from theirs)
),
wanted as (
    select
        language, stem,
        1::bigint << (row_number() over (partition by language) - 1) as bit,
        count(*) over (partition by language) as wanted_count
    from (select distinct language, stem_of(word, language) as stem from word)
),
said as (
    select call_date, call_id, bit, wanted_count, unnest(turns) as turn
    from core.call_stem
    inner join wanted using (language, stem)
    semi join theirs using (call_date, call_id)
),
whole as (
    select call_date, call_id, turn, count(*) as said_count
    from said
    group by call_date, call_id, turn
    having bit_count(bit_or(bit)) = any_value(wanted_count)
)
select call_date, call_id, turn
from whole
inner join core.turn using (call_date, call_id, turn)
where $role is null or turn.role = $role
order by said_count / (turn.word_count + {_SPARE_WORDS}) desc, call_date desc, call_id, turn
limit $at_most
"""

# Days and calls as literal parameters let DuckDB skip the texts of all other calls.
_SHOWN = """
select
    call_date, call_id, turn, start_minutes_seconds as "at", role, agent_id, queue, language, text
from mart.call_search
where call_date in ({days}) and call_id in ({calls})
"""


def search(snapshot: Snapshot, words: str, where: SearchFilter, at_most: int = 20) -> Rows:
    """The turns that contain all words, in any form, the most relevant first.

    Args:
        snapshot: The snapshot.
        words: Words to search; a masked span is found by its name, `card_number`.
        where: Filters.
        at_most: Maximum number of turns.

    Raises:
        QueryError: The snapshot has no search index, or there are too many words.
    """
    if "core.call_stem" not in snapshot.relations():
        raise QueryError("This snapshot cannot be searched yet; the next `callqa run` indexes it.")
    if len(words.split()) > _MOST_WORDS:
        raise QueryError(f"Too many words; expected at most {_MOST_WORDS}.")
    values = {"words": words, "at_most": at_most, **asdict(where)}
    hits = list(snapshot.ask(with_stems(_HITS), values).rows)
    days = {f"day_{at}": day for at, day in enumerate({day for day, _, _ in hits})}
    calls = {f"call_{at}": call for at, call in enumerate({call for _, call, _ in hits})}
    query = _SHOWN.format(days=_listed(days), calls=_listed(calls))
    columns, rows = snapshot.ask(query, days | calls)
    turns = {row[:3]: row for row in rows}
    return Rows(columns, (turns[hit] for hit in hits))


def _listed(names: Iterable[str]) -> str:
    """Parameters as an SQL list."""
    return ", ".join(f"${name}" for name in names) or "null"
