"""The telephone line: band, level, noise, music, channels."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import signal  # type: ignore[import-untyped,import-not-found,unused-ignore]

Samples = npt.NDArray[np.float32]
Seed = np.random.Generator

RATE_HZ = 8_000
SPEECH_RMS = 0.09


def to_telephone(audio: Samples, rate_hz: int) -> Samples:
    """Resample to 8 kHz and keep 300 to 3400 Hz."""
    down = signal.resample_poly(audio, RATE_HZ, rate_hz)
    band = signal.butter(4, [300, 3400], btype="bandpass", fs=RATE_HZ, output="sos")
    return np.asarray(signal.sosfiltfilt(band, down), dtype=np.float32)


def levelled(audio: Samples, gain_db: float = 0.0) -> Samples:
    """Bring a phrase to the speech level, so that a speaker does not jump."""
    rms = float(np.sqrt(np.mean(audio**2))) or 1.0
    return np.asarray(audio * (SPEECH_RMS / rms * 10 ** (gain_db / 20)), dtype=np.float32)


def line_noise(length: int, snr_db: float, seed: Seed) -> Samples:
    """Hiss with a little mains hum, `snr_db` below speech."""
    hiss = to_telephone(seed.standard_normal(length).astype(np.float32), RATE_HZ)
    hum = 0.2 * np.sin(2 * np.pi * 350 * np.arange(length) / RATE_HZ)
    noise = hiss / np.std(hiss) + hum
    return np.asarray(noise * SPEECH_RMS * 10 ** (-snr_db / 20), dtype=np.float32)


def hold_music(length: int) -> Samples:
    """Plucked chords in four bars, synthesised here, so free of any rights."""
    chords = [(262, 330, 392), (220, 262, 330), (175, 220, 262), (196, 247, 294)]
    beat = RATE_HZ // 2
    music = np.zeros(length + beat * 2, dtype=np.float32)
    clock = np.arange(beat * 2) / RATE_HZ
    for place in range(0, length, beat):
        step = place // beat
        chord = chords[step // 4 % 4]
        for note in (chord[step % 3] * 2, chord[(step + 1) % 3] * 3):
            tone = np.sin(2 * np.pi * note * clock) + 0.3 * np.sin(4 * np.pi * note * clock)
            music[place : place + beat * 2] += (tone * np.exp(-3 * clock)).astype(np.float32)
    return levelled(music[:length], -3.0)


def ringing(length: int) -> Samples:
    """European ringing tone: 425 Hz, one second on, four seconds off."""
    clock = np.arange(length) / RATE_HZ
    tone = np.sin(2 * np.pi * 425 * clock) * ((clock % 5.0) < 1.0)
    return np.asarray(0.08 * tone, dtype=np.float32)


def to_channels(sides: dict[str, Samples], audio: dict[str, Any], seed: Seed) -> Samples:
    """Turn the two sides into what the recorder kept, shape (channels, samples).

    Left is the agent unless `swapped`; `echo_db` leaks each side into the other
    after 40 ms, as a telephone hybrid does.
    """
    agent: Samples = sides["agent"]
    customer: Samples = np.asarray(0.8 * sides["customer"], dtype=np.float32)
    if audio["layout"] == "mono":
        stack = [agent + customer]
    else:
        if "echo_db" in audio:
            gain = np.float32(10 ** (audio["echo_db"] / 20))
            leak, back = (gain * np.roll(side, 320) for side in (customer, agent))
            agent, customer = agent + leak, customer + back
        stack = [customer, agent] if audio.get("swapped") else [agent, customer]
    noisy = [one + line_noise(len(one), audio["snr_db"], seed) for one in stack]
    return np.clip(np.stack(noisy), -0.99, 0.99).astype(np.float32)
