"""Which speech without recognised words may be sensitive and is muted as a precaution.

It may be where the other side asked for a value, where the speaker introduced one, where digits are
being dictated, or where no word of the other side was recognised. Elsewhere it is only reported.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from models.call import Role
from models.language.pack import spoken_languages
from models.language.spoken.reader import read_words
from models.language.spoken.symbols import SymbolKind
from qa_rules.pii_detection.compiled_types import detectors_for
from qa_rules.pii_detection.context.cues import CONTEXT_KINDS, CueKind
from qa_rules.pii_detection.context.dialogue import LATE_S, OWN_S, QUESTION_S, RECENT_S
from qa_rules.pii_detection.context.speaker_words import streams_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from models.transcript import Transcript, Unheard
    from qa_rules.pii_detection.compiled_types import Detectors
    from qa_rules.pii_detection.context.speaker_words import SpeakerWords
    from qa_rules.pii_detection.types.catalogue import PiiRules

RUN_PAUSE_S = 4.0
"""Longest pause inside a number that is read out: between groups, the listener repeats one."""
_DICTATED = frozenset({SymbolKind.DIGITS, SymbolKind.LETTERS})


def unheard_answers(transcript: Transcript, rules: PiiRules) -> tuple[Unheard, ...]:
    """The stretches of speech without recognised words that may hold personal data.

    A language without a data file is read with every language that has one.

    Args:
        transcript: As recognised, not redacted.
        rules: The detectors, with the cues by which values are asked for.
    """
    if not transcript.unheard:
        return ()
    known = spoken_languages()
    languages = [transcript.language] if transcript.language in known else list(known)
    streams = streams_of(transcript)
    readings = [
        _Reading(stream, detectors_for(rules, code)) for code in languages for stream in streams
    ]
    is_mono = transcript.channel_count == 1
    return tuple(
        stretch
        for stretch in transcript.unheard
        if _other_side_is_silent(stretch, readings, is_mono=is_mono)
        or any(_may_be_answer(stretch, reading, is_mono=is_mono) for reading in readings)
    )


class _Reading:
    """The times at which one side asks, announces and dictates."""

    def __init__(self, stream: SpeakerWords, detectors: Detectors) -> None:
        folded, symbols = read_words(stream.texts, detectors.code)
        self.stream = stream
        self.channel = stream.channel
        self.is_customer = stream.role is not Role.AGENT
        cues = detectors.phrases.find(stream, folded)
        self.named_s = [cue.end_s for cue in cues if cue.is_name]
        self.hinted_s = [cue.end_s for cue in cues if cue.kind in (*CONTEXT_KINDS, CueKind.REQUEST)]
        self.dictated_s = [
            (stream.words[symbol.first].start_s, stream.words[symbol.last - 1].end_s)
            for symbol in symbols
            if symbol.kind in _DICTATED and symbol.certain
        ]


def _other_side_is_silent(stretch: Unheard, readings: Sequence[_Reading], *, is_mono: bool) -> bool:
    """Whether no words tell what was asked before a stretch."""
    return not readings if is_mono else all(one.channel == stretch.channel for one in readings)


def _may_be_answer(stretch: Unheard, reading: _Reading, *, is_mono: bool) -> bool:
    """Whether what a side says makes a stretch one in which personal data is given."""
    is_own = reading.channel == stretch.channel
    if is_own and any(
        start_s - RUN_PAUSE_S <= stretch.end_s and stretch.start_s <= end_s + RUN_PAUSE_S
        for start_s, end_s in reading.dictated_s
    ):
        return True
    if is_own and any(_is_open(stretch, end_s, OWN_S) for end_s in reading.named_s):
        return True
    if is_own and not is_mono:
        return False
    # Agents are rarely asked for personal data.
    question_s = QUESTION_S / 3 if reading.is_customer else QUESTION_S
    return any(_is_open(stretch, end_s, question_s) for end_s in reading.named_s) or any(
        _is_open(stretch, end_s, RECENT_S) for end_s in reading.hinted_s
    )


def _is_open(stretch: Unheard, asked_s: float, remembered_s: float) -> bool:
    """Whether something said that ended at `asked_s` is still to be answered in a stretch."""
    return asked_s - LATE_S <= stretch.end_s and stretch.start_s - asked_s <= remembered_s
