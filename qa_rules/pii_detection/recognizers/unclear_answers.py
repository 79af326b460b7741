"""Answers of low confidence after a question for a code, a date or an address.

A dictated value may be recognised as a few meaningless words. Where a value was asked for and none
was found, such an answer is masked as a precaution, and not reported.
"""

from __future__ import annotations

from bisect import bisect_left
from operator import attrgetter
from typing import TYPE_CHECKING

from qa_rules.pii_detection.context.dialogue import LATE_S
from qa_rules.pii_detection.recognizers.run_segmentation import Candidate

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from qa_rules.pii_detection.context.cues import Cue
    from qa_rules.pii_detection.context.word_view import WordView

ANSWER_S = 6.0
"""Longest delay of an answer, in seconds."""
MAX_ANSWER_WORDS = 12
"""Longer answers are sentences."""
UNSURE_ANSWER = "an answer that recognition was unsure of"
UNSURE = 0.55
"""Mean confidence of an answer; clear speech has more than 0.7."""


def unsure_answers(
    reading: WordView, questions: Sequence[Cue], types: Collection[str]
) -> Iterator[Candidate]:
    """Answers in order; one with barred words does not count.

    Args:
        reading: The side's words; barred are the values that were found.
        questions: What the other side asks for.
        types: Those whose answers consist of characters.
    """
    words, places = reading.stream.words, reading.stream.places
    done = 0
    for question in sorted(questions, key=attrgetter("end_s")):
        first = bisect_left(words, question.end_s - LATE_S, key=attrgetter("start_s"))
        if (
            first == len(words)
            or first < done
            or not (question.is_name and question.type in types)
            or words[first].start_s - question.end_s > ANSWER_S
        ):
            continue
        done = first + 1
        while done < len(words) and places[done].turn == places[first].turn:
            done += 1
        answer = range(first, done)
        confidence = sum(words[word].confidence for word in answer) / len(answer)
        is_short = len(answer) <= MAX_ANSWER_WORDS
        if is_short and confidence < UNSURE and reading.barred.isdisjoint(answer):
            yield Candidate(
                type=question.type,
                first=first,
                last=done,
                score=0.0,
                checksum_valid=None,
                asked=True,
                text="",
                why=UNSURE_ANSWER,
            )
