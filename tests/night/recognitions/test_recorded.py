"""The recorded recognitions are whole, and of the night's recordings as they are now."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

from models.call import Recording
from models.errors import ListeningError
from tests.mapped_call import mapped_call
from tests.night.recognitions.recorded import (
    FOLDER,
    RENDERINGS,
    RecordedFactory,
    RecordedListener,
    line_of,
    recognitions,
    second_recognitions,
)

NIGHT = Path(__file__).parents[1]


@pytest.mark.parametrize("rendering", RENDERINGS)
def test_every_call_is_recorded_as_it_sounds_now(rendering: str) -> None:
    """Audio that was rendered again has to be listened to again: record.py does it."""
    recorded = {call_id: one.audio_sha256 for call_id, one in recognitions(rendering).items()}
    items = json.loads((NIGHT / "truth" / "night.json").read_bytes())
    recordings = [
        NIGHT / "calls" / name
        for item in items
        if item["status"] == "evaluated"
        for name in item["files"]
        if not name.endswith(".json")
    ]
    assert recorded == {
        path.stem: hashlib.sha256(path.read_bytes()).hexdigest() for path in recordings
    }


@pytest.mark.parametrize("rendering", RENDERINGS)
def test_lines_lose_nothing(rendering: str) -> None:
    """What is read from a line is written as that line."""
    lines = (FOLDER / f"{rendering}.jsonl").read_text(encoding="utf-8").splitlines()
    assert [line_of(one) for one in recognitions(rendering).values()] == lines


@pytest.mark.parametrize("rendering", RENDERINGS)
def test_every_turn_is_recorded_twice(rendering: str) -> None:
    """The second recognitions are of the turns of the first, with words at their times."""
    again = second_recognitions(rendering)
    recorded = recognitions(rendering)
    assert again.keys() == recorded.keys()
    for call_id, one in recorded.items():
        for turn, words in zip(one.transcript.turns, again[call_id], strict=True):
            assert all(turn.start_s - 1 < word.start_s <= word.end_s for word in words)
            assert all(word.end_s < turn.end_s + 1 for word in words)
    assert any(
        [word.text for word in turn.words] != [word.text for word in words]
        for call_id, one in recorded.items()
        for turn, words in zip(one.transcript.turns, again[call_id], strict=True)
    )


def test_renderings_are_of_one_model_and_differ() -> None:
    """Each instruction set writes other words; none is a copy of another."""
    assert len({RecordedFactory(rendering).model_pin for rendering in RENDERINGS}) == 1
    texts = {
        " ".join(
            turn.text for one in recognitions(rendering).values() for turn in one.transcript.turns
        )
        for rendering in RENDERINGS
    }
    assert len(texts) == len(RENDERINGS)


def test_nothing_is_said_of_an_unknown_recording(tmp_path: Path) -> None:
    """A recording that was never listened to is an error, not an empty call."""
    path = tmp_path / "other.wav"
    path.write_bytes(b"RIFF")
    recording = Recording(
        path=path, audio_sha256="0" * 64, duration_s=1.0, channel_count=1, sample_rate_hz=8000
    )
    with pytest.raises(ListeningError, match=r"other\.wav"):
        RecordedListener("generic").listen(mapped_call(), recording)
