"""Exports of a transcript: every word arrives, and nothing in a word breaks the format."""

from __future__ import annotations

import json
import re

from hypothesis import given
from hypothesis import strategies as st

from models.call import Role
from models.subtitles import to_json, to_text, to_vtt
from models.transcript import Transcript, Word
from models.turns import Voice, take_turns

_TEXTS = st.sampled_from(["yes", "[card_number]", "-->", "a<b", "</v>", "&amp;", "R&D", "l'olio"])
_STARTS_S = st.floats(0, 7200).map(lambda at_s: round(at_s, 3))
_CUE = re.compile(r"(\d\d):(\d\d):(\d\d\.\d{3}) --> (\d\d):(\d\d):(\d\d\.\d{3})")
_UNESCAPED = (("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&"))


@st.composite
def transcripts(draw: st.DrawFn) -> Transcript:
    """Two sides that say anything at any time, including words of no duration."""
    voices = []
    for channel, role in enumerate((Role.AGENT, Role.CUSTOMER)):
        starts = sorted(draw(st.lists(_STARTS_S, max_size=25)))
        words = tuple(Word(draw(_TEXTS), start_s, start_s, 0.5) for start_s in starts)
        voices.append(Voice(channel, words, role, 1.0))
    return Transcript(
        call_id="call-1",
        language="it",
        language_confidence=1.0,
        duration_s=7200.0,
        channel_count=2,
        turns=take_turns(voices),
        model_pin="invented",
    )


def words_of(transcript: Transcript, role: Role) -> list[str]:
    """What one side says, in order."""
    turns = [turn for turn in transcript.turns if turn.role is role]
    return [word.text for turn in turns for word in turn.words]


@given(transcripts())
def test_vtt_cues_hold_every_word_of_each_voice(transcript: Transcript) -> None:
    """A reader of the format finds each side's words, unescaped as they were."""
    header, _, *cues = to_vtt(transcript).rstrip("\n").split("\n\n")
    assert header == "WEBVTT"
    heard: dict[str, list[str]] = {role: [] for role in Role}
    for cue in cues:
        times, text = cue.split("\n")
        assert _CUE.fullmatch(times)
        role, said = re.fullmatch(r"<v (\w+)>([^<>]*)", text).groups()  # type: ignore[union-attr]  # no match fails the test
        for escaped, plain in _UNESCAPED:
            said = said.replace(escaped, plain)
        heard[role].extend(said.split())
    for role in Role:
        assert heard[role] == words_of(transcript, role)


@given(transcripts())
def test_vtt_cues_are_in_order_and_last(transcript: Transcript) -> None:
    """The format requires cues ordered by start, each ending after its start."""
    bounds = []
    for found in _CUE.finditer(to_vtt(transcript)):
        h, m, s, end_h, end_m, end_s = map(float, found.groups())
        bounds.append((h * 3600 + m * 60 + s, end_h * 3600 + end_m * 60 + end_s))
    assert bounds == sorted(bounds, key=lambda pair: pair[0])
    assert all(start_s < end_s for start_s, end_s in bounds)


@given(transcripts())
def test_text_has_a_line_per_turn(transcript: Transcript) -> None:
    """With its clock, its role and its words."""
    lines = to_text(transcript).splitlines()
    assert [line.split(" ", 2)[1:] for line in lines] == [
        [f"{turn.role}:", turn.text] for turn in transcript.turns
    ]


@given(transcripts())
def test_json_says_what_the_transcript_says(transcript: Transcript) -> None:
    """Nothing is left out or renamed."""
    read = json.loads(to_json(transcript))
    assert read["call_id"] == transcript.call_id
    assert [
        [(word["text"], word["start_s"]) for word in turn["words"]] for turn in read["turns"]
    ] == [[(word.text, word.start_s) for word in turn.words] for turn in transcript.turns]
