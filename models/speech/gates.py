"""Quality gates that reject implausible output of the recogniser."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from itertools import groupby
from typing import TYPE_CHECKING

from models.language.pack import (
    known_languages,
    load_hallucinations,
    load_spoken_language,
    spoken_languages,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from models.speech.whisper import Hypothesis

_LONGEST_PERIOD = 8  # words in a loop
_LONGEST_NUMBER = 19  # digits of a payment card (ISO/IEC 7812-1)
_SENTENCE_WORDS = 5  # shorter phrases are said twice in real speech


class Verdict(StrEnum):
    """What to do with a hypothesis."""

    KEEP = "keep"
    RETRY = "retry"
    REPEATED = "repeated"
    """A sentence occurs twice in a row: plausible only if another attempt repeats it as well."""
    NOTHING_SAID = "nothing_said"


@dataclass(frozen=True, slots=True, kw_only=True)
class Gates:
    """Thresholds for plausible output.

    Attributes:
        max_compression_ratio: Text with a higher ratio is repetitive.
        min_mean_log_probability: Mean log probability below which a window is decoded again.
        max_words_per_s: Highest plausible speech rate over a window.
        no_speech_threshold: Probability from which a window counts as silence, unless its words
            reach `confident_log_probability`.
        confident_log_probability: Mean log probability from which `no_speech_threshold` is ignored.
    """

    max_compression_ratio: float = 2.4
    min_mean_log_probability: float = -0.8
    max_words_per_s: float = 6.0
    no_speech_threshold: float = 0.6
    confident_log_probability: float = -0.5

    def judge(self, hypothesis: Hypothesis, length_s: float) -> Verdict:
        """Decide whether to keep a hypothesis, decode again, or discard it as hallucinated."""
        words = hypothesis.text.split()
        is_unsure = hypothesis.mean_log_probability < self.confident_log_probability
        if not words or (
            hypothesis.no_speech_probability >= self.no_speech_threshold and is_unsure
        ):
            return Verdict.NOTHING_SAID
        if _plain(hypothesis.text) in hallucinated_phrases():
            return Verdict.NOTHING_SAID
        if (
            hypothesis.mean_log_probability < self.min_mean_log_probability
            or len(words) > self.max_words_per_s * max(length_s, 1.0)
            or _compression_ratio(words) > self.max_compression_ratio
            or is_loop(words)
        ):
            return Verdict.RETRY
        if repeats_sentence(words):
            return Verdict.REPEATED
        return Verdict.KEEP


def is_loop(words: Sequence[str]) -> bool:
    """Whether words repeat more often than in real speech.

    Numbers count only if one is said more often than any number has digits: "one one one one" can
    be part of a card number.
    """
    plain = [_plain(word) for word in words]
    if any(len([*equal]) > _LONGEST_NUMBER for _, equal in groupby(_said_alone(plain))):
        return True
    for period in range(1, _LONGEST_PERIOD + 1):
        limit = 6 if period == 1 else 4
        matches = 0
        for before, word in zip(plain, plain[period:], strict=False):
            matches = matches + 1 if word == before and _is_no_number(word) else 0
            if matches >= period * (limit - 1):
                return True
    return False


def _said_alone(plain: Iterable[str]) -> Iterator[str]:
    """Words, and the digits of figures one by one, however they are joined: "6.01.1.1", "1111"."""
    for word in " ".join(plain).split():
        yield from word if word.isdigit() else (word,)


def repeats_sentence(words: Sequence[str]) -> bool:
    """Whether a whole sentence occurs twice in a row, which beam search sometimes hallucinates.

    Numbers that are read back do not count as sentences.
    """
    plain = [_plain(word) for word in words]
    return any(
        plain[first : first + length] == plain[first + length : first + 2 * length]
        and sum(map(_is_no_number, plain[first : first + length])) >= _SENTENCE_WORDS
        for length in range(_SENTENCE_WORDS, len(plain) // 2 + 1)
        for first in range(len(plain) - 2 * length + 1)
    )


def _is_no_number(plain: str) -> bool:
    is_word = bool(plain) and not any(map(str.isdigit, plain))
    return is_word and plain not in _number_words(spoken_languages())


def hallucinated_phrases() -> frozenset[str]:
    """Sentences from subtitles that Whisper hallucinates where nobody speaks."""
    return _phrases_of(known_languages())


@cache
def _phrases_of(languages: tuple[str, ...]) -> frozenset[str]:
    return frozenset(
        _plain(phrase) for code in languages for phrase in load_hallucinations(code).phrases
    )


@cache
def _number_words(languages: tuple[str, ...]) -> frozenset[str]:
    return frozenset(
        _plain(word) for code in languages for word in load_spoken_language(code).numbers
    )


def _compression_ratio(words: Sequence[str]) -> float:
    """Compression ratio of the words without numbers."""
    numbers = _number_words(spoken_languages())
    said = [word for word in words if _plain(word) not in numbers]
    content = " ".join(said).encode()
    return len(content) / len(zlib.compress(content))


def _plain(text: str) -> str:
    letters = "".join(letter if letter.isalnum() else " " for letter in text.casefold())
    return " ".join(letters.split())
