"""Languages of a call, detected per stretch, since speakers switch.

Whisper identifies the language of whole windows well. Windows of calls in which it finds several
languages, and windows where it is uncertain, are split into their spans, which are encoded and
detected one by one. Speech that is decoded in another language than its own comes out translated or
hallucinated, names and numbers first.
"""

from __future__ import annotations

from collections import defaultdict
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING, NamedTuple

from models.audio.decoding import SAMPLE_RATE_HZ, Pcm
from models.speech.windows import Window

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from models.speech.whisper import Encoded, Whisper

# All of 84 windows of 13 calls in three languages were identified: one at .68, the others from .83,
# all but five from .9.
_CERTAIN = 0.9  # below it, a window may hold two languages
_THRESHOLD = 0.6
_MIN_RATIO = 4.0  # of the probabilities of the first and the second language
_SHORTEST_S = 2.0  # shorter speech does not say its language
_LEAST_OTHER_S = 4.0  # of clear speech in another language, in spans of their own
_KEPT_WINDOWS = 512  # encodings of a call in memory: 400 MB; further ones are made again


class Speech(NamedTuple):
    """The speech of a call.

    Attributes:
        pcm: Shape (channels, samples).
        windows: Windows of all channels, channel by channel in time order.
        language: ISO 639-1 code; None if it must be detected.
    """

    pcm: Pcm
    windows: Sequence[Window]
    language: str | None


class Stretch(NamedTuple):
    """A part of a channel in one language.

    Attributes:
        channel: Index of the audio channel.
        start_s: Start, in seconds from the start of the recording.
        end_s: End, in seconds.
        language: ISO 639-1 code.
        confidence: 0..1; 1 if the language was given.
    """

    channel: int
    start_s: float
    end_s: float
    language: str
    confidence: float


class Piece(NamedTuple):
    """An encoded window in one language."""

    window: Window
    encoded: Encoded
    language: str
    confidence: float


class _Detected(NamedTuple):
    """A window with the probability of each language, encoded if there is room."""

    window: Window
    encoded: Encoded | None
    probabilities: Mapping[str, float]


class LanguageFinder:
    """Detects the languages of one call from the encodings that recognition needs anyway.

    Args:
        whisper: The model.
        speech: The call.
    """

    def __init__(self, whisper: Whisper, speech: Speech) -> None:
        self._whisper = whisper
        self._speech = speech
        self.stretches: list[Stretch] = []

    def pieces(self) -> Iterator[Piece]:
        """The windows of the call, split where the language changes."""
        pieces = self._given() if self._speech.language else self._detected_pieces()
        for piece in pieces:
            start_s, end_s = (sample / SAMPLE_RATE_HZ for sample in _bounds(piece.window))
            self.stretches.append(
                Stretch(piece.window.channel, start_s, end_s, piece.language, piece.confidence)
            )
            yield piece

    def _given(self) -> Iterator[Piece]:
        language = self._speech.language or ""
        for window in self._speech.windows:
            yield Piece(window, self._encoded(window), language, 1.0)

    def _detected_pieces(self) -> Iterator[Piece]:
        detected = [
            self._detect(window, keep=number < _KEPT_WINDOWS)
            for number, window in enumerate(self._speech.windows)
        ]
        held = sorted(self._held(detected))
        if len(held) == 1:
            yield from (self._piece(one, held[0]) for one in detected)
            return
        split = [self._spans(one.window) or [one] for one in detected]
        clear = [(span, code) for spans in split for span in spans if (code := _clear(span, held))]
        for one, spans in zip(detected, split, strict=True):
            told = [(_clear(span, held) or _nearest(span, clear, held), span) for span in spans]
            yield from self._parts(one, told)

    def _held(self, detected: Sequence[_Detected]) -> frozenset[str]:
        """The languages of the call: that of most of the speech, and those of clear stretches."""
        if not detected:
            return frozenset()
        votes: defaultdict[str, float] = defaultdict(float)
        for one in detected:
            for language, probability in one.probabilities.items():
                votes[language] += probability * one.window.sample_count
        main = max(sorted(votes), key=votes.__getitem__)
        unclear = [one for one in detected if one.probabilities.get(main, 0.0) < _CERTAIN]
        spans = [span for one in unclear for span in self._spans(one.window) or [one]]
        other_samples: defaultdict[str, int] = defaultdict(int)
        for one in spans:
            clear = _clear(one, [*one.probabilities])
            other_samples[clear or main] += one.window.sample_count
        least = _LEAST_OTHER_S * SAMPLE_RATE_HZ
        return frozenset({main} | {code for code, count in other_samples.items() if count >= least})

    def _parts(self, detected: _Detected, told: list[tuple[str, _Detected]]) -> Iterator[Piece]:
        """One window, or its parts if the language changes within it."""
        for language, same in groupby(told, key=itemgetter(0)):
            parts = [span for _, span in same]
            if len(parts) == len(told):
                yield self._piece(detected, language)
            elif len(parts) == 1:
                yield self._piece(parts[0], language)
            else:
                spans = tuple(span for part in parts for span in part.window.spans)
                window = Window(detected.window.channel, spans)
                yield self._piece(self._detect(window), language)

    def _spans(self, window: Window) -> list[_Detected]:
        """Each span of a window on its own."""
        if len(window.spans) == 1:
            return []
        return [self._detect(Window(window.channel, (span,))) for span in window.spans]

    def _detect(self, window: Window, *, keep: bool = True) -> _Detected:
        encoded = self._encoded(window)
        (probabilities,) = self._whisper.languages([encoded])
        return _Detected(window, encoded if keep else None, probabilities)

    def _piece(self, detected: _Detected, language: str) -> Piece:
        encoded = detected.encoded or self._encoded(detected.window)
        confidence = detected.probabilities.get(language, 0.0)
        return Piece(detected.window, encoded, language, confidence)

    def _encoded(self, window: Window) -> Encoded:
        return self._whisper.encode(window.samples(self._speech.pcm))


def main_language(stretches: Sequence[Stretch]) -> tuple[str | None, float]:
    """The language of most of the speech and its confidence, weighted by length."""
    lengths_s: defaultdict[str, float] = defaultdict(float)
    sure_s: defaultdict[str, float] = defaultdict(float)
    for stretch in stretches:
        lengths_s[stretch.language] += stretch.end_s - stretch.start_s
        sure_s[stretch.language] += stretch.confidence * (stretch.end_s - stretch.start_s)
    if not lengths_s:
        return None, 0.0
    language = max(sorted(lengths_s), key=lengths_s.__getitem__)
    return language, round(sure_s[language] / lengths_s[language], 3)


def _clear(detected: _Detected, languages: Sequence[str]) -> str | None:
    """Which of the languages of a call a stretch is in, if that is clear."""
    by_probability = sorted(
        languages, key=lambda code: detected.probabilities.get(code, 0.0), reverse=True
    )
    first, second = (detected.probabilities.get(code, 0.0) for code in by_probability[:2])
    is_long = detected.window.sample_count >= _SHORTEST_S * SAMPLE_RATE_HZ
    is_clear = is_long and first >= max(_THRESHOLD, _MIN_RATIO * second)
    return by_probability[0] if is_clear else None


def _nearest(
    detected: _Detected, clear: Sequence[tuple[_Detected, str]], languages: Sequence[str]
) -> str:
    """The language that is spoken at the time: both sides of a call change theirs together."""

    def distance(other: tuple[_Detected, str]) -> int:
        (first, last), (start, end) = _bounds(detected.window), _bounds(other[0].window)
        return max(start - last, first - end, 0)

    if clear:
        return min(clear, key=distance)[1]
    return max(languages, key=lambda code: detected.probabilities.get(code, 0.0))


def _bounds(window: Window) -> tuple[int, int]:
    return window.spans[0].start, window.spans[-1].end
