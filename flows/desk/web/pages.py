"""Pages of the desk in the reader's language, by the templates and style of the static pages."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fastapi.responses import HTMLResponse

from flows.desk.web.markup import markup_below
from flows.desk.web.navigation import entries_for
from warehouse.reports.site.render import STATIC, page_environment

if TYPE_CHECKING:
    from fastapi import Request

_HERE = Path(__file__).parent
_TEMPLATES = _HERE / "templates"

FILES = {
    "style.css": STATIC / "style.css",
    "playing.js": STATIC / "playing.js",
    "call.js": STATIC / "call.js",
    **{path.name: path for path in (_HERE / "static").iterdir()},
}
"""Files that every page may load, by name; those of the static pages are served as they are."""


def page(request: Request, template: str, *, status: int = 200, **content: Any) -> HTMLResponse:
    """Render a template.

    Args:
        request: What is answered.
        template: Name of a file of `templates/`, or of a template of the static pages.
        status: HTTP status.
        **content: Variables of the template; `desk` and `person` are always there.
    """
    person = request.state.person
    desk = request.app.state.desk
    reader = person.language if person else desk.centre.language
    environment = page_environment(reader, markup_below(desk.settings.root_path), _TEMPLATES)
    text = environment.get_template(template).render(
        root=desk.settings.root_path,
        version=version(),
        person=person,
        entries=entries_for(person) if person else (),
        here=request.url.path.removeprefix(desk.settings.root_path),
        **content,
    )
    return HTMLResponse(text, status)


@cache
def version() -> str:
    """A name of the state of all files, so that a browser keeps none of an older version."""
    content = b"".join(path.read_bytes() for _, path in sorted(FILES.items()))
    return hashlib.sha256(content).hexdigest()[:12]
