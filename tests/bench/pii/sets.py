"""The data of the PII benchmark: labelled texts, spoken and written, and the invented night."""

from __future__ import annotations

import json
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Any, NamedTuple

from models.call import Role
from models.transcript import Transcript, Turn, Word
from qa_rules.jsonl.transcripts import LineWords, transcript_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

LANGUAGES = ("en", "es", "it")
TYPES = {
    "CREDIT_CARD": "card_number",
    "EMAIL_ADDRESS": "email",
    "ES_NIE": "es_nie",
    "ES_NIF": "es_dni",
    "IBAN_CODE": "iban",
    "IT_FISCAL_CODE": "it_codice_fiscale",
    "PHONE_NUMBER": "phone",
    "UK_NINO": "uk_nino",
    "US_BANK_NUMBER": "bank_account",
    "US_SSN": "us_ssn",
}
"""Presidio's names of the types that both sides know, and ours."""
_CASE_LANGUAGES = {"ES_NIE": "es", "ES_NIF": "es", "IT_FISCAL_CODE": "it"}


class Gold(NamedTuple):
    """A labelled value: its type and its words, `last` exclusive; the act where it is known."""

    type: str
    turn: int
    first: int
    last: int
    act: str | None = None

    @property
    def places(self) -> frozenset[tuple[int, int]]:
        """Turn and index of every word."""
        return frozenset((self.turn, word) for word in range(self.first, self.last))


@dataclass(frozen=True, slots=True)
class Labelled:
    """One text with all PII that should be found in it.

    Attributes:
        source: The set it belongs to.
        transcript: Its words.
        gold: Every value of the types that are labelled.
        types: The types that are labelled: what is found of others is neither right nor wrong.
    """

    source: str
    transcript: Transcript
    gold: tuple[Gold, ...]
    types: frozenset[str]

    @property
    def word_count(self) -> int:
        """Words of all turns."""
        return sum(len(turn.words) for turn in self.transcript.turns)


def read_sets(data: Path | None, night: Path) -> list[Labelled]:
    """All sets: those of the data folder, if one is given, and the night.

    Args:
        data: Holds `spoken_pii/<language>.jsonl` and `presidio_cases*.json`.
        night: Holds `truth/<call>.json`.
    """
    found: list[Labelled] = []
    if data:
        for path in sorted(data.glob("spoken_pii/*.jsonl")):
            found += _spoken(path)
        for path in sorted(data.glob("presidio_cases*.json")):
            found += _cases(path)
    return found + _night(night)


def _spoken(path: Path) -> Iterator[Labelled]:
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    types = frozenset(TYPES[gold["type"]] for row in rows for gold in row["gold"])
    for row in rows:
        gold = tuple(
            Gold(TYPES[span["type"]], 0, span["first"], span["last"]) for span in row["gold"]
        )
        yield Labelled("spoken", _side(row["lang"], row["words"]), gold, types)


def _cases(path: Path) -> Iterator[Labelled]:
    for case in json.loads(path.read_text(encoding="utf-8")):
        type_ = TYPES.get(case["entity"])
        words = case["text"].split()
        if not type_ or not words:
            continue
        language = _CASE_LANGUAGES.get(case["entity"], "en")
        borders = word_borders(case["text"])
        gold = tuple(
            Gold(type_, 0, *covered_words(borders, start, end)) for start, end in case["spans"]
        )
        yield Labelled("written", _side(language, words), gold, frozenset({type_}))


def _side(language: str, words: Sequence[str]) -> Transcript:
    return transcript_of(LineWords(language=language, words=tuple(words)))


def word_borders(text: str) -> list[tuple[int, int]]:
    """Start and end of each white-space separated word, in characters."""
    borders, end = [], 0
    for word in text.split():
        start = text.index(word, end)
        end = start + len(word)
        borders.append((start, end))
    return borders


def covered_words(borders: Sequence[tuple[int, int]], start: int, end: int) -> tuple[int, int]:
    """First and last word (exclusive) that a stretch of characters touches."""
    touched = [at for at, (first, last) in enumerate(borders) if first < end and last > start]
    return (touched[0], touched[-1] + 1) if touched else (0, 0)


def _night(folder: Path) -> list[Labelled]:
    truths = [json.loads(path.read_bytes()) for path in sorted(folder.glob("truth/lt-*.json"))]
    types = frozenset(span["type"] for truth in truths for span in truth["pii"])
    return [_call(truth, types) for truth in truths]


def _call(truth: dict[str, Any], types: frozenset[str]) -> Labelled:
    """A call of the night as recognised without any error."""
    said = sorted(truth["words"], key=lambda word: float(word["start_s"]))
    turns = tuple(_turn(Role(role), list(words)) for role, words in groupby(said, _role_of))
    transcript = Transcript(
        call_id=truth["call_id"],
        language=truth["language"],
        language_confidence=1.0,
        duration_s=truth["duration_s"],
        channel_count=2,
        turns=turns,
        model_pin="the truth",
    )
    gold = tuple(part for span in truth["pii"] for part in _gold(turns, span))
    return Labelled("night", transcript, gold, types)


def _role_of(word: dict[str, Any]) -> str:
    return str(word["role"])


def _turn(role: Role, words: Sequence[dict[str, Any]]) -> Turn:
    heard = tuple(Word(word["word"], word["start_s"], word["end_s"], 1.0) for word in words)
    return Turn(role, 1.0, 0 if role is Role.AGENT else 1, heard)


def _gold(turns: Sequence[Turn], span: dict[str, Any]) -> Iterator[Gold]:
    """A span of the truth, in each turn that it reaches over."""
    for number, turn in enumerate(turns):
        inside = [
            at
            for at, word in enumerate(turn.words)
            if turn.role == span["role"]
            and span["start_s"] <= (word.start_s + word.end_s) / 2 <= span["end_s"]
        ]
        if inside:
            yield Gold(span["type"], number, inside[0], inside[-1] + 1, span["act"])
