"""The masking policy: which candidates of a run are masked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from models.language.spoken.symbols import SymbolKind
from qa_rules.pii_detection.evidence.features import NO_EVIDENCE
from qa_rules.pii_detection.evidence.weights import weights
from qa_rules.pii_detection.recognizers.run_segmentation import Candidate, is_mere_word
from qa_rules.pii_detection.types.pii_type import REFERENCE, UNKNOWN_NUMBER

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from qa_rules.pii_detection.recognizers.number_runs import Run
    from qa_rules.pii_detection.types.pii_type import PiiRule

MIN_FRAGMENT = 3
"""Fewest characters of a run that is masked as part of a value."""
LONG_RUN_DIGITS = 12
"""From here on, what stands before a number in its run is masked with it."""
MIN_REFERENCE_DIGITS = 4
"""Fewest digits that are masked of a number without any context."""
LEADING = frozenset({SymbolKind.DIGITS, SymbolKind.CORRECTION})


def masked(
    run: Run,
    candidates: Sequence[Candidate],
    rules: Mapping[str, PiiRule],
    *,
    is_harmless: bool,
    fewest: int,
) -> list[Candidate]:
    """The candidates that are masked.

    As a precaution, a few digits that are not a price, time, date or ordinal are masked, and fewer
    where the dialogue expects them. The others may still be a fragment of what the other side
    said, and are returned as such.

    Args:
        run: The run of the candidates.
        candidates: Values of the run, in order.
        rules: The detectors by id.
        is_harmless: True for a year, a time of day, an amount.
        fewest: Number of digits from which they are masked in any context.
    """
    wanted = [one for one in candidates if not is_mere_word(one.text)]
    if not wanted:
        return []
    if (run.digit_count >= fewest and not is_harmless) or any(
        _is_expected(one, rules) for one in wanted
    ):
        return _closed(wanted, run)
    if len(run.text) < MIN_FRAGMENT or not run.digit_count:
        return []
    whole = wanted[0]._replace(type=UNKNOWN_NUMBER, score=0.0, text=run.text, evidence=NO_EVIDENCE)
    return [whole._replace(first=run.first, last=run.last, is_fragment=True)]


def reference_of(run: Run) -> Candidate | None:
    """The number of a thing in a run, masked only because it is long; None if it is short.

    Ordinary words at its edges ("y", "see") are none of it, and it ends where it is long enough
    and something else begins: such a word, or figures after number words.
    """
    certain = [not char.islower() for char in run.text]
    if True not in certain:
        return None
    first = certain.index(True)
    last, digits = first, 0
    for at in range(first, len(run.text)):
        if digits >= MIN_REFERENCE_DIGITS and (not certain[at] or at in run.style_borders):
            break
        digits += run.text[at].isdecimal()
        last = at + 1 if certain[at] else last
    if digits < MIN_REFERENCE_DIGITS:
        return None
    return Candidate(
        type=REFERENCE,
        first=run.firsts[first],
        last=run.lasts[last - 1],
        score=0.0,
        checksum_valid=None,
        asked=False,
        text=run.text[first:last],
        why="called a reference",
    )


def _is_expected(candidate: Candidate, rules: Mapping[str, PiiRule]) -> bool:
    """Whether the dialogue expects the type, and enough characters of it are present."""
    return (
        candidate.type != UNKNOWN_NUMBER
        and candidate.score >= weights().limits.least_typed
        and sum(not char.islower() for char in candidate.text)
        >= rules[candidate.type].min_characters
    )


def _closed(candidates: Sequence[Candidate], run: Run) -> list[Candidate]:
    """Close the gaps between the candidates of a run, and include the fillers at its end."""
    start, end = candidates[0].first, candidates[-1].last
    if run.digit_count >= LONG_RUN_DIGITS:
        start = run.first  # letters that were misheard before a long number belong to it
    for symbol in run.symbols:
        if symbol.first == end and (symbol.kind is SymbolKind.FILLER or not symbol.text):
            end = symbol.last
    for symbol in reversed(run.symbols):
        if symbol.last == start and (
            symbol.kind in LEADING or (symbol.kind is SymbolKind.HOMOPHONE and candidates[0].asked)
        ):
            start = symbol.first
    borders = [*(one.first for one in candidates[1:]), end]
    closed = [
        one._replace(last=max(one.last, border))
        for one, border in zip(candidates, borders, strict=True)
    ]
    return [closed[0]._replace(first=start), *closed[1:]]
