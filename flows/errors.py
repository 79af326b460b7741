"""The errors of this package; their texts hold no words of a call."""

from __future__ import annotations


class FlowsError(Exception):
    """Base of everything that `flows` raises on purpose; the text says what to do."""
