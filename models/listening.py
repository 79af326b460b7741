"""Listening: from a call and its recording to a transcript, by turns and roles."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol, TypeAlias

from models.audio import decode
from models.call import Role
from models.channels import carry_same_signal
from models.errors import AudioError, ListeningError
from models.transcript import Transcript, Word
from models.turns import Voice, take_turns
from models.voice_activity import SpeechOptions, VoiceActivity, speech_spans
from models.whisper import Whisper
from models.windows import Window, pack

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from models.audio import Pcm
    from models.call import Call, Recording
    from models.catalog import Weights

UNDETERMINED = "und"
"""Language of a call in which nobody says anything (ISO 639-2 has this code for it)."""

Heard: TypeAlias = "Transcript | ListeningError"


class Listener(Protocol):
    """Turns recordings into transcripts; keeps nothing of them."""

    @property
    def model_pin(self) -> str:
        """The speech model, as it stands in every transcript."""

    def listen(self, call: Call, recording: Recording) -> Transcript:
        """Recognise one call.

        Raises:
            ListeningError: If the recording cannot be turned into words.
        """

    def listen_many(self, calls: Iterable[tuple[Call, Recording]]) -> Iterator[Heard]:
        """Recognise a batch: one transcript or one error per call, in the order given."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ListeningOptions:
    """How to listen.

    Attributes:
        speech: When a channel holds speech.
        window_s: Longest window; the encoder's cost grows faster than its length.
        batch_windows: Windows that are recognised side by side.
        device: `cpu` or `cuda`.
        threads: Threads of this listener. On a CPU one listener with one thread per core
            gets through far more calls than one listener with many threads.
    """

    speech: SpeechOptions = field(default_factory=SpeechOptions)
    window_s: float = 20.0
    batch_windows: int = 8
    device: str = "cpu"
    threads: int = 1


class WhisperListener:
    """The real listener: Silero VAD, then Whisper on the speech of each channel."""

    def __init__(self, weights: Weights, options: ListeningOptions | None = None) -> None:
        self._options = options or ListeningOptions()
        self._pin = weights.pin
        self._activity = VoiceActivity()
        self._whisper = Whisper(weights, device=self._options.device, threads=self._options.threads)

    @property
    def model_pin(self) -> str:
        """The speech model, as it stands in every transcript."""
        return self._pin

    def listen_many(self, calls: Iterable[tuple[Call, Recording]]) -> Iterator[Heard]:
        """Recognise a batch: one transcript or one error per call, in the order given."""
        for call, recording in calls:
            try:
                yield self.listen(call, recording)
            except ListeningError as error:
                yield error

    def listen(self, call: Call, recording: Recording) -> Transcript:
        """Recognise one call.

        Raises:
            ListeningError: If the recording cannot be turned into words.
        """
        try:
            return self._listen(call, recording)
        except AudioError as error:
            raise ListeningError(call.call_id, str(error)) from error
        except (RuntimeError, ValueError, MemoryError) as error:
            reason = f"recognition stopped with {type(error).__name__}; listen to the recording"
            raise ListeningError(call.call_id, reason) from error

    def _listen(self, call: Call, recording: Recording) -> Transcript:
        pcm = decode(recording.path)
        notes: list[str] = []
        if carry_same_signal(pcm):
            pcm = pcm[:1]
            notes.append("Both channels carry the same signal; treated as mono.")
        windows = self._windows(pcm)
        if not windows:
            notes.append("No speech was found.")
        language, confidence, words = self._recognise(pcm, windows, call.language)
        roles = _mapped_roles(call, len(pcm), notes)
        voices = [
            Voice(channel, tuple(words[channel]), role, float(role is not Role.UNKNOWN))
            for channel, role in enumerate(roles)
        ]
        return Transcript(
            call_id=call.call_id,
            language=language,
            language_confidence=confidence,
            duration_s=recording.duration_s,
            channel_count=len(pcm),
            turns=take_turns(voices),
            model_pin=self._pin,
            notes=tuple(notes),
        )

    def _windows(self, pcm: Pcm) -> list[Window]:
        options = self._options
        windows = []
        for number, channel in enumerate(pcm):
            spans = speech_spans(self._activity.odds(channel), len(channel), options.speech)
            windows.extend(pack(number, spans, options.window_s))
        return windows

    def _recognise(
        self, pcm: Pcm, windows: Sequence[Window], language: str | None
    ) -> tuple[str, float, list[list[Word]]]:
        """Recognise all windows, longest first; the first batch also tells the language.

        Returns:
            Language, its confidence, and the words of each channel in time order.
        """
        words: list[list[Word]] = [[] for _ in pcm]
        confidence = float(language is not None)
        by_length = sorted(windows, key=lambda window: window.sample_count, reverse=True)
        for first in range(0, len(by_length), self._options.batch_windows):
            batch = by_length[first : first + self._options.batch_windows]
            encoded = self._whisper.encode([window.samples(pcm) for window in batch])
            if language is None:
                language, confidence = _likeliest(
                    self._whisper.languages(encoded), encoded.lengths_s
                )
            for window, heard in zip(batch, self._whisper.words(encoded, language), strict=True):
                words[window.channel].extend(_placed(window, heard))
        for channel in words:
            channel.sort(key=lambda word: word.start_s)
        return language or UNDETERMINED, confidence if windows else 0.0, words


def _likeliest(
    languages: Iterable[dict[str, float]], lengths_s: Iterable[float]
) -> tuple[str, float]:
    """The language with the highest mean confidence over a call's speech."""
    votes: Counter[str] = Counter()
    total_s = 0.0
    for window, length_s in zip(languages, lengths_s, strict=True):
        total_s += length_s
        for language, confidence in window.items():
            votes[language] += confidence * length_s  # type: ignore[assignment]  # a Counter sums floats too
    ((language, vote),) = votes.most_common(1)
    return language, vote / total_s


def _placed(window: Window, words: Iterable[Word]) -> Iterator[Word]:
    for word in words:
        start_s, end_s = window.place(word.start_s, word.end_s)
        yield Word(word.text, round(start_s, 3), round(end_s, 3), round(word.confidence, 3))


def _mapped_roles(call: Call, channel_count: int, notes: list[str]) -> tuple[Role, ...]:
    """Roles from the metadata's channel map, if it fits the recording."""
    roles = call.channel_roles
    if roles and len(roles) == channel_count:
        return roles
    if roles:
        notes.append(f"The channel map names {len(roles)} channels, not {channel_count}; unused.")
    return (Role.UNKNOWN,) * channel_count
