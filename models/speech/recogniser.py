"""Recognition of windows: beam search, with further attempts for implausible output.

Windows are encoded one by one and decoded in batches, whichever calls they come from. Windows whose
words are implausible (`gates`) are decoded again, in batches of their own: padded as in training,
then without repetitions. The first attempt that passes is kept, or else the most probable one that
does not loop. Expected names are only ever a second opinion (`hotwords`). Nothing is sampled and no
batch changes a result: a call always has the same words.
"""

from __future__ import annotations

from collections import defaultdict
from operator import attrgetter
from typing import TYPE_CHECKING, NamedTuple

from models.speech.gates import Gates, Verdict, is_loop
from models.speech.hotwords import Hotwords
from models.speech.languages import LanguageFinder, Speech
from models.speech.turn_languages import Stretch, main_language
from models.speech.whisper import Decoding
from models.speech.word_times import timed

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from models.audio.decoding import Pcm
    from models.speech.whisper import Encoded, Hypothesis, Whisper
    from models.speech.windows import Window
    from models.transcript import Word

_FIRST = Decoding()
_ATTEMPTS = (
    _FIRST,
    Decoding(beam_size=5, as_trained=True),
    Decoding(beam_size=5, no_repeat_tokens=4),
)
_AS_TRAINED_S = 30.0
_AGREED = 2  # attempts with a repeated sentence that confirm it
_PORTION = 128  # windows that are encoded before they are decoded: 100 MB


class Recognised(NamedTuple):
    """The words of a call.

    Attributes:
        language: ISO 639-1 code of most of the speech; None if there was no speech.
        language_confidence: 0..1; 1 if the language was given.
        words: Words of each channel, in time order.
        stretches: The language of each part of each channel.
    """

    language: str | None
    language_confidence: float
    words: list[list[Word]]
    stretches: tuple[Stretch, ...] = ()


class _Piece(NamedTuple):
    """An encoded window of one of several calls."""

    call: int
    pcm: Pcm
    window: Window
    encoded: Encoded
    language: str


class _Attempt(NamedTuple):
    """A hypothesis and the encoding that it was decoded from."""

    encoded: Encoded
    hypothesis: Hypothesis


class _Search:
    """The attempts at one window.

    Attributes:
        chosen: The attempt to keep so far; None if there is no speech.
    """

    def __init__(self, piece: _Piece) -> None:
        self.piece = piece
        self.chosen: _Attempt | None = None
        self._rejected: list[_Attempt] = []
        self._repeated = 0

    def needs_more(self, attempt: _Attempt, verdict: Verdict) -> bool:
        """Take an attempt into account; return whether another one is needed."""
        self._repeated += verdict is Verdict.REPEATED
        if verdict is Verdict.KEEP or self._repeated == _AGREED:
            self.chosen = attempt
            return False
        if verdict is Verdict.NOTHING_SAID:
            self.chosen = None
            return False
        self._rejected.append(attempt)
        self.chosen = _most_probable(self._rejected)
        return True


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
        self._hotwords = Hotwords(hotwords)
        self._gates = Gates()

    def recognise(
        self, calls: Sequence[Speech], attempts: Sequence[Decoding] = _ATTEMPTS
    ) -> list[Recognised]:
        """Recognise the windows of several calls, batched by language.

        Args:
            calls: The calls.
            attempts: The decodings to try in turn until the words of a window are plausible.
        """
        finders = [LanguageFinder(self._whisper, call) for call in calls]
        words: list[list[list[Word]]] = [[[] for _ in call.pcm] for call in calls]
        for portion in self._portions(calls, finders):
            for piece, own_words in self._words(portion, attempts):
                words[piece.call][piece.window.channel].extend(timed(piece.window, own_words))
        for channels in words:
            for channel in channels:
                channel.sort(key=attrgetter("start_s"))
        return [
            Recognised(*main_language(finder.stretches), said, tuple(finder.stretches))
            for finder, said in zip(finders, words, strict=True)
        ]

    def _portions(
        self, calls: Sequence[Speech], finders: Sequence[LanguageFinder]
    ) -> Iterator[list[_Piece]]:
        portion: list[_Piece] = []
        for number, (call, finder) in enumerate(zip(calls, finders, strict=True)):
            for window, encoded, language, _ in finder.pieces():
                portion.append(_Piece(number, call.pcm, window, encoded, language))
                if len(portion) >= _PORTION:
                    yield portion
                    portion = []
        if portion:
            yield portion

    def _words(
        self, pieces: Iterable[_Piece], attempts: Iterable[Decoding]
    ) -> Iterator[tuple[_Piece, list[Word]]]:
        searches = [_Search(piece) for piece in pieces]
        left = searches
        for decoding in attempts:
            left = self._attempt(left, decoding)
        for search in searches:
            if search.chosen is not None:
                piece = search.piece
                chosen = self._with_names(piece, search.chosen)
                joins_s = piece.window.joins_s
                yield piece, self._whisper.align(*chosen, piece.language, joins_s)

    def _attempt(self, searches: Iterable[_Search], decoding: Decoding) -> list[_Search]:
        """Decode windows in batches; return those that need another attempt."""
        left: list[_Search] = []
        for batch in self._batches(searches):
            encoded = [self._encoded(search.piece, decoding) for search in batch]
            found = self._whisper.decode(encoded, batch[0].piece.language, decoding)
            for search, attempt in zip(batch, map(_Attempt, encoded, found), strict=True):
                length_s = search.piece.encoded.length_s
                if search.needs_more(attempt, self._gates.judge(attempt.hypothesis, length_s)):
                    left.append(search)
        return left

    def _encoded(self, piece: _Piece, decoding: Decoding) -> Encoded:
        if not decoding.as_trained:
            return piece.encoded
        return self._whisper.encode(piece.window.samples(piece.pcm), silence_s=_AS_TRAINED_S)

    def _batches(self, searches: Iterable[_Search]) -> Iterator[list[_Search]]:
        """Windows of one language and shape; those of similar length end at similar steps."""
        alike: defaultdict[tuple[str, float], list[_Search]] = defaultdict(list)
        for search in sorted(searches, key=lambda search: search.piece.encoded.length_s):
            alike[search.piece.language, search.piece.encoded.decoded_s].append(search)
        for same in alike.values():
            for first in range(0, len(same), self._batch_windows):
                yield same[first : first + self._batch_windows]

    def _with_names(self, piece: _Piece, plain: _Attempt) -> _Attempt:
        """The same words with the names that were misheard, if the model hears them when told."""
        text = plain.hypothesis.text
        if not self._hotwords.is_near(text):
            return plain
        (prompted,) = self._whisper.decode(
            [plain.encoded], piece.language, _FIRST, self._hotwords.prompt
        )
        if not self._hotwords.are_all_that_differs(text, prompted.text):
            return plain
        return _Attempt(plain.encoded, prompted)


def _most_probable(attempts: Iterable[_Attempt]) -> _Attempt | None:
    """The most probable attempt that does not loop; None if all of them do."""
    sound = [attempt for attempt in attempts if not is_loop(attempt.hypothesis.text.split())]
    return max(sound, key=lambda attempt: attempt.hypothesis.mean_log_probability, default=None)
