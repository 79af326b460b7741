"""Names that nobody asked for: recall above a bound, and little else masked with them.

The turns were written, with their gold, before the first run; a third of them hold no name.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

from models.call import Role
from models.transcript import Transcript, Turn, Word
from qa_rules.pii_detection.detector import find_pii
from tests.qa_rules.rule_folders import shipped_rulebook

if TYPE_CHECKING:
    from qa_rules.results import PiiSpan

HERE = Path(__file__).parent
PII = shipped_rulebook().pii
LEAST_RECALL = {"en": 0.9, "es": 0.8, "it": 0.8}
LEAST_PRECISION = 0.8


class Found(NamedTuple):
    """One turn, its gold and what is found in it."""

    text: str
    names: list[set[int]]
    harmless: set[int]
    spans: list[PiiSpan]


def said(turns: list[tuple[Role, str]], language: str) -> Transcript:
    """A call of these turns."""
    heard = []
    for number, (role, text) in enumerate(turns):
        words = tuple(
            Word(word, 5.0 * number + 0.3 * at, 5.0 * number + 0.3 * at + 0.25, 1.0)
            for at, word in enumerate(text.split())
        )
        heard.append(Turn(role, 1.0, int(role is Role.CUSTOMER), words))
    return Transcript(
        call_id="names",
        language=language,
        language_confidence=1.0,
        duration_s=5.0 * len(turns),
        channel_count=2,
        turns=tuple(heard),
        model_pin="",
    )


@cache
def found(language: str) -> tuple[Found, ...]:
    """Every turn of a language, each a call of its own."""
    rows = []
    for line in (HERE / f"{language}.jsonl").read_text(encoding="utf-8").splitlines():
        case: dict[str, Any] = json.loads(line)
        spans = find_pii(said([(Role(case["role"]), case["text"])], language), PII)
        names = [set(range(*place)) for place in case["names"]]
        allowed = set().union(*names, *(set(range(*place)) for place in case["may"]))
        harmless = set(range(len(case["text"].split()))) - allowed
        rows.append(Found(case["text"], names, harmless, list(spans)))
    return tuple(rows)


def words_of(span: PiiSpan) -> set[int]:
    """The words that a span masks."""
    return set(range(span.first, span.last))


@pytest.mark.parametrize("language", LEAST_RECALL)
def test_names_in_passing_are_masked_whole(language: str) -> None:
    """The recall of whole names in each language is above its bound."""
    names = [(row, name) for row in found(language) for name in row.names]
    missed = [
        row.text
        for row, name in names
        if not name <= set().union(*(words_of(span) for span in row.spans))
    ]
    assert len(names) >= 39
    assert 1 - len(missed) / len(names) >= LEAST_RECALL[language], missed


@pytest.mark.parametrize("language", LEAST_RECALL)
def test_little_else_is_masked_and_nothing_reported(language: str) -> None:
    """Spans without a word of a name are few, and none of them is reported."""
    spans = [(row, span) for row in found(language) for span in row.spans]
    wrong = [(row, span) for row, span in spans if words_of(span) <= row.harmless]
    assert 1 - len(wrong) / len(spans) >= LEAST_PRECISION, [row.text for row, _ in wrong]
    assert [row.text for row, span in wrong if span.reported] == []


def masked(transcript: Transcript, agent_name: str = "") -> list[str]:
    """The masked words of a call."""
    return [
        word.text
        for span in find_pii(transcript, PII, agent_name)
        for word in transcript.turns[span.turn].words[span.first : span.last]
    ]


def test_names_of_the_agent_and_the_centre_are_left() -> None:
    """The agent's name, from the metadata or as they give it, and the centre's are left."""
    greeting = (Role.AGENT, "Hello, you're through to Ben at Lumina.")
    thanks = (Role.CUSTOMER, "Thank you, Ben, I spoke to Carol at Lumina.")
    assert masked(said([greeting, thanks], "en")) == ["Carol"]
    assert masked(said([thanks], "en")) == ["Ben,", "Carol"]
    assert masked(said([thanks], "en"), "Ben Howard") == ["Carol"]


@pytest.mark.parametrize(
    ("language", "greeting", "agent"),
    [
        ("it", "Buonasera, Lumina Telecom, Parla Chiara.", "Chiara"),
        ("it", "Grazie per aver chiamato L'umina tele con, sono Marco.", "Marco"),
        ("es", "Lumina, Habla Teresa, buenos días.", "Teresa"),
    ],
)
def test_a_greeting_stays_readable(language: str, greeting: str, agent: str) -> None:
    """Neither a capitalised verb before the agent's name nor a misheard company is a name."""
    assert masked(said([(Role.AGENT, greeting)], language), agent) == []


@pytest.mark.parametrize(
    ("language", "question", "answer", "names"),
    [
        ("en", "Could I take your name?", "Delphine Van Der Meer.", 4),
        ("en", "Your full name please?", "Grant Webb.", 2),
        ("es", "¿Su nombre y apellidos?", "María del Mar Ruiz de la Prada.", 7),
        ("it", "Il suo nome e cognome?", "Pier Luigi Dalla Costa.", 4),
        ("it", "Il cognome?", "La Rocca, tutto staccato.", 2),
    ],
)
def test_a_name_in_an_answer_is_masked_whole(
    language: str, question: str, answer: str, names: int
) -> None:
    """Particles, double surnames and names that are words of the language."""
    call = said([(Role.AGENT, question), (Role.CUSTOMER, answer)], language)
    assert masked(call) == answer.split()[:names]


def test_what_spells_a_name_is_masked_with_it() -> None:
    """Letters after the name, and letters in answer to a question for them."""
    call = said(
        [
            (Role.AGENT, "Can I take your name please?"),
            (Role.CUSTOMER, "Anneke Bos, the last one is B O S."),
            (Role.AGENT, "Could you spell that?"),
            (Role.CUSTOMER, "A as in Alpha, N as in November, E as in Echo."),
        ],
        "en",
    )
    letters = {"B", "O", "S.", "Alpha,", "November,", "Echo."}
    assert letters <= set(masked(call))
    assert "last" not in masked(call)


@pytest.mark.parametrize(
    ("text", "reported"),
    [
        ("We work with Thomas Cook and Laura Ashley on the rewards.", set()),
        ("The toaster from Harvey Nichols arrived broken.", set()),
        ("I spoke to Zenvora and they said it's you.", set()),
        ("My phone won't talk to Siri any more.", set()),
        ("I spoke to Laura in billing.", {3}),
        ("I spoke to a girl called Parveen.", {6}),
        ("I asked my brother Thomas Cook to ring you.", {4, 5}),
    ],
)
def test_firms_named_after_people_are_not_reported(text: str, reported: set[int]) -> None:
    """A firm's name is nobody's, unless the words before it introduce a person."""
    spans = find_pii(said([(Role.CUSTOMER, text)], "en"), PII)
    assert set().union(*(words_of(span) for span in spans if span.reported)) == reported
