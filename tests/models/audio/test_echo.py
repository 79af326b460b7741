"""Echo is separated from speech by how its level follows the other side."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from flows.settings.centre import CHECKOUT
from models.audio.decoding import SAMPLE_RATE_HZ, as_float, decode
from models.audio.echo import coupling, levels_db, own_speech
from models.audio.voice_activity import FRAME_SAMPLES, speech_spans

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from models.audio.decoding import Pcm

    Samples = NDArray[np.float64]

CALLS = CHECKOUT / "tests" / "night" / "calls"
SEED = 20261130
FRAMES_PER_S = SAMPLE_RATE_HZ / FRAME_SAMPLES


def sides(seed: int, turns: int = 24) -> tuple[Samples, NDArray[np.bool_]]:
    """Two sides that take turns of two to four seconds, and which frames are whose."""
    random = np.random.default_rng(seed)
    pieces, owners = [], []
    for turn in range(turns):
        frames = int(random.uniform(2, 4) * FRAMES_PER_S)
        loudness = np.repeat(10 ** (random.uniform(-45, -18, -(-frames // 4)) / 20), 4)[:frames]
        piece = np.zeros((2, frames * FRAME_SAMPLES))
        piece[turn % 2] = random.normal(0, 1, frames * FRAME_SAMPLES) * np.repeat(
            loudness, FRAME_SAMPLES
        )
        pieces.append(piece)
        owners.append(np.repeat([[turn % 2 == 0], [turn % 2 == 1]], frames, axis=1))
    return np.concatenate(pieces, axis=1), np.concatenate(owners, axis=1)


def recorded(said: Samples, echo_db: float | None, lag_s: float = 0.0) -> Pcm:
    """What is recorded of two sides on a line with noise, and echo if it has any."""
    line = said.copy()
    if echo_db is not None:
        lag = int(lag_s * SAMPLE_RATE_HZ)
        delayed = np.pad(said, ((0, 0), (lag, 0)))[:, : said.shape[1]]
        line += delayed[::-1] * 10 ** (echo_db / 20)
    line += np.random.default_rng(1).normal(0, 10 ** (-66 / 20), line.shape)
    return np.asarray(np.clip(line * 32767, -32768, 32767), dtype=np.int16)


def sure(pcm: Pcm) -> list[NDArray[np.float32]]:
    """Speech probabilities of 1 everywhere."""
    return [np.ones(pcm.shape[1] // FRAME_SAMPLES, dtype=np.float32) for _ in pcm]


def nobody(owners: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Frames in which a side is silent, and the echo of what it said has died away."""
    lingers = 12
    padded = np.pad(owners, ((0, 0), (lingers, 0)))
    speaks = np.lib.stride_tricks.sliding_window_view(padded, lingers + 1, axis=1).any(axis=2)
    return np.asarray(~speaks)


@pytest.mark.parametrize("level_db", [-6, -12, -20, -30])
@pytest.mark.parametrize("lag_s", [0.0, 0.06, 0.2, 0.3])
def test_echo_is_not_speech_of_its_channel(level_db: float, lag_s: float) -> None:
    """At any level and lag hardly a frame of echo remains, and hardly one of own speech is lost."""
    said, owners = sides(SEED)
    pcm = recorded(said, level_db, lag_s)
    own = np.array(own_speech(pcm, sure(pcm)))
    assert own[nobody(owners)].mean() < 0.03
    loud = np.array([levels_db(channel) > -35 for channel in recorded(said, None)])
    assert own[owners & loud].mean() > 0.85


@pytest.mark.parametrize("name", ["lt-0009.opus", "lt-0024.opus"])
@pytest.mark.parametrize("lag_s", [0.07, 0.17])
def test_a_quiet_side_is_heard_in_double_talk(name: str, lag_s: float) -> None:
    """Little is lost of a side that talks, 8 dB quieter, over an echo only 12 dB down.

    The customer talks four seconds earlier than in the call, and so into the agent's sentences.
    """
    whole = decode(CALLS / name)
    sides = as_float(whole[:, : whole.shape[1] // FRAME_SAMPLES * FRAME_SAMPLES])
    agent, customer = sides.astype(np.float64)
    said = np.stack([agent, np.roll(customer, -4 * SAMPLE_RATE_HZ) * 10 ** (-8 / 20)])
    pcm = recorded(said, -12, lag_s)
    levels = np.array([levels_db(channel) for channel in (said * 32767).astype(np.int16)])
    agent_talks, customer_talks = levels > -40
    own = own_speech(pcm, sure(pcm))[1]
    spans = speech_spans(own, pcm.shape[1])
    kept = np.zeros(len(own), dtype=np.bool_)
    for span in spans:
        kept[span.start // FRAME_SAMPLES : span.end // FRAME_SAMPLES] = True
    both = agent_talks & customer_talks
    assert both.sum() > 2 * FRAMES_PER_S
    assert kept[both].mean() > 0.75
    quiet = nobody(levels > -50)[1]
    assert own[agent_talks & quiet].mean() < 0.03


def test_without_echo_nothing_changes() -> None:
    """Two sides on a clean line keep every frame, quiet ones too."""
    said, _ = sides(SEED)
    pcm = recorded(said, None)
    for before, after in zip(sure(pcm), own_speech(pcm, sure(pcm)), strict=True):
        assert (before == after).all()


@pytest.mark.parametrize("lag_s", [0.0, 0.096, 0.192])
def test_level_and_lag_are_measured(lag_s: float) -> None:
    """Within a frame and three decibels."""
    said, _ = sides(SEED + 1)
    agent, customer = (levels_db(channel) for channel in recorded(said, -20, lag_s))
    found = coupling(customer, agent)
    assert found.is_echo
    assert abs(found.lag - lag_s * FRAMES_PER_S) <= 1
    assert found.gain_db == pytest.approx(-20, abs=3)


def test_a_line_that_changes_is_measured_anew() -> None:
    """After a transfer the echo may be louder and later than before, or gone."""
    said, owners = sides(SEED + 2, turns=180)
    half = said.shape[1] // 2 // FRAME_SAMPLES * FRAME_SAMPLES
    quiet = nobody(owners)
    outer = np.r_[:4000, quiet.shape[1] - 4000 : quiet.shape[1]]
    before = recorded(said[:, :half], -30, 0.06)
    louder = np.concatenate([before, recorded(said[:, half:], -14, 0.2)], axis=1)
    assert np.array(own_speech(louder, sure(louder)))[:, outer][quiet[:, outer]].mean() < 0.03
    clean = np.concatenate([before, recorded(said[:, half:], None)], axis=1)
    assert np.array(own_speech(clean, sure(clean)))[:, -4000:].all()


def test_one_channel_and_silence_are_left_alone() -> None:
    """Without anything to measure, nothing fails."""
    mono = np.zeros((1, SAMPLE_RATE_HZ), dtype=np.int16)
    assert own_speech(mono, [np.ones(32, np.float32)])[0].all()
    silent = np.zeros((2, SAMPLE_RATE_HZ), dtype=np.int16)
    frames = [np.ones(32, np.float32), np.ones(32, np.float32)]
    assert all(confidence.all() for confidence in own_speech(silent, frames))
