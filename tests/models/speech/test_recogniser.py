"""Words depend on a window alone, not on its neighbours, the order of calls, or thread settings."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from models.audio.decoding import SAMPLE_RATE_HZ, decode
from models.audio.voice_activity import SpeechOptions, VoiceActivity, speech_spans
from models.catalog import resolve
from models.speech.languages import Speech
from models.speech.recogniser import Recognised, Recogniser
from models.speech.whisper import Decoding, Encoded, Hypothesis, Whisper
from models.speech.windows import pack

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

    from models.transcript import Word

_CALLS = Path(__file__).parents[2] / "night" / "calls"
_EXCERPT_S = 12


def _speech(name: str, language: str | None, start_s: int = 0) -> Speech:
    """An excerpt of a call."""
    first = start_s * SAMPLE_RATE_HZ
    pcm = decode(_CALLS / name)[:, first : first + _EXCERPT_S * SAMPLE_RATE_HZ]
    activity = VoiceActivity()
    windows = [
        window
        for number, channel in enumerate(pcm)
        for window in pack(
            number,
            speech_spans(
                activity.speech_probabilities(channel), len(channel), SpeechOptions(longest_s=15.0)
            ),
            15.0,
        )
    ]
    return Speech(pcm, windows, language)


@pytest.fixture(scope="module")
def whisper() -> Whisper:
    """Whisper base, loaded once."""
    return Whisper(resolve())


@pytest.fixture(scope="module")
def own(whisper: Whisper) -> Recognised:
    """What is recognised of a call alone."""
    return Recogniser(whisper, 16).recognise([_speech("lt-0010.wav", "en")])[0]


def test_a_call_has_the_same_words_in_any_batch(whisper: Whisper, own: Recognised) -> None:
    """Alone, beside others, in another order and in smaller batches, every word is equal."""
    speeches = [
        _speech("lt-0010.wav", "en"),
        _speech("lt-0001.flac", "en", 20),
        _speech("lt-0008.flac", None, 10),
    ]
    others = [Recogniser(whisper, 16).recognise([speech])[0] for speech in speeches[1:]]
    alone = [own, *others]
    assert all(any(found.words) for found in alone)
    assert Recogniser(whisper, 16).recognise(speeches) == alone
    assert Recogniser(whisper, 3).recognise(speeches[::-1]) == alone[::-1]


def test_words_do_not_depend_on_thread_settings(own: Recognised) -> None:
    """Environment variables for numeric libraries have no effect."""
    told = subprocess.run(  # noqa: S603  # this very file
        [sys.executable, __file__],
        env={**os.environ, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
        | {"PYTHONPATH": str(Path(__file__).parents[3])},
        capture_output=True,
        text=True,
        check=True,
    )
    assert json.loads(told.stdout) == _plain(own.words)


def _plain(words: Sequence[Sequence[Word]]) -> list[list[list[object]]]:
    return [[[word.text, word.start_s, word.confidence] for word in channel] for channel in words]


class _ScriptedWhisper:
    """Returns the texts that a test gives it, one per attempt."""

    def __init__(self, *texts: str) -> None:
        self._texts = [*texts]
        self.decodings: list[Decoding] = []
        self.batch_sizes: list[int] = []
        self.silences_s: list[float] = []

    def encode(self, window: NDArray[np.float32], *, silence_s: float = 1.0) -> Encoded:
        self.silences_s.append(silence_s)
        return Encoded(window[None, :100, None], len(window) / SAMPLE_RATE_HZ)

    def decode(
        self, batch: Sequence[Encoded], language: str, decoding: Decoding, hotwords: str = ""
    ) -> list[Hypothesis]:
        del language, hotwords
        self.decodings.append(decoding)
        self.batch_sizes.append(len(batch))
        return [Hypothesis((1,), self._texts.pop(0), -0.2, 0.0) for _ in batch]

    def align(
        self, window: Encoded, hypothesis: Hypothesis, language: str, joins_s: Sequence[float]
    ) -> list[Word]:
        del window, language, joins_s
        from models.transcript import Word  # noqa: PLC0415

        return [Word(text, 0.0, 0.1, 1.0) for text in hypothesis.text.split()]


def _recognised(*attempts: str) -> str:
    one = _speech("lt-0010.wav", "en")._replace(windows=_speech("lt-0010.wav", "en").windows[:1])
    (found,) = Recogniser(_ScriptedWhisper(*attempts), 16).recognise([one])  # type: ignore[arg-type]  # a fake
    return " ".join(word.text for word in found.words[one.windows[0].channel])


def test_an_invented_repetition_is_caught() -> None:
    """A repeated sentence is decoded again, and kept only if another attempt confirms it."""
    once = "we can send you the new one today"
    assert _recognised(f"{once} {once}", once) == once
    assert _recognised(f"{once} {once}", f"{once} {once}") == f"{once} {once}"


def test_windows_that_fail_are_decoded_again_together() -> None:
    """They share the batches of each further attempt, and only as many as failed."""
    one = _speech("lt-0010.wav", "en")
    windows = [*one.windows[:1]] * 3
    loop = "what " * 20
    whisper = _ScriptedWhisper(loop, "yes of course", loop, loop, "no I do not", "thank you")
    (found,) = Recogniser(whisper, 16).recognise([one._replace(windows=windows)])  # type: ignore[arg-type]  # a fake
    assert whisper.batch_sizes == [3, 2, 1]
    assert max(whisper.silences_s) == 30.0
    texts = {word.text for word in found.words[windows[0].channel]}
    assert texts == {"yes", "of", "course", "no", "I", "do", "not", "thank", "you"}


def test_attempts_are_those_that_were_asked_for() -> None:
    """Without an attempt at 30 seconds, no window is encoded that long."""
    one = _speech("lt-0010.wav", "en")
    one = one._replace(windows=one.windows[:1])
    whisper = _ScriptedWhisper("what " * 20, "what do you mean")
    attempts = (Decoding(beam_size=5), Decoding(beam_size=5, no_repeat_tokens=4))
    (found,) = Recogniser(whisper, 16).recognise([one], attempts)  # type: ignore[arg-type]  # a fake
    assert tuple(whisper.decodings) == attempts
    assert whisper.silences_s == [1.0]
    assert any(found.words)


def test_a_decoder_that_only_loops_says_nothing() -> None:
    """Words of a loop were not said, so the window is left to what handles unheard speech."""
    loop = "what " * 20
    assert _recognised(loop, loop, loop) == ""
    assert _recognised(loop, loop, "what do you mean") == "what do you mean"


if __name__ == "__main__":
    (result,) = Recogniser(Whisper(resolve()), 16).recognise([_speech("lt-0010.wav", "en")])
    print(json.dumps(_plain(result.words)))
