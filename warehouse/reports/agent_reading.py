"""Read out of a snapshot what there is to tell of an agent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from warehouse.reports.agent import AgentRecord, Clip, Commitment, NotableCall, Skill, Week
from warehouse.reports.rows import rows_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    import duckdb

WEEKS_SHOWN = 12
SKILLS_SHOWN = 3
CLIPS_SHOWN = 3
CALLS_SHOWN = 4

# The four weeks are those up to the last call of the site, so that everybody is seen alike.
_PERIOD = """
create or replace temp table period as
select max(call_date) as last_date, max(call_date) - 27 as first_date from core.call
"""

# The marts compare everybody with everybody: they are computed once, not once for each agent.
_WEEKLY = "create or replace temp table agent_week as from mart.agent_weekly"

_CALLS_OF_PERIOD = """
create or replace temp table recent_call as
select scored_call.* from core.scored_call cross join period
where call_date >= period.first_date
"""

_ANSWERS = """
create or replace temp table recent_answer as
select
    call.agent_id, call.call_id, call.call_date, call.started_at, call.language,
    answer.scorecard_id, answer.question, answer.answer, answer.rule_ids
from core.answer
inner join core.call using (call_date, call_id)
cross join period
where answer.call_date >= period.first_date and answer.answer in ('yes', 'no')
"""

_SKILLS = """
create or replace temp table skill as
with counts as (
    select
        agent_id, scorecard_id, question,
        count(*) filter (where answer = 'yes') as yes_count,
        count(*) as answered_count,
        max_by(rule_ids, started_at) as rule_ids
    from recent_answer
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

titles as (
    select scorecard_id, question, max_by(title, scorecard_version) as title
    from core.question
    group by all
),

reasons as (
    select rule_id, max_by(why, rule_version) as why
    from core.rule
    group by rule_id
)

select
    agent_id, scorecard_id, question,
    coalesce(title, question) as title, yes_count, answered_count, rule_ids,
    mart.wilson_low(yes_count, answered_count) as yes_ratio_low,
    mart.wilson_high(yes_count, answered_count) as yes_ratio_high,
    others_yes_count / nullif(others_answered_count, 0) as others_yes_ratio,
    answered_count >= mart.minimum_count() and coalesce(
        yes_ratio_low > mart.wilson_high(others_yes_count, others_answered_count), false
    ) as surely_better,
    answered_count >= mart.minimum_count() and coalesce(
        yes_ratio_high < mart.wilson_low(others_yes_count, others_answered_count), false
    ) as surely_worse,
    coalesce(why, '') as why
from others
left join titles using (scorecard_id, question)
left join reasons on reasons.rule_id = rule_ids[1]
"""

_AGENTS = """
select
    agent_id, max_by(agent_name, started_at) as agent_name, max_by(team, started_at) as team,
    max_by(supervisor_id, started_at) as supervisor_id,
    max_by(call.supervisor_name, started_at) as supervisor_name,
    any_value(period.last_date) as last_date,
    count(*) as call_count,
    count(*) filter (where flag_count > 0) as flagged_call_count,
    avg(score) as score_mean,
    mart.mean_margin(stddev_samp(score), count(score)) as score_margin
from recent_call
inner join (select call_date, call_id, supervisor_name from core.call) as call
    using (call_date, call_id)
cross join period
group by agent_id
order by team, agent_name, agent_id
"""

_WEEKS = f"""
select week, call_count, score_count, score_mean, score_margin, flagged_call_count
from agent_week
where agent_id = $agent_id
order by week desc
limit {WEEKS_SHOWN}
"""

_STRENGTHS = f"""
select * exclude (agent_id)
from skill
where agent_id = $agent_id and not surely_worse and 2 * yes_count > answered_count
order by surely_better desc, yes_ratio_low desc, question
limit {SKILLS_SHOWN}
"""

_AREAS = f"""
select * exclude (agent_id)
from skill
where agent_id = $agent_id and not surely_better and yes_count < answered_count
order by surely_worse desc, yes_ratio_high, question
limit {SKILLS_SHOWN}
"""

# One clip a call, the latest calls first: the first place that the answering rules rest on.
_CLIPS = f"""
select
    recent.call_id, recent.call_date, any_value(recent.language) as language,
    min_by(evidence.role, evidence.start_s) as role,
    min(evidence.start_s) as start_s,
    min_by(evidence.quote, evidence.start_s) as quote
from recent_answer as recent
inner join core.evidence
    on recent.call_date = evidence.call_date
    and recent.call_id = evidence.call_id
    and list_contains(recent.rule_ids, evidence.rule_id)
where
    recent.agent_id = $agent_id
    and recent.scorecard_id = $scorecard_id
    and recent.question = $question
    and recent.answer = $answer
group by recent.call_id, recent.call_date, recent.started_at
order by recent.started_at desc
limit {CLIPS_SHOWN}
"""

_CALLS = """
select call_id, call_date, queue, language, duration_s, score, flag_count
from recent_call
where agent_id = $agent_id and {condition}
order by {order}
limit {limit}
"""

_BEST = _CALLS.format(
    condition="flag_count = 0 and not auto_fail and score is not null",
    order="score desc, started_at desc",
    limit=CALLS_SHOWN,
)
_FLAGGED = _CALLS.format(
    condition="flag_count > 0", order="flag_count desc, started_at desc", limit=CALLS_SHOWN
)

_COMMITMENTS = """
select held_at, made_by, promise, due_on, status
from core.commitment
inner join core.coaching_session using (session_id)
where agent_id = $agent_id
qualify held_at = max(held_at) over ()
order by made_by, commitment_id
"""


class AgentReader:
    """Reads agents' records out of a snapshot."""

    def __init__(
        self, connection: duckdb.DuckDBPyConnection, coaching: Mapping[str, str] | None = None
    ) -> None:
        """Prepare the last four weeks.

        Args:
            connection: To a snapshot.
            coaching: Suggested wording by rule id.
        """
        self._connection = connection
        self._coaching = coaching or {}
        for sql in (_PERIOD, _WEEKLY, _CALLS_OF_PERIOD, _ANSWERS, _SKILLS):
            connection.execute(sql)

    def records(self, agent_ids: Iterable[str] | None = None) -> Iterator[AgentRecord]:
        """Everybody with a call in the last four weeks, or some of them, in order of team."""
        wanted = None if agent_ids is None else set(agent_ids)
        for row in rows_of(self._connection, _AGENTS):
            if wanted is None or row["agent_id"] in wanted:
                yield self._record(row)

    def _record(self, row: dict[str, Any]) -> AgentRecord:
        agent = {"agent_id": row["agent_id"]}
        weeks = [Week(**week) for week in rows_of(self._connection, _WEEKS, **agent)]
        return AgentRecord(
            **row,
            weeks=tuple(reversed(weeks)),
            strengths=tuple(self._skills(_STRENGTHS, "yes", **agent)),
            areas=tuple(self._skills(_AREAS, "no", **agent)),
            best_calls=tuple(
                NotableCall(**call) for call in rows_of(self._connection, _BEST, **agent)
            ),
            flagged_calls=tuple(
                NotableCall(**call) for call in rows_of(self._connection, _FLAGGED, **agent)
            ),
            commitments=tuple(
                Commitment(**one) for one in rows_of(self._connection, _COMMITMENTS, **agent)
            ),
        )

    def _skills(self, sql: str, answer: str, agent_id: str) -> Iterator[Skill]:
        for row in rows_of(self._connection, sql, agent_id=agent_id):
            rule_ids = row.pop("rule_ids")
            clips = rows_of(
                self._connection,
                _CLIPS,
                agent_id=agent_id,
                answer=answer,
                scorecard_id=row["scorecard_id"],
                question=row["question"],
            )
            suggested = (self._coaching.get(rule_id, "") for rule_id in rule_ids)
            yield Skill(
                **row,
                coaching=next(filter(None, suggested), ""),
                clips=tuple(Clip(**clip) for clip in clips),
            )
