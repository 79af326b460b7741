"""What a clause denies does not match, and what it affirms does, in every language."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from models.call import Role
from models.metrics import conversation_metrics
from models.reasons.codes import ReasonCode
from qa_rules.authoring.example_calls import invented_call, invented_transcript
from qa_rules.errors import RuleFilesError
from qa_rules.evaluation.judging import hear, judge
from qa_rules.matching.call_index import CallIndex
from qa_rules.matching.compiled_rules import compiled_rules
from qa_rules.results import Outcome
from tests.qa_rules.rule_folders import condition_of, shipped_rulebook

if TYPE_CHECKING:
    from qa_rules.results import Finding
    from qa_rules.rule_files.rulebook import RuleBook

CASES = [
    json.loads(line)
    for line in Path(__file__).with_name("cases.jsonl").read_text(encoding="utf-8").splitlines()
]
DAY = dt.date(2026, 6, 1)
LEAST_RIGHT = 0.95


def _finding(
    folder: Path, language: str, condition: str, said: str, unsure: tuple[str, ...] = ()
) -> Finding:
    (folder / "centre.yaml").write_text(f"languages: [{language}]\n", encoding="utf-8")
    transcript = invented_transcript(said, Role.AGENT, language)
    turns = tuple(
        replace(
            turn,
            words=tuple(
                replace(w, confidence=0.3 if w.text in unsure else 1.0) for w in turn.words
            ),
        )
        for turn in transcript.turns
    )
    transcript = replace(transcript, turns=turns)
    metrics = conversation_metrics(transcript)
    rulebook = condition_of(folder, condition)
    return judge(invented_call(DAY), transcript, (), metrics, rulebook)[0]


@cache
def _shipped() -> RuleBook:
    return shipped_rulebook()


def _wrong(folder: Path, cases: list[dict[str, Any]]) -> list[str]:
    wrong = []
    for case in cases:
        heard = _matches(folder, case)
        if heard is not case["heard"]:
            wrong.append(f"{case['said']!r} matches: {heard}")
    return wrong


def _matches(folder: Path, case: dict[str, Any]) -> bool | None:
    """Whether a shipped rule, or one that looks for a phrase, matches; None if it is unclear."""
    if "phrase" in case:
        phrases = f"phrases: {json.dumps(case['phrase'], ensure_ascii=False)}\n"
        outcome = _finding(folder, case["language"], phrases, case["said"]).outcome
        return {Outcome.PASS: True, Outcome.FAIL: False}.get(outcome)
    rulebook = _shipped()
    compiled = compiled_rules(rulebook, case["language"])
    transcript = invented_transcript(case["said"], Role.AGENT, case["language"])
    call_index = CallIndex.build(invented_call(DAY), transcript, (), (), compiled.index)
    rules = [rule for rule in rulebook.in_force(DAY) if rule.id == case["rule"]]
    verdict = hear(rules, compiled, call_index)[case["rule"]]
    return None if verdict.matched and verdict.uncertainty else verdict.matched


@pytest.mark.parametrize("heard", [True, False], ids=["heard", "denied"])
@pytest.mark.parametrize("language", ["en", "es", "it"])
@pytest.mark.parametrize("half", ["fit", "unseen"])
def test_what_is_denied_does_not_match(
    half: str, language: str, tmp_path: Path, *, heard: bool
) -> None:
    """The words of a language are chosen on one half of invented lines; the other half judges.

    Of the 93 unseen lines 92 were right when they were first run.
    """
    cases = [
        case
        for case in CASES
        if (case["half"], case["language"], case["heard"]) == (half, language, heard)
    ]
    wrong = _wrong(tmp_path, cases)
    assert len(wrong) <= (1 - LEAST_RIGHT) * len(cases), "\n".join(wrong)


@pytest.mark.parametrize(
    ("condition", "said"),
    [
        ("phrases: call you back\n", "I will {}call you back."),
        ("near: {words: 8, terms: [[call], [recorded]]}\n", "This call is {}recorded."),
        ("lemma: close the account\n", "We {}closed the account."),
        ("regex: 'send (it|them)'\n", "I will {}send it."),
        ("regex: 'i will( \\w+)? send'\n", "I will {}send it."),
        ("any: [{phrases: call you back}]\n", "I will {}call you back."),
    ],
)
def test_every_operator_matches_what_is_meant(condition: str, said: str, tmp_path: Path) -> None:
    """By default what is affirmed, with `negated` what is denied, with `any` both."""
    heard = {}
    for polarity in ("affirmed", "negated", "any"):
        for word in ("", "never "):
            rule = f"{condition}polarity: {polarity}\n"
            finding = _finding(tmp_path, "en", rule, said.format(word))
            heard[polarity, bool(word)] = finding.outcome is Outcome.PASS
    assert heard == {
        ("affirmed", False): True,
        ("affirmed", True): False,
        ("negated", False): False,
        ("negated", True): True,
        ("any", False): True,
        ("any", True): True,
    }


def test_a_phrase_keeps_its_own_negation(tmp_path: Path) -> None:
    """A negation that is looked for is compared with one around it, also between near terms."""
    near = "near: {words: 6, terms: [[cannot, can't], [help]]}\n"
    for condition in (near, "phrases: can't help you\n", 'regex: "can.?t help"\n'):
        said = "I am afraid I can't help you."
        assert _finding(tmp_path, "en", condition, said).outcome is Outcome.PASS
        denied = "It's not that I can't help you."
        assert _finding(tmp_path, "en", condition, denied).outcome is Outcome.FAIL


def test_an_unsure_or_far_negation_cannot_tell(tmp_path: Path) -> None:
    """Where it is unclear whether a match is denied, nobody is judged, and the reason says so."""
    condition = "phrases: call you back\n"
    for said, unsure in (
        ("I will never call you back.", ("never",)),
        ("nothing in the whole wide world of telephone lines could make us call you back", ()),
    ):
        finding = _finding(tmp_path, "en", condition, said, unsure)
        assert finding.outcome is Outcome.CANNOT_TELL
        assert finding.reason.code is ReasonCode.MAY_BE_DENIED


def test_polarity_is_refused_where_nothing_can_be_denied(tmp_path: Path) -> None:
    """A number is not denied, so `polarity` with `entity` is an error."""
    with pytest.raises(RuleFilesError, match=r"`polarity` only with .*near"):
        condition_of(tmp_path, "entity: number\npolarity: any\n")


def test_a_sentence_alike_in_meaning_must_be_alike_in_polarity(tmp_path: Path) -> None:
    """Embeddings hardly change with a `not`, so the clause model decides."""
    condition = "similar: {to: I will call you back tomorrow, accept_similar: true}\n"
    said = "I will give you a call back tomorrow."
    assert _finding(tmp_path, "en", condition, said).outcome is Outcome.PASS
    denied = "I will not give you a call back tomorrow."
    assert _finding(tmp_path, "en", condition, denied).outcome is Outcome.FAIL
    negated = f"{condition}polarity: negated\n"
    assert _finding(tmp_path, "en", negated, denied).outcome is Outcome.PASS
