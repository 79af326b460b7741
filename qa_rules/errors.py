"""The errors of this package; their texts hold no words of a call."""

from __future__ import annotations


class RulesError(Exception):
    """Base of everything that `qa_rules` raises on purpose."""


class RuleFilesError(RulesError):
    """Rule files are wrong; carries every fault found, not only the first.

    Attributes:
        faults: One line each, `path:line: what; expected what`.
    """

    def __init__(self, faults: list[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = faults


class TranscriptLineError(RulesError):
    """A line of a transcript file is wrong; the text is `path:line: what; expected what`."""


class CategoryError(RulesError):
    """A category of another product cannot be taken over; the text says which key and why."""
