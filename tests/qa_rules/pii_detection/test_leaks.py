"""The leak rules on the invented night: what agents may not ask for or say."""

from __future__ import annotations

from pathlib import Path

from tests.bench.pii.leaks import leak_verdicts

CHECKOUT = Path(__file__).parents[3]


def test_leak_verdicts_are_what_was_said() -> None:
    """No agent is blamed for what they did not say, and nearly all that they said is known."""
    scores = leak_verdicts(CHECKOUT / "tests" / "night", CHECKOUT / "qa_rules")
    assert scores["verdicts"] > 0
    assert scores["verdict_precision"] == 1.0
    assert scores["verdict_recall"] >= 0.95
    assert scores["agent_acts"] >= 20
    assert scores["agent_act_precision"] == 1.0
    assert scores["agent_act_recall"] >= 0.95
