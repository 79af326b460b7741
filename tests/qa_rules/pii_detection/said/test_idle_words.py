"""Words that carry nothing of a value: hesitations inside of it, titles, joining words beside it.

What stands in braces is reported, and no other word is.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from models.call import Role
from qa_rules.pii_detection.detector import find_pii
from qa_rules.pii_detection.types.catalogue import load_pii_rules
from tests.qa_rules.pii_detection.written_lines import heard

RULES = load_pii_rules(Path(__file__).parents[4] / "qa_rules" / "pii")
LINES = [
    (
        "es",
        "¿Su teléfono?",
        "Es el {seis tres uno,} a ver, {cuarenta, dieciocho,} eh, {cero cinco}",
    ),
    ("es", "", "mi teléfono es el {622 40 18 97} y el correo no lo sé"),
    ("es", "", "Soy la señora {Olmedo,} llamé ayer."),
    ("es", "", "Soy de San Andrés y vivo en Santa Clara."),
    (
        "en",
        "What's your phone number?",
        "It's {oh seven seven double oh} um {nine oh oh four one two}",
    ),
    ("it", "Il suo numero?", "{Tre quattro sette,} ehm, {cinque cinque due, zero otto uno}"),
]


@pytest.mark.parametrize(("language", "question", "line"), LINES)
def test_only_words_of_the_value_are_reported(language: str, question: str, line: str) -> None:
    """The value is reported in parts; what stands between them is masked at most."""
    expected, inside = [], False
    for word in line.split():
        inside = inside or word.startswith("{")
        if inside:
            expected.append(word.strip("{}"))
        inside = inside and not word.endswith("}")
    said = line.replace("{", "").replace("}", "")
    transcript = heard(language, [(Role.AGENT, question), (Role.CUSTOMER, said)])
    words = said.split()
    turn = len(transcript.turns) - 1
    reported = [
        word
        for span in find_pii(transcript, RULES)
        if span.reported and span.turn == turn
        for word in words[span.first : span.last]
    ]
    assert reported == expected
