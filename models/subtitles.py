"""Export of transcripts as JSON, WebVTT and plain text.

The output contains all words of the transcript: pass a redacted one.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from itertools import pairwise
from typing import TYPE_CHECKING

from models.transcript import Turn

if TYPE_CHECKING:
    from collections.abc import Iterator

    from models.transcript import Transcript, Word

_CUE_WORDS = 16  # about two lines of subtitles
_CUE_PAUSE_S = 0.7  # a good place to end a cue


def to_json(transcript: Transcript) -> str:
    """All fields of the transcript by name, including turns and words."""
    return json.dumps(asdict(transcript), ensure_ascii=False, indent=1) + "\n"


def to_text(transcript: Transcript) -> str:
    """One line per turn: start, role and words."""
    lines = [
        f"{_clock(turn.start_s)[:-4]} {turn.role}: {_one_line(turn.text)}"
        for turn in transcript.turns
    ]
    return "".join(f"{line}\n" for line in lines)


def to_vtt(transcript: Transcript) -> str:
    """WebVTT (https://www.w3.org/TR/webvtt1/): roles are voices, long turns become several cues.

    Cues are ordered by start, as the format requires; cues of both sides may overlap.
    """
    cues = sorted(
        (cue for turn in transcript.turns for cue in _cues(turn)), key=lambda cue: cue.start_s
    )
    blocks = [f"WEBVTT\n\nNOTE language {transcript.language}"]
    blocks += [
        f"{_clock(cue.start_s)} --> {_clock(_end_s(cue))}\n"
        f"<v {cue.role}>{_escaped(_one_line(cue.text))}"
        for cue in cues
    ]
    return "\n\n".join(blocks) + "\n"


def _cues(turn: Turn) -> Iterator[Turn]:
    """Split a turn at pauses, and where a cue would become too long to read."""
    words: list[Word] = [turn.words[0]]
    for before, word in pairwise(turn.words):
        if word.start_s - before.end_s > _CUE_PAUSE_S or len(words) == _CUE_WORDS:
            yield Turn(turn.role, turn.role_confidence, turn.channel, tuple(words))
            words = []
        words.append(word)
    yield Turn(turn.role, turn.role_confidence, turn.channel, tuple(words))


def _end_s(cue: Turn) -> float:
    """The end of a cue, which must be after its start even when both are rounded."""
    return max(cue.end_s, cue.start_s + 0.001)


def _clock(at_s: float) -> str:
    minutes, ms = divmod(round(at_s * 1000), 60_000)
    return f"{minutes // 60:02}:{minutes % 60:02}:{ms // 1000:02}.{ms % 1000:03}"


def _one_line(text: str) -> str:
    """Collapse white space: inside a word it would end a cue or a line."""
    return " ".join(text.split())


def _escaped(text: str) -> str:
    """Escape `&` and `<`, which begin entities and tags, and `-->`, which begins a cue."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
