"""Words that carry nothing of a value: asides and hesitations inside of it, and words beside it."""

from __future__ import annotations

from pathlib import Path

import pytest

from models.call import Role
from qa_rules.pii_detection.detector import find_pii
from qa_rules.pii_detection.types.catalogue import load_pii_rules
from tests.qa_rules.pii_detection.said.test_said_values import marked
from tests.qa_rules.pii_detection.written_lines import heard

RULES = load_pii_rules(Path(__file__).parents[4] / "qa_rules" / "pii")
LINES = [
    ("en", "Card number?", "{c: Four five three two}, no sorry, {c: four six one one}."),
    ("en", "Your phone?", "{c: oh seven nine oh one, three}, no sorry, {c: four, eight nine}."),
    ("en", "Your phone?", "It's area code {c: six oh two, five five five, oh one four one}."),
    ("en", "Social?", "{c: three one two} dash {c: four four} dash {c: nine oh seven two}"),
    ("en", "And your PIN?", "{c: Six six one}, no sorry, {c: six one one, eight}."),
    ("en", "The reg?", "{c: S H one two}, no sorry, {c: one three, D F K}."),
    ("en", "Your phone?", "It's {c: oh seven seven double oh} um {c: nine oh oh four one two}"),
    ("es", "¿Su teléfono?", "{c: seis uno dos, tres}, no perdón, {c: cuatro, cinco seis siete}."),
    (
        "es",
        "¿Su teléfono?",
        "Es el {c: seis tres uno}, a ver, {c: cuarenta, dieciocho}, eh, {c: cero cinco}",
    ),
    ("es", "", "mi teléfono es el {c: 622 40 18 97} y el correo no lo sé"),
    ("es", "", "Soy la señora {c: Olmedo}, llamé ayer."),
    ("es", "", "Soy de San Andrés y vivo en Santa Clara."),
    (
        "it",
        "Il suo telefono?",
        "{c: tre tre tre, quattro}, no scusi, {c: cinque, sei sette otto}.",
    ),
    ("it", "Il suo numero?", "{c: Tre quattro sette}, ehm, {c: cinque cinque due, zero otto uno}"),
]


@pytest.mark.parametrize(("language", "question", "line"), LINES)
def test_only_words_of_the_value_are_reported(language: str, question: str, line: str) -> None:
    """All words of the value are masked, and nothing but them is reported."""
    turn = marked(f"c: {line}")
    transcript = heard(language, [(Role.AGENT, question), (Role.CUSTOMER, turn.text)])
    answer = len(transcript.turns) - 1
    spans = [span for span in find_pii(transcript, RULES) if span.turn == answer]
    masked = {word for span in spans for word in range(span.first, span.last)}
    reported = {word for one in spans if one.reported for word in range(one.first, one.last)}
    assert turn.values <= masked
    assert reported == turn.values
