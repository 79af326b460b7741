"""The detector as a component of spaCy: `nlp.add_pipe("callqa_pii")`.

It writes `doc.spans["pii"]`, one group of spans labelled with the types of personal data. The text
is treated as the words of one customer. Without the questions of another speaker, values without a
cue next to them are found less often than in a call.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from spacy.language import Language

from models.call import Role
from models.transcript import Transcript, Turn, Word
from qa_rules.pii_detection.detector import find_pii
from qa_rules.pii_detection.types.catalogue import load_pii_rules

if TYPE_CHECKING:
    from spacy.tokens import Doc

    from qa_rules.pii_detection.types.catalogue import PiiRules

COMPONENT = "callqa_pii"
SPANS = "pii"
PROJECT_TYPES = Path(__file__).parents[1] / "pii"
UNKNOWN_LANGUAGE = "xx"
"""Searched in every language that has a pack."""
WORD_S = 0.4
"""Assumed length of a word of a text without times."""


class PiiComponent:
    """Finds personal data in texts.

    Args:
        rules: What to look for.
        code: Language of the texts, as spaCy calls it.
        is_reported_only: Whether to leave out what would be masked only as a precaution.
    """

    def __init__(self, rules: PiiRules, code: str, *, is_reported_only: bool) -> None:
        self._rules = rules
        self._code = code
        self._is_reported_only = is_reported_only

    def __call__(self, doc: Doc) -> Doc:
        """Write what is found to `doc.spans["pii"]`."""
        starts = _starts(doc.text)
        texts = doc.text.split()
        found = find_pii(_as_transcript(texts, self._code), self._rules) if texts else ()
        spans = (
            doc.char_span(
                starts[span.first],
                starts[span.last - 1] + len(texts[span.last - 1]),
                label=span.type,
                alignment_mode="expand",
            )
            for span in found
            if span.reported or not self._is_reported_only
        )
        doc.spans[SPANS] = [span for span in spans if span is not None]
        return doc


@Language.factory(COMPONENT, default_config={"is_reported_only": False})
def make_component(nlp: Language, name: str, is_reported_only: bool) -> PiiComponent:  # noqa: ARG001, FBT001  spaCy calls it
    """The component with the types of personal data that come with callqa."""
    return PiiComponent(
        _project_types(), nlp.lang or UNKNOWN_LANGUAGE, is_reported_only=is_reported_only
    )


@cache
def _project_types() -> PiiRules:
    return load_pii_rules(PROJECT_TYPES)


def _starts(text: str) -> list[int]:
    """Index of the first character of every word."""
    starts: list[int] = []
    at = 0
    for word in text.split():
        at = text.index(word, at)
        starts.append(at)
        at += len(word)
    return starts


def _as_transcript(texts: list[str], code: str) -> Transcript:
    words = tuple(
        Word(text, at * WORD_S, (at + 1) * WORD_S, confidence=1.0) for at, text in enumerate(texts)
    )
    return Transcript(
        call_id=COMPONENT,
        language=code,
        language_confidence=1.0,
        duration_s=len(texts) * WORD_S,
        channel_count=1,
        turns=(Turn(Role.CUSTOMER, 1.0, 0, words),),
        model_pin="",
    )
