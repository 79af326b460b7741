"""A phrase matches its misrecognitions, and never other words."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from models.call import Role
from models.language.spoken.writings import writings
from models.reasons.codes import ReasonCode
from qa_rules.authoring.example_calls import invented_transcript
from qa_rules.matching.engine_words import engine_words
from qa_rules.phrase_search.index import PhraseIndex
from qa_rules.phrase_search.phrase import Phrase
from qa_rules.phrase_search.strictness import Strictness
from qa_rules.phrase_search.tokens import tokenize
from qa_rules.results import Outcome
from tests.qa_rules.rule_folders import judged, rulebook_of

if TYPE_CHECKING:
    from models.transcript import Transcript
    from qa_rules.phrase_search.phrase import Match

CASES = Path(__file__).with_name("other_words.jsonl").read_text(encoding="utf-8").splitlines()
DAY = dt.date(2026, 3, 10)
RULE = "expect: present\nspeaker: agent\nmatch: {phrases: you can cancel within fourteen days}\n"


def _found(
    phrase: str, said: str, language: str = "en", confidence: tuple[float, ...] = ()
) -> list[Match]:
    words = engine_words(language)
    phrases = [Phrase(tokenize(way), Strictness.NORMAL) for way in writings(phrase, language)]
    index = PhraseIndex(phrases, words.negations, other_words=words.other_words)
    found = index.find(tokenize(said), confidence=confidence)
    return [match for matches in found.values() for match in matches]


def _said(text: str, unsure: str, confidence: float) -> Transcript:
    transcript = invented_transcript(text, Role.AGENT)
    turns = tuple(
        replace(
            turn,
            words=tuple(
                replace(word, confidence=confidence if word.text in unsure.split() else 0.98)
                for word in turn.words
            ),
        )
        for turn in transcript.turns
    )
    return replace(transcript, turns=turns)


@pytest.mark.parametrize("case", CASES)
def test_words_of_similar_spelling_are_distinguished(case: str) -> None:
    """Misspelt, misrecognised, inflected words and equal numbers match; other words do not."""
    row = json.loads(case)
    assert bool(_found(row["phrase"], row["said"], row["language"])) is row["heard"]


def test_both_kinds_of_cases_are_there_in_every_language() -> None:
    """A set with one answer only would be passed by a constant."""
    rows = [json.loads(case) for case in CASES]
    for language in ("en", "es", "it"):
        heard = [row["heard"] for row in rows if row["language"] == language]
        assert heard.count(True) >= 15
        assert heard.count(False) >= 15


@pytest.mark.parametrize(
    ("said", "unsure", "confidence", "outcome"),
    [
        ("you can cancel within fourteen days", "", 0.98, Outcome.PASS),
        ("you can cancel within 14 days", "", 0.98, Outcome.PASS),
        ("you can cancel within forty days", "", 0.98, Outcome.FAIL),
        ("you can cancel within forty days", "forty", 0.98, Outcome.FAIL),
        ("you can cancel within forty days", "forty", 0.3, Outcome.CANNOT_TELL),
        ("you can counsel within fourteen days", "counsel", 0.95, Outcome.FAIL),
        ("you can counsel within fourteen days", "counsel", 0.3, Outcome.CANNOT_TELL),
        (
            "you can cancel within fourteen days",
            "you can cancel within fourteen days",
            0.3,
            Outcome.CANNOT_TELL,
        ),
        ("you can cancel within fourteen days", "within", 0.3, Outcome.PASS),
    ],
)
def test_confidence_decides_whether_a_word_may_be_another(
    tmp_path: Path, said: str, unsure: str, confidence: float, outcome: Outcome
) -> None:
    """A word of high confidence is that word; one of low confidence is uncertain."""
    finding = judged(rulebook_of(tmp_path, RULE), _said(said, unsure, confidence), DAY)
    assert finding.outcome is outcome
    if outcome is Outcome.CANNOT_TELL:
        assert finding.reason.code in {ReasonCode.OTHERS_AS_LIKELY, ReasonCode.NEARLY_HEARD}


def test_the_centres_own_names_are_bent_freely() -> None:
    """Recognition knows no names, also where they stand inside of a phrase."""
    words = engine_words("en")
    phrase = Phrase(
        tokenize("welcome to lumina telecom"), Strictness.NORMAL, 0.0, frozenset(tokenize("lumina"))
    )
    strict = replace(phrase, names=frozenset())
    said = tokenize("welcome to luminous telecom")
    for wanted, heard in ((phrase, True), (strict, False)):
        index = PhraseIndex([wanted], words.negations, other_words=words.other_words)
        assert bool(index.find(said)) is heard


@pytest.mark.parametrize(
    ("language", "phrase", "said", "heard"),
    [
        ("en", "the code is 110 and 11", "the code is 10 and 1", False),
        ("en", "the code is 110 and 11", "the code is 110 and 11", True),
        ("es", "su apellido lleva h de hotel", "su apelido lleva h de hotel", True),
    ],
)
def test_figures_and_mute_letters_have_no_sound_of_their_own(
    language: str, phrase: str, said: str, *, heard: bool
) -> None:
    """Double figures are not double letters, and a letter that is mute is still a word."""
    assert bool(_found(phrase, said, language)) is heard


@pytest.mark.parametrize(
    ("text", "language", "ways"),
    [
        ("within fourteen days", "en", {"within fourteen days", "within 14 days"}),
        ("within 21 days", "en", {"within 21 days", "within twenty one days"}),
        ("son 35 euros", "es", {"son 35 euros", "son treinta y cinco euros"}),
        ("no number here", "en", {"no number here"}),
        ("14 Tage", "xx", {"14 Tage"}),
    ],
)
def test_numbers_are_sought_in_figures_and_in_words(
    text: str, language: str, ways: set[str]
) -> None:
    """Recognisers write them either way."""
    assert set(writings(text, language)) == ways
