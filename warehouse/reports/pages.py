"""Render a page: everything escaped, style and script inside, no request to anywhere."""

from __future__ import annotations

import base64
import hashlib
import re
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from qa_rules.wording import clock
from warehouse.reports.language import SOURCE_LANGUAGE, language

if TYPE_CHECKING:
    from collections.abc import Sequence

    from models.transcript import Word
    from warehouse.reports.language import Language

_HOME = Path(__file__).parent
_INSIDE = {"style": "style.css", "script": "call.js", "list_script": "list.js"}
_REDACTED = re.compile(r"\[([a-z_]+)\]")


def render(template: str, reader: str = SOURCE_LANGUAGE, **content: Any) -> bytes:
    """Fill a template of `templates/` in a language that the reader knows."""
    return _environment(reader).get_template(template).render(**content).encode()


def quoted(tongue: Language, text: str) -> Markup:
    """A redacted quote in which every masked span is a mark with its kind in words."""
    return Markup(_REDACTED.sub(partial(_mark, tongue), str(escape(text))))  # noqa: S704  escaped


def spoken(tongue: Language, words: Sequence[Word]) -> Markup:
    """A turn with every word in a span of its own; all at once, since a night has millions."""
    text = "\0".join(word.text.replace("\0", "") for word in words)
    spans = str(quoted(tongue, text)).replace("\0", "</span> <span>")
    return Markup(f"<span>{spans}</span>")  # noqa: S704  quoted has escaped it


def _mark(tongue: Language, match: re.Match[str]) -> str:
    kind = escape(tongue.text(match[1].replace("_", " ")))
    return f'<mark title="{escape(tongue.text("masked"))}">{kind}</mark>'


@cache
def _environment(reader: str) -> Environment:
    tongue = language(reader)
    environment = Environment(
        loader=FileSystemLoader(_HOME / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    environment.install_gettext_callables(  # type: ignore[attr-defined]  # the extension adds it
        tongue.text, tongue.plural, newstyle=True
    )
    environment.filters.update(
        day=tongue.day,
        short_day=tongue.short_day,
        month=tongue.month,
        capitalised=tongue.capitalised,
        time=tongue.time,
        number=tongue.number,
        percent=tongue.percent,
        clock=clock,
        quoted=partial(quoted, tongue),
        spoken=partial(spoken, tongue),
    )
    environment.globals["language"] = tongue.code
    for name, path in _INSIDE.items():
        content = (_HOME / path).read_text()
        environment.globals[name] = Markup(content)  # noqa: S704  a file of ours
        environment.globals[f"{name}_hash"] = _csp_hash(content)
    return environment


def _csp_hash(content: str) -> str:
    """What the page's security policy lets run or apply: this text and no other."""
    return f"sha256-{base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()}"
