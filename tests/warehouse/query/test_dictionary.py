"""Every relation and column of the warehouse is explained."""

from __future__ import annotations

from typing import TYPE_CHECKING

from warehouse.query.dictionary import PAGE, fresh_dictionary

if TYPE_CHECKING:
    import duckdb


def test_every_relation_states_its_grain(database: duckdb.DuckDBPyConnection) -> None:
    """The comment of a relation begins by saying what one row is."""
    relations = database.execute(
        "select table_name, comment from duckdb_tables() union all"
        " select view_name, comment from duckdb_views() where not internal"
    ).fetchall()
    assert [name for name, comment in relations if not str(comment).startswith("One row")] == []


def test_every_column_has_a_comment(database: duckdb.DuckDBPyConnection) -> None:
    """Every column has a comment."""
    bare = database.execute(
        "select table_name, column_name from duckdb_columns()"
        " where not internal and comment is null"
    )
    assert bare.fetchall() == []


def test_equal_names_mean_equal_types(database: duckdb.DuckDBPyConnection) -> None:
    """Same quantity, same name; hence the same name never has two types."""
    mixed = database.execute(
        "select column_name, list(distinct data_type) from duckdb_columns() where not internal"
        " group by column_name having count(distinct data_type) > 1"
    )
    assert mixed.fetchall() == []


def test_the_page_is_fresh() -> None:
    """`python -m warehouse.query.dictionary` would change nothing."""
    assert PAGE.read_text() == fresh_dictionary()
