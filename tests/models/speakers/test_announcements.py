"""A played announcement on a mono recording is neither side's."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from flows.settings.centre import CHECKOUT
from models.audio.decoding import SAMPLE_RATE_HZ, decode
from models.audio.voice_activity import Span
from models.call import Role
from models.catalog import resolve
from models.speakers.assignment import voices_of_mono
from models.speakers.embeddings import SpeakerEmbedder
from models.transcript import Word

if TYPE_CHECKING:
    from models.audio.decoding import Pcm
    from models.turns import Voice

NIGHT = CHECKOUT / "tests" / "night"
PAUSE_S = 0.8
LENGTH_S = 45.0


@pytest.fixture(scope="module")
def embedder() -> SpeakerEmbedder:
    """The d-vector, loaded once."""
    return SpeakerEmbedder(resolve("speaker-dvector"))


def mixed(name: str) -> tuple[Pcm, list[dict[str, Any]]]:
    """The beginning of a call of the night mixed down, and its words in order of time."""
    whole = decode(NIGHT / "calls" / name)[:, : int(LENGTH_S * SAMPLE_RATE_HZ)]
    pcm = whole.sum(axis=0).clip(-32768, 32767).astype(np.int16)
    truth = json.loads((NIGHT / "truth" / f"{name.split('.', maxsplit=1)[0]}.json").read_text())
    words = [word for word in truth["words"] if word["end_s"] < LENGTH_S]
    return pcm, sorted(words, key=lambda word: float(word["start_s"]))


def voices(
    embedder: SpeakerEmbedder, pcm: Pcm, words: list[dict[str, Any]], language: str
) -> dict[Role, Voice]:
    """The voices of a mono call whose words are known."""
    said = [Word(word["word"], word["start_s"], word["end_s"], 1.0) for word in words]
    found = voices_of_mono(pcm, [Span(0, len(pcm))], said, language, embedder)
    return {voice.role: voice for voice in found}


@pytest.mark.parametrize(
    ("notice_of", "call", "language"),
    [("lt-0010.wav", "lt-0002.opus", "en")],
)
def test_a_notice_in_a_third_voice_is_the_systems(
    embedder: SpeakerEmbedder, notice_of: str, call: str, language: str
) -> None:
    """What is played before the call, and nothing else; both sides follow."""
    notice_pcm, notice = mixed(notice_of)
    first_s = min(word["start_s"] for word in notice if word["role"] == "customer")
    notice = [word for word in notice if word["end_s"] <= first_s]
    end_s = notice[-1]["end_s"] + 0.1
    pause = np.zeros(int(PAUSE_S * SAMPLE_RATE_HZ), np.int16)
    pcm, words = mixed(call)
    shift_s = end_s + PAUSE_S
    later = [
        {**word, "start_s": word["start_s"] + shift_s, "end_s": word["end_s"] + shift_s}
        for word in words
    ]
    whole = np.concatenate([notice_pcm[: int(end_s * SAMPLE_RATE_HZ)], pause, pcm])
    found = voices(embedder, whole, notice + later, language)
    assert set(found) == {Role.SYSTEM, Role.AGENT, Role.CUSTOMER}
    played = [word.text for word in found[Role.SYSTEM].words]
    assert played == [word["word"] for word in notice]


@pytest.mark.parametrize(("call", "language"), [("lt-0016.wav", "es"), ("lt-0019.opus", "it")])
def test_the_agents_own_notice_is_the_agents(
    embedder: SpeakerEmbedder, call: str, language: str
) -> None:
    """The same words in the agent's voice are no announcement."""
    assert Role.SYSTEM not in voices(embedder, *mixed(call), language)
