"""The real listener on real and made audio."""

from __future__ import annotations

import json
import pickle
from collections import Counter
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from models.audio.decoding import SAMPLE_RATE_HZ, decode, probe
from models.audio.excerpts import write_single_channel
from models.call import Recording, Role
from models.catalog import resolve
from models.errors import ListeningError
from models.reasons.codes import ReasonCode
from models.reasons.reason import Reason
from models.speech.listener import UNDETERMINED, ListeningOptions, WhisperListener
from models.transcript import Transcript
from tests.mapped_call import mapped_call

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from models.call import Call
    from models.transcript import Word

    Samples = NDArray[np.float64]

NIGHT = Path(__file__).parents[2] / "night"
RATE_HZ = 8000


@pytest.fixture(scope="module")
def listener() -> WhisperListener:
    """Whisper base, loaded once."""
    return WhisperListener(resolve())


@pytest.fixture(scope="module")
def alone(listener: WhisperListener) -> Callable[[str, str], Transcript]:
    """A call of the night in a language that is told, heard once for all tests of this file."""

    @cache
    def heard(name: str, language: str) -> Transcript:
        return listener.listen(*_pair(name, language))

    return heard


def _pair(name: str, language: str) -> tuple[Call, Recording]:
    return mapped_call(Role.AGENT, Role.CUSTOMER, language=language), probe(NIGHT / "calls" / name)


def test_two_mono_files_are_heard_as_one_stereo_file(
    listener: WhisperListener, alone: Callable[[str, str], Transcript], tmp_path: Path
) -> None:
    """The sides of a call may be two files; roles, words and times are those of one file."""
    call, stereo = _pair("lt-0016.wav", "es")
    sides = tmp_path / "in.wav", tmp_path / "out.wav"
    for channel, path in enumerate(sides):
        write_single_channel(stereo.path, 0, channel, path)
    heard = listener.listen(call, replace(stereo, path=sides[0], other_side=sides[1]))
    assert heard == alone("lt-0016.wav", "es")


def _noise(duration_s: float, level: float) -> Samples:
    random = np.random.default_rng(7)
    return np.clip(random.normal(0, level, int(duration_s * RATE_HZ)), -1, 1)


def _tones(duration_s: float, *frequencies_hz: float) -> Samples:
    time_s = np.arange(int(duration_s * RATE_HZ)) / RATE_HZ
    waves = [np.sin(2 * np.pi * frequency_hz * time_s) for frequency_hz in frequencies_hz]
    return np.asarray(np.mean(waves, axis=0) * 0.5, dtype=np.float64)


def _ringing(duration_s: float) -> Samples:
    """Ringing tone: two tones for two seconds, four seconds of silence."""
    time_s = np.arange(int(duration_s * RATE_HZ)) / RATE_HZ
    return _tones(duration_s, 440, 480) * (time_s % 6 < 2)


def _keys(duration_s: float) -> Samples:
    """Key tones (DTMF), two a second."""
    rows, columns = (697, 770, 852, 941), (1209, 1336, 1477)
    random = np.random.default_rng(11)
    quarter = np.zeros(RATE_HZ // 4)
    keys = [
        np.concatenate([_tones(0.25, random.choice(rows), random.choice(columns)), quarter])
        for _ in range(int(duration_s * 2))
    ]
    return np.concatenate(keys)


def _hold_music(duration_s: float) -> Samples:
    """Chords over a bass, each with a soft attack and overtones, 100 beats a minute."""
    beat_s = 0.6
    random = np.random.default_rng(3)
    beats = []
    for _ in range(int(duration_s / beat_s)):
        root_hz = 220 * 2 ** (random.choice([0, 2, 4, 5, 7, 9]) / 12)
        chord = [
            root_hz * step * overtone for step in (0.5, 1, 1.25, 1.5) for overtone in (1, 2, 3)
        ]
        fade = np.minimum(1, np.arange(int(beat_s * RATE_HZ)) / 200)
        beats.append(_tones(beat_s, *chord) * fade * np.linspace(1, 0.3, len(fade)) * 2)
    return np.clip(np.concatenate(beats), -1, 1)


@pytest.mark.parametrize(
    "sound",
    [
        np.zeros(60 * RATE_HZ),
        _noise(60, 0.2),
        _noise(60, 0.01),
        _hold_music(60),
        _ringing(60),
        _keys(60),
    ],
    ids=["silence", "white noise", "line noise", "hold music", "ringing", "key tones"],
)
def test_nothing_is_invented(
    listener: WhisperListener, write_wav: Callable[..., Path], sound: Samples
) -> None:
    """A minute without speech has no words, its full length, and a note that says so."""
    transcript = listener.listen(
        mapped_call(Role.AGENT, Role.CUSTOMER), probe(write_wav(sound, sound * 0))
    )
    assert transcript.turns == ()
    assert transcript.language == UNDETERMINED
    assert transcript.duration_s == pytest.approx(60, abs=0.5)
    assert Reason(ReasonCode.NO_SPEECH_FOUND) in transcript.notes


def _is_within(word: dict[str, Any], spans: list[dict[str, Any]]) -> bool:
    return any(
        span["start_s"] - 0.01 <= word["start_s"] <= span["end_s"]
        for span in spans
        if span["role"] == word["role"]
    )


@pytest.mark.parametrize("call_id", ["lt-0004", "lt-0011", "lt-0018"])
def test_speech_is_heard(listener: WhisperListener, call_id: str) -> None:
    """Calls in three languages: the language is found, each side's words are on its side, in time.

    The gates that invent nothing must also lose nothing: outside of the numbers that are read
    out, which the recogniser writes in shapes of its own, 60 % of the words come to the letter.
    """
    truth = json.loads((NIGHT / "truth" / f"{call_id}.json").read_text())
    (path,) = (file for file in (NIGHT / "calls").glob(f"{call_id}.*") if file.suffix != ".json")
    transcript = listener.listen(mapped_call(Role.AGENT, Role.CUSTOMER), probe(path))
    assert transcript.language == truth["language"]
    for role in (Role.AGENT, Role.CUSTOMER):
        spoken = Counter(
            word["word"]
            for word in truth["words"]
            if word["role"] == role and not _is_within(word, truth["pii"])
        )
        words = [word for turn in transcript.turns if turn.role is role for word in turn.words]
        heard = Counter(word.text.casefold().strip(".,?!¿¡") for word in words)
        assert (spoken & heard).total() >= 0.6 * spoken.total()
        assert all(0 <= word.start_s <= word.end_s <= transcript.duration_s for word in words)
        assert [word.start_s for word in words] == sorted(word.start_s for word in words)
        assert all(0 <= word.confidence <= 1 for word in words)


def test_a_call_does_not_depend_on_its_neighbours(
    listener: WhisperListener, alone: Callable[[str, str], Transcript]
) -> None:
    """Recognised beside others or alone, a call has the same words at the same times."""
    calls = [("lt-0010.wav", "en"), ("lt-0001.flac", "en")]
    together = list(listener.listen_many([_pair(*call) for call in calls]))
    assert together == [alone(*call) for call in calls]


def test_a_second_recognition_does_not_depend_on_which_turns_are_wanted(
    listener: WhisperListener, alone: Callable[[str, str], Transcript]
) -> None:
    """Most words of a clear call are recognised again, at nearly the same times."""
    heard = alone("lt-0001.flac", "en")
    _, recording = _pair("lt-0001.flac", "en")
    wanted = frozenset({0, len(heard.turns) - 1})
    again = listener.listen_again(recording, heard, frozenset(range(len(heard.turns))))
    assert listener.listen_again(recording, heard, wanted) == {turn: again[turn] for turn in wanted}
    first = {(word.text, round(word.start_s)) for turn in heard.turns for word in turn.words}
    second = {(word.text, round(word.start_s)) for words in again.values() for word in words}
    assert len(first & second) > 0.6 * len(first)


def test_a_recording_that_is_gone_is_heard_once(
    listener: WhisperListener, alone: Callable[[str, str], Transcript], tmp_path: Path
) -> None:
    """A second recognition that fails is none; the call keeps its first one."""
    heard = alone("lt-0001.flac", "en")
    gone = replace(_pair("lt-0001.flac", "en")[1], path=tmp_path / "gone.flac")
    assert listener.listen_again(gone, heard, frozenset({0})) == {}


def test_one_bad_recording_spoils_nothing(
    listener: WhisperListener, write_wav: Callable[..., Path], tmp_path: Path
) -> None:
    """In a batch, what cannot be heard is an error in its place, and the rest is heard."""
    good = probe(write_wav(np.zeros(16000)))
    gone = Recording(
        path=tmp_path / "gone.wav",
        audio_sha256="0" * 64,
        duration_s=1.0,
        channel_count=1,
        sample_rate_hz=8000,
    )
    heard = list(
        listener.listen_many([(mapped_call(), good), (mapped_call(), gone), (mapped_call(), good)])
    )
    assert [type(outcome) for outcome in heard] == [Transcript, ListeningError, Transcript]


def test_errors_travel_between_processes() -> None:
    """What a worker could not hear reaches the flow with its call and its reason."""
    error = pickle.loads(pickle.dumps(ListeningError("lt-1", "nothing decodes")))  # noqa: S301  # ours
    assert (error.call_id, str(error)) == ("lt-1", "nothing decodes")


def test_hotwords_help_and_leave_word_times_alone(
    alone: Callable[[str, str], Transcript],
) -> None:
    """Told the company's name, every greeting has it, and the words around it keep their times."""
    told = WhisperListener(resolve(), ListeningOptions(hotwords=("Lumina Telecom",)))
    calls = [("lt-0001.flac", "en"), ("lt-0016.wav", "es"), ("lt-0023.wav", "it")]
    shifts_s: list[float] = []
    for call, heard in zip(calls, told.listen_many([_pair(*call) for call in calls]), strict=True):
        untold = alone(*call)
        assert isinstance(heard, Transcript)
        assert "lumina telecom" in " ".join(turn.text for turn in heard.turns).casefold()
        starts_s = {(word.text, round(word.start_s)): word.start_s for word in _words(untold)}
        shifts_s.extend(
            abs(word.start_s - starts_s[word.text, round(word.start_s)])
            for word in _words(heard)
            if (word.text, round(word.start_s)) in starts_s
        )
    assert len(shifts_s) > 200
    assert float(np.quantile(shifts_s, 0.9)) <= 0.05


def _words(transcript: Transcript) -> list[Word]:
    return [word for turn in transcript.turns for word in turn.words]


@pytest.mark.parametrize(("rate_hz", "said_s"), [(4000, 30), (16_000, 60)])
def test_a_wrong_rate_in_the_header_is_told(
    listener: WhisperListener, write_wav: Callable[..., Path], rate_hz: int, said_s: int
) -> None:
    """Played at half or double speed a call gives no words that anybody is judged by."""
    pcm = decode(NIGHT / "calls" / "lt-0002.opus")[:, : said_s * SAMPLE_RATE_HZ : 2] / 32768
    path = write_wav(*pcm, rate_hz=rate_hz)
    with pytest.raises(ListeningError, match=f"header, {rate_hz} Hz, may be wrong"):
        listener.listen(mapped_call(), probe(path))
