"""The misheard corpus: recognised speech of invented people, with the values that they gave.

`fit.jsonl` is to be learned from, `test.jsonl` to be measured on while something is built, and
`held_out.jsonl` is never looked at before a result is final. `misheard.make` writes them.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from models.call import Role
from models.transcript import Transcript, Turn, Word

if TYPE_CHECKING:
    from collections.abc import Iterable

FOLDER = Path(__file__).parent
Split = Literal["fit", "test", "held_out"]
REFERENCE = "reference"
"""Type of numbers that belong to a process and not to a person: may be masked, never reported."""


@dataclass(frozen=True, slots=True)
class Misheard:
    """One dialogue as it was recognised.

    Attributes:
        dialogue_id: Of what was said; several rows may be of the same dialogue.
        rendering: Name in `tests.bench.robust.renderings.RENDERINGS`.
        kind: Key of the sentence; None if it is harmless.
        type: Type of the value; None if there is none.
        said: The value as it was said.
        transcript: What was recognised.
        value: Places (turn, word) that stand for the value; none if no word of it was recognised.
        unsure: Places at its edges of which it cannot be said.
    """

    dialogue_id: str
    rendering: str
    kind: str | None
    type: str | None
    said: str
    transcript: Transcript
    value: frozenset[tuple[int, int]]
    unsure: frozenset[tuple[int, int]]

    @property
    def harmless(self) -> frozenset[tuple[int, int]]:
        """Places of all other words."""
        return (
            frozenset(
                (number, at)
                for number, turn in enumerate(self.transcript.turns)
                for at in range(len(turn.words))
            )
            - self.value
            - self.unsure
        )


def load(split: Split) -> list[Misheard]:
    """All rows of a file."""
    text = (FOLDER / f"{split}.jsonl").read_text(encoding="utf-8")
    return [_read(line) for line in text.splitlines()]


def write(path: Path, rows: Iterable[Misheard]) -> None:
    """Write rows, one a line, in the order given."""
    path.write_text("".join(_line(row) + "\n" for row in rows), encoding="utf-8")


def _line(row: Misheard) -> str:
    heard = row.transcript
    return json.dumps(
        {
            "id": row.dialogue_id,
            "rendering": row.rendering,
            "kind": row.kind,
            "type": row.type,
            "said": row.said,
            "language": heard.language,
            "duration_s": heard.duration_s,
            "model_pin": heard.model_pin,
            "turns": [
                {
                    "role": turn.role,
                    "channel": turn.channel,
                    "words": [
                        [
                            word.text,
                            round(word.start_s, 2),
                            round(word.end_s, 2),
                            round(word.confidence, 3),
                        ]
                        for word in turn.words
                    ],
                }
                for turn in heard.turns
            ],
            "value": sorted(row.value),
            "unsure": sorted(row.unsure),
        },
        ensure_ascii=False,
        separators=(",", ":"),
    )


def _read(line: str) -> Misheard:
    row = json.loads(line)
    turns = tuple(
        Turn(
            role=Role(turn["role"]),
            role_confidence=1.0,
            channel=turn["channel"],
            words=tuple(Word(*word) for word in turn["words"]),
        )
        for turn in row["turns"]
    )
    return Misheard(
        dialogue_id=row["id"],
        rendering=row["rendering"],
        kind=row["kind"],
        type=row["type"],
        said=row["said"],
        transcript=Transcript(
            call_id=row["id"],
            language=row["language"],
            language_confidence=1.0,
            duration_s=row["duration_s"],
            channel_count=2,
            turns=turns,
            model_pin=row["model_pin"],
        ),
        value=frozenset((turn, word) for turn, word in row["value"]),
        unsure=frozenset((turn, word) for turn, word in row["unsure"]),
    )
