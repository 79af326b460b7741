"""What was said: words with their second, their speaker and how sure the recogniser is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from models.call import Role
    from models.reasons import Reason


@dataclass(frozen=True, slots=True)
class Word:
    """One word as the recogniser wrote it, punctuation included.

    Attributes:
        text: The word without surrounding white space. A redacted span is one word
            such as `[card_number]`.
        start_s: Start, in seconds from the start of the recording.
        end_s: End, in seconds; never before `start_s`.
        confidence: 0..1, the recogniser's own.
    """

    text: str
    start_s: float
    end_s: float
    confidence: float


@dataclass(frozen=True, slots=True)
class Turn:
    """One speaker's consecutive speech; never empty.

    Attributes:
        role: Who speaks.
        role_confidence: 0..1; 1 when a channel map said so.
        channel: Index of the audio channel it was heard on (0 is left).
        words: In time order.
    """

    role: Role
    role_confidence: float
    channel: int
    words: tuple[Word, ...]

    @property
    def start_s(self) -> float:
        """Start of the first word, in seconds."""
        return self.words[0].start_s

    @property
    def end_s(self) -> float:
        """End of the last word, in seconds."""
        return self.words[-1].end_s

    @property
    def text(self) -> str:
        """The words, joined by single spaces."""
        return " ".join(word.text for word in self.words)


@dataclass(frozen=True, slots=True)
class Unheard:
    """A stretch in which somebody speaks and nothing was understood.

    Attributes:
        channel: Index of the audio channel.
        start_s: Start, in seconds from the start of the recording.
        end_s: End, in seconds.
    """

    channel: int
    start_s: float
    end_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Transcript:
    """A call in words, with the provenance that lets a score be traced back to the audio.

    Attributes:
        call_id: The call.
        language: ISO 639-1 code in which it was recognised.
        language_confidence: 0..1; 1 when the metadata fixed the language.
        duration_s: Length of the recording in seconds.
        channel_count: Audio channels that were listened to.
        turns: Ordered by start; turns of different channels may overlap in time.
        model_pin: The speech model as the catalog names it, with the first digits of its hash.
        notes: What was put right or could not be told (for example that both channels carry the
            same signal).
        unheard: Speech without words; empty where nobody looked for it.
    """

    call_id: str
    language: str
    language_confidence: float
    duration_s: float
    channel_count: int
    turns: tuple[Turn, ...]
    model_pin: str
    notes: tuple[Reason, ...] = ()
    unheard: tuple[Unheard, ...] = ()
