"""The markup that a page has by the hundred: made here, since a template takes many times as long.

Whatever comes from a call is escaped where it is put in; what is not escaped is a number of ours,
the value of an enum, or markup that has been escaped before.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Any

from markupsafe import Markup, escape

from models.timecode import clock

if TYPE_CHECKING:
    from collections.abc import Callable

    from warehouse.reports.site.translation import Language

_REDACTED = re.compile(r"\[([a-z_]+)\]")

SEVERITY_SHAPES = {
    "critical": '<path d="M5 .6 9.8 9.4H.2z"/>',
    "major": '<path d="M5 .2 9.8 5 5 9.8.2 5z"/>',
    "minor": '<circle cx="5" cy="5" r="4"/>',
}
"""Severities are told apart by shape and word first, by colour last."""


class PageMarkup:
    """Markup that any page has, in one language."""

    def __init__(self, locale: Language) -> None:
        """Take the language; the words of every page are looked up and escaped once."""
        self.locale = locale
        self.term = cache(lambda message: Markup(locale.text(message) % {}))  # noqa: S704  ours
        self._severity = cache(self._draw_severity)

    def message(self, message: str, **values: Any) -> Markup:
        """A message of the catalogue, filled in with escaped values."""
        if not values:
            return self.term(message)
        text = self.locale.text(message)
        return Markup(text % {name: escape(value) for name, value in values.items()})  # noqa: S704

    def messages(self, one: str, many: str, num: int, **values: Any) -> Markup:
        """The form of a message that goes with a count."""
        text = self.locale.plural(one, many, num)
        known = {name: escape(value) for name, value in {"num": num, **values}.items()}
        return Markup(text % known)  # noqa: S704  escaped

    def filters(self) -> dict[str, Callable[..., Any]]:
        """What templates call this markup, by the name they use."""
        return {
            "at": self.at,
            "quoted": self.quoted,
            "severity": self.severity,
            "value": self.value,
        }

    def severity(self, name: str) -> Markup:
        """A severity as shape and word."""
        return self._severity(name)

    def at(self, seconds: float) -> Markup:
        """A link to a second of the page's recording."""
        return Markup(at_link(seconds))  # noqa: S704  numbers only

    def quoted(self, text: str) -> Markup:
        """A redacted quote in which every masked span is a mark with its kind in words."""
        return Markup(self.marked(text))  # noqa: S704  escaped

    def value(self, name: str) -> Markup:
        """A name that the data hold, such as an outcome or a kind of personal data, in words."""
        return escape(self.locale.text(name.replace("_", " ")))

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
