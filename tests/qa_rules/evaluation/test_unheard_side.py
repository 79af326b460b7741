"""Rules that need a side without recognised words can tell nothing for or against anybody."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from shutil import copytree
from typing import TYPE_CHECKING

import pytest

from models.call import Recording
from models.reasons.codes import ReasonCode
from qa_rules.assessing import assess
from qa_rules.authoring.example_calls import invented_call, invented_transcript
from qa_rules.results import Outcome
from qa_rules.rule_files.rulebook import load_rulebook
from tests.qa_rules.rule_folders import condition_of, judged, rulebook_of, write_rule

if TYPE_CHECKING:
    from qa_rules.results import CallResult, Finding

DAY = dt.date(2026, 3, 10)
RULES = Path(__file__).parents[3] / "qa_rules"
CANNOT_TELL = Outcome.CANNOT_TELL
OF_AGENT = "agent: I have your number as four one five five five five zero one three two"
OF_CUSTOMER = "customer: my number is four one five five five five zero one three two"
VOICEMAIL = "customer: you have reached the voicemail of this number please leave a message"


def _result(said: str, rules: Path = RULES) -> CallResult:
    recording = Recording(
        path=Path("a.wav"),
        audio_sha256="0" * 64,
        duration_s=60.0,
        channel_count=2,
        sample_rate_hz=8000,
    )
    return assess(invented_call(DAY), recording, invented_transcript(said), load_rulebook(rules))


def _findings(rules: Path, said: str) -> dict[str, Finding]:
    return {finding.rule_id: finding for finding in _result(said, rules).findings}


def _with_types(folder: Path) -> Path:
    copytree(RULES / "pii", folder / "pii")
    return folder


def _bound(folder: Path, expect: str, phrase: str, bound: str) -> None:
    """A rule for the agent that is bound to words of the customer."""
    theirs = "speaker: customer\nexpect: observe\nmatch: {phrases: I agree}\n"
    write_rule(folder, theirs, "rule-theirs")
    ours = f"speaker: agent\nexpect: {expect}\nmatch:\n  phrases: {phrase}\n  {bound}\n"
    write_rule(folder, ours, "rule-ours")


@pytest.mark.parametrize("expect", ["present", "absent", "observe"])
def test_a_side_without_words_is_not_judged(tmp_path: Path, expect: str) -> None:
    """Neither for what it should have said nor for what it should not."""
    rulebook = rulebook_of(
        tmp_path, f"expect: {expect}\nspeaker: agent\nmatch: {{phrases: good morning}}\n"
    )
    finding = judged(rulebook, VOICEMAIL, DAY)
    assert finding.outcome is CANNOT_TELL
    assert finding.reason.code is ReasonCode.AGENT_UNHEARD
    assert not finding.flagged


@pytest.mark.parametrize(
    ("act", "said", "unheard", "sure"),
    [
        ("disclosed", OF_AGENT, ReasonCode.CUSTOMER_UNHEARD, "customer: hello"),
        ("repeated", OF_AGENT, ReasonCode.CUSTOMER_UNHEARD, OF_CUSTOMER),
        ("volunteered", OF_CUSTOMER, ReasonCode.AGENT_UNHEARD, "agent: hello"),
    ],
)
def test_who_said_it_first_takes_two(
    tmp_path: Path, act: str, said: str, unheard: ReasonCode, sure: str
) -> None:
    """With the other side's words it is known; without them, nobody is flagged for a leak."""
    condition_of(_with_types(tmp_path), f"pii: {{type: phone, act: {act}}}")
    finding = _findings(tmp_path, said)["test-rule"]
    assert finding.outcome is CANNOT_TELL
    assert finding.reason.code is unheard
    both = _findings(tmp_path, f"{sure}\n{said}")
    assert both["test-rule"].outcome is Outcome.PASS


def test_that_the_agent_says_it_takes_one(tmp_path: Path) -> None:
    """Said first or read back: where both are looked for, the other side changes nothing."""
    condition_of(_with_types(tmp_path), "pii: {type: phone, act: [disclosed, repeated]}")
    assert _findings(tmp_path, OF_AGENT)["test-rule"].outcome is Outcome.PASS


@pytest.mark.parametrize("bound", ["after: rule-theirs", "within_s_of: {rule: rule-theirs, s: 9}"])
def test_the_place_of_unheard_words_is_not_known(tmp_path: Path, bound: str) -> None:
    """What should follow the customer's words is not missing if these were not recognised."""
    _bound(tmp_path, "present", "thank you", bound)
    findings = _findings(tmp_path, "agent: that is all thank you")
    assert findings["rule-theirs"].outcome is CANNOT_TELL
    assert findings["rule-ours"].outcome is CANNOT_TELL
    heard = _findings(tmp_path, "customer: I agree\nagent: that is all thank you")
    assert heard["rule-ours"].outcome is Outcome.PASS


def test_before_unheard_words_may_be_after_them(tmp_path: Path) -> None:
    """An agent is not blamed for saying it before words that were not recognised."""
    _bound(tmp_path, "absent", "sign here", "before: rule-theirs")
    assert _findings(tmp_path, "agent: please sign here")["rule-ours"].outcome is CANNOT_TELL
    assert _findings(tmp_path, "agent: goodbye")["rule-ours"].outcome is Outcome.PASS


@pytest.mark.parametrize("name", ["longest_non_talk_s", "overtalk_s"])
def test_a_number_of_two_sides_takes_two(tmp_path: Path, name: str) -> None:
    """Silence cannot be attributed in a call without the customer's words."""
    condition = f"{{metric: {{name: {name}, min: 20}}}}"
    rulebook = rulebook_of(tmp_path, f"expect: absent\nmatch: {condition}\n")
    assert judged(rulebook, "agent: hello\nagent @60: goodbye", DAY).outcome is CANNOT_TELL


@pytest.mark.parametrize(
    "said",
    [
        VOICEMAIL,
        "customer: welcome to our office we are closed please call again tomorrow goodbye",
        "customer: ha chiamato la segreteria telefonica lasci un messaggio dopo il segnale",
    ],
)
def test_a_voicemail_has_no_score(said: str) -> None:
    """An agent who never speaks neither passes nor fails: too little was recognised."""
    result = _result(said)
    assert result.evaluations
    for evaluation in result.evaluations:
        assert (evaluation.score, evaluation.band, evaluation.auto_fail) == (None, None, False)
        assert evaluation.reason is not None
        assert evaluation.reason.code is ReasonCode.NOT_ENOUGH_HEARD
    assert not [finding.rule_id for finding in result.findings if finding.flagged]


def test_a_dead_customer_blames_no_agent_for_a_leak() -> None:
    """The agent reads back what only the dead channel could have given."""
    result = _result("agent: Your card number is 4111 1111 1111 1111, is it not?")
    findings = {finding.rule_id: finding for finding in result.findings}
    assert findings["conduct-digits-disclosed"].outcome is CANNOT_TELL
    assert findings["conduct-identity-disclosed"].outcome is not Outcome.FAIL
