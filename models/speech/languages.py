"""Languages of a call, detected per stretch, since speakers switch.

Whisper identifies the language of whole windows well. Only where it finds several languages, or is
not sure of the call's in a window, windows are split into their spans, which are encoded and
detected one by one. Detection of a few seconds is biased towards English, so a short stretch is in
another language only if its words are much more probable in that language, too. Speech that is
decoded in another language than its own comes out translated or hallucinated, names and numbers
first.
"""

from __future__ import annotations

import math
import zlib
from collections import defaultdict
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING, NamedTuple

from models.audio.decoding import SAMPLE_RATE_HZ, Pcm
from models.language.pack import known_languages
from models.speech.turn_languages import Stretch
from models.speech.whisper import Decoding
from models.speech.windows import Window

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from models.speech.whisper import Encoded, Whisper

# In 38 calls in one language no window gave another more than .64; in 7 joined from two languages,
# some window of each part gave its own at least .81.
_THRESHOLD = 0.75
_SHORTEST_S = 3.0  # shorter windows cannot introduce another language
_CHANGE_COST = 6.0  # of a change of language, in log probability times seconds
_MAX_WEIGHT_S = 5.0  # more of a span is no more evidence
_FLOOR = 0.01  # of a probability
# A window below it may hold a short stretch in another language. Decoded in their own, 11 such
# stretches gained .11 to 1.36 in mean log probability; two of dictated digits, and one more, did
# not. Of doubtful stretches in the call's language none gained more than .01, loops aside.
_CLEAR, _SPAN_CLEAR = 0.9, 0.8
_LEAST_S = 2.0
_SURE_LOG_PROBABILITY = -0.3
_LEAST_GAIN = 0.1
_MOST_COMPRESSION = 2.4  # a loop is probable in any language
_ONCE = Decoding()
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
        if not detected:
            return
        main = _main(detected)
        held = sorted(self._held(detected) | {main})
        split = [
            ([] if len(held) == 1 and _is_clear(one, main) else self._spans(one.window)) or [one]
            for one in detected
        ]
        all_spans = [span for spans in split for span in spans]
        told = _likeliest_path(all_spans, held)
        told |= {
            span.window: self._by_words(span, main, held)
            for span in all_spans
            if told[span.window] == main and span.probabilities.get(main, 0.0) < _SPAN_CLEAR
        }
        for one, spans in zip(detected, split, strict=True):
            yield from self._parts(one, [(told[span.window], span) for span in spans])

    def _held(self, detected: Sequence[_Detected]) -> frozenset[str]:
        """The languages of windows in which one is clear."""
        return frozenset(
            code
            for one in detected
            if one.window.sample_count >= _SHORTEST_S * SAMPLE_RATE_HZ
            for code, probability in one.probabilities.items()
            if probability >= _THRESHOLD
        )

    def _by_words(self, span: _Detected, main: str, held: Sequence[str]) -> str:
        """The language in which the words of a stretch are clearly the most probable.

        Those that the call is known to hold come first: dictated digits sound alike in several.
        """
        if span.window.sample_count < _LEAST_S * SAMPLE_RATE_HZ:
            return main
        encoded = span.encoded or self._encoded(span.window)
        (own,) = self._whisper.decode([encoded], main, _ONCE)
        if own.mean_log_probability >= _SURE_LOG_PROBABILITY:
            return main
        gains = {main: _LEAST_GAIN}
        for code in known_languages():
            (other,) = self._whisper.decode([encoded], code, _ONCE)
            if not _is_repetitive(other.text):
                gain = other.mean_log_probability - own.mean_log_probability
                gains[code] = max(gain, gains.get(code, gain))
        known = max((code for code in held if code in gains), key=gains.__getitem__)
        return known if known != main else max(gains, key=gains.__getitem__)

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


def _main(detected: Sequence[_Detected]) -> str:
    """The language of most of the speech."""
    votes: defaultdict[str, float] = defaultdict(float)
    for one in detected:
        for language, probability in one.probabilities.items():
            votes[language] += probability * one.window.sample_count
    return max(sorted(votes), key=votes.__getitem__)


def _is_repetitive(text: str) -> bool:
    content = text.encode()
    return len(content) > _MOST_COMPRESSION * len(zlib.compress(content))


def _is_clear(detected: _Detected, main: str) -> bool:
    return detected.probabilities.get(main, 0.0) >= _CLEAR


def _likeliest_path(spans: Sequence[_Detected], languages: Sequence[str]) -> dict[Window, str]:
    """The language of each span: the likeliest sequence (Viterbi) with few changes.

    The spans of all channels are one sequence in time, since both sides change together.
    """
    scores = dict.fromkeys(languages, 0.0)
    steps: list[tuple[Window, dict[str, str]]] = []
    for span in sorted(spans, key=lambda one: _bounds(one.window)):
        best = max(languages, key=scores.__getitem__)
        before = {
            code: code if scores[code] >= scores[best] - _CHANGE_COST else best
            for code in languages
        }
        scores = {
            code: max(scores[code], scores[best] - _CHANGE_COST) + _evidence(span, code, languages)
            for code in languages
        }
        steps.append((span.window, before))
    language = max(languages, key=scores.__getitem__)
    told = {}
    for window, before in reversed(steps):
        told[window] = language
        language = before[language]
    return told


def _evidence(span: _Detected, code: str, languages: Sequence[str]) -> float:
    """Log probability of a language among those of the call, by length up to some seconds."""
    known = {other: span.probabilities.get(other, 0.0) + _FLOOR for other in languages}
    length_s = span.window.sample_count / SAMPLE_RATE_HZ
    return min(length_s, _MAX_WEIGHT_S) * math.log(known[code] / sum(known.values()))


def _bounds(window: Window) -> tuple[int, int]:
    return window.spans[0].start, window.spans[-1].end
