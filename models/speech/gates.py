"""Gates: what the recogniser wrote is kept only if it can have been said."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import TYPE_CHECKING

from models.language.pack import (
    known_languages,
    load_hallucinations,
    load_spoken_language,
    spoken_languages,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from models.speech.whisper import Hypothesis

_LONGEST_PERIOD = 8  # words in a loop


class Verdict(StrEnum):
    """What to do with a hypothesis."""

    KEEP = "keep"
    RETRY = "retry"
    NOTHING_SAID = "nothing_said"


@dataclass(frozen=True, slots=True, kw_only=True)
class Gates:
    """Limits that real speech keeps to.

    Attributes:
        max_compression_ratio: Text that compresses better repeats itself.
        min_mean_log_confidence: Mean log confidence below which a window is decoded again.
        most_words_per_s: Nobody speaks faster for the length of a window.
        no_speech: Confidence from which a window holds no speech, if the words are unsure too.
        sure_log_confidence: Words at least this sure were said, whatever `no_speech` says.
    """

    max_compression_ratio: float = 2.4
    min_mean_log_confidence: float = -0.8
    most_words_per_s: float = 6.0
    no_speech: float = 0.6
    sure_log_confidence: float = -0.5

    def judge(self, hypothesis: Hypothesis, length_s: float) -> Verdict:
        """Tell whether the words can stay, need another try, or were made up from no speech."""
        words = hypothesis.text.split()
        unsure = hypothesis.mean_log_confidence < self.sure_log_confidence
        if not words or (hypothesis.no_speech_confidence >= self.no_speech and unsure):
            return Verdict.NOTHING_SAID
        if _plain(hypothesis.text) in hallucinated_phrases():
            return Verdict.NOTHING_SAID
        if (
            hypothesis.mean_log_confidence < self.min_mean_log_confidence
            or len(words) > self.most_words_per_s * max(length_s, 1.0)
            or _compression(words) > self.max_compression_ratio
            or is_loop(words)
        ):
            return Verdict.RETRY
        return Verdict.KEEP


def is_loop(words: Sequence[str]) -> bool:
    """Whether the same words follow each other more often than people repeat themselves.

    Digits do not count, however they are written: "one one one one" is what a card number
    sounds like.
    """
    plain = [_plain(word) for word in words]
    numbers = _number_words(spoken_languages())
    for period in range(1, _LONGEST_PERIOD + 1):
        limit = 6 if period == 1 else 4
        matches = 0
        for before, word in zip(plain, plain[period:], strict=False):
            repeats = word == before and word.isalpha() and word not in numbers
            matches = matches + 1 if repeats else 0
            if matches >= period * (limit - 1):
                return True
    return False


def hallucinated_phrases() -> frozenset[str]:
    """Sentences that Whisper learned from subtitles and writes where nobody speaks."""
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


def _compression(words: Sequence[str]) -> float:
    """How much shorter the words become when they are compressed, digits left aside."""
    numbers = _number_words(spoken_languages())
    said = [word for word in words if _plain(word) not in numbers]
    content = " ".join(said).encode()
    return len(content) / len(zlib.compress(content))


def _plain(text: str) -> str:
    letters = "".join(letter if letter.isalnum() else " " for letter in text.casefold())
    return " ".join(letters.split())
