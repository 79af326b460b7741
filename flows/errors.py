"""Errors of this package. Their messages contain no words of a call."""

from __future__ import annotations


class FlowsError(Exception):
    """Base class of the errors of `flows`; the message says what to do."""
