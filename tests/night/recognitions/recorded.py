"""Recorded recognitions: what the listener heard of the night's calls on several processors.

What recognition writes depends on the processor's instruction set. Each rendering is a file of JSON
lines, a call a line, made by `record.py`; whoever replays them tests what any of those
machines would hear.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from models.call import Role
from models.errors import ListeningError
from models.reasons.reason import reason_from
from models.transcript import Transcript, Turn, Unheard, Word

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from models.call import Call, Recording
    from models.speech.listener import Again, Heard

FOLDER = Path(__file__).parent
RENDERINGS = ("generic", "avx2", "avx512")
"""Names of the files; in capitals those of `CT2_FORCE_CPU_ISA`."""


@dataclass(frozen=True, slots=True)
class Recognition:
    """What was heard of one call, unredacted.

    Attributes:
        audio_sha256: Of the recording that was listened to.
        transcript: What the listener returned.
    """

    audio_sha256: str
    transcript: Transcript


class RecordedListener:
    """Says again what was heard of the night's recordings, whatever the call is named.

    Args:
        rendering: One of `RENDERINGS`.
    """

    def __init__(self, rendering: str) -> None:
        self._recognitions = recognitions(rendering)
        self._again = second_recognitions(rendering)

    def listen_many(self, calls: Iterable[tuple[Call, Recording]]) -> Iterator[Heard]:
        """One transcript or one error per call."""
        for call, recording in calls:
            try:
                yield self.listen(call, recording)
            except ListeningError as error:
                yield error

    def listen(self, call: Call, recording: Recording) -> Transcript:
        """What was heard of the recording of this file name.

        Raises:
            ListeningError: If the file is gone, or nothing was recorded of it.
        """
        recorded = self._recognitions.get(recording.path.stem)
        if recorded is None or not recording.path.is_file():
            raise ListeningError(call.call_id, f"nothing is recorded of {recording.path.name}")
        return replace(recorded.transcript, call_id=call.call_id)

    def listen_again(self, recording: Recording, heard: Transcript, turns: frozenset[int]) -> Again:
        """What was heard of these turns the second time; nothing of other transcripts."""
        name = recording.path.stem
        recorded = self._recognitions.get(name)
        if recorded is None or recorded.transcript.turns != heard.turns:
            return {}
        return {turn: self._again[name][turn] for turn in turns}


@dataclass(frozen=True, slots=True)
class RecordedFactory:
    """Makes recorded listeners, in this process or in a worker.

    Attributes:
        rendering: One of `RENDERINGS`.
    """

    rendering: str

    @property
    def model_pin(self) -> str:
        """That of the model that was listened with."""
        (pin,) = {one.transcript.model_pin for one in recognitions(self.rendering).values()}
        return pin

    @property
    def model_pins(self) -> tuple[str, ...]:
        """That pin alone."""
        return (self.model_pin,)

    def __call__(self) -> RecordedListener:
        """Read the rendering."""
        return RecordedListener(self.rendering)


@lru_cache
def recognitions(rendering: str) -> Mapping[str, Recognition]:
    """All that was recorded of a rendering, by call."""
    lines = (FOLDER / f"{rendering}.jsonl").read_text(encoding="utf-8").splitlines()
    found = [_recognition(json.loads(line)) for line in lines]
    return {one.transcript.call_id: one for one in found}


@lru_cache
def second_recognitions(rendering: str) -> Mapping[str, tuple[tuple[Word, ...], ...]]:
    """The words of the second recognition of every turn, by call."""
    lines = again_file(rendering).read_text(encoding="utf-8").splitlines()
    return {
        line["call_id"]: tuple(tuple(Word(*word) for word in turn) for turn in line["turns"])
        for line in map(json.loads, lines)
    }


def again_file(rendering: str) -> Path:
    """The file of a rendering's second recognitions."""
    return FOLDER / f"{rendering}.again.jsonl"


def again_line_of(call_id: str, turns: Iterable[Iterable[Word]]) -> str:
    """One line of a file of second recognitions."""
    words = [
        [(word.text, word.start_s, word.end_s, word.confidence) for word in turn] for turn in turns
    ]
    return json.dumps(
        {"call_id": call_id, "turns": words}, ensure_ascii=False, separators=(",", ":")
    )


def line_of(recognition: Recognition) -> str:
    """One line of a file."""
    heard = recognition.transcript
    return json.dumps(
        {
            "call_id": heard.call_id,
            "audio_sha256": recognition.audio_sha256,
            "model_pin": heard.model_pin,
            "language": heard.language,
            "language_confidence": heard.language_confidence,
            "duration_s": heard.duration_s,
            "channel_count": heard.channel_count,
            "notes": [(note.code, note.plain_values) for note in heard.notes],
            "unheard": [(one.channel, one.start_s, one.end_s) for one in heard.unheard],
            "turns": [
                {
                    "role": turn.role,
                    "role_confidence": turn.role_confidence,
                    "channel": turn.channel,
                    "words": [
                        (word.text, word.start_s, word.end_s, word.confidence)
                        for word in turn.words
                    ],
                }
                for turn in heard.turns
            ],
        },
        ensure_ascii=False,
        separators=(",", ":"),
    )


def _recognition(line: dict[str, Any]) -> Recognition:
    turns = tuple(
        Turn(
            role=Role(turn["role"]),
            role_confidence=turn["role_confidence"],
            channel=turn["channel"],
            words=tuple(Word(*word) for word in turn["words"]),
        )
        for turn in line.pop("turns")
    )
    return Recognition(
        audio_sha256=line.pop("audio_sha256"),
        transcript=Transcript(
            notes=tuple(reason_from(*note) for note in line.pop("notes")),
            unheard=tuple(Unheard(*one) for one in line.pop("unheard")),
            turns=turns,
            **line,
        ),
    )
