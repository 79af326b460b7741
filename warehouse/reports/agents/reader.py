"""Reading of agents' records from a snapshot, with one set of queries for all agents."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from warehouse.reports.agents.commitments import last_commitments
from warehouse.reports.agents.records import AgentRecord, Clip, NotableCall, Skill, Week
from warehouse.reports.site.faults import PageFaults
from warehouse.reports.site.rows import rows_by, rows_of
from warehouse.reports.site.translation import reads_source

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    import duckdb

    from warehouse.reports.site.rule_texts import RuleTexts

WEEKS_SHOWN = 12
SKILLS_SHOWN = CLIPS_SHOWN = 3
CALLS_SHOWN = 4

# The four weeks end with the last call of the site, so that they are the same for all agents.
_CALLS_OF_PERIOD = """
create or replace temp table recent_call as
select scored_call.*, last_date from core.scored_call
cross join core.period
where call_date > last_date - 28
"""

_BEST_FIRST = "significantly_better desc, mart.wilson_low(yes_count, answered_count) desc"
_WORST_FIRST = "significantly_worse desc, mart.wilson_high(yes_count, answered_count)"

_SKILLS = f"""
create or replace temp table skill as
with counts as (
    select
        agent_id, scorecard_id, question,
        count(*) filter (where answer = 'yes') as yes_count,
        count(*) as answered_count,
        max_by(rule_ids, started_at) as rule_ids
    from core.recent_answer
    group by all
),

others as (
    select
        *,
        sum(yes_count) over same_question - yes_count as others_yes_count,
        sum(answered_count) over same_question - answered_count as others_answered_count
    from counts
    window same_question as (partition by scorecard_id, question)
),

compared as (
    select
        agent_id, scorecard_id, question, yes_count, answered_count, rule_ids,
        mart.share_low(yes_count, answered_count) as yes_ratio_low,
        mart.share_high(yes_count, answered_count) as yes_ratio_high,
        others_yes_count / nullif(others_answered_count, 0) as others_yes_ratio,
        answered_count >= mart.minimum_count() as is_comparable,
        mart.is_above(yes_count, answered_count, others_yes_count, others_answered_count)
            as significantly_better,
        mart.is_below(yes_count, answered_count, others_yes_count, others_answered_count)
            as significantly_worse
    from others
)

select *, 'yes' as shown_answer
from compared
where not significantly_worse and 2 * yes_count > answered_count
qualify row_number() over (
    partition by agent_id order by {_BEST_FIRST}, question
) <= {SKILLS_SHOWN}
union all
select *, 'no'
from compared
where not significantly_better and yes_count < answered_count
qualify row_number() over (
    partition by agent_id order by {_WORST_FIRST}, question
) <= {SKILLS_SHOWN}
"""

_OF_ANSWER = "select * from skill where shown_answer = '{}' order by {}, question"
_STRENGTHS = _OF_ANSWER.format("yes", _BEST_FIRST)
_AREAS = _OF_ANSWER.format("no", _WORST_FIRST)

# One clip per call, latest first: the first evidence of the answering rules, or of a failed one.
_CLIPS = f"""
with shown as (
    select answer.*
    from core.recent_answer as answer
    inner join skill
        on answer.agent_id = skill.agent_id
        and answer.scorecard_id = skill.scorecard_id
        and answer.question = skill.question
        and answer.answer = skill.shown_answer
),

places as (
    select
        shown.agent_id, shown.scorecard_id, shown.question, shown.answer, shown.call_id,
        shown.call_date, shown.started_at, evidence.role, evidence.start_s, evidence.quote,
        case when shown.answer = 'no' and finding.outcome = 'fail'
            then [struct_pack(rule_id := rule_id, version := rule_version)]
        end as failed
    from (select *, unnest(rule_ids) as rule_id from shown) as shown
    inner join core.evidence using (call_date, call_id, rule_id)
    inner join core.final_finding as finding using (call_date, call_id, rule_id)
    qualify row_number() over (
        partition by
            shown.agent_id, shown.scorecard_id, shown.question, shown.answer, shown.call_id,
            shown.call_date
        order by failed is null, evidence.start_s
    ) = 1
)

select places.* exclude (started_at), call.language
from places
inner join core.call using (call_date, call_id)
where not call.restricted
qualify row_number() over (
    partition by places.agent_id, scorecard_id, question, answer
    order by places.started_at desc, call_id
) <= {CLIPS_SHOWN}
order by places.started_at desc, call_id
"""

_AGENTS = """
select
    agent_id, max_by(agent_name, started_at) as agent_name, max_by(team, started_at) as team,
    max_by(supervisor_id, started_at) as supervisor_id,
    max_by(call.supervisor_name, started_at) as supervisor_name,
    any_value(last_date) as last_date,
    count(*) as call_count,
    count(*) filter (where flag_count > 0) as flagged_call_count,
    count(*) filter (where restricted) as restricted_count,
    avg(score) as score_mean,
    mart.score_margin(score) as score_margin
from recent_call
inner join (select call_date, call_id, supervisor_name from core.call) as call
    using (call_date, call_id)
group by agent_id
order by team, agent_name, agent_id
"""

_WEEKS = f"""
select agent_id, week, call_count, score_mean, score_margin, flagged_call_count
from mart.agent_weekly
qualify row_number() over (partition by agent_id order by week desc) <= {WEEKS_SHOWN}
order by week
"""

_CALLS = f"""
select
    agent_id, call_id, call_date, queue, language, duration_s, score,
    (
        select list(struct_pack(rule_id := rule_id, version := rule_version) order by flag_id)
        from core.flag
        where flag.call_date = recent_call.call_date and flag.call_id = recent_call.call_id
            and not flag.is_dismissed
    ) as flags
from recent_call
where {{condition}} and not restricted
qualify row_number() over (partition by agent_id order by {{order}}) <= {CALLS_SHOWN}
order by {{order}}
"""

_BEST = _CALLS.format(
    condition="flag_count = 0 and not auto_fail and score is not null",
    order="score desc, started_at desc",
)
_FLAGGED = _CALLS.format(condition="flag_count > 0", order="flag_count desc, started_at desc")


class AgentReader:
    """Reads agents' records from a snapshot."""

    def __init__(
        self,
        connection: duckdb.DuckDBPyConnection,
        texts: RuleTexts,
        reader: Callable[[str], str] = reads_source,
        faults: PageFaults | None = None,
    ) -> None:
        """Read the records of all agents with a few queries.

        Args:
            connection: A connection to a snapshot.
            texts: Titles of rules and questions.
            reader: Returns the language of a supervisor.
            faults: Collects the agents whose records cannot be read.
        """
        self._faults = PageFaults() if faults is None else faults
        connection.execute(_CALLS_OF_PERIOD)
        connection.execute(_SKILLS)
        self._reader = reader
        self._texts = texts
        self._agents = rows_of(connection, _AGENTS)
        self._weeks = rows_by(connection, _WEEKS, "agent_id")
        self._strengths = rows_by(connection, _STRENGTHS, "agent_id")
        self._areas = rows_by(connection, _AREAS, "agent_id")
        self._clips = rows_by(connection, _CLIPS, "agent_id", "scorecard_id", "question", "answer")
        self._best = rows_by(connection, _BEST, "agent_id")
        self._flagged = rows_by(connection, _FLAGGED, "agent_id")
        self._commitments = last_commitments(connection)

    def records(self, agent_ids: Iterable[str] | None = None) -> Iterator[AgentRecord]:
        """All agents with a call in the last four weeks, or some of them, by team."""
        wanted = None if agent_ids is None else set(agent_ids)
        for row in self._agents:
            if wanted is None or row["agent_id"] in wanted:
                with self._faults.isolated(f"agent {row['agent_id']}"):
                    yield self._record(row)

    def _record(self, row: dict[str, Any]) -> AgentRecord:
        agent, language = (row["agent_id"],), self._reader(row["supervisor_id"])
        return AgentRecord(
            **row,
            weeks=tuple(Week(**week) for week in self._weeks[agent]),
            strengths=tuple(self._skill(agent, one, language) for one in self._strengths[agent]),
            areas=tuple(self._skill(agent, one, language) for one in self._areas[agent]),
            best_calls=self._calls(self._best[agent], language),
            flagged_calls=self._calls(self._flagged[agent], language),
            commitments=tuple(
                one.commitment(self._texts, language) for one in self._commitments.get(agent[0], ())
            ),
        )

    def _calls(self, rows: list[dict[str, Any]], language: str) -> tuple[NotableCall, ...]:
        return tuple(NotableCall(**self._told(row, "flags", language)) for row in rows)

    def _told(self, row: dict[str, Any], name: str, language: str) -> dict[str, Any]:
        """The row with the failed titles of the rules in one of its columns."""
        rules = [self._texts.rule(language=language, **rule) for rule in row[name] or ()]
        return {**row, name: tuple(rule.title_failed for rule in rules)}

    def _skill(self, agent: tuple[str], row: dict[str, Any], language: str) -> Skill:
        fields = dict(row)
        rule_ids, answer = fields.pop("rule_ids"), fields.pop("shown_answer")
        key = (*agent, fields["scorecard_id"], fields["question"], answer)
        text = self._texts.first_rule(rule_ids, language)
        return Skill(
            **fields,
            title=self._texts.question(fields["scorecard_id"], fields["question"], language),
            why=text.why,
            coaching=text.coaching,
            clips=tuple(Clip(**self._told(one, "failed", language)) for one in self._clips[key]),
        )
