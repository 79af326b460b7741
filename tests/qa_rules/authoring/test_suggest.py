"""Reasons that no rule knows are found in stored calls, and offered as draft rules."""

from __future__ import annotations

import datetime as dt
import shutil
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from typer.testing import CliRunner

from flows.cli.app import app
from models.call import Direction, Recording, Role
from qa_rules.authoring.check import check_rules
from qa_rules.authoring.example_calls import invented_call, invented_transcript
from qa_rules.authoring.examples import run_examples
from qa_rules.authoring.suggest import Opening, cluster, suggest, unknown_openings
from qa_rules.results import CallResult
from qa_rules.rule_files.rulebook import load_rulebook
from tests.qa_rules.rule_folders import RULES, shipped_rulebook
from warehouse.lake.lake import Lake

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pytest

DAY = dt.date(2026, 6, 1)
SHOP = {
    "en": (
        "What time does your shop open on Saturdays?",
        "When is the shop open on Saturday?",
        "At what time does the store open tomorrow?",
    ),
    "es": (
        "¿A qué hora abre la tienda el sábado?",
        "¿A qué hora abren la tienda los sábados?",
    ),
    "it": ("A che ora apre il negozio il sabato?",),
}
OTHERS = (
    "My neighbour's dog barks the whole night long.",
    "I have a question about my bill, it is so high.",
    "Hello there.",
)


def _result(number: int, said: str, language: str = "en", **of_call: Any) -> CallResult:
    lines = f"agent: Good morning.\ncustomer: Yes, hello.\ncustomer: {said}"
    transcript = invented_transcript(lines, Role.AGENT, language)
    call_id = f"c{number}"
    return CallResult(
        call=replace(invented_call(DAY), call_id=call_id, **of_call),
        recording=Recording(
            path=Path(f"/calls/{call_id}.wav"),
            audio_sha256=f"{number:064}",
            duration_s=60.0,
            channel_count=2,
            sample_rate_hz=8000,
        ),
        transcript=replace(transcript, call_id=call_id),
        metrics=(),
        pii_spans=(),
        findings=(),
        evaluations=(),
        rules_sha256="rules-1",
        results_version=1,
    )


def _results() -> Iterator[CallResult]:
    said = [(text, language) for language, texts in SHOP.items() for text in texts]
    for number, (text, language) in enumerate([*said, *((text, "en") for text in OTHERS)]):
        yield _result(number, text, language)


def test_only_calls_without_a_known_reason_are_compared() -> None:
    """Greetings, outbound calls and calls with a reason are left out, and masks are dropped."""
    rules = shipped_rulebook()
    found = [opening.text for opening in unknown_openings(_results(), rules)]
    assert found == [*(text for texts in SHOP.values() for text in texts), OTHERS[0]]
    outbound = _result(0, SHOP["en"][0], direction=Direction.OUTBOUND)
    assert unknown_openings([outbound], rules) == []
    (named,) = unknown_openings([_result(0, "I am [person_name] from the shop next door.")], rules)
    assert named.text == "I am from the shop next door."


def test_a_group_is_the_one_with_most_neighbours_and_these() -> None:
    """Three vectors near the first axis and two on the second are two groups; one is in none."""
    vectors = np.array(
        [[1, 0, 0], [0.8, 0.6, 0], [0.8, 0, 0.6], [0, -1, 0], [0, -1, 0], [0, 0, -1]], np.float32
    )
    groups = [group.tolist() for group in cluster(vectors, 2)]
    assert groups == [[0, 1, 2], [3, 4]]
    assert [group.tolist() for group in cluster(vectors, 3)] == [[0, 1, 2]]


def test_a_reason_in_three_languages_is_one_suggestion() -> None:
    """What means the same is one group, named by one of its own sentences."""
    (suggestion,) = suggest(unknown_openings(_results(), shipped_rulebook()), 3)
    texts = {text for texts in SHOP.values() for text in texts}
    assert {opening.text for opening in suggestion.openings} == texts
    assert suggestion.name in texts
    assert suggestion.unlike
    assert suggestion.unlike.text == OTHERS[0]
    assert suggest([], 3) == []


def test_an_id_is_made_of_words_with_a_meaning_and_not_taken() -> None:
    """Openings that begin alike get ids of their own."""
    openings = [Opening("en", "I would like to have it by the weekend.")] * 2
    (suggestion,) = suggest(openings, 2)
    assert suggestion.rule_id == "reason-like-weekend"
    (second,) = suggest(openings, 2, taken=["reason-like-weekend", "reason-like-weekend-2"])
    assert second.rule_id == "reason-like-weekend-3"


def test_the_command_writes_a_draft_that_is_sound(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The draft passes `rules check` and its examples, and is not suggested again."""
    rules, home = tmp_path / "rules", tmp_path / "home"
    for name in ("reason", "pii"):
        shutil.copytree(RULES / name, rules / name)
    for name in ("centre.yaml", "tags.yaml"):
        shutil.copy(RULES / name, rules)
    monkeypatch.setenv("CALLQA_HOME", str(home))
    lake = Lake(home / "lake", "Europe/Rome")
    lake.commit("night-1", list(_results()))
    asked = ["rules", "suggest", "--min-calls", "3", "--home", str(home), "--rules", str(rules)]
    told = CliRunner().invoke(app, [*asked, "--out", str(rules / "reason")])
    assert told.exit_code == 0, told.output
    assert "Calls without a contact reason since 2026-05-26: 7\n" in told.output
    assert check_rules(rules) == []
    book = load_rulebook(rules)
    (draft,) = [rule for rule in book.rules if rule.status == "draft"]
    assert "6  " in told.output
    assert set(draft.languages) == {"es", "it"}
    ran = run_examples(replace(book, rules=(draft,)))
    assert len(ran) >= 12
    assert [result for result in ran if not result.passed] == []
    again = CliRunner().invoke(app, asked)
    assert "since 2026-05-26: 1\n" in again.output
    assert "No 3 of them are alike." in again.output
