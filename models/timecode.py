"""Formatting of positions in a recording."""

from __future__ import annotations


def clock(seconds: float) -> str:
    """Format a position in a recording as minutes and seconds: 75.2 s is 1:15."""
    minutes, rest = divmod(int(seconds), 60)
    return f"{minutes}:{rest:02}"
