"""Which of the phrases that name a type stand in a question."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from qa_rules.pii_detection.context.word_view import SENTENCE_END

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from qa_rules.pii_detection.context.cues import Cue
    from qa_rules.pii_detection.context.speaker_words import SpeakerWords

MAX_QUESTION_WORDS = 12
"""Words in which the question mark of a sentence is sought."""
MAX_WORDS_AFTER_QUESTION = 2
"""Such as "please", or "on file"."""


def is_question(cue: Cue, stream: SpeakerWords) -> bool:
    """Whether the sentence of a phrase ends with a question mark."""
    for word in stream.words[cue.last - 1 : cue.last + MAX_QUESTION_WORDS]:
        if word.text.endswith(SENTENCE_END):
            return word.text.endswith("?")
    return False


def with_questions(cues: Iterable[Cue], stream: SpeakerWords) -> Iterator[Cue]:
    """The phrases, marked where they may be a question to the other side.

    One at the end of a turn counts, too: recognition may omit the question mark.
    """
    for cue in cues:
        after = cue.last + MAX_WORDS_AFTER_QUESTION
        ends_turn = after >= len(stream.places) or stream.places[after].turn != cue.turn
        yield replace(cue, is_question=ends_turn or is_question(cue, stream))
