"""Positions in a recording as people read them."""

from __future__ import annotations


def clock(seconds: float) -> str:
    """A position in a recording as minutes and seconds: 75.2 s is 1:15."""
    minutes, rest = divmod(int(seconds), 60)
    return f"{minutes}:{rest:02}"
