"""Markup of call pages at the desk: beside a flag are its decisions, and fields for another one."""

from __future__ import annotations

from functools import cache, partial
from typing import TYPE_CHECKING
from urllib.parse import quote

from markupsafe import Markup, escape

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
        path = f"{self._root}/decisions/{quote(rule_id, safe='')}/{quote(call_id, safe='')}"
        return Markup(  # noqa: S704  escaped
            f'<div class="decision" hx-get="{escape(path)}" hx-trigger="load"></div>'
        )


@cache
def markup_below(root: str) -> Callable[[Language], PageMarkup]:
    """The markup of a desk that is offered at a path; the same object each time."""
    return partial(DeskMarkup, root=root)
