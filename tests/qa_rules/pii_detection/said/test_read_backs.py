"""An agent repeats the beginning or the end of a code that was recognised with other letters.

What stands in braces must be masked; the agent's other words stay readable.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from models.call import Role
from qa_rules.pii_detection.detector import find_pii
from qa_rules.pii_detection.types.catalogue import load_pii_rules
from tests.qa_rules.pii_detection.written_lines import heard

RULES = load_pii_rules(Path(__file__).parents[4] / "qa_rules" / "pii")
IBAN_EN, IBAN_ES, IBAN_IT = "What is the new IBAN?", "¿Me dice el IBAN?", "Qual è il nuovo IBAN?"
NINO = "What is your national insurance number?"
WAITING = {
    "en": "No problem at all, please do take your time.",
    "es": "No hay ningún problema, tómese todo el tiempo que quiera.",
    "it": "Non c'è nessun problema, faccia pure con tutta calma.",
}

READ_BACKS = [
    # The beginning: fewer letters, another letter, or none was recognised.
    ("en", IBAN_EN, "It's E29, 6016, 1331, 926, 819.", "I have {GB29} and it ends in {819}."),
    ("en", IBAN_EN, "It's B29, 6016, 1331, 926, 819.", "I have {G B 29} thank you."),
    ("en", IBAN_EN, "It's 68, 5390 0754 7034.", "So {BE68} and so on."),
    ("es", IBAN_ES, "S91, 2100, 0418, 4502, 0005, 1332.", "Repito {ES91} y lo apunto."),
    ("it", IBAN_IT, "T60X, 05428, 11101, 012345.", "Allora {IT60} e poi il resto."),
    ("en", NINO, "It's QU 12 34 56 C.", "Sorry, was that {QQ12} or not?"),
    # The end: the check letter was taken for another one.
    ("en", NINO, "It's QQ 12 34 56 B.", "And it ends {56D} right?"),
    ("es", "¿Cuál es su DNI?", "El 12345678 P.", "¿Termina en {78 T} verdad?"),
]
READABLE = [
    # Other digits, or digits of the middle, are another matter.
    ("en", IBAN_EN, "It's E29, 6016, 1331, 926, 819.", "Please go to form AB31 now."),
    ("en", IBAN_EN, "It's E29, 6016, 1331, 926, 819.", "You are on plan B16 now."),
    ("es", IBAN_ES, "S91, 2100, 0418, 4502, 0005, 1332.", "Tiene usted el plan M21 ahora."),
    ("it", IBAN_IT, "T60X, 05428, 11101, 012345.", "Il suo modem è il modello R54 nuovo."),
    ("en", "How can I help?", "My plan is E29 and it is slow.", "Is it not plan GB29 instead?"),
]


def _agent_words(language: str, *lines: str) -> tuple[set[int], set[int]]:
    """Words of the agent's last line that are masked, and those in braces."""
    gold, inside = set(), False
    for place, word in enumerate(lines[-1].split()):
        inside = inside or "{" in word
        if inside:
            gold.add(place)
        inside = inside and "}" not in word
    question, answer, last = (line.replace("{", "").replace("}", "") for line in lines)
    said = [
        (Role.AGENT, question),
        (Role.CUSTOMER, "Hm."),
        (Role.AGENT, WAITING[language]),  # so that the question is no announcement of the read-back
        (Role.CUSTOMER, answer),
        (Role.AGENT, last),
    ]
    spans = [span for span in find_pii(heard(language, said), RULES) if span.turn == len(said) - 1]
    return {word for span in spans for word in range(span.first, span.last)}, gold


@pytest.mark.parametrize(("language", "question", "answer", "read_back"), READ_BACKS)
def test_a_read_back_of_misheard_letters_is_masked(
    language: str, question: str, answer: str, read_back: str
) -> None:
    """The digits beside them are the same; at most one word more is masked, such as "y"."""
    masked, gold = _agent_words(language, question, answer, read_back)
    assert gold <= masked
    assert len(masked - gold) <= 1


@pytest.mark.parametrize(("language", "question", "answer", "line"), READABLE)
def test_other_short_codes_stay_readable(
    language: str, question: str, answer: str, line: str
) -> None:
    """A code is a read-back only of a value that was asked for, and by the digits at its ends."""
    assert _agent_words(language, question, answer, line)[0] == set()
