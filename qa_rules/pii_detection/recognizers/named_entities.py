"""Names mentioned in passing, from named-entity recognisers and from the words before them.

A name that a single recogniser finds is masked, never reported; it is reported if two of them
agree, or if a phrase introduces it. The centre's own names and its agents' are none.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from qa_rules.pii_detection.context.cues import CueKind
from qa_rules.pii_detection.recognizers.names_and_passwords import (
    PERSON_NAME,
    UNSURE_SCORE,
    WHOLE_SCORE,
)
from qa_rules.pii_detection.recognizers.run_segmentation import Candidate

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

    from qa_rules.pii_detection.context.cues import Cue
    from qa_rules.pii_detection.context.word_view import WordView
    from qa_rules.pii_detection.recognizers.names_and_passwords import WordSpotter

AGREEING = 2
"""Recognisers that must find a name before it is reported."""
SUPPORTING_KINDS = frozenset(
    {
        CueKind.RELATION,
        CueKind.VOCATIVE,
        CueKind.WEAK_INTRODUCER,
        CueKind.INTRODUCER,
        CueKind.OWN_INTRODUCER,
        CueKind.TITLE,
    }
)
"""Cues that a name follows directly."""
LEADING_KINDS = frozenset({CueKind.RELATION, CueKind.VOCATIVE, CueKind.CONTACT})
"""Cues after which words count as a name that no recogniser finds."""


class NamePlace(NamedTuple):
    """Words of one side that recognisers tag as a name.

    Attributes:
        first: Index of its first word in the side's words.
        last: Index after its last word.
        recognisers: How many tag them.
    """

    first: int
    last: int
    recognisers: int


def supported_words(reading: WordView, cues: Iterable[Cue]) -> frozenset[int]:
    """The words that directly follow a cue of a name."""
    outside = (cue for cue in cues if not _is_inside(reading, cue))
    return frozenset(cue.last for cue in outside if cue.kind in SUPPORTING_KINDS)


def _is_inside(reading: WordView, cue: Cue) -> bool:
    """Whether a single weak word stands inside of a clause: "the one of", "el día de".

    What is written without capitals is often written without punctuation, too.
    """
    is_weak = cue.kind is CueKind.WEAK_INTRODUCER and cue.last - cue.first == 1
    opens = reading.begins_turn(cue.first) or reading.ends(cue.first - 1)
    return is_weak and reading.is_cased and not opens


def with_recognised(
    reading: WordView,
    found: Sequence[Candidate],
    spotter: WordSpotter,
    cues: Sequence[Cue],
    places: Iterable[NamePlace],
) -> list[Candidate]:
    """Candidates of a side with the names that were said in passing.

    Args:
        reading: The side's words; what other types hold is barred.
        found: Its candidates so far.
        spotter: Finds where names end.
        cues: Its cues of names.
        places: Where recognisers found names.
    """
    supported = supported_words(reading, cues)
    added: list[Candidate] = []
    for first, last, score, why in (
        *_placed(reading, spotter, supported, places),
        *_related(reading, spotter, cues),
    ):
        added = _joined(added, first, last, (score, why), reading)
    names = [one for one in found if one.type == PERSON_NAME]
    others = [one for one in found if one.type != PERSON_NAME]
    for one in added:
        names = _merged(names, one, reading)
    return sorted([*others, *names], key=lambda one: one.first)


_Found = tuple[int, int, float, str]


def _placed(
    reading: WordView,
    spotter: WordSpotter,
    supported: Collection[int],
    places: Iterable[NamePlace],
) -> Iterator[_Found]:
    """Names that recognisers found, as far as their words may be one."""
    agreed_until = -1
    for place in places:
        for first, last in _runs(reading, spotter, place):
            start, end = _widened(reading, spotter, first, last)
            # A surname that one of them misses is agreed on with its given name.
            goes_on = start == agreed_until and not reading.ends(start - 1)
            agreed = place.recognisers >= AGREEING or start in supported or goes_on
            agreed_until = last if agreed else -1
            if not reading.is_cased and not agreed:
                continue
            if reading.is_cased and not agreed and _says_little(reading, spotter, start, end):
                continue
            is_sure = agreed and reading.is_cased and not _may_be_thing(reading, spotter, start)
            score = WHOLE_SCORE if is_sure else UNSURE_SCORE
            yield start, end, score, "found by recognisers of names"


def _widened(reading: WordView, spotter: WordSpotter, first: int, last: int) -> tuple[int, int]:
    """Part of a name, extended by adjacent words of the same clause that continue it."""
    if not reading.is_cased:
        return first, last
    while (
        first > 0
        and reading.same_turn(first - 1, first)
        and not reading.ends(first - 1)
        and spotter.begins(reading, first - 1)
    ):
        first -= 1
    return first, last if reading.ends(last - 1) else max(last, spotter.value_end(reading, first))


def _may_be_thing(reading: WordView, spotter: WordSpotter, first: int) -> bool:
    """Whether a name may be a firm's or a product's, "the Dyson from John Lewis"."""
    return (
        first > 0
        and reading.same_turn(first - 1, first)
        and reading.folded[first - 1] in spotter.determiners
    )


def _says_little(reading: WordView, spotter: WordSpotter, first: int, last: int) -> bool:
    """Whether a capital is that of a sentence's first word, or of a thing: "the Barclays …"."""
    if begins_sentence(reading, first):
        is_known = reading.folded[first] in spotter.sure_names
        return not is_known and sum(map(reading.is_name_like, range(first, last))) == 1
    return reading.folded[first - 1] in spotter.determiners


def begins_sentence(reading: WordView, word: int) -> bool:
    """Whether a word begins a sentence or a turn, where a capital says little."""
    return reading.begins_turn(word) or reading.ends(word - 1, at_comma=False)


def _runs(reading: WordView, spotter: WordSpotter, place: NamePlace) -> Iterator[tuple[int, int]]:
    first = place.first
    for word in range(place.first, place.last + 1):
        is_out = word == place.last or not spotter.holds(reading, word)
        if is_out:
            if any(spotter.begins(reading, at) for at in range(first, word)):
                yield first, word
            first = word + 1


def _related(reading: WordView, spotter: WordSpotter, cues: Sequence[Cue]) -> Iterator[_Found]:
    """Names after "my husband", and names by which people are addressed: "thank you, …."."""
    for cue in cues if reading.is_cased else ():
        opens = cue.kind is CueKind.WEAK_INTRODUCER and reading.begins_turn(cue.first)
        if not (opens or cue.kind in LEADING_KINDS) or reading.ends(cue.last - 1, at_comma=False):
            continue
        first = cue.last
        if first == len(reading.folded) or not reading.same_turn(first - 1, first):
            continue
        last = spotter.value_end(reading, first) if spotter.begins(reading, first) else first
        if last == first:
            continue
        if cue.kind is CueKind.RELATION:
            yield first, last, WHOLE_SCORE, "words, after a relation"
        elif cue.kind is CueKind.CONTACT:
            is_known = reading.folded[first] in spotter.given_names
            score = WHOLE_SCORE if is_known else UNSURE_SCORE
            yield first, last, score, "words, after a verb of contact"
        elif opens and last - first > 1:
            yield first, last, UNSURE_SCORE, "words, as callers begin"
        elif not opens and (reading.ends(last - 1) or reading.ends_turn(last - 1)):
            yield first, last, UNSURE_SCORE, "words, as people are addressed"


def _joined(
    added: list[Candidate], first: int, last: int, told: tuple[float, str], reading: WordView
) -> list[Candidate]:
    score, why = told
    one = Candidate(
        type=PERSON_NAME,
        first=first,
        last=last,
        score=score,
        checksum_valid=None,
        asked=False,
        text=" ".join(reading.folded[first:last]),
        why=why,
    )
    return _merged(added, one, reading)


def _merged(names: Sequence[Candidate], one: Candidate, reading: WordView) -> list[Candidate]:
    """The names with one more; those that it overlaps become one with it."""
    kept: list[Candidate] = []
    for name in names:
        if name.first < one.last and one.first < name.last:
            surer = max(name, one, key=lambda each: each.score)
            first, last = min(name.first, one.first), max(name.last, one.last)
            one = surer._replace(
                first=first,
                last=last,
                asked=name.asked or one.asked,
                text=" ".join(reading.folded[first:last]),
            )
        else:
            kept.append(name)
    return [*kept, one]


def repeated_names(reading: WordView, names: Collection[str]) -> Iterator[Candidate]:
    """Every place where a name that was given is repeated."""
    for word, folded in enumerate(reading.folded):
        if folded in names and word not in reading.barred and reading.is_name_like(word):
            yield Candidate(
                type=PERSON_NAME,
                first=word,
                last=word + 1,
                score=WHOLE_SCORE,
                checksum_valid=None,
                asked=False,
                text=folded,
                why="a name that was given in this call",
            )
