"""Markup of the repeated parts of call pages: turns, findings, bars of the time line."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from markupsafe import Markup, escape

from models.timecode import clock
from qa_rules.results import Outcome
from warehouse.reports.site.markup import PageMarkup, at_link
from warehouse.reports.site.reasons import reason_in

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from models.transcript import Turn, Word
    from qa_rules.results import Evidence
    from warehouse.reports.calls.human_judgements import Judgement
    from warehouse.reports.calls.timeline import Span, Timeline
    from warehouse.reports.calls.view import FindingView, FlaggedWords

_THINNEST_PCT = 0.1
RIGHT_OR_WRONG = {
    Outcome.FAIL: (Outcome.FAIL, Outcome.PASS),
    Outcome.CANNOT_TELL: (Outcome.FAIL, Outcome.PASS),
    Outcome.OBSERVED: (Outcome.OBSERVED, Outcome.NOT_APPLICABLE),
    Outcome.PASS: (Outcome.PASS, Outcome.NOT_APPLICABLE),
}
"""The outcome of a person who finds a flag right or wrong, by its outcome by the machine.

Older versions of callqa stored what an observing rule heard as a pass."""

_WORD_START = re.compile("<span>")
"""A masked word is a `mark` inside of its span, so these are the words and nothing else."""
_TO = " \N{EN DASH} "


class CallMarkup(PageMarkup):
    """Markup of pages that show the transcript of a call, in one language."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """The template filters, by name."""
        return super().filters() | {
            "bars": self.bars,
            "finding_item": self.finding,
            "judged": self.judged,
            "review_fields": self.review_fields,
            "turn_item": self.turn,
        }

    def turn(self, turn: Turn, flagged: Sequence[FlaggedWords] = ()) -> Markup:
        """A turn of the transcript, with each word in a span and the start times of the words.

        Args:
            turn: The turn.
            flagged: Its passages that support findings; their words are marked.
        """
        starts = " ".join([f"{word.start_s:.2f}" for word in turn.words])
        text = "\0".join([word.text.replace("\0", "") for word in turn.words])
        spans = f"<span>{self.marked(text).replace(chr(0), '</span> <span>')}</span>"
        if flagged:
            opened = iter([_word_start(word, flagged) for word in turn.words])
            spans = _WORD_START.sub(lambda _: next(opened), spans)
        return Markup(  # noqa: S704  escaped
            f'<li class="turn {turn.role}" data-end="{turn.end_s:.2f}">'
            f'<p class="who" lang="{self.locale.code}">'
            f"{at_link(turn.start_s)} {self._role(turn.role)}</p>"
            f'<p class="words" data-starts="{starts}">{spans}</p></li>\n'
        )

    def finding(self, view: FindingView, spoken: str, reviewed_call: str | None = None) -> Markup:
        """A finding as a card.

        Args:
            view: The finding with the texts of its rule.
            spoken: Language of the call.
            reviewed_call: The call, if the card has fields for a review.
        """
        finding = view.finding
        rule_id = escape(finding.rule_id)
        places = "".join([self._place(place, escape(spoken)) for place in finding.evidence])
        tags = "".join([f' <span class="badge">{escape(tag)}</span>' for tag in view.tags])
        matters = f'<p class="why">{escape(view.matters)}</p>' if view.matters else ""
        sure = self.clarity(finding.confidence)
        review = ""
        if reviewed_call is not None:
            review = self.review_fields(reviewed_call, finding.rule_id, finding.outcome)
        version = self.message("version %(number)s", number=finding.rule_version)
        return Markup(  # noqa: S704  escaped
            f'<li class="finding {finding.severity}" id="{rule_id}">'
            f"<h3>{self.severity(finding.severity)} {escape(view.title)}{tags}</h3>{places}"
            f"<p>{escape(reason_in(self.locale, finding.reason))}</p>{matters}"
            f"{self.judged(view.judgement)}{review}"
            f'<p class="small">{sure} · <code>{rule_id}</code> {version}</p></li>\n'
        )

    def judged(self, judgement: Judgement | None) -> Markup:
        """A review: the value, its date, and the value of the machine."""
        if judgement is None:
            return Markup()
        day = self.locale.day(judgement.judged_on)
        if judgement.confirms:
            said = self.message("A reviewer confirmed this on %(day)s.", day=day)
        else:
            said = self.message(
                "A reviewer chose “%(value)s” on %(day)s; the automatic result was “%(machine)s”.",
                value=self.value(judgement.value),
                machine=self.value(judgement.machine_value),
                day=day,
            )
        return Markup(  # noqa: S704  escaped
            f'<p class="judged"><strong>{said}</strong> {escape(judgement.reason)}</p>'
        )

    def review_fields(self, call_id: str, rule_id: str, outcome: str) -> Markup:
        """Fields for a review of a flag; the page's script shows them and keeps what is chosen.

        Args:
            call_id: The call.
            rule_id: The rule.
            outcome: Its outcome by the machine.
        """
        flag_id = escape(f"{call_id}/{rule_id}")
        right, wrong = RIGHT_OR_WRONG[Outcome(outcome)]
        names = {
            right: self.message("Right"),
            wrong: self.message("Wrong"),
            Outcome.CANNOT_TELL: self.message("Not sure"),
        }
        question, reason = self.message("Is this right?"), self.message("Reason")
        choices = "".join(
            [
                f'<label><input type="radio" name="{flag_id}" value="{value}"> {name}</label> '
                for value, name in names.items()
            ]
        )
        return Markup(  # noqa: S704  escaped
            f'<div class="review" data-flag="{flag_id}" data-call="{escape(call_id)}"'
            f' data-rule="{escape(rule_id)}" data-machine="{escape(outcome)}" hidden>'
            f"<fieldset><legend>{question}</legend> {choices}</fieldset>"
            f"<label>{reason}"
            f' <input type="text" class="reason" maxlength="500" autocomplete="off"></label>'
            f'<span class="small" role="status"></span></div>'
        )

    def bars(self, line: Timeline, spans: Sequence[Span], box: tuple[float, float]) -> Markup:
        """Bars on the time line, at a vertical position and of a height."""
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
                f'<p class="small">{searched} {at_link(place.start_s)}{_TO}'
                f"{clock(place.end_s)}, {self.term(place.role)}</p>"
            )
        return (
            f"<blockquote>{at_link(place.start_s)} {self._role(place.role)}"
            f' <span lang="{spoken}">{self.marked(place.quote)}</span></blockquote>'
        )

    def _role(self, role: str) -> str:
        return f'<span class="role {role}">{self.term(role)}</span>'


def _word_start(word: Word, flagged: Sequence[FlaggedWords]) -> str:
    """The start tag of a word; words of a flagged passage have its severity and title."""
    for passage in flagged:
        if word.start_s < passage.end_s and word.end_s > passage.start_s:
            return f'<span class="flagged {passage.severity}" title="{escape(passage.title)}">'
    return "<span>"
