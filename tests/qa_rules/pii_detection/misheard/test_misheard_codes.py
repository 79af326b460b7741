"""Codes that are spelled and partly misheard: no word inside such an answer stays readable.

The misheard words are put together from syllables, so that no list can hold them.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.call import Role
from qa_rules.pii_detection.detector import find_pii
from qa_rules.pii_detection.redaction.text import redact
from qa_rules.pii_detection.types.catalogue import load_pii_rules
from tests.qa_rules.pii_detection.written_lines import heard

if TYPE_CHECKING:
    from models.transcript import Transcript

RULES = load_pii_rules(Path(__file__).parents[4] / "qa_rules" / "pii")
SPELLED = [
    (
        "en",
        "Your national insurance number, please?",
        "Q for Quebec, Q, | 12, | 34, | 56, | C for Charlie.",
    ),
    (
        "en",
        "Could I have your IBAN?",
        "G, B, | 29, | N for November, | W B K, | 6016, | 1331, | 9268, 19.",
    ),
    ("en", "And the long card number?", "4111, | 1111, | 1111, | 1111."),
    ("es", "¿Me facilita su NIE?", "X de Xátiva, | 4, 8, | 203, | 917, | B de Barcelona."),
    ("es", "¿Su DNI, por favor?", "48, | 203, | 917, | B de Barcelona."),
    ("es", "¿Me dice su IBAN?", "ES48 | 2100 | 0418 | 4012 | 3045 | 6789."),
    (
        "it",
        "Mi può dare il codice fiscale?",
        (
            "R, R | G di Genova, | L, I, | 84, | E di Empoli, | 52, | D come Domodossola, "
            "| 6, 1, 2, | S di Savona."
        ),
    ),
    (
        "it",
        "Qual è il suo IBAN?",
        "IT60 | X come xilofono, | 0542 | 8111 | 0100 | 0001 | 2345 6.",
    ),
]
SYLLABLES = ["ba", "dor", "mi", "lu", "ten", "sca", "vo", "pre", "gri", "nol", "ze", "fa", "rin"]
MISHEARD = st.builds(
    lambda syllables, case, mark: case("".join(syllables)) + mark,
    st.lists(st.sampled_from(SYLLABLES), min_size=1, max_size=3),
    st.sampled_from([str.lower, str.title]),
    st.sampled_from(["", "", ",", "."]),
)


def kept(transcript: Transcript) -> list[str]:
    """The words of the second turn that are not masked."""
    words = redact(transcript, find_pii(transcript, RULES)).turns[1].words
    return [word.text for word in words if not word.text.startswith("[")]


@settings(deadline=None)
@given(spelled=st.sampled_from(SPELLED), data=st.data())
def test_no_misheard_word_inside_an_answer_is_kept(
    spelled: tuple[str, str, str], data: st.DataObject
) -> None:
    """One or two groups of a code come back as up to four words that mean nothing."""
    language, question, answer = spelled
    groups = answer.split(" | ")
    first = data.draw(st.integers(1, len(groups) - 2))
    last = data.draw(st.integers(first + 1, min(first + 2, len(groups) - 1)))
    misheard = data.draw(st.lists(MISHEARD, min_size=1, max_size=4))
    said = " ".join([*groups[:first], *misheard, *groups[last:]])
    confidence = data.draw(st.sampled_from([0.3, 0.8, 0.95]))
    lines = [(Role.AGENT, question), (Role.CUSTOMER, said)]
    assert not kept(heard(language, lines, confidence))


@pytest.mark.parametrize(
    ("language", "question", "answer", "sentence"),
    [
        (
            "en",
            "Your phone number?",
            "415 555 0132. {} Then 415 555 0199.",
            "I seldom answer it.",
        ),
        ("es", "¿Me dice su DNI?", "Sí, 48203917B. {}", "Aunque caduca en verano."),
        ("it", "Qual è il suo IBAN?", "IT60X0542811101000000123456. {}", "Ma lo chiudo presto."),
    ],
)
def test_a_sentence_beside_a_whole_value_is_kept(
    language: str, question: str, answer: str, sentence: str
) -> None:
    """Nothing is missing of the value: what is said beside it is no part of it."""
    lines = [(Role.AGENT, question), (Role.CUSTOMER, answer.format(sentence))]
    assert sentence in " ".join(kept(heard(language, lines)))


@pytest.mark.parametrize(
    ("language", "said", "word"),
    [
        ("en", "my card is 4111 1111 1111 1111 lum runs out soon", "lum"),
        ("es", "mi tarjeta es la 4111 1111 1111 1111 grin caduca pronto", "grin"),
        ("it", "la carta è la 4111 1111 1111 1111 tosca scade presto", "tosca"),
    ],
)
def test_a_doubtful_word_that_runs_into_a_number_is_masked(
    language: str, said: str, word: str
) -> None:
    """It may contain the last digit; a word of high confidence, or after a pause, is kept."""
    at = said.split().index(word)

    def kept_with(confidence: float, pause_s: float) -> list[str]:
        transcript = heard(language, [(Role.AGENT, "mm"), (Role.CUSTOMER, said)])
        words = [
            replace(one, confidence=confidence if index == at else one.confidence)
            for index, one in enumerate(transcript.turns[1].words)
        ]
        words[at - 1] = replace(words[at - 1], end_s=words[at].start_s - pause_s)
        turn = replace(transcript.turns[1], words=tuple(words))
        return kept(replace(transcript, turns=(transcript.turns[0], turn)))

    assert word not in kept_with(0.4, 0.0)
    assert word in kept_with(0.9, 0.0)
    assert word in kept_with(0.4, 0.3)
