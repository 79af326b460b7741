"""The stems of what was said: an index that grows with the calls, and its stemmer.

DuckDB's own full-text index knows one language and is made anew as a whole; a night would wait for
years of calls. So the stemmer of its extension fills a table of ours, each call in its language.
"""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb

if TYPE_CHECKING:
    from collections.abc import Mapping

_STEMMERS: Mapping[str, str] = {
    "de": "german",
    "en": "english",
    "es": "spanish",
    "fr": "french",
    "it": "italian",
    "nl": "dutch",
    "pt": "portuguese",
}

WORDS = r"regexp_extract_all(lower({text}), '[\p{{L}}\p{{N}}_]+')"
"""The words of a text; RE2 takes `\\w` for ASCII only."""

STEM = (
    "strip_accents(case language "
    + " ".join(f"when '{code}' then stem(word, '{name}')" for code, name in _STEMMERS.items())
    + " else word end)"
)
"""The stem of `word` in `language`; in a language without a stemmer, the word itself."""

_DELETE = """
delete from core.turn_stem using superseded
where turn_stem.call_date = superseded.call_date and turn_stem.call_id = superseded.call_id
"""

# Each distinct token is stemmed once: there are far fewer of these than of what was said.
_INSERT = f"""
create or replace temp table token as
select
    turn.call_date, turn.call_id, turn.turn, call.language,
    unnest(string_split(turn.text, ' ')) as token
from core.turn as turn
inner join core.call as call using (call_date, call_id)
semi join added using (call_date, call_id);

insert into core.turn_stem by name
with
word as (
    select language, token, unnest({WORDS.format(text="token")}) as word
    from (select distinct language, token from token)
),
stem as (select language, token, {STEM} as stem from word)
select call_date, call_id, turn, language, stem, count(*)::integer as stem_count
from token
inner join stem using (language, token)
group by all
order by call_date, call_id, turn;

drop table token;
"""


def load_stemmer(connection: duckdb.DuckDBPyConnection) -> None:
    """Let a connection stem words, by the extension that a Python package brings."""
    package = find_spec("duckdb_extension_fts")
    assert package is not None, "a locked dependency is missing"
    assert package.origin is not None, "a package has a file"
    folder = Path(package.origin).parent / "extensions" / f"v{duckdb.__version__}"
    connection.execute(f"load '{folder / 'fts.duckdb_extension'}'")


def index_turns(connection: duckdb.DuckDBPyConnection) -> None:
    """Index the calls that were just loaded; forget those that they replace."""
    load_stemmer(connection)
    connection.execute(_DELETE)
    connection.execute(_INSERT)
