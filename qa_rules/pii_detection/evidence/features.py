"""The named features that are evidence for or against a candidate."""

from __future__ import annotations

from enum import StrEnum


class Feature(StrEnum):
    """A feature of a candidate; the values are keys of `weights.yaml`.

    Binary features have the value 1; of the others, the value is given below.
    """

    WHOLE = "whole"
    """The whole shape of the type."""
    NEARLY_WHOLE = "nearly_whole"
    """A shape that lacks no more characters than the type's `slack`."""
    PART = "part"
    """Fewer characters than that."""
    INCOMPLETE_UNASKED = "incomplete_unasked"
    """An incomplete value that the speaker announces, or that follows only a hint."""
    CLEARLY_NAMED = "clearly_named"
    """An incomplete value of a few characters or more, clearly asked for or announced."""
    WRITTEN_GROUPING = "written_grouping"
    """Written with the type's own grouping, such as "415-555-0132"."""
    DICTATED = "dictated"
    """Said character by character, which house numbers and quantities rarely are."""
    CHECKSUM_VALID = "checksum_valid"
    CHECKSUM_INVALID = "checksum_invalid"
    """Only of values that were not asked for: in an answer it means that a digit was lost."""
    ASKED_BY_NAME = "asked_by_name"
    """1 for a question in the other side's latest turn; less for each thing that outdates it."""
    ASKED_BY_HINT = "asked_by_hint"
    """The same for a question that only hints at the type."""
    ASKED_AND_NAMED = "asked_and_named"
    NAMED = "named"
    """The speaker names the type shortly before, or right after."""
    HINTED = "hinted"
    WORDS_BETWEEN = "words_between"
    """Words from that announcement to the value; twice as many and three if it follows."""
    ECHO = "echo"
    """The other side said it, in full or in part."""
    ECHO_OF_EDGE = "echo_of_edge"
    """Exactly the beginning or the end of a code of the other side."""
    RECOGNIZER = "recognizer"
    """0..1, the score of a recogniser of words, dates or addresses; instead of a shape."""
    HEARD = "heard"
    """0..1, mean confidence of its words."""
    PIECE = "piece"
    """Of each value that a run is divided into."""
    MIXED_STYLES = "mixed_styles"
    """Characters of a value that is part figures, part number words."""


OF_RUNS = frozenset({Feature.PIECE, Feature.MIXED_STYLES})
"""They decide how a run is split into values, and are no features of a single value."""
OF_TYPES = (Feature.WHOLE, Feature.CHECKSUM_VALID, Feature.CHECKSUM_INVALID)
"""Their weights differ by type."""
Evidence = tuple[tuple[Feature, float], ...]
"""Features of one candidate with their values; features that are not listed are 0."""
NO_EVIDENCE: Evidence = ()
