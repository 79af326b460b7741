"""Invented sentences in which little separates personal data from other numbers; seeded."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from ruamel.yaml import YAML

from models.call import Role
from models.transcript import Transcript, Turn, Word
from tests.qa_rules.pii_detection.invented_people.values import Values

if TYPE_CHECKING:
    from collections.abc import Iterator

FILE = Path(__file__).with_suffix(".yaml")
WORD_S, PAUSE_S, CONFIDENCE = 0.35, 0.4, 0.9
_SLOT = re.compile(r"\{(?:d(\d+)|(\w+))\}")


class Sentence(NamedTuple):
    """One of them, said once.

    Attributes:
        template: What it was made from.
        transcript: A question and its answer, or one sentence of the customer.
        values: Type, turn, first and last word (exclusive) of personal data.
    """

    template: str
    transcript: Transcript
    values: tuple[tuple[str, int, int, int], ...]


def sentences(language: str, seed: int, draws: int) -> Iterator[Sentence]:
    """Every template of a language, this many times, each time with other numbers."""
    said = Values(language, seed)
    for template in YAML(typ="safe").load(FILE)[language]:
        for _ in range(draws):
            yield _sentence(template, said)


def _sentence(template: str, said: Values) -> Sentence:
    lines = template.split(" | ")
    roles = [Role.AGENT, Role.CUSTOMER][-len(lines) :]
    clock_s, turns, values = 0.0, [], []
    for number, (role, line) in enumerate(zip(roles, lines, strict=True)):
        words, spans = _filled(line, said)
        values += [(type_, number, first, last) for type_, first, last in spans]
        heard = []
        for text in words:
            heard.append(Word(text, clock_s, clock_s + 0.9 * WORD_S, CONFIDENCE))
            clock_s += WORD_S
        turns.append(Turn(role, 1.0, 0 if role is Role.AGENT else 1, tuple(heard)))
        clock_s += PAUSE_S
    transcript = Transcript(
        call_id="call-1",
        language=said.language,
        language_confidence=1.0,
        duration_s=clock_s,
        channel_count=2,
        turns=tuple(turns),
        model_pin="invented",
    )
    return Sentence(template, transcript, tuple(values))


def _filled(line: str, said: Values) -> tuple[list[str], list[tuple[str, int, int]]]:
    """The words of a line with its slots filled in, and the slots that are personal data."""
    words: list[str] = []
    spans, end = [], 0
    for slot in _SLOT.finditer(line):
        words += line[end : slot.start()].split()
        digits, type_ = slot.groups()
        value = (said.number(said.digits(int(digits))) if digits else said.of_type[type_]()).split()
        if type_:
            spans.append((type_, len(words), len(words) + len(value)))
        words += value
        end = slot.end()
    words += line[end:].split()
    return [word for word in words if word], spans
