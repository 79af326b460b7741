"""A second recognition pass finds a number that a copy still holds, and leaves a harmless one."""

from __future__ import annotations

import datetime as dt
import wave
from typing import TYPE_CHECKING

import numpy as np
import pytest

from models.audio.decoding import SAMPLE_RATE_HZ
from models.call import Role
from models.errors import ListeningError
from models.transcript import Transcript, Turn, Word
from qa_rules.authoring.example_calls import invented_call
from qa_rules.pii_detection.redaction.muting import Muted
from qa_rules.pii_detection.redaction.second_hearing import Extent, audible_numbers
from qa_rules.pii_detection.types.catalogue import load_pii_rules
from tests.qa_rules.rule_folders import RULES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from models.call import Call, Recording
    from models.speech.listener import Again, Heard

PII = load_pii_rules(RULES / "pii")
MUTED = (Muted(start_s=20.0, end_s=24.0, types=("card_number",)),)
EXPECTED_S = (16.95, 26.0)
"""From the name in the question until two seconds after what is muted."""
DIGITS = "four one one"


def _words(text: str, start_s: float) -> tuple[Word, ...]:
    return tuple(
        Word(word, start_s + 0.4 * at, start_s + 0.4 * at + 0.35, 0.9)
        for at, word in enumerate(text.split())
    )


def _transcript(*turns: tuple[Role, int, str, float]) -> Transcript:
    return Transcript(
        call_id="c-1",
        language="en",
        language_confidence=1.0,
        duration_s=60.0,
        channel_count=2,
        turns=tuple(Turn(role, 1.0, channel, _words(text, s)) for role, channel, text, s in turns),
        model_pin="fake@000000000000",
    )


HEARD = _transcript(
    (Role.AGENT, 0, "what is your card number please", 15.0),
    (Role.CUSTOMER, 1, "it is four two four two four two four two", 19.5),
    (Role.AGENT, 0, "thank you and goodbye", 40.0),
)


class _SecondListener:
    """Returns these words on the customer's channel for any recording."""

    def __init__(self, text: str, start_s: float) -> None:
        self._words = _words(text, start_s)
        self.heard_s: list[float] = []

    def listen_many(self, calls: Iterable[tuple[Call, Recording]]) -> Iterator[Heard]:
        """Hear each call."""
        for call, recording in calls:
            yield self.listen(call, recording)

    def listen_again(self, recording: Recording, heard: Transcript, turns: frozenset[int]) -> Again:
        """Nothing is asked again of a copy."""
        raise NotImplementedError

    def listen(self, call: Call, recording: Recording) -> Transcript:
        """Hear one call."""
        if not self._words:
            raise ListeningError(call.call_id, "nothing was prepared")
        self.heard_s.append(recording.duration_s)
        plain = _transcript()
        turn = Turn(Role.UNKNOWN, 0.0, 1, self._words)
        return Transcript(
            call_id=plain.call_id,
            language=plain.language,
            language_confidence=1.0,
            duration_s=recording.duration_s,
            channel_count=2,
            turns=(turn,),
            model_pin=plain.model_pin,
        )


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A silent minute in stereo: the fake listeners return the words."""
    path = tmp_path_factory.mktemp("copy") / "copy.wav"
    with wave.open(str(path), "wb") as file:
        file.setnchannels(2)
        file.setsampwidth(2)
        file.setframerate(SAMPLE_RATE_HZ)
        file.writeframes(np.zeros(2 * 60 * SAMPLE_RATE_HZ, np.int16).tobytes())
    return path


def _again(
    copy: Path,
    listener: _SecondListener,
    extent: Extent,
    muted: tuple[Muted, ...] = MUTED,
    heard: Transcript = HEARD,
) -> tuple[Muted, ...] | None:
    call = invented_call(dt.date(2026, 3, 10))
    return audible_numbers(copy, (call, heard), muted, PII, listener, extent)


@pytest.mark.parametrize(
    ("extent", "spoken_s", "heard_s"),
    [(Extent.EXPECTED, 24.5 - EXPECTED_S[0], 26.0 - EXPECTED_S[0]), (Extent.ALL, 24.5, 60.0)],
)
def test_a_number_that_is_left_is_muted(
    copy: Path, extent: Extent, spoken_s: float, heard_s: float
) -> None:
    """It lies after what was muted; only the part where digits were expected costs anything."""
    listener = _SecondListener(DIGITS, spoken_s)
    found = _again(copy, listener, extent)
    assert found
    assert min(stretch.start_s for stretch in found) <= 24.5
    assert max(stretch.end_s for stretch in found) >= 24.5
    assert listener.heard_s == [pytest.approx(heard_s + 1, abs=0.1)]


def test_harmless_words_stay(copy: Path) -> None:
    """Words, and a number that the dialogue makes harmless."""
    said = "that is right and it costs twenty five dollars"
    assert _again(copy, _SecondListener(said, 8.5), Extent.EXPECTED) == ()


def test_a_number_in_what_is_silent_is_not_counted(copy: Path) -> None:
    """Digits that a listener hallucinates in silence mute nothing more."""
    muted = (Muted(start_s=18.0, end_s=30.0, types=("card_number",)),)
    assert _again(copy, _SecondListener("four one one one", 8.0), Extent.EXPECTED, muted) == ()


def test_there_is_no_second_pass_where_no_digits_were_expected(copy: Path) -> None:
    """A call without numbers costs nothing, nor one with a name alone."""
    listener = _SecondListener(DIGITS, 1.0)
    plain = _transcript((Role.AGENT, 0, "thank you and goodbye", 40.0))
    assert _again(copy, listener, Extent.EXPECTED, (), plain) == ()
    names = (Muted(start_s=5.0, end_s=6.0, types=("person_name",)),)
    assert _again(copy, listener, Extent.EXPECTED, names, plain) == ()
    assert listener.heard_s == []


def test_an_answer_that_was_lost_is_recognised(copy: Path) -> None:
    """After a question for a number nothing was recognised, so nothing is muted yet."""
    asked = _transcript((Role.AGENT, 0, "what is your card number please", 15.0))
    found = _again(copy, _SecondListener(DIGITS, 2.0), Extent.EXPECTED, (), asked)
    assert found
    assert found[0].start_s <= EXPECTED_S[0] + 2.0 + 0.1


def test_a_copy_without_second_pass_is_not_proven(copy: Path) -> None:
    """Neither by setting nor by error; the call is not lost for it."""
    assert _again(copy, _SecondListener(DIGITS, 8.5), Extent.OFF) is None
    assert _again(copy, _SecondListener("", 0.0), Extent.EXPECTED) is None
