"""Render a page: everything escaped, one style sheet inside, no request to anywhere."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

if TYPE_CHECKING:
    from datetime import date

_HOME = Path(__file__).parent
_REDACTED = re.compile(r"\[([a-z_]+)\]")


def render(template: str, **content: Any) -> bytes:
    """Fill a template of `templates/`."""
    return _environment().get_template(template).render(**content).encode()


def day(date: date) -> str:
    """A day as people write it: 2 March 2026."""
    return f"{date.day} {date:%B %Y}"


def quoted(text: str) -> Markup:
    """A redacted quote in which every masked span is a mark with its kind in words."""
    return Markup(_REDACTED.sub(_mark, str(escape(text))))  # noqa: S704  escaped just before


def _mark(match: re.Match[str]) -> str:
    return f'<mark title="masked">{match[1].replace("_", " ")}</mark>'


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(_HOME / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(day=day, quoted=quoted)
    style = (_HOME / "style.css").read_text()
    environment.globals["style"] = Markup(style)  # noqa: S704  a file of ours
    return environment
