"""A call on a line with echo is transcribed as without it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from models.audio.decoding import probe
from models.call import Role
from models.catalog import resolve
from models.metrics import conversation_metrics
from models.speech.listener import WhisperListener
from tests.mapped_call import mapped_call
from tests.night.codec import RATE_HZ, read_audio, write_audio

if TYPE_CHECKING:
    from models.transcript import Transcript

RECORDING = Path(__file__).parents[2] / "night" / "calls" / "lt-0001.flac"
SEED = 20261130


@pytest.fixture(scope="module")
def listener() -> WhisperListener:
    """Whisper base, loaded once."""
    return WhisperListener(resolve())


def overtalk_s(call: Transcript) -> float:
    """How long both sides talk."""
    metrics = conversation_metrics(call)
    return next(metric.value for metric in metrics if metric.name == "overtalk_s")


def test_an_echo_changes_neither_words_nor_overtalk(
    listener: WhisperListener, tmp_path: Path
) -> None:
    """Each channel carries the other one, at a level and a delay that are drawn for each."""
    random = np.random.default_rng(SEED)
    said = read_audio(RECORDING)
    line = said.copy()
    for own, other in ((0, 1), (1, 0)):
        lag = int(random.uniform(0.06, 0.2) * RATE_HZ)
        echo = np.pad(said[other], (lag, 0))[: said.shape[1]]
        line[own] += echo * 10 ** (-random.uniform(12, 35) / 20)
    path = tmp_path / "echo.flac"
    write_audio(path, np.clip(line, -1, 1), "flac")
    call = mapped_call(Role.AGENT, Role.CUSTOMER, language="en")
    clean = listener.listen(call, probe(RECORDING))
    heard = listener.listen(call, probe(path))
    assert abs(overtalk_s(heard) - overtalk_s(clean)) <= 1
    # Characters, not words: the same digits are written as one number or as several.
    counts = [
        sum(map(str.isalnum, "".join(turn.text for turn in one.turns))) for one in (heard, clean)
    ]
    assert counts[0] == pytest.approx(counts[1], rel=0.05)
    assert [turn.role for turn in heard.turns] == [turn.role for turn in clean.turns]
