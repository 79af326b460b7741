"""Which evidence suffices to report that an agent said or asked for something."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qa_rules.pii_detection.evidence.features import Feature
from qa_rules.results import Act

if TYPE_CHECKING:
    from qa_rules.pii_detection.evidence.features import Evidence

GROUNDS = frozenset(
    {
        Feature.CHECKSUM_VALID,
        Feature.ASKED_BY_NAME,
        Feature.ASKED_AND_NAMED,
        Feature.NAMED,
        Feature.ECHO,
        Feature.ECHO_OF_EDGE,
        Feature.RECOGNIZER,
    }
)
"""Features that establish the type, which length and grouping only make likely.

It was asked for by name or announced, its check digits are valid, or it repeats such a value.
Recognisers of words, dates and addresses look for such announcements themselves.
"""
_BLAMING = frozenset({Act.ASKED, Act.REPEATED, Act.DISCLOSED})
"""Acts of an agent, or caused by one; what customers volunteer is nobody's responsibility."""


def is_grounded(evidence: Evidence) -> bool:
    """Whether evidence establishes the type of a candidate, rather than its shape alone."""
    return any(feature in GROUNDS and value > 0 for feature, value in evidence)


def may_blame(act: Act, evidence: Evidence) -> bool:
    """Whether a candidate may be reported with its act: an agent only on sufficient evidence."""
    return act not in _BLAMING or is_grounded(evidence)
