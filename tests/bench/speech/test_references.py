"""References of the speech benchmark are all checked before any engine runs."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.bench.speech.calls import BenchCall, Said
from tests.bench.speech.intervals import ScoredChannel, difference, interval
from tests.bench.speech.references import Reference, ReferencesError, references

if TYPE_CHECKING:
    from pathlib import Path

_WORD = {"role": "agent", "word": "hello", "start_s": 1.0, "end_s": 1.5}


def _call(folder: Path, name: str, truth: str, ending: str, *, mono: bool = False) -> BenchCall:
    (folder / f"{name}{ending}").write_text(truth)
    return BenchCall(
        path=str(folder / f"{name}.wav"),
        duration_s=10.0,
        channels=("unknown",) if mono else ("agent", "customer"),
        language=None,
    )


def _cue(text: str) -> str:
    return f"1\n00:00:01,000 --> 00:00:02,500\n{text}\n"


def test_both_forms_are_read(tmp_path: Path) -> None:
    """Ground truth has a language and word times; subtitles have sides on stereo calls."""
    truth = json.dumps({"language": "es", "words": [_WORD]})
    calls = [
        _call(tmp_path, "a", truth, ".truth.json"),
        _call(tmp_path, "b", _cue("[customer] good\nmorning"), ".srt"),
        _call(tmp_path, "c", _cue("good morning"), ".srt", mono=True),
        _call(tmp_path, "d", "", ".txt"),
    ]
    assert references(calls) == [
        Reference([Said("agent", "hello", 1.0, 1.5)], "es"),
        Reference([Said("customer", "good morning", 1.0, 2.5)], None),
        Reference([Said("unknown", "good morning", 1.0, 2.5)], None),
        None,
    ]


def test_all_errors_of_all_references_are_reported_at_once(tmp_path: Path) -> None:
    """Each file has its line: what it lacks, what is expected, what to do."""
    without_time = {key: value for key, value in _WORD.items() if key != "start_s"}
    calls = [
        _call(tmp_path, "a", json.dumps({"words": [_WORD, without_time]}), ".truth.json"),
        _call(tmp_path, "b", json.dumps([_WORD]), ".truth.json"),
        _call(tmp_path, "c", _cue("[agent] hi") + "\n" + _cue("good morning"), ".srt"),
        _call(tmp_path, "d", "{", ".truth.json"),
        _call(tmp_path, "e", json.dumps({"words": [_WORD | {"role": "left"}]}), ".truth.json"),
        _call(tmp_path, "f", json.dumps({"words": [_WORD]}), ".truth.json"),
    ]
    with pytest.raises(ReferencesError) as error:
        references(calls)
    lines = str(error.value).splitlines()
    assert [line.split(":")[0].rsplit("/", 1)[1] for line in lines] == [
        "a.truth.json",
        "b.truth.json",
        "c.srt",
        "d.truth.json",
        "e.truth.json",
    ]
    assert "words[1] has no start_s" in lines[0]
    assert "c.srt:5: nobody says it" in lines[2]
    assert all("expected" in line or "no JSON" in line for line in lines)


def test_intervals_are_over_channels() -> None:
    """Equal channels leave no doubt, different ones do; an engine equals itself."""
    same = [ScoredChannel(1, 10)] * 8
    mixed = [ScoredChannel(0, 10), ScoredChannel(5, 10)] * 8
    assert interval(same) == pytest.approx((0.1, 0.1))
    low, high = interval(mixed)
    assert 0 < low < 0.25 < high < 0.5
    assert difference(mixed, mixed) == (0.0, 0.0, 0.0)
    more, low, high = difference([ScoredChannel(5, 10)] * 16, mixed)
    assert (more, low > 0, high > more) == (0.25, True, True)
    with pytest.raises(ValueError, match="different channels"):
        difference(mixed, same * 2 + [ScoredChannel(1, 11)])
