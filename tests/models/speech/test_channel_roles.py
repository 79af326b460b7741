"""Speakers on channels that do not carry one side each, with the real listener."""

from __future__ import annotations

import wave
from typing import TYPE_CHECKING

import numpy as np
import pytest

from flows.settings.centre import CHECKOUT
from models.audio.decoding import SAMPLE_RATE_HZ, decode, probe
from models.call import Role
from models.catalog import resolve
from models.metrics import conversation_metrics
from models.reasons.codes import ReasonCode
from models.speech.listener import WhisperListener
from tests.mapped_call import mapped_call

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from models.reasons.reason import Reason
    from models.transcript import Transcript

    Samples = NDArray[np.float64]

CALLS = CHECKOUT / "tests" / "night" / "calls"
NOTICE_S = 6.9  # of a call's opening, to a pause


@pytest.fixture(scope="module")
def listener() -> WhisperListener:
    """Whisper base, loaded once."""
    return WhisperListener(resolve())


@pytest.fixture(scope="module")
def sides() -> Samples:
    """The first 26 s of a call, agent left."""
    return decode(CALLS / "lt-0001.flac")[:, : 26 * SAMPLE_RATE_HZ].astype(np.float64)


def heard(listener: WhisperListener, folder: Path, *channels: Samples) -> Transcript:
    """The transcript of a recording with these channels, mapped agent and customer."""
    pcm = np.clip(np.stack(channels, axis=1), -32768, 32767).astype("<i2")
    path = folder / "call.wav"
    with wave.open(str(path), "wb") as file:
        file.setnchannels(len(channels))
        file.setsampwidth(2)
        file.setframerate(SAMPLE_RATE_HZ)
        file.writeframes(pcm.tobytes())
    call = mapped_call(Role.AGENT, Role.CUSTOMER, language="en")
    return listener.listen(call, probe(path))


def roles(transcript: Transcript) -> set[Role]:
    """Who speaks."""
    return {turn.role for turn in transcript.turns}


def _notes(transcript: Transcript) -> list[Reason]:
    """The notes, but for that of a recording that ends in the middle of speech, as excerpts do."""
    return [note for note in transcript.notes if note.code is not ReasonCode.ENDS_IN_SPEECH]


def _codes(transcript: Transcript) -> list[ReasonCode]:
    return [note.code for note in _notes(transcript)]


def test_a_notice_on_both_channels_is_said_by_neither_side(
    listener: WhisperListener, sides: Samples, tmp_path: Path
) -> None:
    """What is played is the system's, and once; what follows is each side's own, in full."""
    notice = decode(CALLS / "lt-0010.wav")[0, : round(NOTICE_S * SAMPLE_RATE_HZ)]
    transcript = heard(
        listener, tmp_path, *(np.concatenate([notice.astype(np.float64), side]) for side in sides)
    )
    assert roles(transcript) == {Role.SYSTEM, Role.AGENT, Role.CUSTOMER}
    for turn in transcript.turns:
        assert (turn.role is Role.SYSTEM) == (turn.start_s < NOTICE_S), turn.start_s
    assert _codes(transcript) == [ReasonCode.PLAYED_ON_BOTH]
    talk_s = {m.role: m.value for m in conversation_metrics(transcript) if m.name == "talk_s"}
    assert talk_s[Role.SYSTEM] == pytest.approx(6, abs=1)


def test_a_conversation_on_one_of_two_channels_is_parted_by_voice(
    listener: WhisperListener, sides: Samples, tmp_path: Path
) -> None:
    """The channel map says that all of it is the agent's; words and voices show otherwise."""
    transcript = heard(listener, tmp_path, sides.sum(axis=0), np.zeros(sides.shape[1]))
    assert roles(transcript) == {Role.AGENT, Role.CUSTOMER}
    assert _codes(transcript) == [ReasonCode.BOTH_SIDES_ON_CHANNEL]
    assert [stretch.channel for stretch in transcript.not_listened] == [1]


@pytest.mark.parametrize(("dead", "role"), [(1, Role.AGENT), (0, Role.CUSTOMER)])
def test_a_dead_channel_leaves_the_other_side_alone(
    listener: WhisperListener, sides: Samples, tmp_path: Path, dead: int, role: Role
) -> None:
    """One side's words stay that side's, and the transcript notes the missing side."""
    silenced = sides.copy()
    silenced[dead] = 0
    transcript = heard(listener, tmp_path, *silenced)
    assert roles(transcript) == {role}
    (note,) = _notes(transcript)
    assert (note.code, note.values) == (ReasonCode.CHANNEL_SILENT, {"channel": dead})


def test_a_delayed_copy_is_transcribed_once(
    listener: WhisperListener, sides: Samples, tmp_path: Path
) -> None:
    """A doubled mono recording has each word once, from two voices."""
    mono = sides.sum(axis=0) / 2
    twice = heard(listener, tmp_path, mono, -0.7 * np.roll(mono, 1920))
    once = heard(listener, tmp_path, mono)
    assert twice.turns == once.turns
    assert twice.channel_count == 1
    assert _codes(twice) == [ReasonCode.CHANNEL_COPIES]
