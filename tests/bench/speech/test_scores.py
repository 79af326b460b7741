"""Time errors of words are those of words that were recognised, not of an unlucky alignment."""

from __future__ import annotations

import pytest

from tests.bench.speech.calls import Said

pytest.importorskip("whisper_normalizer", reason="a dependency of the benchmarks alone")

from tests.bench.speech.scores import Tally


def time_errors_s(spoken: str, heard: str) -> list[float]:
    """The time errors of the agent's words, given as `text@start`."""
    tally = Tally()
    tally.add_stereo(_said(spoken), _said(heard), "en")
    return tally.time_errors_s


def _said(words: str) -> list[Said]:
    pairs = [word.split("@") for word in words.split()]
    return [Said("agent", text, float(at), float(at) + 0.2) for text, at in pairs]


def test_a_dropped_word_of_a_run_shifts_no_other() -> None:
    """Of equal words in a row, those at the same time match."""
    assert time_errors_s("one@1 one@2 one@3 one@4 now@5", "one@1 one@3 one@4 now@5") == [0.0] * 4


def test_a_word_in_the_wrong_place_is_found() -> None:
    """Where only one alignment has the fewest errors, its time error counts however large."""
    assert time_errors_s("so@1 we@4 go@5", "so@1 we@2 go@5") == pytest.approx([0.0, 2.0, 0.0])


def test_the_fewest_word_errors_come_before_times() -> None:
    """A match is not given up because it is far away."""
    assert time_errors_s("yes@1 no@2", "yes@9") == pytest.approx([8.0])


def test_nothing_heard_has_no_time_errors() -> None:
    """Words that were not recognised have no time."""
    assert time_errors_s("yes@1", "") == []
