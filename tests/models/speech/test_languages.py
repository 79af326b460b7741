"""A call may hold several languages: each stretch is recognised, and read for PII, in its own."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from models.audio.decoding import SAMPLE_RATE_HZ, as_float, decode, probe
from models.call import Role
from models.catalog import resolve
from models.reasons.codes import ReasonCode
from models.reasons.reason import Reason
from models.speech.listener import WhisperListener
from tests.mapped_call import mapped_call

if TYPE_CHECKING:
    from collections.abc import Callable

    from models.transcript import Transcript

_CALLS = Path(__file__).parents[2] / "night" / "calls"
_PARTS = {"en": "lt-0010.wav", "es": "lt-0011.opus", "it": "lt-0018.opus"}
_PART_S, _PAUSE_S = 28.0, 1.5


@pytest.fixture(scope="module")
def listener() -> WhisperListener:
    """Whisper base, loaded once."""
    return WhisperListener(resolve())


@pytest.fixture
def joined(write_wav: Callable[..., Path], listener: WhisperListener) -> Callable[..., Transcript]:
    """A function that transcribes joined beginnings of calls in several languages."""

    def hear(*languages: str, told: str | None = None) -> Transcript:
        count = int(_PART_S * SAMPLE_RATE_HZ)
        pause = int(_PAUSE_S * SAMPLE_RATE_HZ)
        parts = [
            np.pad(as_float(decode(_CALLS / _PARTS[code])[:, :count]), ((0, 0), (0, pause)))
            for code in languages
        ]
        path = write_wav(*np.concatenate(parts, axis=1), rate_hz=SAMPLE_RATE_HZ)
        return listener.listen(mapped_call(Role.AGENT, Role.CUSTOMER, language=told), probe(path))

    return hear


@pytest.mark.parametrize(("first", "second"), [("en", "es"), ("it", "en")])
def test_each_stretch_is_in_its_language(
    joined: Callable[..., Transcript], first: str, second: str
) -> None:
    """Both halves are recognised as they were said, and the transcript says which is which."""
    transcript = joined(first, second)
    assert {transcript.language, *transcript.other_languages} == {first, second}
    recording = probe(_CALLS / _PARTS[first])
    boundary_s = min(recording.duration_s, _PART_S) + _PAUSE_S / 2
    right = total = 0
    for turn in transcript.turns:
        half = first if turn.start_s < boundary_s else second
        right += len(turn.words) * ((turn.language or transcript.language) == half)
        total += len(turn.words)
    assert right >= 0.85 * total
    noted = [note for note in transcript.notes if note.code is ReasonCode.OTHER_LANGUAGE]
    assert noted == [Reason(ReasonCode.OTHER_LANGUAGE, {"language": transcript.other_languages[0]})]


def test_a_call_in_one_language_has_no_other(joined: Callable[..., Transcript]) -> None:
    """No turn is set apart, and there is no note."""
    transcript = joined("es")
    assert (transcript.language, transcript.other_languages) == ("es", ())
    assert {turn.language for turn in transcript.turns} == {None}


def test_the_metadata_decide_if_they_say_a_language(joined: Callable[..., Transcript]) -> None:
    """A language that the contact centre fixes is used for the whole call."""
    transcript = joined("en", told="en")
    assert (transcript.language, transcript.language_confidence) == ("en", 1.0)
    assert transcript.other_languages == ()


def test_a_short_stretch_in_another_language_is_found(
    listener: WhisperListener, write_wav: Callable[..., Path]
) -> None:
    """Four seconds of Italian in a Spanish window; nothing around them changes its language."""
    call = decode(_CALLS / "lt-0013.opus")[:, : 45 * SAMPLE_RATE_HZ]
    other = decode(_CALLS / "lt-0020.flac")[:, 10 * SAMPLE_RATE_HZ : 14 * SAMPLE_RATE_HZ].sum(
        axis=0
    )
    at, pause = 30 * SAMPLE_RATE_HZ, np.zeros((2, int(0.6 * SAMPLE_RATE_HZ)))
    parts = (call[:, :at], pause, np.stack([0 * other, other]), pause, call[:, at:])
    path = write_wav(*as_float(np.concatenate(parts, axis=1)), rate_hz=SAMPLE_RATE_HZ)
    transcript = listener.listen(mapped_call(Role.AGENT, Role.CUSTOMER), probe(path))
    assert (transcript.language, transcript.other_languages) == ("es", ("it",))
    for turn in transcript.turns:
        is_inside = turn.channel == 1 and 30.4 <= turn.start_s <= 34.8
        assert (turn.language == "it") == is_inside, turn.start_s


def test_dictated_digits_are_in_a_language_of_the_call(
    listener: WhisperListener, write_wav: Callable[..., Path]
) -> None:
    """On one channel, between an Italian half and an English one, they are not Spanish."""
    pause = np.zeros(SAMPLE_RATE_HZ)
    parts = [
        part
        for name in ("lt-0022.opus", "lt-0006.mp3")
        for part in (as_float(decode(_CALLS / name)[:, : 30 * SAMPLE_RATE_HZ]).sum(axis=0), pause)
    ]
    path = write_wav(np.concatenate(parts), rate_hz=SAMPLE_RATE_HZ)
    transcript = listener.listen(mapped_call(language=None), probe(path))
    assert {transcript.language, *transcript.other_languages} == {"en", "it"}
