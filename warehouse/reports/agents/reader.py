"""Reading of agents' records from a snapshot, with one set of queries for all agents."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from warehouse.reports.agents.commitments import last_commitments
from warehouse.reports.agents.records import AgentRecord, Clip, NotableCall, Skill, Week
from warehouse.reports.agents.service import ServiceReader
from warehouse.reports.site.faults import PageFaults
from warehouse.reports.site.rows import rows_by, rows_of
from warehouse.reports.site.translation import reads_source
from warehouse.sql_files import sql_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from warehouse.reports.site.rule_texts import RuleTexts
    from warehouse.snapshot.connection import Connection

WEEKS_SHOWN = 12
SKILLS_SHOWN = CLIPS_SHOWN = 3
CALLS_SHOWN = 4


class AgentReader:
    """Reads agents' records from a snapshot."""

    def __init__(
        self,
        connection: Connection,
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
        connection.execute(sql_of(__file__, "recent_call"))
        connection.execute(sql_of(__file__, "skill"), {"skills_shown": SKILLS_SHOWN})
        self._reader = reader
        self._texts = texts
        self._agents = rows_of(connection, sql_of(__file__, "agents"))
        self._weeks = rows_by(
            connection, sql_of(__file__, "agent_weeks"), "agent_id", weeks_shown=WEEKS_SHOWN
        )
        self._skills = rows_by(connection, sql_of(__file__, "skills"), "agent_id", "shown_answer")
        keys = ("agent_id", "scorecard_id", "question", "answer")
        self._clips = rows_by(connection, sql_of(__file__, "clips"), *keys, clips_shown=CLIPS_SHOWN)
        self._notable = rows_by(
            connection,
            sql_of(__file__, "notable_calls"),
            "agent_id",
            "is_flagged",
            calls_shown=CALLS_SHOWN + SKILLS_SHOWN * CLIPS_SHOWN,  # some are blamed elsewhere
        )
        self._commitments = last_commitments(connection)
        self._service = ServiceReader(connection, by_team=False)

    def records(self, agent_ids: Iterable[str] | None = None) -> Iterator[AgentRecord]:
        """All agents with a call in the last four weeks, or some of them, by team."""
        wanted = None if agent_ids is None else set(agent_ids)
        for row in self._agents:
            if wanted is None or row["agent_id"] in wanted:
                with self._faults.isolated(f"agent {row['agent_id']}"):
                    yield self._record(row)

    def _record(self, row: dict[str, Any]) -> AgentRecord:
        agent_id, language = row["agent_id"], self._reader(row["supervisor_id"])
        areas = self._shown(agent_id, "no", language)
        flagged = self._calls(self._notable[agent_id, True][:CALLS_SHOWN], language)
        blamed = {clip.call_id for area in areas for clip in area.clips}
        blamed |= {call.call_id for call in flagged}
        best = [one for one in self._notable[agent_id, False] if one["call_id"] not in blamed]
        return AgentRecord(
            **row,
            weeks=tuple(Week(**week) for week in self._weeks[agent_id,]),
            strengths=tuple(
                replace(one, clips=tuple(clip for clip in one.clips if clip.call_id not in blamed))
                for one in self._shown(agent_id, "yes", language)
            ),
            areas=areas,
            best_calls=self._calls(best[:CALLS_SHOWN], language),
            flagged_calls=flagged,
            commitments=tuple(
                one.commitment(self._texts, language) for one in self._commitments.get(agent_id, ())
            ),
            service=self._service.of(agent_id),
        )

    def _calls(self, rows: list[dict[str, Any]], language: str) -> tuple[NotableCall, ...]:
        return tuple(NotableCall(**self._told(row, "flags", language)) for row in rows)

    def _told(self, row: dict[str, Any], name: str, language: str) -> dict[str, Any]:
        """The row with the failed titles of the rules in one of its columns."""
        rules = [self._texts.rule(language=language, **rule) for rule in row[name] or ()]
        return {**row, name: tuple(rule.title_failed for rule in rules)}

    def _shown(self, agent_id: str, answer: str, language: str) -> tuple[Skill, ...]:
        """The questions to show with one answer."""
        rows = self._skills[agent_id, answer]
        return tuple(self._skill(agent_id, answer, row, language) for row in rows)

    def _skill(self, agent_id: str, answer: str, row: dict[str, Any], language: str) -> Skill:
        fields = dict(row)
        rule_ids = fields.pop("rule_ids")
        key = (agent_id, fields["scorecard_id"], fields["question"], answer)
        text = self._texts.first_rule(rule_ids, language)
        return Skill(
            **fields,
            title=self._texts.question(fields["scorecard_id"], fields["question"], language),
            why=text.why,
            coaching=text.coaching,
            clips=tuple(Clip(**self._told(one, "failed", language)) for one in self._clips[key]),
        )
