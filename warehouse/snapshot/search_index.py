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
delete from core.call_stem using superseded
where call_stem.call_date = superseded.call_date and call_stem.call_id = superseded.call_id
"""

# Calls and stems are numbers until they are counted, and each distinct token is stemmed once: there
# are far fewer of these than of what was said. The rows of a stem lie together: a search opens no
# others.
_INSERT = f"""
create or replace temp table spoken as
select
    row_number() over (order by call_date, call_id) as call_no,
    call_date, call_id, language
from core.call
semi join batch using (call_date, call_id);

create or replace temp table token as
select call_no, turn, language, unnest(string_split(text, ' ')) as token
from core.turn
inner join spoken using (call_date, call_id);

create or replace temp table form as
with word as (
    select language, token, unnest({WORDS.format(text="token")}) as word
    from (select distinct language, token from token)
)
select language, token, {STEM} as stem, dense_rank() over (order by stem) as stem_no from word;

insert into core.call_stem by name
with heard as (
    select call_no, stem_no, list(turn) as turns
    from token
    inner join form using (language, token)
    group by call_no, stem_no
)
select call_date, call_id, language, stem, list_sort(turns) as turns
from heard
inner join spoken using (call_no)
inner join (select distinct stem_no, stem from form) as stem using (stem_no)
order by stem_no, call_no;

drop table spoken;
drop table token;
drop table form;
"""


def load_stemmer(connection: duckdb.DuckDBPyConnection) -> None:
    """Let a connection stem words, by the extension that a Python package brings."""
    package = find_spec("duckdb_extension_fts")
    assert package is not None, "a locked dependency is missing"
    assert package.origin is not None, "a package has a file"
    folder = Path(package.origin).parent / "extensions" / f"v{duckdb.__version__}"
    connection.execute(f"load '{folder / 'fts.duckdb_extension'}'")


def forget_calls(connection: duckdb.DuckDBPyConnection) -> None:
    """Take the calls of the table `superseded` out of the index."""
    connection.execute(_DELETE)


def index_calls(connection: duckdb.DuckDBPyConnection) -> None:
    """Index the calls of the table `batch`, whose turns were just loaded."""
    connection.execute(_INSERT)
