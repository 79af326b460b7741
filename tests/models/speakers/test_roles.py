"""The agent is identified by words, or left unknown."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from models.audio.decoding import SAMPLE_RATE_HZ, decode
from models.audio.echoed_words import without_echoed_words
from models.audio.voice_activity import VoiceActivity, speech_spans
from models.call import Role
from models.catalog import resolve
from models.language.pack import known_languages
from models.reasons.codes import ReasonCode
from models.reasons.reason import Reason
from models.speakers.assignment import voices_of_channels, voices_of_mono
from models.speakers.diarization import split_speakers
from models.speakers.embeddings import SpeakerEmbedder
from models.speakers.roles import assign_roles, cues
from models.transcript import Word
from models.turns import Voice
from tests.mapped_call import mapped_call

if TYPE_CHECKING:
    from models.audio.decoding import Pcm
    from models.audio.voice_activity import Span

NIGHT = Path(__file__).parents[2] / "night"
TRUTHS = [json.loads(path.read_text()) for path in sorted((NIGHT / "truth").glob("lt-*.json"))]
TWO_SIDED = [truth for truth in TRUTHS if len({word["role"] for word in truth["words"]}) == 2]


def words_of(text: str) -> tuple[Word, ...]:
    """Words at three a second."""
    return tuple(Word(word, at / 3, at / 3 + 0.3, 0.9) for at, word in enumerate(text.split()))


def spoken(truth: dict[str, Any], role: str) -> str:
    """Everything that one side of a call of the night says."""
    return " ".join(str(word["word"]) for word in truth["words"] if word["role"] == role)


@pytest.mark.parametrize("truth", TWO_SIDED, ids=lambda truth: truth["call_id"])
def test_the_words_never_name_the_wrong_side(truth: dict[str, Any]) -> None:
    """On every call of the night the agent is found or left unknown, whatever the order."""
    customer = Voice(0, words_of(spoken(truth, "customer")))
    agent = Voice(1, words_of(spoken(truth, "agent")))
    for voices in ((customer, agent), (agent, customer)):
        for voice in assign_roles(voices, str(truth["language"])):
            expected = Role.AGENT if voice.channel == 1 else Role.CUSTOMER
            assert voice.role in {expected, Role.UNKNOWN}
            assert (voice.role is Role.UNKNOWN) == (voice.role_confidence == 0)


def test_every_language_has_cues_for_both_sides() -> None:
    """Roles are identified in every language that has a pack; without one they stay unknown."""
    for language in known_languages():
        assert len(cues(language).agent) > 20
        assert len(cues(language).customer) > 10
    voices = (Voice(0, words_of("willkommen bei")), Voice(1, words_of("ich möchte")))
    assert assign_roles(voices, "de") == voices


def test_little_said_leaves_roles_unknown() -> None:
    """Speakers who only say yes and no have no roles."""
    voices = (Voice(0, words_of("yes yes okay")), Voice(1, words_of("no okay bye")))
    assert {voice.role for voice in assign_roles(voices, "en")} == {Role.UNKNOWN}


def test_who_opens_the_call_is_more_of_an_agent() -> None:
    """Where no phrase tells, it is the one who first says more than a hello."""
    hello = (Word("hello", 0.2, 0.5, 0.9), Word("fine", 9.0, 9.4, 0.9))
    opening = tuple(Word("la", 1 + at / 3, 1.3 + at / 3, 0.9) for at in range(9))
    voices = assign_roles((Voice(0, hello), Voice(1, opening)), "en")
    assert [voice.role for voice in voices] == [Role.CUSTOMER, Role.AGENT]
    assert {voice.role_confidence for voice in voices} <= {0.697}


AGENT_TEXT = (
    "good morning thank you for calling lumina this call is recorded how can i help "
    "may i have your name for security is there anything else have a nice day"
)
CUSTOMER_TEXT = "hi i would like to pay my bill please no thank you that's all"


def test_a_wrong_channel_map_is_put_right() -> None:
    """Swapped sides are detected from clear words, corrected and noted; a correct map is kept."""
    call = mapped_call(Role.CUSTOMER, Role.AGENT)
    texts = [words_of(AGENT_TEXT), words_of(CUSTOMER_TEXT)]
    notes: list[Reason] = []
    first, second = voices_of_channels(call, texts, "en", notes)
    assert (first.role, second.role) == (Role.AGENT, Role.CUSTOMER)
    assert notes == [Reason(ReasonCode.SIDES_SWAPPED)]
    again = voices_of_channels(
        replace(call, channel_roles=(first.role, second.role)), texts, "en", notes
    )
    assert [voice.role for voice in again] == [Role.AGENT, Role.CUSTOMER]
    assert len(notes) == 1


def test_stereo_without_a_map_gets_roles_from_the_words() -> None:
    """No channel map: roles with a confidence below one."""
    voices = voices_of_channels(
        mapped_call(), [words_of(CUSTOMER_TEXT), words_of(AGENT_TEXT)], "en", []
    )
    assert [voice.role for voice in voices] == [Role.CUSTOMER, Role.AGENT]
    assert all(0.6 <= voice.role_confidence < 1 for voice in voices)


def test_a_silent_channel_keeps_its_map() -> None:
    """With one side silent nothing can be compared: a map is kept; otherwise roles are unknown."""
    texts = [words_of(AGENT_TEXT), ()]
    mapped = voices_of_channels(mapped_call(Role.AGENT, Role.CUSTOMER), texts, "en", [])
    assert [voice.role for voice in mapped] == [Role.AGENT, Role.CUSTOMER]
    unmapped = voices_of_channels(mapped_call(), texts, "en", [])
    assert {voice.role for voice in unmapped} == {Role.UNKNOWN}


def test_echo_is_said_once() -> None:
    """A word that the other channel has at the same time and louder is dropped; others stay."""
    time_s = np.arange(4 * SAMPLE_RATE_HZ) / SAMPLE_RATE_HZ
    voice = (np.sin(2 * np.pi * 200 * time_s) * 20000).astype(np.int16)
    pcm = np.stack([voice, voice // 20])
    own, leaked = Word("hello", 1.0, 1.4, 0.9), Word("Hello,", 1.1, 1.5, 0.5)
    reply = Word("yes", 2.0, 2.3, 0.9)
    assert without_echoed_words(pcm, [[own], [leaked, reply]]) == [[own], [reply]]


def test_two_voices_on_one_channel_are_separated() -> None:
    """Both sides of a call mixed into one channel: the sound alone assigns 95 % of the words."""
    mono, spans, words, roles = _mixed("lt-0001")
    no_hints = [0.0] * len(words)
    split = split_speakers(mono, spans, words, _embedder(), no_hints)
    assert sorted(word.start_s for voice in split for word in voice) == [
        word.start_s for word in words
    ]
    right = sum(
        (roles[word] == "agent") == (number == 0)
        for number, voice in enumerate(split)
        for word in voice
    )
    assert max(right, len(words) - right) >= 0.95 * len(words)


def test_similar_voices_are_separated_by_their_words() -> None:
    """Two similar voices mixed into one channel: with the words, 9 of 10 get their role."""
    right = count = 0
    for call_id in ("lt-0003", "lt-0016", "lt-0021"):
        mono, spans, words, roles = _mixed(call_id)
        language = next(truth for truth in TWO_SIDED if truth["call_id"] == call_id)["language"]
        for voice in voices_of_mono(mono, spans, words, language, _embedder()):
            right += sum(roles[word] == voice.role for word in voice.words)
            count += len(voice.words)
    assert right >= 0.9 * count


def _mixed(call_id: str) -> tuple[Pcm, tuple[Span, ...], list[Word], dict[Word, str]]:
    """A stereo call of the night mixed down: samples, speech, words and who says them."""
    truth = next(truth for truth in TWO_SIDED if truth["call_id"] == call_id)
    (path,) = (path for path in (NIGHT / "calls").glob(f"{call_id}.*") if path.suffix != ".json")
    mono = (decode(path).astype(np.int32).sum(axis=0) // 2).astype(np.int16)
    spans = speech_spans(VoiceActivity().speech_probabilities(mono), len(mono))
    timed = sorted(truth["words"], key=lambda word: word["start_s"])
    words = [Word(word["word"], word["start_s"], word["end_s"], 1.0) for word in timed]
    return mono, spans, words, {at: one["role"] for at, one in zip(words, timed, strict=True)}


def _embedder() -> SpeakerEmbedder:
    return SpeakerEmbedder(resolve("speaker-dvector"))
