"""Documentation of relations, from the comments in their SQL files.

The comment above `create table core.call` states the grain of the table, and the one above a column
describes the column; a mart file begins with its grain and comments the columns of its final
select. The comments are stored in DuckDB, where any client shows them, and the dictionary is
generated from them.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

    import duckdb


class Comment(NamedTuple):
    """The comment of one relation or column.

    Attributes:
        name: `schema.relation` or `schema.relation.column`.
        kind: table, view or column, as in DuckDB's `comment on`.
        text: The comment's lines, joined.
    """

    name: str
    kind: str
    text: str


_CREATE_TABLE = re.compile(r"create table (\w+\.\w+) \(")
_FIRST_NAME = re.compile(r"\s+(\w+)")
_LAST_NAME = re.compile(r"(\w+),?$")


def table_comments(sql: str) -> Iterator[Comment]:
    """The comments of a `create table` statement."""
    table = ""
    for text, line in _commented_lines(sql.splitlines()):
        if match := _CREATE_TABLE.match(line):
            table = match[1]
            yield Comment(table, "table", text)
        elif text and (match := _FIRST_NAME.match(line)):
            yield Comment(f"{table}.{match[1]}", "column", text)


def select_comments(relation: str, kind: str, sql: str) -> Iterator[Comment]:
    """The comments of a file that is one select: its head, and its final column list."""
    lines = sql.splitlines()
    yield Comment(relation, kind, next(text for text, _ in _commented_lines(lines)))
    final = max(number for number, line in enumerate(lines) if line.startswith("select"))
    about, name = "", ""
    for text, line in _commented_lines(lines[final + 1 :]):
        if name and (text or line.startswith("from")):
            yield Comment(f"{relation}.{name}", "column", about)
        if line.startswith("from"):
            return
        # An expression may fill several lines; the last of them ends with the column's name.
        match = _LAST_NAME.search(line)
        about, name = text or about, match[1] if match else ""


def write_comments(connection: duckdb.DuckDBPyConnection, comments: Iterator[Comment]) -> None:
    """Store comments in the database."""
    for comment in comments:
        text = comment.text.replace("'", "''")
        connection.execute(f"comment on {comment.kind} {comment.name} is '{text}'")


def _commented_lines(lines: list[str]) -> Iterator[tuple[str, str]]:
    """Every line that is not a comment, with the comment directly above it."""
    above: list[str] = []
    for line in lines:
        if line.lstrip().startswith("--"):
            above.append(line.strip().removeprefix("--").strip())
        else:
            yield " ".join(above), line
            above = []
