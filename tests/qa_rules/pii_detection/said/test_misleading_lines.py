"""Lines in the style of public complaints, half of which only sound like personal data.

The lines are invented, with the values decided before anything was run. A value stands in braces;
what may be masked or not, such as an order number, stands in angle brackets.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from models.call import Role
from qa_rules.pii_detection.detector import find_pii
from qa_rules.pii_detection.types.catalogue import load_pii_rules
from tests.qa_rules.pii_detection.written_lines import heard

RULES = load_pii_rules(Path(__file__).parents[4] / "qa_rules" / "pii")
LINES = (Path(__file__).parent / "misleading_lines.jsonl").read_text(encoding="utf-8")
CASES = [json.loads(line) for line in LINES.splitlines()]
MARKS = str.maketrans("", "", "{}<>")
READABLE = [
    ("en", "c: I paid fifty two ninety last time and sixty one fifty this time."),
    ("en", "c: The bill came to one eighteen forty, then it was two oh four sixty."),
    ("en", "a: Good evening, Larkfield Water, this is Tess."),
    ("en", "c: It's train number four one seven two that never came."),
    ("es", "c: Me cobraron cuarenta y siete noventa en vez de treinta y dos cincuenta."),
    ("es", "c: El recibo fue de ciento dieciséis ochenta, luego de noventa y uno treinta."),
    ("es", "a: Buenas tardes, Costa Fibra, le habla Rocío."),
    ("es", "c: La lámpara Valeria llegó rota y el armario Julia no llegó."),
    ("es", "c: El tren número cuatro uno siete dos no pasó."),
    ("it", "c: Ho pagato quarantasette e novanta invece di trentadue e cinquanta."),
    ("it", "c: La bolletta era di centosedici e ottanta, poi di novantuno e trenta."),
    ("it", "a: Buonasera, Costa Fibra, sono Ilenia."),
    ("it", "c: La tariffa Azzurra non mi serve e la scuola Ada Negri non ha linea."),
    ("it", "c: Il treno numero quattro uno sette due non è passato."),
]
ROLES = {"a": Role.AGENT, "c": Role.CUSTOMER}


def _inside(words: list[str], opening: str, closing: str) -> set[int]:
    """Indexes of the words between marks."""
    found: set[int] = set()
    is_inside = False
    for at, word in enumerate(words):
        is_inside = is_inside or word.startswith(opening)
        if is_inside:
            found.add(at)
        is_inside = is_inside and closing not in word
    return found


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["turns"][-1])
def test_values_are_masked_and_only_they_are_reported(case: dict[str, object]) -> None:
    """Every word of a value is masked, and no word outside of values and titles is reported."""
    turns = [str(line).split(": ", 1) for line in case["turns"]]  # type: ignore[attr-defined]
    transcript = heard(
        str(case["language"]), [(ROLES[role], text.translate(MARKS)) for role, text in turns]
    )
    spans = find_pii(transcript, RULES)
    marked = [text.split() for _, text in turns]
    values = {(at, word) for at, words in enumerate(marked) for word in _inside(words, "{", "}")}
    maybe = {(at, word) for at, words in enumerate(marked) for word in _inside(words, "<", ">")}
    masked = {(span.turn, word) for span in spans for word in range(span.first, span.last)}
    reported = {
        (span.turn, word)
        for span in spans
        if span.reported
        for word in range(span.first, span.last)
    }
    assert values <= masked
    assert reported <= values | maybe


@pytest.mark.parametrize(("language", "line"), READABLE)
def test_what_is_nobodys_stays_readable(language: str, line: str) -> None:
    """Prices, trains, products and the firm in a greeting are not even masked."""
    role, text = line.split(": ", 1)
    words = text.split()
    own = {len(words) - 1} if role == "a" else set()
    spans = find_pii(heard(language, [(ROLES[role], text)]), RULES)
    assert {word for span in spans for word in range(span.first, span.last)} <= own
