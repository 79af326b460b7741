"""Recognition: windows of speech become words, greedily first, with a second try where needed.

Windows of the same length are decoded side by side, whichever calls they come from. A window whose
words cannot have been said (`gates`) is decoded again, with a beam and then with some chance; the
first attempt that passes stays, or else the surest one, unless it goes round in circles.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

from models.audio.decoding import SAMPLE_RATE_HZ, Pcm
from models.speech.gates import Gates, Verdict, is_loop
from models.speech.whisper import Decoding, filled_s
from models.transcript import Word

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from models.speech.whisper import Encoded, Hypothesis, Whisper
    from models.speech.windows import Window

_GREEDY = Decoding()
_SECOND_TRIES = (
    Decoding(beam_size=5),
    Decoding(temperature=0.3),
    Decoding(temperature=0.6),
)


# Ten seconds tell a language as well as thirty; a call with some doubt is asked further.
_LANGUAGE_SAMPLES = 10 * SAMPLE_RATE_HZ
_LANGUAGE_WINDOWS = 4
_LANGUAGE_SURE = 0.8


class Speech(NamedTuple):
    """What there is to recognise of a call.

    Attributes:
        pcm: Shape (channels, samples).
        windows: Of all channels.
        language: ISO 639-1 code, None if it has to be found out.
    """

    pcm: Pcm
    windows: Sequence[Window]
    language: str | None


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

    def recognise(self, calls: Sequence[Speech]) -> list[Recognised]:
        """Recognise the windows of several calls, those of one language side by side."""
        languages = [self._language(call) for call in calls]
        words: list[list[list[Word]]] = [[[] for _ in call.pcm] for call in calls]
        for batch, language in self._batches(calls, [found for found, _ in languages]):
            encoded = [
                self._whisper.encode(window.samples(calls[number].pcm)) for number, window in batch
            ]
            heard = self._words(encoded, language, [window.joins_s for _, window in batch])
            for (number, window), own_words in zip(batch, heard, strict=True):
                words[number][window.channel].extend(_placed(window, own_words))
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
                alike[language, filled_s(window.sample_count)].append((number, window))
        for (language, _), placed in alike.items():
            for first in range(0, len(placed), self._batch_windows):
                yield placed[first : first + self._batch_windows], language

    def _language(self, call: Speech) -> tuple[str | None, float]:
        """The language of a call and its confidence, by its longest windows until they are sure."""
        if call.language is not None or not call.windows:
            return call.language, float(call.language is not None)
        votes: defaultdict[str, float] = defaultdict(float)
        by_length = sorted(call.windows, key=lambda window: window.sample_count, reverse=True)
        for count, window in enumerate(by_length[:_LANGUAGE_WINDOWS], start=1):
            samples = window.samples(call.pcm)[:_LANGUAGE_SAMPLES]
            (confidences,) = self._whisper.languages([self._whisper.encode(samples)])
            for language, confidence in confidences.items():
                votes[language] += confidence
            likeliest = max(votes, key=votes.__getitem__)
            if votes[likeliest] / count >= _LANGUAGE_SURE:
                break
        return likeliest, round(votes[likeliest] / count, 3)

    def _words(
        self, encoded: list[Encoded], language: str, joins_s: Sequence[Sequence[float]]
    ) -> list[list[Word]]:
        greedy = self._whisper.decode(encoded, language, _GREEDY, self._hotwords)
        chosen = self._second_tries(encoded, greedy, language)
        return [
            self._whisper.align(window, hypothesis, language, joins) if hypothesis else []
            for window, hypothesis, joins in zip(encoded, chosen, joins_s, strict=True)
        ]

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


def _placed(window: Window, words: Iterable[Word]) -> Iterator[Word]:
    for word in words:
        start_s, end_s = window.place(word.start_s, word.end_s)
        yield Word(word.text, round(start_s, 3), round(end_s, 3), round(word.confidence, 3))
