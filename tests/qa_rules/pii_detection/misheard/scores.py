"""How much of the misheard corpus is masked, and what is masked or reported without being a value.

    .venv/bin/python -m tests.qa_rules.pii_detection.misheard.scores [fit | test | held_out]

prints a table by kind.
"""

from __future__ import annotations

import sys
from collections import defaultdict
from dataclasses import dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING, Self, get_args

from qa_rules.pii_detection.detector import find_pii
from qa_rules.pii_detection.types.catalogue import load_pii_rules
from tests.qa_rules.pii_detection.misheard.corpus import REFERENCE, Split, load

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from qa_rules.pii_detection.types.catalogue import PiiRules
    from tests.qa_rules.pii_detection.misheard.corpus import Misheard

RULES = Path(__file__).parents[4] / "qa_rules" / "pii"
HARMLESS = "harmless"


@dataclass(slots=True)
class Score:
    """Counts over rows.

    Attributes:
        values: Values of which at least one word was recognised.
        whole: Of these, those that are masked to the last word.
        missed: Of these, those of which no word is masked.
        typed: Of these, those that are reported by their type.
        reported: Of these, those that are reported at all.
        unheard: Values of which no word was recognised.
        words: Recognised words that belong to no value.
        masked_words: Of these, the masked ones.
        reported_words: Of these, the reported ones.
    """

    values: int = 0
    whole: int = 0
    missed: int = 0
    typed: int = 0
    reported: int = 0
    unheard: int = 0
    words: int = 0
    masked_words: int = 0
    reported_words: int = 0

    def __iadd__(self, other: Score) -> Self:
        """Add the counts of other rows."""
        for field in fields(self):
            total = getattr(self, field.name) + getattr(other, field.name)
            setattr(self, field.name, total)
        return self

    def per_thousand(self, words: int) -> float:
        """A count of words, in 1,000 words of no value."""
        return 1000 * words / self.words


def score(row: Misheard, rules: PiiRules) -> Score:
    """Counts of one row."""
    masked, reported, types = set(), set(), set()
    for span in find_pii(row.transcript, rules):
        places = {(span.turn, word) for word in range(span.first, span.last)}
        masked |= places
        if span.reported:
            reported |= places
            if places & row.value:
                types.add(span.type)
    counted = Score(
        words=len(row.harmless),
        masked_words=len(row.harmless & masked),
        reported_words=len(row.harmless & reported),
    )
    if row.type:
        counted.unheard = not row.value
    if row.value:
        counted.values = 1
        counted.whole = row.value <= masked
        counted.missed = not row.value & masked
        counted.typed = row.type in types
        counted.reported = bool(types)
    return counted


def scores(
    rows: Iterable[Misheard], rules: PiiRules, by: Callable[[Misheard], str]
) -> dict[str, Score]:
    """Counts by any property of a row."""
    found: defaultdict[str, Score] = defaultdict(Score)
    for row in rows:
        found[by(row)] += score(row, rules)
    return dict(found)


def personal_and_references(rows: Iterable[Misheard], rules: PiiRules) -> tuple[Score, Score]:
    """Counts of all rows but those with reference numbers, and counts of those."""
    parts = scores(rows, rules, lambda row: REFERENCE if row.type == REFERENCE else "")
    return parts.get("", Score()), parts.get(REFERENCE, Score())


def table(found: dict[str, Score]) -> str:
    """Counts as lines, sorted by name."""
    head = ("", "values", "whole", "missed", "typed", "reported", "unheard", "words", "m'd", "r'd")
    lines = ["{:18}{:>7}{:>7}{:>7}{:>7}{:>9}{:>8}{:>7}{:>6}{:>6}".format(*head)]
    for name, one in sorted(found.items()):
        lines.append(
            f"{name:18}{one.values:7}{one.whole:7}{one.missed:7}{one.typed:7}{one.reported:9}"
            f"{one.unheard:8}{one.words:7}{one.masked_words:6}{one.reported_words:6}"
        )
    return "\n".join(lines)


def main(split: Split) -> int:
    """Print one file's table by kind, language and condition."""
    rows, rules = load(split), load_pii_rules(RULES)
    by_kind = scores(rows, rules, lambda row: row.kind or HARMLESS)
    print(table(by_kind))
    print(table(scores(rows, rules, lambda row: row.transcript.language)))
    print(table(scores(rows, rules, lambda row: row.rendering)))
    own, references = personal_and_references(rows, rules)
    total = Score()
    total += own
    total += references
    print(
        f"{split}: {len(rows)} rows; {own.whole / own.values:.1%} of {own.values} values masked "
        f"whole, {own.missed / own.values:.1%} missed, {own.typed / own.values:.1%} reported by "
        f"their type; {references.reported} of {references.values} reference numbers reported; "
        f"false words in 1,000: {total.per_thousand(total.masked_words):.1f} masked, "
        f"{total.per_thousand(total.reported_words):.1f} reported"
    )
    return 0


if __name__ == "__main__":
    chosen = sys.argv[1] if sys.argv[1:] else "test"
    for known in get_args(Split):
        if known == chosen:
            sys.exit(main(known))
    sys.exit(f"no file of the corpus: {chosen}; expected one of {', '.join(get_args(Split))}")
