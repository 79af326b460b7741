"""Markup that pages repeat by the hundred, built in Python since templates are much slower.

Content of calls is escaped where it is inserted; unescaped parts are numbers, enum values, or
markup that has been escaped before.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Any

from markupsafe import Markup, escape

from models.timecode import clock
from qa_rules.evaluation.severity import CLEAR
from warehouse.reports.site.terms import value_name

if TYPE_CHECKING:
    from collections.abc import Callable

    from warehouse.reports.site.translation import Language

_REDACTED = re.compile(r"\[([a-z_]+)\]")

SEVERITY_SHAPES = {
    "critical": '<path d="M5 .6 9.8 9.4H.2z"/>',
    "major": '<path d="M5 .2 9.8 5 5 9.8.2 5z"/>',
    "minor": '<circle cx="5" cy="5" r="4"/>',
}
"""Severities differ by shape and word, not only by colour."""


class PageMarkup:
    """Markup of all pages, in one language."""

    def __init__(self, locale: Language) -> None:
        """Use this language; common texts are looked up and escaped once."""
        self.locale = locale
        self.term = cache(lambda message: Markup(locale.text(message) % {}))  # noqa: S704  ours
        self._severity = cache(self._draw_severity)

    def message(self, message: str, **values: Any) -> Markup:
        """A message of the catalogue with escaped values."""
        if not values:
            return self.term(message)
        text = self.locale.text(message)
        return Markup(text % {name: escape(value) for name, value in values.items()})  # noqa: S704

    def messages(self, one: str, many: str, num: int, **values: Any) -> Markup:
        """The plural form of a message for a count."""
        text = self.locale.plural(one, many, num)
        known = {name: escape(value) for name, value in {"num": num, **values}.items()}
        return Markup(text % known)  # noqa: S704  escaped

    def filters(self) -> dict[str, Callable[..., Any]]:
        """The template filters, by name."""
        return {
            "at": self.at,
            "clarity": self.clarity,
            "quoted": self.quoted,
            "severity": self.severity,
            "value": self.value,
        }

    def severity(self, name: str) -> Markup:
        """A severity as shape and text."""
        return self._severity(name)

    def at(self, seconds: float) -> Markup:
        """A link to a second of the page's recording."""
        return Markup(at_link(seconds))  # noqa: S704  numbers only

    def clarity(self, confidence: float) -> Markup:
        """Whether a finding rests on clear speech; its confidence is no probability to be right."""
        is_clear = confidence >= CLEAR
        return self.message("heard clearly") if is_clear else self.message("heard unclearly")

    def quoted(self, text: str) -> Markup:
        """A redacted quote in which every masked span is a mark with the name of its type."""
        return Markup(self.marked(text))  # noqa: S704  escaped

    def value(self, name: str) -> Markup:
        """The display name of a data value, such as an outcome or a type of personal data."""
        return escape(self.locale.text(value_name(name)))

    def _draw_severity(self, name: str) -> Markup:
        return Markup(  # noqa: S704  ours
            f'<span class="severity {escape(name)}"><svg viewBox="0 0 10 10" aria-hidden="true">'
            f"{SEVERITY_SHAPES.get(name, '')}</svg>{self.term(name)}</span>"
        )

    def marked(self, text: str) -> str:
        """A redacted text, escaped, in which every masked span is a mark."""
        escaped = str(escape(text))
        if "[" not in escaped:
            return escaped
        return _REDACTED.sub(self._mark, escaped)

    def _mark(self, match: re.Match[str]) -> str:
        return f'<mark title="{self.message("masked")}">{self.value(match[1])}</mark>'


def at_link(seconds: float) -> str:
    """A link to a second of the page's recording, as text that needs no escaping."""
    return f'<a class="at-link" href="#t={seconds:.1f}">{clock(seconds)}</a>'
