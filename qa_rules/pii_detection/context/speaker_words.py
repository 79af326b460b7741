"""The words of one side over all its turns, in time order."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from models.call import Role
    from models.transcript import Transcript, Word


class Place(NamedTuple):
    """Position of a word in the transcript."""

    turn: int
    word: int


@dataclass(frozen=True, slots=True)
class SpeakerWords:
    """All words of one side.

    Attributes:
        role: Role of the speaker.
        channel: Index of the audio channel.
        words: As recognised.
        places: Position of each word.
    """

    role: Role
    channel: int
    words: tuple[Word, ...]
    places: tuple[Place, ...]

    @property
    def texts(self) -> list[str]:
        """The words alone."""
        return [word.text for word in self.words]


def streams_of(transcript: Transcript) -> tuple[SpeakerWords, ...]:
    """One stream per side, so that a number dictated over several turns is contiguous."""
    sides: dict[tuple[Role, int], list[tuple[Word, Place]]] = {}
    for turn_index, turn in enumerate(transcript.turns):
        side = sides.setdefault((turn.role, turn.channel), [])
        side += [(word, Place(turn_index, index)) for index, word in enumerate(turn.words)]
    return tuple(
        SpeakerWords(
            role, channel, tuple(word for word, _ in side), tuple(place for _, place in side)
        )
        for (role, channel), side in sides.items()
    )
