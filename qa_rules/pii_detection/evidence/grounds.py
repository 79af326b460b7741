"""What of the evidence is ground enough to tell an agent that they said or asked for something."""

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
"""What shows the type, where length and grouping only make it likely.

Somebody asked for it by name or announced it, its check digits hold, or it repeats what was shown
so. A recogniser of words, dates or addresses looks for such announcements itself.
"""
_BLAMING = frozenset({Act.ASKED, Act.REPEATED, Act.DISCLOSED})
"""What an agent does or brings about; what customers volunteer is nobody's fault."""


def is_grounded(evidence: Evidence) -> bool:
    """Whether the type of a candidate is shown, and not guessed by its looks alone."""
    return any(feature in GROUNDS and value > 0 for feature, value in evidence)


def may_blame(act: Act, evidence: Evidence) -> bool:
    """Whether a candidate may be reported with its act: an agent is blamed on grounds alone."""
    return act not in _BLAMING or is_grounded(evidence)
