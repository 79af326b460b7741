"""Markup of call pages at the desk: beside a flag are its decisions, and fields for another one."""

from __future__ import annotations

from functools import cache, partial
from typing import TYPE_CHECKING

from markupsafe import Markup, escape

from flows.desk.records.reviews import Subject
from flows.desk.web.review.judging import path_of
from warehouse.reports.calls.markup import CallMarkup

if TYPE_CHECKING:
    from collections.abc import Callable

    from warehouse.reports.site.markup import PageMarkup
    from warehouse.reports.site.translation import Language


class DeskMarkup(CallMarkup):
    """Markup of the desk's pages, in one language."""

    def __init__(self, locale: Language, root: str) -> None:
        """Use this language, below this path."""
        super().__init__(locale)
        self._root = root

    def review_fields(self, call_id: str, rule_id: str, _outcome: str) -> Markup:
        """The place of the decisions on a flag, which come from an address of their own."""
        path = escape(self._root + path_of(Subject(call_id, rule_id)))
        text = escape(self.message("Decide"))
        return Markup(  # noqa: S704  escaped
            f'<div class="decision" hx-get="{path}" hx-trigger="load">'
            f'<a href="{path}">{text}</a></div>'
        )


@cache
def markup_below(root: str) -> Callable[[Language], PageMarkup]:
    """The markup of a desk that is offered at a path; the same object each time."""
    return partial(DeskMarkup, root=root)
