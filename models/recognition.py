"""Recognition: the windows of a call become words, greedily first, with a second try where needed.

Windows of like length are decoded side by side. A window whose words cannot have been said
(`gates`) is decoded again, with a beam and then with some chance; the first attempt that passes
stays, or else the surest one, unless it goes round in circles.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

from models.gates import Gates, Verdict, is_loop
from models.transcript import Word
from models.whisper import Decoding

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from models.audio import Pcm
    from models.whisper import Encoded, Hypothesis, Whisper
    from models.windows import Window

_GREEDY = Decoding()
_SECOND_TRIES = (
    Decoding(beam_size=5),
    Decoding(temperature=0.3),
    Decoding(temperature=0.6),
)


class Recognised(NamedTuple):
    """The words of a call.

    Attributes:
        language: ISO 639-1 code, None if there was nothing to recognise.
        language_confidence: 0..1; 1 when the language was given.
        words: Of each channel, in time order.
    """

    language: str | None
    language_confidence: float
    words: list[list[Word]]


class Recogniser:
    """Recognises windows with one Whisper.

    Args:
        whisper: The model.
        batch_windows: Windows that are decoded side by side.
        hotwords: Names that are likely to be said.
    """

    def __init__(self, whisper: Whisper, batch_windows: int, hotwords: Sequence[str] = ()) -> None:
        self._whisper = whisper
        self._batch_windows = batch_windows
        self._hotwords = ", ".join(hotwords)
        self._gates = Gates()

    def recognise(self, pcm: Pcm, windows: Sequence[Window], language: str | None) -> Recognised:
        """Recognise all windows, longest first; the first batch also tells the language."""
        words: list[list[Word]] = [[] for _ in pcm]
        confidence = float(language is not None)
        by_length = sorted(windows, key=lambda window: window.sample_count, reverse=True)
        for first in range(0, len(by_length), self._batch_windows):
            batch = by_length[first : first + self._batch_windows]
            encoded = self._whisper.encode([window.samples(pcm) for window in batch])
            if language is None:
                language, confidence = _likeliest(self._whisper.languages(encoded), encoded)
            for window, heard in zip(batch, self._words(encoded, language), strict=True):
                words[window.channel].extend(_placed(window, heard))
        for channel in words:
            channel.sort(key=lambda word: word.start_s)
        return Recognised(language, confidence, words)

    def _words(self, encoded: list[Encoded], language: str) -> list[list[Word]]:
        greedy = self._whisper.decode(encoded, language, _GREEDY, self._hotwords)
        chosen = self._second_tries(encoded, greedy, language)
        words: list[list[Word]] = [[] for _ in encoded]
        said = [number for number, hypothesis in enumerate(chosen) if hypothesis]
        if said:
            kept = [hypothesis for hypothesis in chosen if hypothesis]
            batch = [encoded[number] for number in said]
            for number, aligned in zip(
                said, self._whisper.align(batch, kept, language), strict=True
            ):
                words[number] = aligned
        return words

    def _second_tries(
        self, encoded: list[Encoded], greedy: list[Hypothesis], language: str
    ) -> list[Hypothesis | None]:
        """Choose each window's hypothesis; None where nothing was said."""
        attempts = {number: [hypothesis] for number, hypothesis in enumerate(greedy)}
        chosen: list[Hypothesis | None] = [None] * len(encoded)
        open_numbers = self._settle(attempts, encoded, chosen)
        for decoding in _SECOND_TRIES:
            if not open_numbers:
                break
            batch = [encoded[number] for number in open_numbers]
            again = self._whisper.decode(batch, language, decoding, self._hotwords)
            for number, hypothesis in zip(open_numbers, again, strict=True):
                attempts[number].append(hypothesis)
            tried = {number: attempts[number] for number in open_numbers}
            open_numbers = self._settle(tried, encoded, chosen)
        for number in open_numbers:
            chosen[number] = _surest(attempts[number])
        return chosen

    def _settle(
        self,
        attempts: dict[int, list[Hypothesis]],
        encoded: list[Encoded],
        chosen: list[Hypothesis | None],
    ) -> list[int]:
        """Keep the latest attempts that pass; return the windows that need another one."""
        open_numbers = []
        for number, tried in attempts.items():
            verdict = self._gates.judge(tried[-1], encoded[number].length_s)
            if verdict is Verdict.KEEP:
                chosen[number] = tried[-1]
            elif verdict is Verdict.RETRY:
                open_numbers.append(number)
        return open_numbers


def _surest(attempts: Iterable[Hypothesis]) -> Hypothesis | None:
    """The attempt with the highest confidence that does not loop; None if all of them do."""
    sound = [attempt for attempt in attempts if not is_loop(attempt.text.split())]
    return max(sound, key=lambda attempt: attempt.mean_log_confidence, default=None)


def _likeliest(
    languages: Iterable[dict[str, float]], encoded: Sequence[Encoded]
) -> tuple[str, float]:
    """The language with the highest mean confidence over a call's speech."""
    votes: defaultdict[str, float] = defaultdict(float)
    for window, confidences in zip(encoded, languages, strict=True):
        for language, confidence in confidences.items():
            votes[language] += confidence * window.length_s
    language = max(votes, key=votes.__getitem__)
    return language, votes[language] / sum(window.length_s for window in encoded)


def _placed(window: Window, words: Iterable[Word]) -> Iterator[Word]:
    for word in words:
        start_s, end_s = window.place(word.start_s, word.end_s)
        yield Word(word.text, round(start_s, 3), round(end_s, 3), round(word.confidence, 3))
