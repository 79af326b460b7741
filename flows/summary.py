"""The summary of a run, for the terminal, Prefect and callers of the flow."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from flows.sources.day_folder import without_day
from models.call import QuarantineReason
from qa_rules.authoring.replay import Replay
from warehouse.reports.site.faults import told

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from flows.deliver.delivering import Delivery
    from warehouse.lake.records import RunRecord
    from warehouse.reports.site.faults import PageFault


_UNOPENED = frozenset(
    {QuarantineReason.CORRUPT_AUDIO, QuarantineReason.EMPTY_FILE, QuarantineReason.UNREADABLE}
)
_MOST_RULES = 5
_MANY = 10  # items; a few broken files are ordinary


@dataclass(frozen=True, slots=True)
class Concern:
    """Something that somebody should look at although the run is published.

    Attributes:
        code: Its kind, for logs and monitoring.
        count: Number of items or lists.
        text: What is wrong and what to do; may name folders.
    """

    code: str
    count: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RunSummary:
    """The outcome of one run; `seen` = `evaluated` + `quarantined` + `pending`.

    Attributes:
        run: The record that the warehouse keeps.
        audio_s: Seconds of recordings evaluated in this run.
        wall_s: Seconds that the run took.
        workers: Recognition processes.
        overview: The start page, which links to all others.
        lists: Folder of the flag lists.
        snapshot: The link to the newest published warehouse.
        changes: Outcomes and figures that judging stored transcripts again has changed.
        deliveries: The state of each list on each configured channel.
        seen_before: Items that the last run saw in the same source; 0 if it is the first.
        page_faults: Pages and lists that could not be written.
        not_kept: What of the metadata was not kept; empty if everything was.
        review_faults: Errors in files of reviews, which stay where they are.
        alert_faults: Errors in the file of alerts, or of their queries.
        lake_faults: Why the DuckLake is not up to date.
        copyless_count: Calls of the source that were evaluated before and have no redacted copy.
        vanished_count: Recordings that were there when the run began, and not when it heard them.
    """

    run: RunRecord
    audio_s: float
    wall_s: float
    workers: int
    overview: Path
    lists: Path
    snapshot: Path
    changes: Replay = field(default_factory=Replay)
    deliveries: tuple[Delivery, ...] = ()
    seen_before: int = 0
    page_faults: tuple[PageFault, ...] = ()
    not_kept: str = ""
    copyless_count: int = 0
    vanished_count: int = 0
    review_faults: tuple[str, ...] = ()
    alert_faults: tuple[str, ...] = ()
    lake_faults: tuple[str, ...] = ()

    def with_deliveries(self, deliveries: tuple[Delivery, ...]) -> RunSummary:
        """The summary of the same run after delivery."""
        return replace(self, deliveries=deliveries)

    @property
    def evaluated(self) -> int:
        """Calls with a current result, from this run or from an earlier one."""
        return self.run.evaluated_count + self.run.unchanged_count

    @property
    def counts(self) -> str:
        """How many items were seen, and what became of them; the parts add up."""
        return (
            f"{self.run.seen_count} seen = {self.evaluated} evaluated"
            f" + {len(self.run.quarantined)} quarantined + {self.run.pending_count} pending"
        )

    @property
    def change(self) -> str:
        """How many results are new, and how many are unchanged."""
        new, unchanged = self.run.evaluated_count, self.run.unchanged_count
        if new == 0:
            return f"Nothing changed: {unchanged} calls were evaluated before."
        some = f"{new} calls are new or changed, {unchanged} unchanged."
        return some if unchanged else f"All {new} calls are new."

    @property
    def proven(self) -> str:
        """How many redacted copies were transcribed again, and in how many a number was left."""
        run = self.run
        if not run.proven_count:
            return ""
        return (
            f"{run.proven_count} redacted copies transcribed again, an audible number muted in"
            f" {run.remuted_count} of them ({run.remuted_count / run.proven_count:.1%})."
        )

    @property
    def read_twice(self) -> str:
        """How many flags were judged on two recognitions, and how often the two differ."""
        run = self.run
        flags = run.flag_read_twice_count + run.heard_once_count
        if not flags:
            return ""
        share = run.read_again_s / self.audio_s if self.audio_s else 0.0
        return (
            f"{run.flag_read_twice_count} of {flags} flags judged on a second recognition of their"
            f" words (speech of {share:.1%} of the audio); {run.readings_differ_count} of them"
            f" dropped, since it says otherwise; {run.heard_once_count} flags heard once."
        )

    @property
    def judged_again(self) -> str:
        """How many stored transcripts were judged again, and which rules say something else."""
        run = self.run
        if not run.judged_again_count:
            return ""
        by_rule = Counter(change.rule_id for change in self.changes.outcomes)
        listed = [f"{count} of {rule}" for rule, count in by_rule.most_common(_MOST_RULES)]
        if len(by_rule) > _MOST_RULES:
            listed.append(f"and {len(by_rule) - _MOST_RULES} more rules")
        return (
            f"{run.judged_again_count} stored transcripts judged again, no recording opened:"
            f" {len(self.changes.outcomes)} outcomes changed"
            + (f" ({', '.join(listed)})." if listed else ".")
        )

    @property
    def outdated(self) -> str:
        """How many results rest on another model or masking than those in force."""
        count = self.run.outdated_count
        if not count:
            return ""
        return (
            f"{count} calls were heard by another model or masked by other rules, and keep their"
            " results: callqa run --rehear hears them again."
        )

    @property
    def delivered(self) -> str:
        """Number of lists and alerts by delivery state; empty if no channel is configured."""
        states = Counter((one.kind, one.state) for one in self.deliveries)
        told = sorted(states.items(), key=lambda item: (item[0][0] != "lists", item[0]))
        return ", ".join(f"{count} {kind} {state}" for (kind, state), count in told)

    @property
    def concerns(self) -> list[str]:
        """What somebody should look at although the run is published, one sentence per cause."""
        return [concern.text for concern in self.concern_records]

    @property
    def concern_records(self) -> list[Concern]:
        """The same, with a code and a count each."""
        return list(self._concerns())

    def _concerns(self) -> Iterator[Concern]:
        run = self.run
        if self.seen_before and not run.seen_count:
            what = f"{run.source} is empty, and the last run saw {self.seen_before} items there"
            yield Concern("empty_source", self.seen_before, f"{what}: check that it is mounted")
        unopened = sum(item.reason in _UNOPENED for item in run.quarantined)
        if unopened >= _MANY and unopened > run.seen_count / 2:
            yield Concern(
                "unopened",
                unopened,
                f"{unopened} of {run.seen_count} items could not be opened: check the source and"
                " run again",
            )
        if count := self.vanished_count:
            yield Concern(
                "vanished",
                count,
                f"{count} recordings vanished before they were heard: check that the source is"
                " mounted, and run again",
            )
        if count := run.pending_count:
            what = f"{count} items are pending: run again to evaluate them"
            yield Concern("pending", count, what)
        yield from self._storage_concerns()
        yield from undelivered(self.deliveries)

    def _storage_concerns(self) -> Iterator[Concern]:
        if count := self.copyless_count:
            what = f"{count} calls that were evaluated before have no redacted copy any more"
            yield Concern("copyless", count, f"{what}: callqa repair lets them be heard again")
        yield from (Concern("pages", number, text) for number, text in told(self.page_faults))
        if faults := self.review_faults:
            what = f"{len(faults)} errors in files of the folder reviews, which were not recorded"
            yield Concern("reviews", len(faults), f"{what}: {faults[0]}")
        if faults := self.alert_faults:
            what = f"{len(faults)} errors in the file of alerts, all others were asked"
            yield Concern("alerts", len(faults), f"{what}: {faults[0]}")
        yield from (Concern("ducklake", 1, fault) for fault in self.lake_faults)

    def to_markdown(self) -> str:
        """The summary for Prefect: counts and reasons, without names or content of calls."""
        reasons = Counter(item.reason for item in self.run.quarantined)
        listed = [f"- {count} x {reason}" for reason, count in sorted(reasons.items())]
        concerns = "\n".join(f"- {concern}" for concern in self.concerns)
        told = [f"**{self.counts}**", self.change, self.judged_again, self.outdated]
        told += [self.not_kept, self.proven, self.read_twice, "\n".join(listed), self.delivered]
        return "\n\n".join(filter(None, (*told, concerns)))


def seen_before(earlier: Sequence[RunRecord], source: str) -> int:
    """How many items the last run saw in a source, or in the folder of another day; 0 if none."""
    alike = without_day(source)
    counts = (run.seen_count for run in reversed(earlier) if without_day(run.source) == alike)
    return next(counts, 0)


def undelivered(deliveries: Iterable[Delivery]) -> Iterator[Concern]:
    """What could not be sent, one concern per cause."""
    failed = [one for one in deliveries if one.state == "failed"]
    causes = Counter((one.channel, one.kind, one.problem) for one in failed)
    for (channel, kind, problem), count in causes.items():
        what = f"{count} {kind} could not be sent by {channel} ({problem})"
        remedy = "the next run sends them, or callqa deliver"
        yield Concern(f"undelivered_{channel}", count, f"{what}: {remedy}")
