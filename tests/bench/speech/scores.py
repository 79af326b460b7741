"""Scores of the speech benchmark: word errors, role-attributed or not, word times, speakers."""

from __future__ import annotations

from dataclasses import dataclass, field
from operator import itemgetter
from statistics import median
from typing import TYPE_CHECKING, TypeAlias

import jiwer
import numpy as np
from whisper_normalizer.basic import BasicTextNormalizer
from whisper_normalizer.english import EnglishTextNormalizer

from tests.bench.speech.calls import SIDES, Said
from tests.bench.speech.intervals import ScoredChannel, interval
from tests.bench.speech.references import has_word_times

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

_Matches: TypeAlias = "tuple[float, _Matches] | None"
"""Time errors of matched words, the last one first."""
_Aligned: TypeAlias = "tuple[int, float, _Matches]"
"""Word errors so far, the sum of time errors, and the words that match."""

_FRAMES_PER_S = 100
_BRIDGED_S = 0.3  # pauses inside speech, alike for reference and engine
_COLLAR_S = 0.25

_english = EnglishTextNormalizer()
_basic = BasicTextNormalizer(remove_diacritics=True)


@dataclass
class Tally:
    """Sums over calls, so that long calls weigh more than short ones.

    Attributes:
        channels: What was scored: each channel of a stereo call, a mono call as a whole.
        mono_channels: Of these, the mono calls.
        role_errors: Word errors on stereo calls if a word on the wrong side is one.
        role_words: Words of stereo calls.
    """

    channels: list[ScoredChannel] = field(default_factory=list)
    mono_channels: list[ScoredChannel] = field(default_factory=list)
    role_errors: int = 0
    role_words: int = 0
    time_errors_s: list[float] = field(default_factory=list)
    speaker_errors: int = 0
    speaker_frames: int = 0

    def add_stereo(self, spoken: list[Said], heard: list[Said], language: str | None) -> None:
        """Score one call channel by channel; swapped sides are role errors, not word errors."""
        own = [_errors(_text(spoken, role), _text(heard, role), language) for role in SIDES]
        crossed = [
            _errors(_text(spoken, role), _text(heard, other), language)
            for role, other in zip(SIDES, reversed(SIDES), strict=True)
        ]
        self.channels += min(own, crossed, key=lambda pair: sum(one.errors for one in pair))
        self.role_errors += sum(one.errors for one in own)
        self.role_words += sum(one.words for one in own)
        if has_word_times(spoken):
            self.time_errors_s.extend(_time_errors_s(spoken, heard))

    def add_mono(
        self, spoken: list[Said], heard: list[Said], language: str | None, duration_s: float
    ) -> None:
        """Score the words of one call regardless of speaker, and its speakers if given."""
        scored = _errors(_text(spoken), _text(heard), language)
        self.channels.append(scored)
        self.mono_channels.append(scored)
        if {one.role for one in heard} & {*SIDES} and {one.role for one in spoken} <= {*SIDES}:
            self.add_speakers(spoken, heard, duration_s)

    def add_speakers(self, spoken: list[Said], heard: list[Said], duration_s: float) -> None:
        """Count the frames that a mono call gives to the wrong speaker, to nobody or too many."""
        frame_count = int(duration_s * _FRAMES_PER_S) + 1
        truth = [_frames(spoken, role, frame_count) for role in SIDES]
        guesses = [_frames(heard, role, frame_count) for role in SIDES]
        scored = [not near for near in _near_edges(truth, frame_count)]
        wrong = [_speaker_errors(truth, pair, scored) for pair in (guesses, guesses[::-1])]
        self.speaker_errors += min(wrong)
        self.speaker_frames += sum(
            sum(side[at] for side in truth) for at in range(frame_count) if scored[at]
        )

    def scores(self) -> dict[str, float | None]:
        """The accuracy figures; None where nothing could be scored."""
        words = sum(one.words for one in self.channels)
        low, high = interval(self.channels) if words else (None, None)
        return {
            "words": words,
            "wer": _rate(self.channels),
            "wer_low": low,
            "wer_high": high,
            "mono_wer": _rate(self.mono_channels),
            "role_wer": self.role_errors / self.role_words if self.role_words else None,
            "word_time_error_s": median(self.time_errors_s) if self.time_errors_s else None,
            "der": self.speaker_errors / self.speaker_frames if self.speaker_frames else None,
        }


def _rate(channels: Sequence[ScoredChannel]) -> float | None:
    errors, words = map(sum, zip(*channels, strict=True)) if channels else (0, 0)
    return errors / words if words else None


def _text(said: Iterable[Said], role: str | None = None) -> str:
    own = [one for one in said if role in {None, one.role}]
    return " ".join(one.text for one in sorted(own, key=lambda one: one.start_s))


def _errors(spoken: str, heard: str, language: str | None) -> ScoredChannel:
    normal = _english if language in {None, "en"} else _basic
    truth, guess = normal(spoken).strip(), normal(heard).strip()
    if not truth:
        return ScoredChannel(len(guess.split()), 0)
    result = jiwer.process_words(truth, guess)
    errors = result.substitutions + result.deletions + result.insertions
    return ScoredChannel(errors, len(truth.split()))


def _time_errors_s(spoken: list[Said], heard: list[Said]) -> list[float]:
    """Errors of the start times of correctly recognised words.

    Of the alignments with the fewest word errors, the one whose words are closest in time counts:
    which "one" of eleven in a row was dropped says only the time.
    """
    errors: list[float] = []
    for role in SIDES:
        truth = [one for one in spoken if one.role == role]
        guess = [one for one in heard if one.role == role and _basic(one.text).strip()]
        errors.extend(_matched_errors_s(truth, guess))
    return errors


def _matched_errors_s(truth: Sequence[Said], guess: Sequence[Said]) -> list[float]:
    wanted, found = ([_joined(one) for one in side] for side in (truth, guess))
    errors_s = np.abs(
        np.subtract.outer([one.start_s for one in truth], [one.start_s for one in guess])
    )
    is_equal = np.array([[text == other for other in found] for text in wanted], dtype=bool)
    best: list[_Aligned] = [(count, 0.0, None) for count in range(len(found) + 1)]
    for row in range(len(wanted)):
        above, best = best, [(row + 1, 0.0, None)]
        for column in range(len(found)):
            count, sum_s, matches = above[column]
            joined: _Aligned = (count + 1, sum_s, matches)
            if is_equal[row, column]:
                error_s = float(errors_s[row, column])
                joined = (count, sum_s + error_s, (error_s, matches))
            dropped, added = above[column + 1], best[column]
            best.append(
                min(
                    joined,
                    (dropped[0] + 1, *dropped[1:]),
                    (added[0] + 1, *added[1:]),
                    key=itemgetter(0, 1),
                )
            )
    return [*_listed(best[-1][2])]


def _listed(matches: _Matches) -> Iterator[float]:
    while matches is not None:
        error_s, matches = matches
        yield error_s


def _joined(one: Said) -> str:
    return "".join(_basic(one.text).split()) or "-"


def _frames(said: Iterable[Said], role: str, frame_count: int) -> list[bool]:
    frames = [False] * frame_count
    last_s = -1.0
    for one in sorted((one for one in said if one.role == role), key=lambda one: one.start_s):
        start_s = last_s if 0 <= one.start_s - last_s <= _BRIDGED_S else one.start_s
        first, last = int(start_s * _FRAMES_PER_S), int(one.end_s * _FRAMES_PER_S)
        frames[first:last] = [True] * (min(last, frame_count) - min(first, frame_count))
        last_s = max(last_s, one.end_s)
    return frames[:frame_count]


def _near_edges(truth: list[list[bool]], frame_count: int) -> list[bool]:
    near = [False] * frame_count
    collar = int(_COLLAR_S * _FRAMES_PER_S)
    for side in truth:
        for at in range(1, frame_count):
            if side[at] != side[at - 1]:
                first, last = max(0, at - collar), min(frame_count, at + collar)
                near[first:last] = [True] * (last - first)
    return near


def _speaker_errors(truth: list[list[bool]], guess: list[list[bool]], scored: list[bool]) -> int:
    errors = 0
    for at, counts in enumerate(scored):
        if counts:
            spoken = [side[at] for side in truth]
            heard = [side[at] for side in guess]
            right = sum(a and b for a, b in zip(spoken, heard, strict=True))
            errors += max(sum(spoken), sum(heard)) - right
    return errors
