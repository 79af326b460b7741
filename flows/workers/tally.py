"""What became of the calls that a run heard, as counts that can be added."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from models.call import Quarantined
from qa_rules.evaluation.second_reading import ReadingCounts, reading_counts

if TYPE_CHECKING:
    from qa_rules.results import CallResult


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """What became of some calls.

    Attributes:
        quarantined: Those that could not be evaluated.
        proven_count: Calls whose redacted copy was transcribed again.
        remuted_count: Of these, those in whose copy more was muted then.
        readings: How often flags were judged twice.
    """

    quarantined: tuple[Quarantined, ...] = ()
    proven_count: int = 0
    remuted_count: int = 0
    readings: ReadingCounts = field(default_factory=ReadingCounts)

    @property
    def counts(self) -> dict[str, Any]:
        """The counts under the names that they have in the record of a run."""
        return {
            "proven_count": self.proven_count,
            "remuted_count": self.remuted_count,
            "flag_read_twice_count": self.readings.twice,
            "readings_differ_count": self.readings.differ,
            "heard_once_count": self.readings.once,
            "read_again_s": self.readings.again_s,
        }

    def __add__(self, other: Tally) -> Tally:
        return Tally(
            quarantined=self.quarantined + other.quarantined,
            proven_count=self.proven_count + other.proven_count,
            remuted_count=self.remuted_count + other.remuted_count,
            readings=self.readings + other.readings,
        )


def tally_of(outcome: CallResult | Quarantined) -> Tally:
    """What became of one call."""
    if isinstance(outcome, Quarantined):
        return Tally(quarantined=(outcome,))
    return Tally(
        proven_count=int(outcome.remuted_count is not None),
        remuted_count=int(bool(outcome.remuted_count)),
        readings=reading_counts(outcome),
    )
