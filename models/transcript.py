"""A transcript: turns of words with times, speakers and confidences."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from models.call import Role

if TYPE_CHECKING:
    from models.reasons.reason import Reason


@dataclass(frozen=True, slots=True)
class Word:
    """One word as the recogniser wrote it, punctuation included.

    Attributes:
        text: The word without surrounding white space. A redacted span is one word
            such as `[card_number]`.
        start_s: Start, in seconds from the start of the recording.
        end_s: End, in seconds; never before `start_s`.
        confidence: 0..1, as the recogniser estimates it.
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
        role_confidence: 0..1; 1 if the role is from a channel map.
        channel: Index of the audio channel (0 is left).
        words: In time order.
        language: ISO 639-1 code if it is not the call's.
    """

    role: Role
    role_confidence: float
    channel: int
    words: tuple[Word, ...]
    language: str | None = None

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
    """A stretch of speech without recognised words.

    Attributes:
        channel: Index of the audio channel.
        start_s: Start, in seconds from the start of the recording.
        end_s: End, in seconds.
    """

    channel: int
    start_s: float
    end_s: float


@dataclass(frozen=True, slots=True)
class NotListened:
    """A stretch of a channel that was not transcribed; a redacted copy must not hold it.

    Attributes:
        channel: Index of the file's channel.
        start_s: Start, in seconds from the start of the recording.
        end_s: End, in seconds.
        instead: The file's channel that carries the same and was transcribed; None if none does.
    """

    channel: int
    start_s: float
    end_s: float
    instead: int | None


@dataclass(frozen=True, slots=True)
class KeyedDigits:
    """A stretch of keyed digits; the digits themselves are never kept.

    Attributes:
        channel: Index of the audio channel on which the tones are loudest.
        start_s: Start of the first tone, in seconds from the start of the recording.
        end_s: End of the last tone, in seconds.
        digit_count: Tones in the stretch.
    """

    channel: int
    start_s: float
    end_s: float
    digit_count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Transcript:
    """The transcript of a call, with the provenance by which a score can be traced to the audio.

    Attributes:
        call_id: The call.
        language: ISO 639-1 code of the language of most of the speech.
        language_confidence: 0..1; 1 if the language is from the metadata.
        duration_s: Length of the recording in seconds.
        channel_count: Number of audio channels that were transcribed.
        turns: Ordered by start; turns of different channels may overlap in time.
        model_pin: The speech model as the catalog names it, with the first digits of its hash.
        notes: What was corrected or could not be determined (for example that both channels carry
            the same).
        unheard: Speech without recognised words; empty if it was not determined.
        not_listened: What a redacted copy must not hold; the warehouse does not keep it.
        keyed_digits: In time order; empty if it was not determined.
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
    not_listened: tuple[NotListened, ...] = ()
    keyed_digits: tuple[KeyedDigits, ...] = ()

    @property
    def conversation_s(self) -> tuple[float, float]:
        """Start of the first word of a side, and end of the last; the whole call if there is none.

        Ringing, music and announcements before it, and what is recorded after it, are nobody's.
        """
        spoken = [turn for turn in self.turns if turn.role is not Role.SYSTEM]
        if not spoken:
            return 0.0, self.duration_s
        end_s = max(word.end_s for turn in spoken for word in turn.words)
        return max(spoken[0].start_s, 0.0), min(end_s, self.duration_s)

    @property
    def other_languages(self) -> tuple[str, ...]:
        """ISO 639-1 codes of the languages of turns that are not the call's, in order."""
        return tuple(sorted({turn.language for turn in self.turns if turn.language}))
