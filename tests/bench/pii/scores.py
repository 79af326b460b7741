"""How good and how fast an engine is, per set, language and type."""

from __future__ import annotations

import time
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from tests.bench.pii.engines import Engine, Found
    from tests.bench.pii.sets import Gold, Labelled

PASSES = 3


@dataclass(slots=True)
class TypeTally:
    """Counts of one type.

    Attributes:
        gold: Labelled values.
        recalled: Of these, touched by a reported span of their type.
        covered: Of these, masked in every word.
        reported: Reported spans of the type.
        right: Of these, touching a labelled value of the type.
    """

    gold: int = 0
    recalled: int = 0
    covered: int = 0
    reported: int = 0
    right: int = 0

    def scores(self) -> dict[str, Any]:
        """Shares of the counts; null without any."""
        return {
            "gold": self.gold,
            "recall": _share(self.recalled, self.gold),
            "covered": _share(self.covered, self.gold),
            "precision": _share(self.right, self.reported),
        }


@dataclass(slots=True)
class Tally:
    """Counts of one engine on one set in one language.

    Attributes:
        words: Words of all texts.
        false_words: Words that were reported, are of no labelled value, and might have been.
        harmless: Words of no labelled value.
        masked_harmless: Of these, the masked ones, reported or not.
        acts: Labelled values whose act is known and which were recalled.
        right_acts: Of these, the ones with the right act.
        seconds: Processor time.
    """

    words: int = 0
    false_words: int = 0
    harmless: int = 0
    masked_harmless: int = 0
    acts: int = 0
    right_acts: int = 0
    seconds: float = 0.0
    types: dict[str, TypeTally] = field(default_factory=lambda: defaultdict(TypeTally))

    def add(self, item: Labelled, found: Sequence[Found]) -> None:
        """Count one text."""
        gold = frozenset(place for one in item.gold for place in one.places)
        masked = frozenset(place for one in found for place in one.places)
        reported = [one for one in found if one.reported and one.type in item.types]
        self.words += item.word_count
        self.harmless += item.word_count - len(gold)
        self.masked_harmless += len(masked - gold)
        self.false_words += len({place for one in reported for place in one.places} - gold)
        for one in item.gold:
            self._add_gold(one, reported, masked)
        for span in reported:
            tally = self.types[span.type]
            tally.reported += 1
            tally.right += any(
                one.type == span.type and one.places & span.places for one in item.gold
            )

    def _add_gold(
        self, gold: Gold, reported: Iterable[Found], masked: frozenset[tuple[int, int]]
    ) -> None:
        tally = self.types[gold.type]
        spans = [one for one in reported if one.type == gold.type and one.places & gold.places]
        tally.gold += 1
        tally.recalled += bool(spans)
        tally.covered += gold.places <= masked
        if gold.act and spans:
            self.acts += 1
            self.right_acts += gold.act in {one.act for one in spans}

    def scores(self) -> dict[str, Any]:
        """All of it as one JSON object."""
        return {
            "words": self.words,
            "words_per_cpu_s": round(self.words / self.seconds) if self.seconds else None,
            "false_words_per_1000": round(1000 * self.false_words / max(self.words, 1), 2),
            "masked_harmless_ratio": _share(self.masked_harmless, self.harmless),
            "right_act_ratio": _share(self.right_acts, self.acts),
            "types": {type_: tally.scores() for type_, tally in sorted(self.types.items())},
        }


def measure(engine: Engine, items: Sequence[Labelled]) -> Iterator[dict[str, Any]]:
    """One row for each set and language.

    Time is the processor's, and each text's fastest of a few passes: one-time preparation of an
    engine is not measured, and other load on the machine hardly matters.
    """
    tallies: dict[tuple[str, str], Tally] = defaultdict(Tally)
    passes = [[_timed(engine, item) for item in items] for _ in range(PASSES)]
    for item, *timed in zip(items, *passes, strict=True):
        tally = tallies[item.source, item.transcript.language]
        tally.seconds += min(seconds for seconds, _ in timed)
        tally.add(item, timed[0][1])
    for (source, language), tally in tallies.items():
        yield {"engine": engine.name, "set": source, "language": language, **tally.scores()}


def _timed(engine: Engine, item: Labelled) -> tuple[float, list[Found]]:
    started_s = time.process_time()
    found = engine.find(item.transcript)
    return time.process_time() - started_s, found


def _share(part: int, whole: int) -> float | None:
    return round(part / whole, 4) if whole else None
