"""Text in SQL."""

from __future__ import annotations


def literal(text: str) -> str:
    """A string literal."""
    return "'" + text.replace("'", "''") + "'"
