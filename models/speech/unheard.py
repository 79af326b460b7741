"""Speech that is recognised a second time: without words at first, or words that would flag a call.

Recognition drops answers, especially short ones and dictated numbers. Such speech is recognised a
second time, alone and with a wider beam; what remains may be sensitive and is reported. Turns on
which a flag rests are recognised again the same way, in windows that are cut elsewhere.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from dataclasses import replace
from itertools import pairwise
from operator import attrgetter
from typing import TYPE_CHECKING

from models.audio.decoding import SAMPLE_RATE_HZ
from models.audio.voice_activity import Span
from models.speech.languages import Speech
from models.speech.whisper import Decoding
from models.speech.windows import Window, pack
from models.speech.word_times import longest_s
from models.transcript import Unheard

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from models.audio.decoding import Pcm
    from models.speech.recogniser import Recognised, Recogniser
    from models.transcript import Transcript, Turn, Word

SHORTEST_S = 1.0
"""Shorter gaps between words are pauses; half of it is the margin of spans of speech."""
LONGEST_WORD_S = 1.2
"""A word that lasts longer was stretched over speech that was dropped, if it is no long word."""
_MARGIN_S = 0.25  # around what is recognised again, so that its first sound is not lost
_WINDOW_S = 15.0  # of turns that are recognised again; longer ones are decoded at 30 seconds
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


def turns_again(
    recogniser: Recogniser, pcm: Pcm, heard: Transcript, turns: frozenset[int]
) -> dict[int, tuple[Word, ...]]:
    """Recognise turns a second time.

    Args:
        recogniser: The recogniser of the first pass.
        pcm: The channels that were transcribed.
        heard: The first pass.
        turns: Indexes of its turns.

    Returns:
        The words of each of these turns; none if nothing is recognised there any more.
    """
    alike: defaultdict[tuple[int, str], dict[int, Turn]] = defaultdict(dict)
    for number, turn in enumerate(heard.turns):
        alike[turn.channel, turn.language or heard.language][number] = turn
    speeches: list[Speech] = []
    places: list[dict[int, Turn]] = []
    for (channel, language), own in alike.items():
        wanted = [own[number] for number in turns if number in own]
        windows = [
            window
            for window in pack(channel, _spans(own.values(), pcm.shape[1]), _WINDOW_S)
            if any(_overlaps(window, turn) for turn in wanted)
        ]
        if windows:
            speeches.append(Speech(pcm, windows, language))
            places.append(own)
    words: dict[int, list[Word]] = {number: [] for number in turns}
    for speech, own, again in zip(
        speeches, places, recogniser.recognise(speeches, _ATTEMPTS), strict=True
    ):
        for word in again.words[speech.windows[0].channel]:
            number = _turn_at(own, (word.start_s + word.end_s) / 2)
            if number in words:
                words[number].append(word)
    return {number: tuple(found) for number, found in words.items()}


def _spans(turns: Iterable[Turn], end: int) -> list[Span]:
    """The samples of a channel's turns, cut between words, and halfway between turns that touch."""
    bounds_s = [(part[0].start_s, part[-1].end_s) for turn in turns for part in _parts(turn.words)]
    edges_s = [start_s - _MARGIN_S for start_s, _ in bounds_s[:1]]
    for (_, end_s), (start_s, _) in pairwise(bounds_s):
        middle_s = (end_s + start_s) / 2
        edges_s += [min(end_s + _MARGIN_S, middle_s), max(start_s - _MARGIN_S, middle_s)]
    edges_s += [end_s + _MARGIN_S for _, end_s in bounds_s[-1:]]
    samples = [min(max(int(edge_s * SAMPLE_RATE_HZ), 0), end) for edge_s in edges_s]
    return [
        Span(first, last)
        for first, last in zip(samples[::2], samples[1::2], strict=True)
        if last > first
    ]


def _parts(words: Sequence[Word]) -> Iterator[Sequence[Word]]:
    """The words of a turn in parts that fit into a window."""
    first = 0
    for at, word in enumerate(words):
        if at > first and word.end_s - words[first].start_s > _WINDOW_S - 2 * _MARGIN_S:
            yield words[first:at]
            first = at
    yield words[first:]


def _overlaps(window: Window, turn: Turn) -> bool:
    return any(
        span.start < turn.end_s * SAMPLE_RATE_HZ and turn.start_s * SAMPLE_RATE_HZ < span.end
        for span in window.spans
    )


def _turn_at(turns: Mapping[int, Turn], time_s: float) -> int:
    """The turn at a time, or the nearest one."""
    return min(turns, key=lambda at: max(turns[at].start_s - time_s, time_s - turns[at].end_s, 0.0))
