"""The markup that a page has by the hundred: made here, since a template takes many times as long.

Whatever comes from a call is escaped where it is put in; what is not escaped is a number of ours,
the value of an enum, or markup that has been escaped before.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Any

from markupsafe import Markup, escape

from qa_rules.evaluation.reasons import clock
from warehouse.reports.site.reasons import reason_in

if TYPE_CHECKING:
    from collections.abc import Sequence

    from models.transcript import Turn
    from qa_rules.results import Evidence
    from warehouse.reports.calls.human_judgements import Judgement
    from warehouse.reports.calls.timeline import Span, Timeline
    from warehouse.reports.calls.view import FindingView
    from warehouse.reports.site.translation import Language

_REDACTED = re.compile(r"\[([a-z_]+)\]")
_THINNEST_PCT = 0.1
_TO = " \N{EN DASH} "

SEVERITY_SHAPES = {
    "critical": '<path d="M5 .6 9.8 9.4H.2z"/>',
    "major": '<path d="M5 .2 9.8 5 5 9.8.2 5z"/>',
    "minor": '<circle cx="5" cy="5" r="4"/>',
}
"""Severities are told apart by shape and word first, by colour last."""


class PageMarkup:
    """Markup in one language."""

    def __init__(self, tongue: Language) -> None:
        """Take the language; the words of every page are looked up and escaped once."""
        self._tongue = tongue
        self._term = cache(lambda message: Markup(tongue.text(message) % {}))  # noqa: S704  ours
        self._severity = cache(self._draw_severity)

    def message(self, message: str, **values: Any) -> Markup:
        """A message of the catalogue, filled in with escaped values."""
        if not values:
            return self._term(message)
        text = self._tongue.text(message)
        return Markup(text % {name: escape(value) for name, value in values.items()})  # noqa: S704

    def messages(self, one: str, many: str, num: int, **values: Any) -> Markup:
        """The form of a message that goes with a count."""
        text = self._tongue.plural(one, many, num)
        known = {name: escape(value) for name, value in {"num": num, **values}.items()}
        return Markup(text % known)  # noqa: S704  escaped

    def severity(self, name: str) -> Markup:
        """A severity as shape and word."""
        return self._severity(name)

    def at(self, seconds: float) -> Markup:
        """A link to a second of the page's recording."""
        return Markup(_at(seconds))  # noqa: S704  numbers only

    def quoted(self, text: str) -> Markup:
        """A redacted quote in which every masked span is a mark with its kind in words."""
        return Markup(self._marked(text))  # noqa: S704  escaped

    def turn(self, turn: Turn) -> Markup:
        """A turn of the transcript, each word in a span of its own, with its start beside it."""
        starts = " ".join([f"{word.start_s:.2f}" for word in turn.words])
        text = "\0".join([word.text.replace("\0", "") for word in turn.words])
        spans = self._marked(text).replace("\0", "</span> <span>")
        return Markup(  # noqa: S704  escaped
            f'<li class="turn {turn.role}" data-end="{turn.end_s:.2f}">'
            f'<p class="who" lang="{self._tongue.code}">{_at(turn.start_s)} {self._role(turn.role)}'
            f'</p><p class="words" data-starts="{starts}"><span>{spans}</span></p></li>\n'
        )

    def finding(self, view: FindingView, spoken: str) -> Markup:
        """A finding as a card.

        Args:
            view: The finding in the words of its rule.
            spoken: Language of the call.
        """
        finding = view.finding
        rule_id = escape(finding.rule_id)
        places = "".join([self._place(place, escape(spoken)) for place in finding.evidence])
        matters = f'<p class="why">{escape(view.matters)}</p>' if view.matters else ""
        sure = self.message("%(share)s sure", share=self._tongue.percent(finding.confidence))
        version = self.message("version %(number)s", number=finding.rule_version)
        return Markup(  # noqa: S704  escaped
            f'<li class="finding {finding.severity}" id="{rule_id}">'
            f"<h3>{self._severity(finding.severity)} {escape(view.title)}</h3>{places}"
            f"<p>{escape(reason_in(self._tongue, finding.why))}</p>{matters}"
            f"{self.judged(view.judgement)}"
            f'<p class="small">{sure} · <code>{rule_id}</code> {version}</p></li>\n'
        )

    def judged(self, judgement: Judgement | None) -> Markup:
        """What a reviewer said of a finding or an answer, when, and what the machine had said."""
        if judgement is None:
            return Markup()
        day = self._tongue.day(judgement.judged_on)
        if judgement.confirms:
            said = self.message("A reviewer confirmed this on %(day)s.", day=day)
        else:
            said = self.message(
                "A reviewer said “%(value)s” on %(day)s; the machine had said “%(machine)s”.",
                value=self.value(judgement.value),
                machine=self.value(judgement.machine_value),
                day=day,
            )
        return Markup(  # noqa: S704  escaped
            f'<p class="judged"><strong>{said}</strong> {escape(judgement.reason)}</p>'
        )

    def value(self, name: str) -> Markup:
        """A name that the data hold, such as an outcome or a kind of personal data, in words."""
        return escape(self._tongue.text(name.replace("_", " ")))

    def bars(self, line: Timeline, spans: Sequence[Span], box: tuple[float, float]) -> Markup:
        """Stretches of a call on its time line, at a height and of a height."""
        y, height = box
        places = [(line.pct(start_s), line.pct(end_s)) for start_s, end_s in spans]
        return Markup(  # noqa: S704  numbers only
            "".join(
                [
                    f'<rect x="{start}%" y="{y}" width="{max(end - start, _THINNEST_PCT):.4g}%"'
                    f' height="{height}" rx="2"/>'
                    for start, end in places
                ]
            )
        )

    def _place(self, place: Evidence, spoken: str) -> str:
        if place.turn is None:
            searched = self.message("Searched")
            return (
                f'<p class="small">{searched} {_at(place.start_s)}{_TO}'
                f"{clock(place.end_s)}, {self._term(place.role)}</p>"
            )
        return (
            f"<blockquote>{_at(place.start_s)} {self._role(place.role)}"
            f' <span lang="{spoken}">{self._marked(place.quote)}</span></blockquote>'
        )

    def _role(self, role: str) -> str:
        return f'<span class="role {role}">{self._term(role)}</span>'

    def _draw_severity(self, name: str) -> Markup:
        return Markup(  # noqa: S704  ours
            f'<span class="severity {escape(name)}"><svg viewBox="0 0 10 10" aria-hidden="true">'
            f"{SEVERITY_SHAPES.get(name, '')}</svg>{self._term(name)}</span>"
        )

    def _marked(self, text: str) -> str:
        escaped = str(escape(text))
        if "[" not in escaped:
            return escaped
        return _REDACTED.sub(self._mark, escaped)

    def _mark(self, match: re.Match[str]) -> str:
        return f'<mark title="{self.message("masked")}">{self.value(match[1])}</mark>'


def _at(seconds: float) -> str:
    return f'<a class="at-link" href="#t={seconds:.1f}">{clock(seconds)}</a>'
