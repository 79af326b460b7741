"""Digits that are keyed in are found as ITU-T Q.24 asks, and speech is no digit."""

from __future__ import annotations

from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from models.audio.decoding import SAMPLE_RATE_HZ, decode, probe
from models.audio.keyed_digits import HIGH_HZ, LOW_HZ, keyed_digits
from models.audio.redacted_copy import write_redacted
from models.errors import AudioError

if TYPE_CHECKING:
    from collections.abc import Callable

    from models.audio.decoding import Pcm

NIGHT = Path("tests/night/calls")
FULL_SCALE_DBM0 = 3.14  # ITU-T G.711
KEYS = tuple(product(LOW_HZ, HIGH_HZ))


def keyed(  # noqa: PLR0913  each is a condition of the recommendation
    level_dbm0: float = -10.0,
    *,
    tone_s: float = 0.08,
    pause_s: float = 0.08,
    off_ratio: float = 0.0,
    twist_db: float = 0.0,
    snr_db: float | None = None,
    seed: int = 1,
) -> Pcm:
    """Every key once, as one channel: its louder tone has the level, and noise is over all."""
    chance = np.random.default_rng(seed)
    at = np.arange(int(tone_s * SAMPLE_RATE_HZ)) / SAMPLE_RATE_HZ
    level = 10 ** ((level_dbm0 - FULL_SCALE_DBM0) / 20)
    low, high = level * 10 ** (min(-twist_db, 0) / 20), level * 10 ** (min(twist_db, 0) / 20)
    parts = [np.zeros(SAMPLE_RATE_HZ // 2)]
    for low_hz, high_hz in KEYS:
        phases = chance.uniform(0, 2 * np.pi, 2)
        tones = low * np.sin(2 * np.pi * low_hz * (1 + off_ratio) * at + phases[0])
        tones += high * np.sin(2 * np.pi * high_hz * (1 - off_ratio) * at + phases[1])
        parts += [tones, np.zeros(int(pause_s * SAMPLE_RATE_HZ))]
    samples = np.concatenate([*parts, np.zeros(SAMPLE_RATE_HZ // 2)])
    if snr_db is not None:
        noise = np.sqrt((low**2 + high**2) / 2 / 10 ** (snr_db / 10))
        samples += chance.normal(0, noise, len(samples))
    return np.asarray(np.clip(samples, -1, 1)[np.newaxis] * 32767, dtype=np.int16)


@pytest.mark.parametrize("level_dbm0", [0.0, -3.0, -10.0, -20.0, -25.0])
@pytest.mark.parametrize("twist_db", [-8.0, 0.0, 4.0])
@pytest.mark.parametrize("off_ratio", [-0.015, 0.0, 0.015])
@pytest.mark.parametrize("snr_db", [None, 15.0])
def test_every_key_is_found_within_the_tolerances(
    level_dbm0: float, twist_db: float, off_ratio: float, snr_db: float | None
) -> None:
    """Tones of 40 ms with pauses of 40 ms, at any level, twist and frequency, also in noise."""
    pcm = keyed(
        level_dbm0,
        tone_s=0.04,
        pause_s=0.04,
        off_ratio=off_ratio,
        twist_db=twist_db,
        snr_db=snr_db,
    )
    (stretch,) = keyed_digits(pcm)
    assert (stretch.channel, stretch.digit_count) == (0, len(KEYS))
    assert stretch.start_s == pytest.approx(0.5, abs=0.02)
    assert stretch.end_s == pytest.approx(0.5 + len(KEYS) * 0.08 - 0.04, abs=0.02)


@pytest.mark.parametrize(
    "pcm",
    [keyed(tone_s=0.02), keyed(off_ratio=0.035), keyed(-50.0), keyed(twist_db=14.0)],
    ids=["20 ms", "3.5 % beside", "-50 dBm0", "14 dB twist"],
)
def test_what_is_outside_of_the_tolerances_is_no_digit(pcm: Pcm) -> None:
    """A receiver that accepted them would accept speech, too."""
    assert keyed_digits(pcm) == ()


def test_a_pause_parts_stretches_and_an_echo_is_no_second_one() -> None:
    """Two numbers are two stretches; each counts on the channel where it is loudest."""
    one, silence = keyed(), np.zeros((1, 3 * SAMPLE_RATE_HZ), np.int16)
    customer = np.concatenate([one, silence, one], axis=1)
    echo = np.roll(customer, 160) // 8
    found = keyed_digits(np.concatenate([echo, customer]))
    assert [(stretch.channel, stretch.digit_count) for stretch in found] == [(1, 16), (1, 16)]
    assert keyed_digits(np.concatenate([customer, customer]))[0].channel == 0


@pytest.mark.parametrize("seam_s", [59.9, 59.96, 60.0, 119.98])
def test_a_digit_at_a_seam_counts_once(seam_s: float) -> None:
    """Long recordings are searched minute by minute."""
    before = np.zeros((1, int((seam_s - 0.5) * SAMPLE_RATE_HZ)), np.int16)
    (stretch,) = keyed_digits(np.concatenate([before, keyed()], axis=1))
    assert stretch.digit_count == len(KEYS)
    assert stretch.start_s == pytest.approx(seam_s, abs=0.02)


def test_nothing_is_found_in_little_or_nothing() -> None:
    """No samples, a few, and silence."""
    for count in (0, 1, 159, 400, 40_000):
        assert keyed_digits(np.zeros((2, count), np.int16)) == ()


@pytest.mark.parametrize("path", sorted(NIGHT.glob("*.*")), ids=lambda path: path.name)
def test_the_speech_of_the_night_is_no_digit(path: Path) -> None:
    """Nobody keys digits in that night."""
    try:
        pcm = decode(path)
    except AudioError:
        assert path.suffix not in (".opus", ".mp3", ".flac")  # sidecars, and the broken ones
        return
    assert keyed_digits(pcm) == ()


def test_a_muted_copy_holds_no_digit(write_wav: Callable[..., Path], tmp_path: Path) -> None:
    """Tones are found in the original, and nowhere in the copy that is silent there."""
    samples = keyed(tone_s=0.1, pause_s=0.1)[0] / 32768
    source = write_wav(np.zeros(len(samples)), samples, rate_hz=SAMPLE_RATE_HZ)
    (stretch,) = keyed_digits(decode(source))
    copy = tmp_path / "copy.opus"
    write_redacted(probe(source), [], copy)
    assert keyed_digits(decode(copy))[0].digit_count >= len(KEYS) - 1  # a codec may blur one
    write_redacted(probe(source), [(stretch.start_s - 0.1, stretch.end_s + 0.1)], copy)
    assert keyed_digits(decode(copy)) == ()
