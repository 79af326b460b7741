"""Reasons in a reader's language, with localised numbers and display names of metrics."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from models.reasons.reason import told
from models.reasons.value_kinds import ValueKind
from models.timecode import clock
from warehouse.reports.site.terms import METRIC_NAMES, value_name

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from models.reasons.reason import Reason
    from warehouse.reports.site.translation import Language


def reason_in(locale: Language, reason: Reason) -> str:
    """A reason in a reader's language."""

    def message(one: str, many: str, count: int) -> str:
        return locale.plural(one, many, count) if many else locale.text(one)

    return told(reason, _shown_in(locale), message)


def _shown_in(locale: Language) -> Mapping[ValueKind, Callable[[Any], str]]:
    """The formatter of each kind of value."""

    def term(name: str) -> str:
        return locale.text(value_name(name))

    def metric(name: str) -> str:
        return locale.text("“%(name)s”") % {"name": locale.text(METRIC_NAMES.get(name, name))}

    return {
        ValueKind.SECOND: clock,
        ValueKind.NUMBER: lambda number: locale.number(number, 2),
        ValueKind.SHARE: locale.percent,
        ValueKind.COUNT: locale.number,
        ValueKind.ROLE: locale.text,
        ValueKind.CHANNEL: lambda channel: locale.number(channel + 1),
        ValueKind.METRIC: metric,
        ValueKind.NAME: str,
        ValueKind.TERM: term,
        ValueKind.TERMS: lambda names: " / ".join(map(term, names)),
        ValueKind.REASON: lambda reason: reason_in(locale, reason),
        ValueKind.REASONS: lambda facts: "; ".join(reason_in(locale, fact) for fact in facts),
        ValueKind.TEXT: str,
    }
