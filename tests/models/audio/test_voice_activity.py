"""Speech is found wherever it stands in a call."""

from __future__ import annotations

import numpy as np
import pytest

from models.audio.decoding import SAMPLE_RATE_HZ, decode
from models.audio.voice_activity import VoiceActivity
from tests.night.recognitions.recorded_night import CALLS

FRAME_S = 0.032
SPEECH = 0.3


def melody(duration_s: int, seed: int) -> np.ndarray:
    """Two notes a second, each with overtones and a soft end."""
    random = np.random.default_rng(seed)
    time_s = np.arange(SAMPLE_RATE_HZ // 2) / SAMPLE_RATE_HZ
    notes = []
    for _ in range(2 * duration_s):
        pitch_hz = 220 * 2 ** (random.integers(0, 12) / 12)
        tones = [np.sin(2 * np.pi * pitch_hz * part * time_s) / part for part in (1, 2, 3)]
        notes.append(3000 * np.exp(-time_s / 0.4) * np.sum(tones, axis=0))
    return np.concatenate(notes).astype(np.int16)


@pytest.mark.parametrize("channel", [0, 1])
def test_speech_after_hold_music_is_found(channel: int) -> None:
    """A minute and more of music leaves the detector no deafer than the call alone."""
    call = decode(CALLS / "lt-0001.flac")[channel]
    music = melody(80, seed=channel)
    activity = VoiceActivity()
    alone = activity.speech_probabilities(call) >= SPEECH
    after = activity.speech_probabilities(np.concatenate([music, call])) >= SPEECH
    found = after[int(80 / FRAME_S) :]
    assert found.sum() >= 0.9 * alone.sum()


@pytest.mark.parametrize("base_hz", [50, 217])
@pytest.mark.parametrize("length_s", [1, 2, 3])
def test_speech_after_a_loud_buzz_is_found(base_hz: int, length_s: int) -> None:
    """Of a few seconds, before which nobody speaks: the greeting after it counts most."""
    call = decode(CALLS / "lt-0001.flac")[0, : 12 * SAMPLE_RATE_HZ]
    at_s = np.arange(length_s * SAMPLE_RATE_HZ) / SAMPLE_RATE_HZ
    overtones = [np.sin(2 * np.pi * base_hz * part * at_s) / part for part in (1, 2, 3, 5)]
    buzz = (9000 * np.sum(overtones, axis=0)).clip(-32768, 32767).astype(np.int16)
    activity = VoiceActivity()
    alone = activity.speech_probabilities(call) >= SPEECH
    after = activity.speech_probabilities(np.concatenate([buzz, call])) >= SPEECH
    found = after[int(length_s / FRAME_S) :]
    assert found.sum() >= 0.9 * alone.sum()
