"""The night as recognised on each processor: no protected value can be read or heard.

Each call is evaluated as in a run, with the second recognition of what its flags rest on.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from models.call import Recording
from qa_rules.assessing import assess
from qa_rules.authoring.accuracy import Label, macro_f1, measure
from qa_rules.pii_detection.redaction.muting import mute_spans
from qa_rules.results import Outcome
from tests.bench.pii.leaks import broken_rules, rules_that_blame
from tests.kept import protected_values
from tests.night.ground_truth import protected_spans, truth_of
from tests.night.recognitions.recorded import RENDERINGS, RecordedListener, recognitions
from tests.qa_rules.rule_folders import shipped_rulebook
from tests.qa_rules.test_night import MEANT, call_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from models.transcript import Transcript, Word
    from qa_rules.results import CallResult

NIGHT = Path(__file__).parents[2] / "night"
RULEBOOK = shipped_rulebook()
EDGE_S = 0.05
"""How exact the truth's times are, and a step of a recogniser's."""
MAX_AUDIBLE_S = 0.01


@dataclass(frozen=True)
class Recognised:
    """The night on one processor, by call: transcripts before masking, and results."""

    heard: dict[str, Transcript]
    results: dict[str, CallResult]


@pytest.fixture(scope="module", params=RENDERINGS)
def night(request: pytest.FixtureRequest) -> Recognised:
    """The night as one processor recognises it."""
    listener = RecordedListener(request.param)
    heard, results = {}, {}
    for call_id, one in recognitions(request.param).items():
        known = json.loads((NIGHT / "calls" / f"{call_id}.json").read_bytes())
        recording = Recording(
            path=NIGHT / "calls" / f"{call_id}.wav",
            audio_sha256=one.audio_sha256,
            duration_s=one.transcript.duration_s,
            channel_count=one.transcript.channel_count,
            sample_rate_hz=8000,
        )
        heard[call_id] = one.transcript
        again = partial(listener.listen_again, recording, one.transcript)
        results[call_id] = assess(call_of(known), recording, one.transcript, RULEBOOK, again)
    return Recognised(heard, results)


def _kept_words(result: CallResult) -> Iterator[tuple[str, Word]]:
    """The role and each word that is not masked, of both recognitions."""
    turns = [(turn.role, turn.words) for turn in result.transcript.turns]
    turns += [(result.transcript.turns[one.turn].role, one.words) for one in result.alternatives]
    for role, words in turns:
        yield from ((role, word) for word in words if not word.text.startswith("["))


def test_flags_rest_on_second_recognitions(night: Recognised) -> None:
    """Otherwise what follows would hold of the first ones alone."""
    assert sum(len(one.words) for r in night.results.values() for one in r.alternatives) > 100


def test_no_word_inside_a_protected_span_is_kept(night: Recognised) -> None:
    """Whatever was recognised while a number was spoken is masked, however it was misheard."""
    kept = [
        (call_id, span["type"], word.text)
        for call_id, result in night.results.items()
        for role, word in _kept_words(result)
        for span in protected_spans(call_id)
        if role in (span["role"], "unknown")
        if span["start_s"] <= (word.start_s + word.end_s) / 2 <= span["end_s"]
    ]
    assert kept == []


def test_no_protected_value_is_kept(night: Recognised) -> None:
    """Neither the digits of any protected value of the night nor its spoken words, in any call."""
    texts = []
    for call_id, result in night.results.items():
        turns = [turn.words for turn in result.transcript.turns]
        turns += [one.words for one in result.alternatives]
        lines = (" ".join(word.text for word in words) for words in turns)
        texts.append((Path(call_id), "\n".join(lines)))
    assert protected_values(texts) == []


def test_nothing_protected_can_be_heard(night: Recognised) -> None:
    """The stretches that copies are silent in cover the seconds in which a value is said."""
    for call_id, heard in night.heard.items():
        spans = night.results[call_id].pii_spans
        muted = [stretch.bounds_s for stretch in mute_spans(heard, spans, RULEBOOK.pii)]
        for span in protected_spans(call_id):
            start_s, end_s = span["start_s"] + EDGE_S, span["end_s"] - EDGE_S
            silent_s = sum(
                max(0.0, min(end_s, until_s) - max(start_s, from_s)) for from_s, until_s in muted
            )
            assert end_s - start_s - silent_s <= MAX_AUDIBLE_S, (call_id, span["type"], start_s)


def test_rules_say_what_was_meant(night: Recognised) -> None:
    """Macro F1 is at least 0.95 on each processor's recognition."""
    accuracies = measure(_labels(night))
    assert {accuracy.language for accuracy in accuracies} == {"en", "es", "it"}
    assert macro_f1(accuracies) >= 0.95, [row for row in accuracies if row.f1 < 1]


def _labels(night: Recognised) -> Iterator[Label]:
    for call_id, result in night.results.items():
        truth = truth_of(call_id)
        said = {finding.rule_id: finding.outcome for finding in result.findings}
        for rule_id, meant in truth["rules"].items():
            wanted = MEANT.get(meant) or Outcome(meant)
            yield Label(
                rule_id=rule_id, language=truth["language"], wanted=wanted, said=said[rule_id]
            )


def test_agents_are_blamed_for_what_they_said_alone(night: Recognised) -> None:
    """Every leak of the night is reported, and nothing else."""
    for call_id, heard in night.heard.items():
        known = json.loads((NIGHT / "calls" / f"{call_id}.json").read_bytes())
        blamed = rules_that_blame(heard, known, RULEBOOK)
        assert blamed == broken_rules(truth_of(call_id), known["queue"]), call_id
