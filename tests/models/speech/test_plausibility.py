"""A sample rate counts as wrong only if another one gives a higher confidence."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from models.audio.decoding import SAMPLE_RATE_HZ
from models.call import Recording, Role
from models.speech.plausibility import (
    LEAST_NEAR_WORDS,
    LEAST_WORDS,
    at_other_rates,
    is_doubtful,
    is_narrow,
    why_implausible,
)
from models.transcript import Transcript, Turn, Word
from tests.night.recognitions.recorded import RENDERINGS, recognitions

if TYPE_CHECKING:
    from models.audio.decoding import Pcm

RECORDING = Recording(
    path=Path("a.wav"), audio_sha256="0", duration_s=60, channel_count=2, sample_rate_hz=16_000
)


USUAL = replace(RECORDING, sample_rate_hz=8_000)


def in_band(low_hz: float, high_hz: float) -> Pcm:
    """Ten seconds of noise in this band, between two pauses, beside a silent channel."""
    spectrum = np.fft.rfft(np.random.default_rng(7).normal(0, 3000, 10 * SAMPLE_RATE_HZ))
    hz = np.fft.rfftfreq(10 * SAMPLE_RATE_HZ, 1 / SAMPLE_RATE_HZ)
    noise = np.fft.irfft(np.where((low_hz <= hz) & (hz < high_hz), spectrum, 0))
    padded = np.pad(noise.astype(np.int16), 5 * SAMPLE_RATE_HZ)
    return np.stack([np.zeros_like(padded), padded])


USUAL_BAND = in_band(300, 3400)
LOW_BAND = in_band(300 / 1.378, 3400 / 1.378)


def words(count: int, confidence: float, each_s: float = 0.28) -> list[Word]:
    """So many equal words, one after the other, at the usual pace."""
    return [Word("word", at * each_s, (at + 1) * each_s, confidence) for at in range(count)]


def heard(count: int, confidence: float, each_s: float = 0.28) -> Transcript:
    """A call in which one side says that many words."""
    turn = Turn(Role.AGENT, 1.0, 0, tuple(words(count, confidence, each_s)))
    return Transcript(
        call_id="c1",
        language="en",
        language_confidence=1.0,
        duration_s=60,
        channel_count=2,
        turns=(turn,) if count else (),
        model_pin="base@0000",
    )


@pytest.mark.parametrize(
    ("count", "confidence", "doubtful"),
    [(60, 0.93, False), (60, 0.76, False), (60, 0.69, True), (4, 0.9, True), (0, 0.0, True)],
)
def test_only_what_is_badly_understood_is_doubtful(
    count: int, confidence: float, *, doubtful: bool
) -> None:
    """Recognising every call again would take half as long again."""
    assert is_doubtful(heard(count, confidence), RECORDING, USUAL_BAND) is doubtful


def test_a_rate_that_is_understood_better_is_named() -> None:
    """With the header's rate, the better one and the remedy."""
    again = {0.5: words(50, 0.93), 2.0: words(5, 0.9)}
    why = why_implausible(heard(60, 0.69), RECORDING, USUAL_BAND, 0, again)
    assert why is not None
    assert "header, 16000 Hz" in why
    assert "at 8000 Hz" in why
    assert "export" in why


@pytest.mark.parametrize(
    "again",
    [
        {0.5: words(50, 0.5), 2.0: words(50, 0.4)},
        {0.5: words(50, 0.78), 2.0: []},
        {0.5: words(LEAST_WORDS - 1, 0.95), 2.0: words(3, 0.99)},
        {},
    ],
    ids=["a noisy line", "hardly better", "hardly anything", "not tried"],
)
def test_a_bad_line_is_no_wrong_rate(again: dict[float, list[Word]]) -> None:
    """Its words stay, and rules cannot tell where recognition is unsure of them."""
    assert why_implausible(heard(60, 0.7), RECORDING, USUAL_BAND, 0, again) is None


def test_other_rates_play_slower_and_faster() -> None:
    """A tone of 400 Hz has 200 and 800 Hz, for twice and half as long."""
    at = np.arange(40 * SAMPLE_RATE_HZ) / SAMPLE_RATE_HZ
    tone = (10_000 * np.sin(2 * np.pi * 400 * at)).astype(np.int16)
    found = {}
    for ratio, part in at_other_rates(
        np.stack([tone, tone]), 5 * SAMPLE_RATE_HZ, heard(60, 0.7), RECORDING
    ):
        spectrum = np.abs(np.fft.rfft(part[1].astype(np.float64)))
        loudest_hz = float(np.argmax(spectrum) * SAMPLE_RATE_HZ / len(part[1]))
        found[ratio] = (len(part[1]), round(loudest_hz))
    assert found[0.5] == (60 * SAMPLE_RATE_HZ, 200)  # of half a minute
    assert found[2.0] == (35 * SAMPLE_RATE_HZ // 2, 800)  # of the rest, at most a minute


@pytest.mark.parametrize(
    ("header_hz", "own_hz"), [(44_100, 8_000), (8_000, 44_100), (44_100, 16_000), (48_000, 11_025)]
)
def test_with_hardly_a_word_every_usual_rate_is_tried(header_hz: int, own_hz: int) -> None:
    """Of speech five times too fast or too slow nothing is left, at half and double speed too."""
    recording = replace(RECORDING, sample_rate_hz=header_hz)
    tone = np.zeros((1, SAMPLE_RATE_HZ), np.int16)
    tried = [ratio for ratio, _ in at_other_rates(tone, 0, heard(3, 0.2), recording)]
    assert any(ratio * header_hz == pytest.approx(own_hz) for ratio in tried)
    assert not any(0.9 < ratio < 1.1 for ratio in tried)


def test_nothing_can_be_played_at_any_rate() -> None:
    """An empty recording, or one that ends before the sample."""
    for part in (np.zeros((2, 0), np.int16), np.zeros((1, 1), np.int16)):
        found = at_other_rates(part, 3, heard(60, 0.7), RECORDING)
        assert [block.size for _, block in found] == [
            0
        ] * 6  # half, double and four usual rates near


def test_a_header_that_no_telephone_system_writes_is_doubtful() -> None:
    """However well the words are understood."""
    unusual = replace(RECORDING, sample_rate_hz=11_025)
    assert is_doubtful(heard(60, 0.95), unusual, USUAL_BAND)
    assert not is_doubtful(heard(LEAST_NEAR_WORDS - 1, 0.95), unusual, USUAL_BAND)


@pytest.mark.parametrize("factor", [1.5, 0.667])
def test_an_unusual_pace_is_doubtful(factor: float) -> None:
    """Nearly every word of 32 kHz under a header of 48 kHz is understood, and the reverse."""
    assert is_doubtful(heard(200, 0.9, 0.28 / factor), RECORDING, USUAL_BAND)


def test_other_writing_has_another_pace() -> None:
    """A letter may be a syllable; no rate explains as few letters a second."""
    assert not is_doubtful(heard(60, 0.9, 0.9), RECORDING, USUAL_BAND)


@pytest.mark.parametrize(
    ("again", "found"),
    [
        (words(60, 0.92), True),
        (words(60, 0.91), True),  # hardly clearer, and at the usual pace
        (words(60, 0.86), False),  # at the usual pace, but less clear
        (words(90, 0.95), False),  # repeated words are sure of themselves
        (words(30, 0.95), False),  # half of the words
        (words(60, 0.97, 0.2), False),  # clearer, at the same unusual pace
    ],
)
def test_a_near_rate_needs_clearer_words_at_a_usual_pace(again: list[Word], *, found: bool) -> None:
    """Each of the two alone has other causes."""
    fast = replace(RECORDING, sample_rate_hz=11_025)
    why = why_implausible(heard(60, 0.9, 0.2), fast, USUAL_BAND, 0, {8000 / 11_025: again})
    assert (why is not None) is found
    if why is not None:
        assert "at 8000 Hz" in why


def test_speech_below_a_telephones_band_is_doubtful() -> None:
    """8 kHz that were recorded at 11 kHz end at 2.5 kHz under a header of 8 kHz."""
    assert is_narrow(LOW_BAND)
    assert is_doubtful(heard(60, 0.9), USUAL, LOW_BAND)
    assert not is_narrow(USUAL_BAND)
    assert not is_doubtful(heard(60, 0.9), USUAL, USUAL_BAND)
    for nothing in (np.zeros((2, 0), np.int16), np.zeros((2, 99_999), np.int16)):
        assert not is_narrow(nothing)


@pytest.mark.parametrize(
    ("ratio", "confidence", "pcm", "found"),
    [
        (11_025 / 8000, 0.94, LOW_BAND, True),
        (11_025 / 8000, 0.91, LOW_BAND, False),  # hardly clearer, as of a muffled voice
        (11_025 / 8000, 0.94, USUAL_BAND, False),
        (0.7, 0.94, LOW_BAND, False),  # slower, the band would be lower still
    ],
)
def test_a_band_counts_as_much_as_a_pace(
    ratio: float, confidence: float, pcm: Pcm, *, found: bool
) -> None:
    """Of slow talkers a wrong rate makes no unusual pace."""
    again = {ratio: words(60, confidence)}
    why = why_implausible(heard(60, 0.9), USUAL, pcm, 0, again)
    assert (why is not None) is found


@pytest.mark.parametrize("rendering", RENDERINGS)
def test_the_night_is_not_doubtful(rendering: str) -> None:
    """On every processor, the night's conversations need no second recognition for confidence."""
    calls = [found.transcript for found in recognitions(rendering).values()]
    talks = [one for one in calls if sum(len(turn.words) for turn in one.turns) > 40]
    assert len(talks) > 15
    assert [one.call_id for one in talks if is_doubtful(one, USUAL, USUAL_BAND)] == []
