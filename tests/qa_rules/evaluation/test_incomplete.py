"""What lies in the missing part of a recording is not held against anybody."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from flows.sources.metadata import read_sidecar
from models.call import Recording
from models.reasons.codes import ReasonCode
from models.reasons.reason import Reason
from qa_rules.assessing import assess, judge_again
from qa_rules.authoring.example_calls import invented_call, invented_transcript
from qa_rules.matching.facts import clipped
from qa_rules.results import Outcome
from qa_rules.rule_files.rulebook import load_rulebook
from tests.night.recognitions.recorded import recognitions
from tests.night.recognitions.recorded_night import CALLS
from tests.qa_rules.rule_folders import RULES, rulebook_of

if TYPE_CHECKING:
    from qa_rules.results import CallResult
    from qa_rules.rule_files.rulebook import RuleBook

DAY = dt.date(2026, 3, 10)
P, F, N, C = Outcome.PASS, Outcome.FAIL, Outcome.NOT_APPLICABLE, Outcome.CANNOT_TELL
SAID = "agent: good morning this is Anna\ncustomer: hello I have a question about my bill\n" * 4
WHOLE = Recording(
    path=Path("a.wav"), audio_sha256="0" * 64, duration_s=60.0, channel_count=2, sample_rate_hz=8000
)
CUT = replace(WHOLE, stated_s=120.0)
UNFINISHED = replace(WHOLE, is_unfinished=True)
SHORT = replace(WHOLE, duration_s=1.4)
ENDS_IN_SPEECH = Reason(ReasonCode.ENDS_IN_SPEECH, {"end_s": 60.0})


def _result(
    folder: Path, rule: str, recording: Recording, stated_s: float | None = None, *notes: Reason
) -> CallResult:
    call = replace(invented_call(DAY), stated_duration_s=stated_s)
    heard = replace(invented_transcript(SAID), duration_s=60.0, notes=notes)
    return assess(call, recording, heard, rulebook_of(folder, rule))


def _outcome(folder: Path, rule: str, recording: Recording) -> Outcome:
    (finding,) = _result(folder, rule, recording).findings
    return finding.outcome


@pytest.mark.parametrize("recording", [CUT, UNFINISHED], ids=["cut", "unfinished"])
@pytest.mark.parametrize(
    ("rule", "whole", "cut"),
    [
        ("expect: present\nmatch: {phrases: have a nice day}\n", F, C),
        ("expect: present\nmatch: {phrases: good morning}\n", P, P),
        ("expect: present\nwithin: {first_s: 30}\nmatch: {phrases: nice day}\n", F, F),
        ("expect: present\nwithin: {from_s: 40}\nmatch: {phrases: nice day}\n", F, C),
        ("expect: present\nwithin: {first_s: 90}\nmatch: {phrases: nice day}\n", F, C),
        ("expect: present\nwithin: {first_pct: 30}\nmatch: {phrases: nice day}\n", F, C),
        ("expect: present\nwithin: {last_s: 25}\nmatch: {phrases: nice day}\n", F, C),
        ("expect: absent\nmatch: {phrases: shut up}\n", P, P),
        ("expect: absent\nmatch: {phrases: good morning}\n", F, F),
        ("expect: absent\nmatch: {phrases: shut up, within: {last_s: 25}}\n", P, C),
        ("expect: observe\nmatch: {phrases: cancel}\n", N, N),
        ("expect: present\nmatch: {metadata: {queue: nowhere}}\n", F, F),
    ],
)
def test_what_a_cut_call_proves(
    tmp_path: Path, recording: Recording, rule: str, whole: Outcome, cut: Outcome
) -> None:
    """Only what was heard, and what is missing from a window that was heard to its end."""
    assert _outcome(tmp_path / "whole", rule, WHOLE) is whole
    assert _outcome(tmp_path / "cut", rule, recording) is cut


@pytest.mark.parametrize(
    ("rule", "outcome"),
    [
        ("expect: present\nmatch: {phrases: have a nice day}\n", C),
        ("expect: present\nwithin: {first_s: 1}\nmatch: {phrases: nice day}\n", C),
        ("expect: present\nmatch: {phrases: good morning}\n", P),
        ("expect: absent\nmatch: {phrases: shut up}\n", C),
        ("expect: absent\nmatch: {phrases: good morning}\n", F),
        ("expect: absent\nmatch: {metric: {name: word_count, role: agent, min: 1}}\n", C),
        ("expect: observe\nmatch: {phrases: cancel}\n", N),
    ],
)
def test_what_a_few_seconds_prove(tmp_path: Path, rule: str, outcome: Outcome) -> None:
    """What was said, and nothing else: neither an absence nor a measure."""
    assert _outcome(tmp_path, rule, SHORT) is outcome


PRESENT = "expect: present\nmatch: {phrases: have a nice day}\n"


@pytest.mark.parametrize(
    ("stated_s", "notes", "outcome"),
    [
        (None, (), F),
        (60.0, (), F),
        (62.0, (), F),
        (90.0, (), C),
        (None, (ENDS_IN_SPEECH,), C),
        (60.0, (ENDS_IN_SPEECH,), F),
    ],
)
def test_the_metadata_may_state_the_length(
    tmp_path: Path, stated_s: float | None, notes: tuple[Reason, ...], outcome: Outcome
) -> None:
    """Less than they state is cut; as much is whole, even if somebody speaks at the end."""
    (finding,) = _result(tmp_path, PRESENT, WHOLE, stated_s, *notes).findings
    assert finding.outcome is outcome


def test_a_stored_call_stays_cut(tmp_path: Path) -> None:
    """Judged again without its file; but a corrected length in the metadata is taken over."""
    before = _result(tmp_path, PRESENT, CUT)
    again = judge_again(before, rulebook_of(tmp_path / "again", PRESENT), recording=WHOLE)
    assert [note.code for note in again.transcript.notes] == [ReasonCode.RECORDING_CUT]
    assert [one.outcome for one in again.findings] == [C]

    short = replace(before.call, stated_duration_s=90.0)
    by_metadata = _result(tmp_path / "whole", PRESENT, WHOLE)
    corrected = judge_again(by_metadata, rulebook_of(tmp_path / "short", PRESENT), short)
    assert [one.outcome for one in corrected.findings] == [C]
    restored = judge_again(corrected, rulebook_of(tmp_path / "back", PRESENT), before.call)
    assert [one.outcome for one in restored.findings] == [F]
    assert restored.transcript.notes == ()


@pytest.fixture(scope="module")
def rules() -> RuleBook:
    """The project's own rules."""
    return load_rulebook(RULES)


def _night_call(call_id: str, rules: RuleBook, end_s: float | None = None) -> CallResult:
    """A call of the night as it was recognised, or its beginning if its file is cut there."""
    call = read_sidecar(CALLS / f"{call_id}.json")
    heard = recognitions("avx2")[call_id].transcript
    length_s = heard.duration_s
    if end_s is not None:
        heard = clipped(heard, 0.0, end_s)
    recording = replace(WHOLE, duration_s=heard.duration_s, stated_s=length_s)
    return assess(call, recording, heard, rules)


def _fails(result: CallResult) -> set[str]:
    return {finding.rule_id for finding in result.findings if finding.outcome is F}


@pytest.mark.parametrize("end_s", [1.4, 6.0, 15.0, 30.0, 45.0])
@pytest.mark.parametrize("call_id", ["lt-0001", "lt-0009", "lt-0015"])
def test_a_cut_call_fails_nothing_that_the_whole_does_not(
    call_id: str, end_s: float, rules: RuleBook
) -> None:
    """By the project's rules, wherever the file is cut."""
    cut = _night_call(call_id, rules, end_s)
    assert _fails(cut) <= _fails(_night_call(call_id, rules))
    assert ReasonCode.RECORDING_CUT in {note.code for note in cut.transcript.notes}


def test_a_second_of_a_call_has_no_score(rules: RuleBook) -> None:
    """Whatever the scorecards ask, metrics included, and whether or not the file says it is cut."""
    for stated_s in (None, 60.7):
        heard = clipped(recognitions("avx2")["lt-0001"].transcript, 0.0, 1.4)
        recording = replace(SHORT, stated_s=stated_s)
        result = assess(read_sidecar(CALLS / "lt-0001.json"), recording, heard, rules)
        assert _fails(result) == set()
        assert result.evaluations
        assert {evaluation.score for evaluation in result.evaluations} == {None}
