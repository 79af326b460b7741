"""What must hold for any number, however it is spoken, split or written."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from hypothesis import given, settings
from hypothesis import strategies as st

from models.call import Role
from qa_rules.pii_detection.detector import find_pii
from qa_rules.pii_detection.redaction.text import redact
from qa_rules.pii_detection.types.catalogue import load_pii_rules
from tests.qa_rules.pii_detection.written_lines import heard

if TYPE_CHECKING:
    from models.transcript import Transcript

RULES = load_pii_rules(Path(__file__).parents[3] / "qa_rules" / "pii")
DIGIT_WORDS = {
    "en": ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"],
    "es": ["cero", "uno", "dos", "tres", "cuatro", "cinco", "seis", "siete", "ocho", "nueve"],
    "it": ["zero", "uno", "due", "tre", "quattro", "cinque", "sei", "sette", "otto", "nove"],
}
QUESTIONS = {
    "en": "can I have your card number please?",
    "es": "¿me dice el número de la tarjeta?",
    "it": "mi dice il numero della carta?",
}
FILLERS = {"en": "um", "es": "eh", "it": "ehm"}
LANGUAGES = st.sampled_from(["en", "es", "it"])
NUMBERS = st.text("0123456789", min_size=9, max_size=19)


def spoken(number: str, language: str) -> list[str]:
    """A number digit by digit."""
    return [DIGIT_WORDS[language][int(digit)] for digit in number]


def survivors(transcript: Transcript, number: str, language: str) -> list[str]:
    """The customer's words in the redacted transcript that still disclose a digit of the number."""
    redacted = redact(transcript, find_pii(transcript, RULES))
    telling = {*spoken(number, language), *number}
    return [
        word.text
        for turn in redacted.turns
        if turn.role is Role.CUSTOMER
        for word in turn.words
        if word.text.casefold().strip(".,-") in telling
    ]


@settings(deadline=None)
@given(number=NUMBERS, language=LANGUAGES)
def test_no_digit_of_a_spoken_number_survives(number: str, language: str) -> None:
    """A long number is masked whole although nobody asked and no checksum holds."""
    lines = [(Role.CUSTOMER, " ".join(spoken(number, language)))]
    assert not survivors(heard(language, lines), number, language)


@settings(deadline=None)
@given(number=NUMBERS, language=LANGUAGES, data=st.data())
def test_splitting_over_turns_never_lowers_what_is_masked(
    number: str, language: str, data: st.DataObject
) -> None:
    """Groups with back-channels between them are one number still."""
    cuts = sorted(data.draw(st.lists(st.integers(1, len(number) - 1), max_size=4, unique=True)))
    lines = [(Role.AGENT, QUESTIONS[language])]
    for start, end in zip([0, *cuts], [*cuts, len(number)], strict=True):
        lines.append((Role.CUSTOMER, " ".join(spoken(number[start:end], language))))
        lines.append((Role.AGENT, "mm"))
    assert not survivors(heard(language, lines), number, language)


@settings(deadline=None)
@given(number=NUMBERS, language=LANGUAGES, data=st.data())
def test_fillers_case_and_punctuation_never_lower_what_is_masked(
    number: str, language: str, data: st.DataObject
) -> None:
    """What a speaker hesitates over and a recogniser decorates is masked all the same."""
    words = []
    for word in spoken(number, language):
        shown = data.draw(
            st.sampled_from([word, word.upper(), word.title(), word + ",", word + "."])
        )
        words += [shown, *data.draw(st.sampled_from([[], [FILLERS[language]]]))]
    lines = [(Role.AGENT, QUESTIONS[language]), (Role.CUSTOMER, " ".join(words))]
    assert not survivors(heard(language, lines), number, language)


@settings(deadline=None)
@given(number=NUMBERS, language=LANGUAGES, data=st.data())
def test_any_written_grouping_is_masked(number: str, language: str, data: st.DataObject) -> None:
    """Recognisers group and punctuate figures as they like."""
    separator = data.draw(st.sampled_from(["-", " ", ", ", " -", ". "]))
    size = data.draw(st.integers(2, 5))
    groups = [number[start : start + size] for start in range(0, len(number), size)]
    lines = [(Role.AGENT, QUESTIONS[language]), (Role.CUSTOMER, separator.join(groups))]
    transcript = heard(language, lines)
    redacted = redact(transcript, find_pii(transcript, RULES))
    assert not any(char.isdigit() for turn in redacted.turns for char in turn.text)


ANY_WORD = st.one_of(
    st.sampled_from(
        [
            *(
                "my",
                "card",
                "number",
                "is",
                "IBAN",
                "phone",
                "for",
                "to",
                "double",
                "4111",
                "0.627",
            ),
            *("12/03/1982", "john@mail.com", "at", "dot", "com", "via", "calle", "street", "è"),
            *(
                "password",
                "es",
                "uno",
                "due",
                "tre",
                "no",
                "sorry",
                "N",
                "November",
                "[cvv]",
                "a.b",
            ),
        ]
    ),
    st.text("abcxyzè¿0123456789.,-@[]", min_size=1, max_size=10),
)
ANY_LINES = st.lists(
    st.tuples(st.sampled_from(list(Role)), st.lists(ANY_WORD, max_size=15).map(" ".join)),
    max_size=8,
)


@settings(max_examples=100, deadline=None)
@given(lines=ANY_LINES, language=st.sampled_from(["en", "es", "it", "de", "und"]))
def test_any_transcript_gives_spans_in_order_inside_their_turns(
    lines: list[tuple[Role, str]], language: str
) -> None:
    """Nothing is raised; spans are ordered, do not overlap and keep to their turn."""
    transcript = heard(language, lines)
    end = (0, 0)
    for span in find_pii(transcript, RULES):
        assert (span.turn, span.first) >= end
        assert span.first < span.last <= len(transcript.turns[span.turn].words)
        assert 0.0 <= span.confidence <= 1.0
        end = (span.turn, span.last)


@settings(deadline=None)
@given(number=NUMBERS, language=LANGUAGES)
def test_redaction_is_idempotent(number: str, language: str) -> None:
    """A redacted transcript has nothing more to mask, and its masks stay as they are."""
    lines = [
        (Role.AGENT, QUESTIONS[language]),
        (Role.CUSTOMER, " ".join(spoken(number, language))),
        (Role.AGENT, number),
    ]
    transcript = heard(language, lines)
    once = redact(transcript, find_pii(transcript, RULES))
    assert once != transcript
    assert redact(once, find_pii(once, RULES)) == once


@settings(deadline=None)
@given(number=NUMBERS, language=LANGUAGES)
def test_explanations_hold_no_value(number: str, language: str) -> None:
    """Spans say shape, context and time; never a digit of the value itself."""
    lines = [
        (Role.AGENT, QUESTIONS[language]),
        (Role.CUSTOMER, number),
    ]
    for span in find_pii(heard(language, lines), RULES):
        assert number not in json.dumps([span.why, span.type])
