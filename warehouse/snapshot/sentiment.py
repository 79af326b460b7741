"""Customers' expressions of sentiment, found in the redacted turns of the calls that are loaded.

They follow from the turns and the phrases of the language packs, so the lake does not hold them: a
change of the phrases builds the snapshot again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from models.language.pack import known_languages, load_sentiment_phrases
from qa_rules.evaluation.sentiment import expressions, phrase_pattern
from warehouse.sql_files import sql_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    import duckdb

_ROWS = {
    "call_date": pl.Date,
    "call_id": pl.String,
    "turn": pl.Int32,
    "at_s": pl.Float64,
    "phrase": pl.String,
    "is_positive": pl.Boolean,
}
_FETCHED = 10_000


def sentiment_phrases() -> list[tuple[str, str, bool]]:
    """Language, phrase and direction of every phrase of the language packs."""
    return [
        (code, phrase, is_positive)
        for code in known_languages()
        for pack in (load_sentiment_phrases(code),)
        for phrases, is_positive in ((pack.satisfied, True), (pack.dissatisfied, False))
        for phrase in phrases
    ]


def phrase_rows() -> pl.DataFrame:
    """The rows of `core.sentiment_phrase`."""
    columns = {"language": pl.String, "phrase": pl.String, "is_positive": pl.Boolean}
    return pl.DataFrame(sentiment_phrases(), columns, orient="row")


def add_expressions(connection: duckdb.DuckDBPyConnection) -> None:
    """Find the expressions in the calls of the table `batch`, whose turns were just loaded."""
    for code in known_languages():
        if pattern := phrase_pattern(code):
            # Most turns have no phrase, and need not leave the database.
            values = {"language": code, "phrases": rf"\b(?:{pattern})\b"}
            connection.execute(sql_of(__file__, "customer_turn"), values)
            rows = list(_found(connection, code))
            frame = pl.DataFrame(rows, _ROWS, orient="row")
            connection.register("incoming", frame)
            connection.execute("insert into core.customer_expression by name from incoming")
            connection.unregister("incoming")


def _found(connection: duckdb.DuckDBPyConnection, language: str) -> Iterator[tuple[Any, ...]]:
    while turns := connection.fetchmany(_FETCHED):
        for call_date, call_id, turn, start_s, end_s, text in turns:
            for said in expressions(text, language):
                at_s = start_s + said.at_ratio * (end_s - start_s)
                yield call_date, call_id, turn, round(at_s, 2), said.phrase, said.is_positive
