"""The search index: word stems by turn, maintained incrementally, and the stemmer.

DuckDB's full-text index supports one language and can only be rebuilt as a whole, which would index
all past calls again every night. We use only the stemmer of its extension, to fill a table of our
own, with each call in its language.
"""

from __future__ import annotations

import duckdb

from models.language.pack import pack_folder, stemmers
from warehouse.snapshot.connection import load_extension
from warehouse.sql_files import sql_of

_DELETE = """
delete from core.call_stem using superseded
where call_stem.call_date = superseded.call_date and call_stem.call_id = superseded.call_id
"""


def with_stems(sql: str) -> str:
    """SQL in which `stem_of(word, language)` is replaced by the stemmer of each language's pack.

    A macro is not possible: readers' connections do not share temporary macros, and must not write
    to the snapshot. In a language without a stemmer the stem is the word itself.
    """
    stems = "".join(
        f" when '{code}' then stem(word, '{name}')" for code, name in stemmers().items()
    )
    stem = f"case language{stems} else word end" if stems else "word"
    return sql.replace("stem_of(word, language)", f"strip_accents({stem})")


def stemmer_gaps(code: str) -> list[str]:
    """What is wrong with the stemmer that a language pack names, as `path:line: what; …`."""
    name = stemmers().get(code)
    if name is None:
        return []  # a pack without `language.yaml` is reported by another check
    try:
        with duckdb.connect() as connection:
            load_stemmer(connection)
            connection.execute("select stem('word', ?)", [name])
    except duckdb.Error:
        path = pack_folder(code) / "language.yaml"
        return [f"{path}:1: no stemmer is called `{name}`; expected one of Snowball's, or `none`"]
    return []


def load_stemmer(connection: duckdb.DuckDBPyConnection) -> None:
    """Load the stemmer from the DuckDB extension that a Python package bundles."""
    load_extension(connection, "fts")


def forget_calls(connection: duckdb.DuckDBPyConnection) -> None:
    """Remove the calls of the table `superseded` from the index."""
    connection.execute(_DELETE)


def index_calls(connection: duckdb.DuckDBPyConnection) -> None:
    """Index the calls of the table `batch`, whose turns were just loaded.

    Calls and stems are numbers until they are grouped.
    """
    for step in ("spoken", "token", "form", "call_stem"):
        connection.execute(with_stems(sql_of(__file__, step)))
    for table in ("spoken", "token", "form"):
        connection.execute(f"drop table {table}")
