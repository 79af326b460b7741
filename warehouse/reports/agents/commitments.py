"""The outcome of the commitments of each agent's last coaching session."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from warehouse.reports.agents.records import Commitment, Effect
from warehouse.reports.site.rows import rows_of
from warehouse.sql_files import sql_of

if TYPE_CHECKING:
    from warehouse.reports.site.rule_texts import RuleTexts
    from warehouse.snapshot.connection import Connection

_EFFECT = ("count", "ratio", "before", "peers_change", "gain", "gain_low", "gain_high")


@dataclass(frozen=True, slots=True)
class PromisedRow:
    """A commitment with its measured effect, as a row of the snapshot."""

    values: dict[str, Any]

    def commitment(self, texts: RuleTexts, language: str) -> Commitment:
        """The commitment in the reader's language."""
        told = {name: value for name, value in self.values.items() if name not in _EFFECT}
        rule_id = told.pop("rule_id")
        measured = {name: self.values[name] for name in _EFFECT}
        return Commitment(
            **told,
            check=texts.rule(rule_id, language).title if rule_id else "",
            effect=None if measured["count"] is None else Effect(**measured),
        )


def last_commitments(connection: Connection) -> dict[str, list[PromisedRow]]:
    """The commitments of each agent's last session, by agent."""
    agents: dict[str, list[PromisedRow]] = {}
    for row in rows_of(connection, sql_of(__file__, "last_commitments")):
        agents.setdefault(row.pop("agent_id"), []).append(PromisedRow(row))
    return agents
