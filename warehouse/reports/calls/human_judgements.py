"""Reviews of calls by people, which replace the results of the machine."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from qa_rules.results import Outcome
from warehouse.reports.site.rows import rows_of
from warehouse.sql_files import sql_of

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import date

    from qa_rules.results import Finding
    from warehouse.snapshot.connection import Connection


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """A review of a finding or an answer.

    Attributes:
        machine_value: The value of the machine.
        value: The value of the reviewer: an outcome or an answer.
        reason: In the reviewer's words.
        judged_on: Day of the review, on the site's clock.
        points_ratio: Share of an answer's weight that is earned now; None if it does not count.
    """

    machine_value: str
    value: str
    reason: str
    judged_on: date
    points_ratio: float | None = None

    @property
    def confirms(self) -> bool:
        """Whether it agrees with the machine."""
        return self.value == self.machine_value


@dataclass(frozen=True, slots=True, kw_only=True)
class FinalScore:
    """The score of a scorecard from the reviewed answers."""

    score: float | None
    band: str | None
    auto_fail: bool


@dataclass(frozen=True, slots=True)
class CallJudgements:
    """The reviews of one call.

    Attributes:
        rules: Reviews by rule id.
        answers: Reviews by scorecard and question.
        scores: Scores by scorecard, where an answer was reviewed.
    """

    rules: dict[str, Judgement] = field(default_factory=dict)
    answers: dict[tuple[str, str], Judgement] = field(default_factory=dict)
    scores: dict[str, FinalScore] = field(default_factory=dict)

    def standing(self, findings: Sequence[Finding]) -> tuple[Finding, ...]:
        """The findings with reviewed outcomes; an overruled finding no longer flags the call."""
        return tuple(self._standing(finding) for finding in findings)

    def _standing(self, finding: Finding) -> Finding:
        judgement = self.rules.get(finding.rule_id)
        if judgement is None or judgement.value == finding.outcome:
            return finding
        return replace(finding, outcome=Outcome(judgement.value), flagged=False)


UNJUDGED = CallJudgements()


def judgements(connection: Connection, call_ids: Collection[str]) -> dict[str, CallJudgements]:
    """The reviews of some calls, by call."""
    found: defaultdict[str, CallJudgements] = defaultdict(CallJudgements)
    calls = list(call_ids)
    for (call_id, rule_id), judgement in judged_rules(connection, calls).items():
        found[call_id].rules[rule_id] = judgement
    for row in rows_of(connection, sql_of(__file__, "judged_questions"), calls=calls):
        call, subject = found[row.pop("call_id")], (row.pop("scorecard_id"), row.pop("question"))
        call.answers[subject] = Judgement(**row)
    for row in rows_of(connection, sql_of(__file__, "reviewed_scores"), calls=calls):
        call, scorecard_id = found[row.pop("call_id")], row.pop("scorecard_id")
        call.scores[scorecard_id] = FinalScore(**row)
    return dict(found)


def judged_rules(
    connection: Connection, call_ids: Collection[str]
) -> dict[tuple[str, str], Judgement]:
    """The reviews of findings of some calls, by call and rule."""
    rows = rows_of(connection, sql_of(__file__, "judged_rules"), calls=list(call_ids))
    return {(row.pop("call_id"), row.pop("rule_id")): Judgement(**row) for row in rows}
