"""Speech without recognised words.

Recognition drops answers, especially short ones and dictated numbers. Such speech is recognised a
second time, alone and with a wider beam; what remains may be sensitive and is reported.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import replace
from operator import attrgetter
from typing import TYPE_CHECKING

from models.audio.decoding import SAMPLE_RATE_HZ
from models.audio.voice_activity import Span
from models.speech.languages import Speech
from models.speech.whisper import Decoding
from models.speech.windows import Window
from models.speech.word_times import longest_s
from models.transcript import Unheard

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from models.speech.recogniser import Recognised, Recogniser
    from models.transcript import Word

SHORTEST_S = 1.0
"""Shorter gaps between words are pauses; half of it is the margin of spans of speech."""
LONGEST_WORD_S = 1.2
"""A word that lasts longer was stretched over speech that was dropped, if it is no long word."""
_MARGIN_S = 0.25  # around what is recognised again, so that its first sound is not lost
# None is padded as in training: encoding takes ten times as long then, and of 11 stretches in seven
# real calls three had other words, which were right no more often.
_ATTEMPTS = (Decoding(beam_size=5), Decoding(beam_size=5, no_repeat_tokens=4))


def hear_again(
    recogniser: Recogniser, calls: Sequence[Speech], first: Sequence[Recognised]
) -> list[Recognised]:
    """Recognise speech without words a second time, and insert the words that are found.

    Args:
        recogniser: The recogniser of the first pass.
        calls: The speech of the calls.
        first: The result of the first pass.
    """
    gaps = [
        tuple(unheard_in(call.windows, heard.words))
        for call, heard in zip(calls, first, strict=True)
    ]
    again = [
        Speech(call.pcm, [_window(gap, call) for gap in own], heard.language)
        for call, heard, own in zip(calls, first, gaps, strict=True)
    ]
    second = recogniser.recognise(again, _ATTEMPTS) if any(gaps) else first
    return [
        _completed(heard, own, more) if own else heard
        for heard, own, more in zip(first, gaps, second, strict=True)
    ]


def unheard_in(windows: Sequence[Window], words: Sequence[Sequence[Word]]) -> Iterator[Unheard]:
    """Find the stretches of a call's speech that no word covers.

    Args:
        windows: The speech of the call.
        words: Of each channel, in time order.
    """
    for channel, heard in enumerate(words):
        own = [window for window in windows if window.channel == channel]
        spans = [span for window in own for span in window.spans]
        yield from unheard_speech(channel, spans, heard)


def unheard_speech(channel: int, spans: Iterable[Span], words: Sequence[Word]) -> Iterator[Unheard]:
    """Find the parts of a channel's speech that no word covers.

    Args:
        channel: Index of the channel.
        spans: Spans of its speech, in order.
        words: Its words, in order.
    """
    starts_s = [word.start_s for word in words]
    for span in spans:
        done_s, last_s = span.start / SAMPLE_RATE_HZ, span.end / SAMPLE_RATE_HZ
        first = max(bisect_left(starts_s, done_s) - 1, 0)
        for word in words[first : bisect_right(starts_s, last_s)]:
            if word.start_s - done_s >= SHORTEST_S:
                yield Unheard(channel, round(done_s, 3), word.start_s)
            covered_s = max(LONGEST_WORD_S, longest_s(word.text))
            done_s = max(done_s, min(word.end_s, word.start_s + covered_s))
        if last_s - done_s >= SHORTEST_S:
            yield Unheard(channel, round(done_s, 3), round(last_s, 3))


def _window(gap: Unheard, call: Speech) -> Window:
    first = max(int((gap.start_s - _MARGIN_S) * SAMPLE_RATE_HZ), 0)
    last = min(int((gap.end_s + _MARGIN_S) * SAMPLE_RATE_HZ), call.pcm.shape[1])
    return Window(gap.channel, (Span(first, last),))


def _completed(heard: Recognised, gaps: Iterable[Unheard], more: Recognised) -> Recognised:
    """The words of the first pass, with those of the second where the first had none."""
    words = [list(own) for own in heard.words]
    for gap in gaps:
        words[gap.channel] += [
            replace(
                word,
                start_s=max(word.start_s, gap.start_s),
                end_s=min(word.end_s, gap.end_s),
            )
            for word in more.words[gap.channel]
            if gap.start_s <= (word.start_s + word.end_s) / 2 <= gap.end_s
        ]
    return heard._replace(words=[sorted(own, key=attrgetter("start_s")) for own in words])
