"""What speakers say inside of a value without meaning a part of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from models.call import Role
from qa_rules.pii_detection.detector import find_pii
from qa_rules.pii_detection.types.catalogue import load_pii_rules
from tests.qa_rules.pii_detection.said.test_said_values import marked
from tests.qa_rules.pii_detection.written_lines import heard

RULES = load_pii_rules(Path(__file__).parents[4] / "qa_rules" / "pii")


@pytest.mark.parametrize(
    ("language", "question", "answer"),
    [
        ("en", "Card number?", "{c: Four five three two}, no sorry, {c: four six one one}."),
        ("en", "Your phone?", "{c: oh seven nine oh one, three}, no sorry, {c: four, eight nine}."),
        ("en", "Your phone?", "It's area code {c: six oh two, five five five, oh one four one}."),
        ("en", "Social?", "{c: three one two} dash {c: four four} dash {c: nine oh seven two}"),
        ("en", "And your PIN?", "{c: Six six one}, no sorry, {c: six one one, eight}."),
        ("en", "The reg?", "{c: S H one two}, no sorry, {c: one three, D F K}."),
        (
            "es",
            "¿Su teléfono?",
            "{c: seis uno dos, tres}, no perdón, {c: cuatro, cinco seis siete}.",
        ),
        (
            "it",
            "Il suo telefono?",
            "{c: tre tre tre, quattro}, no scusi, {c: cinque, sei sette otto}.",
        ),
    ],
)
def test_asides_are_not_reported_with_a_value(language: str, question: str, answer: str) -> None:
    """All characters are masked, and nothing but them is reported."""
    turn = marked(f"c: {answer}")
    said = [(Role.AGENT, question), (Role.CUSTOMER, turn.text)]
    spans = [span for span in find_pii(heard(language, said), RULES) if span.turn == 1]
    masked = {word for span in spans for word in range(span.first, span.last)}
    reported = {word for one in spans if one.reported for word in range(one.first, one.last)}
    assert turn.values <= masked
    assert reported == turn.values
