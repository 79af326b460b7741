"""The contact centre's own contacts, which are not personal data."""

from __future__ import annotations

from typing import TYPE_CHECKING

from models.language.spoken.symbols import SymbolKind
from qa_rules.pii_detection.evidence.features import NO_EVIDENCE
from qa_rules.pii_detection.recognizers.emails import EMAIL
from qa_rules.pii_detection.recognizers.number_runs import CHARACTERS
from qa_rules.pii_detection.types.pii_type import REFERENCE

if TYPE_CHECKING:
    from qa_rules.pii_detection.compiled_types import Detectors
    from qa_rules.pii_detection.context.references import References
    from qa_rules.pii_detection.context.word_view import WordView
    from qa_rules.pii_detection.recognizers.run_segmentation import Candidate

SIGNS = CHARACTERS | {SymbolKind.MARK}


class CentreContacts:
    """Separates them from people's personal data.

    Args:
        detectors: With the contacts that the centre lists.
        references: Phrases by which agents announce further ones.
        reading: The side's words.
    """

    def __init__(self, detectors: Detectors, references: References, reading: WordView) -> None:
        self._known = detectors.contacts
        self._places = detectors.places
        self._references = references
        self._reading = reading

    def as_reference(self, one: Candidate) -> Candidate:
        """A value as a reference if it is a contact of the centre, else unchanged."""
        if self._is_listed(one) or self._is_announced(one):
            why = "the centre's own"
            return one._replace(type=REFERENCE, score=0.0, evidence=NO_EVIDENCE, why=why)
        if self._is_at_own_domain(one):
            # It may still be a customer's mailbox: masked, but not reported.
            return one._replace(score=0.0, evidence=NO_EVIDENCE, why="at the centre's own domain")
        return one

    def _is_listed(self, one: Candidate) -> bool:
        if one.type == EMAIL:
            return self._known.has_email(self._as_written(one))
        if one.type in self._places:
            return self._known.has_address(one.text)
        return self._known.has_number(one.text)

    def _is_at_own_domain(self, one: Candidate) -> bool:
        """Whether an agent gives an e-mail address at a domain of the centre that is not listed."""
        return (
            one.type == EMAIL
            and self._references.are_of_agent
            and self._known.has_domain_of(self._as_written(one))
        )

    def _is_announced(self, one: Candidate) -> bool:
        """Whether the agent announces it; numbers were already decided with their runs."""
        in_words = one.type == EMAIL or one.type in self._places
        return in_words and self._references.is_own_contact(one.first)

    def _as_written(self, one: Candidate) -> str:
        """An e-mail address without the words for its signs."""
        parts, word = [], one.first
        while word < one.last:
            symbol = self._reading.symbol_at.get(word)
            is_sign = symbol and symbol.kind in SIGNS
            parts.append(symbol.text if symbol and is_sign else self._reading.folded[word])
            word = symbol.last if symbol and is_sign else word + 1
        return "".join(parts)
