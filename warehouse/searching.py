"""Find what was said: turns that hold the forms of some words, the most telling ones first."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from warehouse.errors import QueryError
from warehouse.stems import STEM, WORDS

if TYPE_CHECKING:
    from datetime import date

    from warehouse.asking import Rows, Snapshot


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchFilter:
    """Where to search; None is everywhere.

    Attributes:
        queue: Queue that the call came through.
        agent_id: The agent.
        language: Language of the call, ISO 639-1.
        role: Who says it: agent, customer or unknown.
        first_date: First day of the calls.
        last_date: Their last day.
    """

    queue: str | None = None
    agent_id: str | None = None
    language: str | None = None
    role: str | None = None
    first_date: date | None = None
    last_date: date | None = None


# Okapi BM25 with its usual constants 1.2 and 0.75, each language a collection of its own. Every
# word must be there: a supervisor who types two words means both.
_SEARCH = f"""
with
collection as (
    select call.language, count(*) as turn_count, avg(turn.word_count) as word_mean
    from core.turn as turn
    inner join core.call as call using (call_date, call_id)
    where $language is null or call.language = $language
    group by call.language
),
word as (
    select collection.language, unnest({WORDS.format(text="$words")}) as word from collection
),
wanted as (
    select language, stem, count(*) over (partition by language) as wanted_count
    from (select distinct language, {STEM} as stem from word)
),
found as (
    select call_date, call_id, turn, language, stem, wanted_count, count(*) as stem_count
    from (
        select call_date, call_id, language, stem, wanted_count, unnest(turns) as turn
        from core.call_stem
        inner join wanted using (language, stem)
    )
    group by all
),
rarity as (
    select
        language, stem,
        ln(1 + (any_value(turn_count) - count(*) + 0.5) / (count(*) + 0.5)) as weight
    from found
    inner join collection using (language)
    group by language, stem
),
hit as (
    select
        call_date, call_id, turn,
        sum(
            weight * stem_count * 2.2
            / (stem_count + 1.2 * (0.25 + 0.75 * turn.word_count / word_mean))
        ) as relevance
    from found
    inner join rarity using (language, stem)
    inner join collection using (language)
    inner join core.turn using (call_date, call_id, turn)
    inner join core.call using (call_date, call_id)
    where
        ($queue is null or call.queue = $queue)
        and ($agent_id is null or call.agent_id = $agent_id)
        and ($role is null or turn.role = $role)
        and ($first_date is null or call_date >= $first_date)
        and ($last_date is null or call_date <= $last_date)
    group by call_date, call_id, turn
    having count(*) = any_value(wanted_count)
    order by relevance desc, call_date desc, call_id, turn
    limit $at_most
)
select
    call_date, call_id, start_minutes_seconds as "at", role, agent_id, queue, language, text
from hit
inner join mart.call_search using (call_date, call_id, turn)
order by relevance desc, call_date desc, call_id, turn
"""


def search(snapshot: Snapshot, words: str, where: SearchFilter, at_most: int = 20) -> Rows:
    """The turns that say all the words, in whatever form, the most telling first.

    Args:
        snapshot: Where to look.
        words: As somebody would say them; a masked span is found by its name, `card_number`.
        where: Which calls and speakers.
        at_most: How many turns.

    Raises:
        QueryError: The snapshot is from before there was an index.
    """
    if "core.call_stem" not in snapshot.relations():
        raise QueryError("This snapshot cannot be searched yet; the next `callqa run` indexes it.")
    return snapshot.ask(_SEARCH, {"words": words, "at_most": at_most, **asdict(where)})
