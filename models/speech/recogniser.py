"""Recognition of windows: greedy decoding, with further attempts for implausible output.

Windows of the same length are decoded in one batch, whichever calls they come from. A window whose
words are implausible (`gates`) is decoded again, with beam search and then at temperatures above
0. The first attempt that passes is kept, or else the most probable one that does not loop.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

from models.audio.decoding import SAMPLE_RATE_HZ, Pcm
from models.speech.gates import Gates, Verdict, is_loop
from models.speech.whisper import Decoding, padded_s
from models.speech.word_times import timed

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from models.speech.whisper import Encoded, Hypothesis, Whisper
    from models.speech.windows import Window
    from models.transcript import Word

_GREEDY = Decoding()
_RETRIES = (
    Decoding(beam_size=5),
    Decoding(temperature=0.3),
    Decoding(temperature=0.6),
)


# Ten seconds identify a language as well as thirty; more windows are used where it is uncertain.
_LANGUAGE_SAMPLES = 10 * SAMPLE_RATE_HZ
_LANGUAGE_WINDOWS = 4
_LANGUAGE_THRESHOLD = 0.8


class Speech(NamedTuple):
    """The speech of a call.

    Attributes:
        pcm: Shape (channels, samples).
        windows: Windows of all channels.
        language: ISO 639-1 code; None if it must be detected.
    """

    pcm: Pcm
    windows: Sequence[Window]
    language: str | None


class Recognised(NamedTuple):
    """The words of a call.

    Attributes:
        language: ISO 639-1 code; None if there was no speech.
        language_confidence: 0..1; 1 if the language was given.
        words: Words of each channel, in time order.
    """

    language: str | None
    language_confidence: float
    words: list[list[Word]]


class Recogniser:
    """Recognises windows with one Whisper model.

    Args:
        whisper: The model.
        batch_windows: Windows per batch.
        hotwords: Names that are likely to occur.
    """

    def __init__(self, whisper: Whisper, batch_windows: int, hotwords: Sequence[str] = ()) -> None:
        self._whisper = whisper
        self._batch_windows = batch_windows
        self._hotwords = ", ".join(hotwords)
        self._gates = Gates()

    def recognise(self, calls: Sequence[Speech], first_try: Decoding = _GREEDY) -> list[Recognised]:
        """Recognise the windows of several calls, batched by language."""
        languages = [self._language(call) for call in calls]
        words: list[list[list[Word]]] = [[[] for _ in call.pcm] for call in calls]
        for batch, language in self._batches(calls, [found for found, _ in languages]):
            encoded = [
                self._whisper.encode(window.samples(calls[number].pcm)) for number, window in batch
            ]
            joins_s = [window.joins_s for _, window in batch]
            heard = self._words(encoded, language, joins_s, first_try)
            for (number, window), own_words in zip(batch, heard, strict=True):
                words[number][window.channel].extend(timed(window, own_words))
        for channels in words:
            for channel in channels:
                channel.sort(key=lambda word: word.start_s)
        return [Recognised(*found, said) for found, said in zip(languages, words, strict=True)]

    def _batches(
        self, calls: Sequence[Speech], languages: Sequence[str | None]
    ) -> Iterator[tuple[list[tuple[int, Window]], str]]:
        """Windows of one language and length, each with the number of its call."""
        alike: defaultdict[tuple[str, float], list[tuple[int, Window]]] = defaultdict(list)
        for number, (call, language) in enumerate(zip(calls, languages, strict=True)):
            if language is None:  # there is no window
                continue
            for window in call.windows:
                alike[language, padded_s(window.sample_count)].append((number, window))
        for (language, _), placed in alike.items():
            for first in range(0, len(placed), self._batch_windows):
                yield placed[first : first + self._batch_windows], language

    def _language(self, call: Speech) -> tuple[str | None, float]:
        """The language of a call and its confidence, by its longest windows."""
        if call.language is not None or not call.windows:
            return call.language, float(call.language is not None)
        votes: defaultdict[str, float] = defaultdict(float)
        by_length = sorted(call.windows, key=lambda window: window.sample_count, reverse=True)
        for count, window in enumerate(by_length[:_LANGUAGE_WINDOWS], start=1):
            samples = window.samples(call.pcm)[:_LANGUAGE_SAMPLES]
            (probabilities,) = self._whisper.languages([self._whisper.encode(samples)])
            for language, probability in probabilities.items():
                votes[language] += probability
            likeliest = max(votes, key=votes.__getitem__)
            if votes[likeliest] / count >= _LANGUAGE_THRESHOLD:
                break
        return likeliest, round(votes[likeliest] / count, 3)

    def _words(
        self,
        encoded: list[Encoded],
        language: str,
        joins_s: Sequence[Sequence[float]],
        first_try: Decoding,
    ) -> list[list[Word]]:
        first = self._whisper.decode(encoded, language, first_try, self._hotwords)
        chosen = self._retry(encoded, first, language)
        return [
            self._whisper.align(window, hypothesis, language, joins) if hypothesis else []
            for window, hypothesis, joins in zip(encoded, chosen, joins_s, strict=True)
        ]

    def _retry(
        self, encoded: list[Encoded], first: list[Hypothesis], language: str
    ) -> list[Hypothesis | None]:
        """Choose the hypothesis of each window; None if it has no speech."""
        attempts = {number: [hypothesis] for number, hypothesis in enumerate(first)}
        chosen: list[Hypothesis | None] = [None] * len(encoded)
        open_numbers = self._settle(attempts, encoded, chosen)
        for decoding in _RETRIES:
            if not open_numbers:
                break
            batch = [encoded[number] for number in open_numbers]
            again = self._whisper.decode(batch, language, decoding, self._hotwords)
            for number, hypothesis in zip(open_numbers, again, strict=True):
                attempts[number].append(hypothesis)
            tried = {number: attempts[number] for number in open_numbers}
            open_numbers = self._settle(tried, encoded, chosen)
        for number in open_numbers:
            chosen[number] = _most_probable(attempts[number])
        return chosen

    def _settle(
        self,
        attempts: dict[int, list[Hypothesis]],
        encoded: list[Encoded],
        chosen: list[Hypothesis | None],
    ) -> list[int]:
        """Keep the latest attempts that pass; return the windows that need another attempt."""
        open_numbers = []
        for number, tried in attempts.items():
            verdict = self._gates.judge(tried[-1], encoded[number].length_s)
            if verdict is Verdict.KEEP:
                chosen[number] = tried[-1]
            elif verdict is Verdict.RETRY:
                open_numbers.append(number)
        return open_numbers


def _most_probable(attempts: Iterable[Hypothesis]) -> Hypothesis | None:
    """The most probable attempt that does not loop; None if all of them do."""
    candidates = [attempt for attempt in attempts if not is_loop(attempt.text.split())]
    return max(candidates, key=lambda attempt: attempt.mean_log_probability, default=None)
