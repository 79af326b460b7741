"""Weeks and months of management reports."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

from warehouse.errors import WarehouseError

_WEEK = re.compile(r"(\d{4})-W(\d{2})")
_MONTH = re.compile(r"(\d{4})-(\d{2})")


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """A calendar week, from Monday, or a calendar month.

    Attributes:
        name: `2026-W47` or `2026-11`; sorts by time among its kind.
        first_date: Its first day.
        last_date: Its last day.
    """

    name: str
    first_date: date
    last_date: date

    @property
    def is_week(self) -> bool:
        """Whether it is a week; a month otherwise."""
        return "W" in self.name

    @property
    def before(self) -> Period:
        """The previous week or month."""
        last = self.first_date - timedelta(days=1)
        return week_of(last) if self.is_week else month_of(last)


def week_of(day: date) -> Period:
    """The week that a day is in, named as in ISO 8601."""
    year, week, weekday = day.isocalendar()
    monday = day - timedelta(days=weekday - 1)
    return Period(
        name=f"{year}-W{week:02}", first_date=monday, last_date=monday + timedelta(days=6)
    )


def month_of(day: date) -> Period:
    """The month that a day is in."""
    first = day.replace(day=1)
    next_first = (first + timedelta(days=31)).replace(day=1)
    return Period(name=f"{first:%Y-%m}", first_date=first, last_date=next_first - timedelta(days=1))


def week_named(name: str) -> Period:
    """The week of this name.

    Raises:
        WarehouseError: The name is invalid.
    """
    try:
        year, week = (int(part) for part in _parts(_WEEK, name))
        return week_of(date.fromisocalendar(year, week, 1))
    except ValueError:
        raise WarehouseError(f"{name} is not a week; expected one such as 2026-W47") from None


def month_named(name: str) -> Period:
    """The month of this name.

    Raises:
        WarehouseError: The name is invalid.
    """
    try:
        year, month = (int(part) for part in _parts(_MONTH, name))
        return month_of(date(year, month, 1))
    except ValueError:
        raise WarehouseError(f"{name} is not a month; expected one such as 2026-11") from None


def period_named(name: str) -> Period:
    """The week or month of this name.

    Raises:
        WarehouseError: The name is invalid.
    """
    return week_named(name) if "W" in name else month_named(name)


def _parts(pattern: re.Pattern[str], name: str) -> tuple[str, ...]:
    found = pattern.fullmatch(name)
    return found.groups() if found else ()
