"""Rendering of self-contained pages, with autoescaping and without external requests."""

from __future__ import annotations

import base64
import hashlib
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, pass_environment
from jinja2.filters import make_attrgetter
from markupsafe import Markup

from models.timecode import clock
from warehouse.reports.site.catalogue import SOURCE_LANGUAGE
from warehouse.reports.site.markup import PageMarkup
from warehouse.reports.site.reasons import reason_in
from warehouse.reports.site.translation import language, name_order

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from warehouse.reports.site.translation import Language

_HOME = Path(__file__).parent
STATIC = _HOME / "static"
"""Style sheet and scripts of the pages."""
_INSIDE = {
    "style": ("style.css",),
    "script": ("playing.js", "reviews.js", "call.js"),
    "list_script": ("playing.js", "reviews.js", "list.js"),
    "find_script": ("find.js",),
    "narrow_script": ("narrow.js",),
    "search_script": ("search.js",),
}
"""What pages contain: files of `static/`, joined, so that a page has one script."""


def render(
    template: str,
    reader: str = SOURCE_LANGUAGE,
    markup: Callable[[Language], PageMarkup] = PageMarkup,
    /,
    **content: Any,
) -> bytes:
    """Render a template of `templates/` in the reader's language.

    Args:
        template: Name of the file.
        reader: Code of the reader's language.
        markup: Markup that the template uses as filters.
        content: Variables of the template.
    """
    return page_environment(reader, markup).get_template(template).render(**content).encode()


@cache
def page_environment(
    reader: str, markup_of: Callable[[Language], PageMarkup] = PageMarkup, *before: Path
) -> Environment:
    """The templates in a reader's language.

    Args:
        reader: Code of the reader's language.
        markup_of: Markup that the templates use as filters.
        before: Folders whose templates take the place of those of the same name.
    """
    locale = language(reader)
    markup = markup_of(locale)
    environment = Environment(
        loader=FileSystemLoader([*before, _HOME / "templates"]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals.update(_=markup.message, gettext=markup.message, ngettext=markup.messages)
    environment.filters.update(
        day=locale.day,
        short_day=locale.short_day,
        month=locale.month,
        capitalised=locale.capitalised,
        time=locale.time,
        number=locale.number,
        percent=locale.percent,
        clock=clock,
        reason=partial(reason_in, locale),
        signed=locale.signed,
        by_name=by_name,
        **markup.filters(),
    )
    environment.globals["language"] = locale.code
    for name, files in _INSIDE.items():
        content = "".join((STATIC / file).read_text() for file in files)
        environment.globals[name] = Markup(content)  # noqa: S704  a file of ours
        environment.globals[f"{name}_hash"] = _csp_hash(content)
    return environment


@pass_environment
def by_name(environment: Environment, items: Iterable[Any], attribute: str = "") -> list[Any]:
    """Names, or records by a name, in the order of names; equal ones keep their order."""
    name = make_attrgetter(environment, attribute) if attribute else str
    return sorted(items, key=lambda item: name_order(name(item)))


def _csp_hash(content: str) -> str:
    """The source expression of a text for the page's content security policy."""
    return f"sha256-{base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()}"
