"""Figures of a period, read from a snapshot: shares and means with intervals."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from warehouse.reports.management.records import Figure, SurveyRow, TeamRow
from warehouse.reports.site.rows import rows_by, rows_of
from warehouse.sql_files import sql_of

if TYPE_CHECKING:
    from warehouse.reports.management.targets import Targets
    from warehouse.reports.site.period import Period
    from warehouse.snapshot.connection import Connection

FIGURE_NAMES = {
    "score_mean": "mean score of the calls",
    "pass_ratio": "checks that passed",
    "auto_fail_ratio": "auto-failed calls",
    "critical_call_ratio": "calls with a critical flag",
    "flagged_call_ratio": "calls with any flag",
    "resolved_ratio": "contacts resolved at first contact (no repeat within seven days)",
    "escalation_ratio": "calls with a complaint, a threat to leave or a request for a supervisor",
    "duration_mean_s": "mean call duration",
    "handle_time_mean_s": "mean handle time, with the work after the call",
    "hold_mean_s": "mean hold time",
    "cannot_tell_ratio": "inconclusive checks",
}
"""Display names of the figures, in the order of the report."""

FIGURE_ACTIONS = {
    "score_mean": (
        "Hear the linked calls with the supervisors, and agree on one step and a day for it."
    ),
    "pass_ratio": (
        "Hear the linked calls, choose the check that fails most, and practise it in the next team"
        " meetings."
    ),
    "auto_fail_ratio": (
        "Go through each auto-failed call with its agent this week, and remind all agents of what"
        " failed it."
    ),
    "critical_call_ratio": (
        "Have supervisors review the linked calls today, and record a follow-up with an owner and a"
        " day."
    ),
    "flagged_call_ratio": (
        "Hear the linked calls, and brief all agents on the flag that recurs most."
    ),
    "resolved_ratio": (
        "Hear the linked first calls, find out why the customers called again, and correct that"
        " answer or process."
    ),
    "escalation_ratio": (
        "Hear in the linked calls what came before, and practise the first answer to a complaint."
    ),
    "duration_mean_s": (
        "Hear the linked calls, and shorten what takes longest: identification, searches or"
        " explanations."
    ),
    "handle_time_mean_s": (
        "Hear the linked calls, and remove the step that takes agents longest, in the call or after"
        " it."
    ),
    "hold_mean_s": (
        "Find in the linked calls what agents look up on hold, and put it where they see it at"
        " once."
    ),
    "cannot_tell_ratio": (
        "Have the recordings of the linked calls examined: channels, volume, noise."
    ),
}
"""The corrective action for a figure that misses its target or gets worse."""

_NOTHING: dict[str, Any] = {"count": 0} | dict.fromkeys(
    ("value", "low", "high", "before", "change_low", "change_high")
)


def read_figures(
    connection: Connection, targets: Targets, settled: Period | None
) -> tuple[Figure, ...]:
    """All figures; those without cases have no value.

    Args:
        connection: A connection to a snapshot.
        targets: The targets of the figures.
        settled: The last period of which it is known which contacts were resolved.
    """
    dates = {
        "first_date": settled and settled.first_date,
        "last_date": settled and settled.last_date,
        "before_date": settled and settled.before.first_date,
    }
    rows = rows_of(connection, sql_of(__file__, "shares"), **dates) + rows_of(
        connection, sql_of(__file__, "means")
    )
    found = {row.pop("name"): row for row in rows}
    return tuple(
        Figure(
            name=name,
            target=targets.of(name),
            of=settled if name == "resolved_ratio" else None,
            **found.get(name, _NOTHING),
        )
        for name in FIGURE_NAMES
    )


def read_teams(connection: Connection, targets: Targets) -> tuple[TeamRow, ...]:
    """The figures of each team, with its own targets or else those of all teams."""
    rows = rows_by(connection, sql_of(__file__, "team_figures"), "team", "call_count")
    teams = []
    for (team, call_count), figures in rows.items():
        found = {
            row["name"]: Figure(target=targets.of_team(team, row["name"]), **row) for row in figures
        }
        teams.append(
            TeamRow(
                team=team,
                call_count=call_count,
                score=found["score_mean"],
                flagged=found["flagged_call_ratio"],
            )
        )
    return tuple(teams)


def read_surveys(connection: Connection) -> tuple[SurveyRow, ...]:
    """What customers answered about the calls of the period."""
    about = ("question", "scale", "call_count", "score_mean")
    return tuple(
        SurveyRow(
            **{name: row.pop(name) for name in about},
            top=Figure(name="top_ratio", target=None, **row),
        )
        for row in rows_of(connection, sql_of(__file__, "surveys"))
    )
