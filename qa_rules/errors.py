"""Errors of this package. Their messages contain no words of a call."""

from __future__ import annotations

from models.errors import DataFilesError


class RulesError(Exception):
    """Base of everything that `qa_rules` raises on purpose."""


class RuleFilesError(DataFilesError, RulesError):
    """Rule files have errors; carries all of them, not only the first."""


class TranscriptLineError(RulesError):
    """A line of a transcript file is wrong; the text is `path:line: what; expected what`."""


class CategoryError(RulesError):
    """A category of another product cannot be imported; the message names the key and the cause."""
