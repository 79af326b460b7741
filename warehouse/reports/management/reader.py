"""Reading of the management report of a week or month from a snapshot."""

from __future__ import annotations

from datetime import timedelta
from itertools import groupby
from typing import TYPE_CHECKING

from warehouse.reports.agents.reader import WEEKS_SHOWN
from warehouse.reports.agents.records import Week
from warehouse.reports.calls.security_codes import code_counts
from warehouse.reports.management.figures import read_figures, read_surveys, read_teams
from warehouse.reports.management.points import achievements, challenges, prepare_answers
from warehouse.reports.management.records import (
    Adoption,
    Cost,
    ManagementReport,
    PrivacyRow,
)
from warehouse.reports.site.catalogue import SOURCE_LANGUAGE
from warehouse.reports.site.period import week_of
from warehouse.reports.site.rows import rows_of
from warehouse.reports.site.rule_texts import gather_titles
from warehouse.sql_files import sql_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from warehouse.reports.management.records import Point
    from warehouse.reports.management.targets import Targets
    from warehouse.reports.site.period import Period
    from warehouse.snapshot.connection import Connection

ADOPTION_WEEKS = 12
"""Weeks for which the adoption of a change is reported."""

_KNOWN_AFTER_DAYS = 8
"""Days until it is known whether a contact was resolved, as in `mart.repeat_contacts`."""

_SET_ASIDE = """
select count(*) as quarantined_count from core.quarantine
where (select max(call_date) from core.call) <= $last_date
"""


def read_report(
    connection: Connection,
    period: Period,
    targets: Targets,
    language: str = SOURCE_LANGUAGE,
) -> ManagementReport | None:
    """The report of a period in the reader's language; None without evaluated calls."""
    dates = {"first_date": period.first_date, "last_date": period.last_date}
    connection.execute(
        sql_of(__file__, "reported"), {**dates, "before_date": period.before.first_date}
    )
    (counts,) = rows_of(connection, sql_of(__file__, "counts"))
    if not counts["call_count"]:
        return None
    gather_titles(connection, language)
    prepare_answers(connection)
    settled = _settled(connection, period)
    figures = read_figures(connection, targets, settled)
    adoptions = tuple(_adoptions(connection, period))
    (set_aside,) = rows_of(connection, _SET_ASIDE, last_date=period.last_date)
    inputs = (connection, figures, adoptions, targets, dates)
    return ManagementReport(
        period=period,
        **counts,
        figures=figures,
        weeks=_weeks(connection, period),
        achievements=_by_kind(achievements(*inputs)),
        challenges=_by_kind(challenges(*inputs)),
        adoptions=adoptions,
        privacy=tuple(
            PrivacyRow(**row) for row in rows_of(connection, sql_of(__file__, "privacy"))
        ),
        codes=code_counts(connection, period.first_date, period.last_date),
        teams=read_teams(connection, targets),
        teamless_targets=_without_calls(connection, targets),
        surveys=read_surveys(connection),
        costs=_costs(connection, period, settled),
        **set_aside,
    )


def last_week(connection: Connection) -> Period | None:
    """The week of the last call; None without calls."""
    (day,) = connection.execute("select max(call_date) from core.call").fetchone() or (None,)
    return week_of(day) if day else None


def _settled(connection: Connection, period: Period) -> Period | None:
    """The period if it is known which of its contacts were resolved, or else the last such week.

    A month has the contacts of its first weeks until all are known.
    """
    (newest,) = connection.execute("select max(call_date) from core.call").fetchone() or (None,)
    if newest is None or not period.is_week:
        return period
    known = newest - timedelta(days=_KNOWN_AFTER_DAYS)
    if period.last_date <= known:
        return period
    week = week_of(known)
    return week if week.last_date == known else week.before


def _weeks(connection: Connection, period: Period) -> tuple[Week, ...]:
    rows = rows_of(
        connection, sql_of(__file__, "weeks"), last_date=period.last_date, weeks_shown=WEEKS_SHOWN
    )
    return tuple(Week(**row) for row in reversed(rows))


def _costs(connection: Connection, period: Period, settled: Period | None) -> tuple[Cost, ...]:
    rows = rows_of(
        connection,
        sql_of(__file__, "costs"),
        first_date=period.first_date,
        last_date=period.last_date,
        settled_first=settled and settled.first_date,
        settled_last=settled and settled.last_date,
    )
    return tuple(Cost(**row) for row in rows)


def _without_calls(connection: Connection, targets: Targets) -> tuple[str, ...]:
    """Teams of the targets that never had a call, as after a misspelt name."""
    known = connection.execute("select distinct team from core.call").fetchall()
    return tuple(sorted(targets.teams.keys() - {team for (team,) in known}))


def _by_kind(points: Iterable[Point]) -> dict[str, list[Point]]:
    kinds: dict[str, list[Point]] = {}
    for point in points:
        kinds.setdefault(point.kind, []).append(point)
    return kinds


def _adoptions(connection: Connection, period: Period) -> Iterator[Adoption]:
    rows = rows_of(
        connection,
        sql_of(__file__, "adoptions"),
        last_date=period.last_date,
        weeks_shown=ADOPTION_WEEKS,
    )
    for _, of_one in groupby(rows, key=lambda row: (row["rule_id"], row["rule_version"])):
        weeks = list(of_one)
        last = weeks[-1]
        yield Adoption(
            rule_id=last["rule_id"],
            title=last["title"],
            rule_version=last["rule_version"],
            effective_from=last["effective_from"],
            ratios=tuple(
                (week["pass_ratio"], week["pass_ratio_low"], week["pass_ratio_high"])
                for week in weeks
            ),
            judged_count=last["judged_count"],
            earlier_ratio=last["earlier_pass_ratio"],
        )
