"""Read a written page back: its tags, its text."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


class Page(HTMLParser):
    """The tags of a page with their attributes, and its text without style and script."""

    def __init__(self, path: Path) -> None:
        """Read the page."""
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self._silent = False
        self.feed(path.read_text())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep it."""
        self.tags.append((tag, dict(attrs)))
        self._silent = tag in {"style", "script"}

    def handle_endtag(self, _tag: str) -> None:
        """Style and script have ended."""
        self._silent = False

    def handle_data(self, data: str) -> None:
        """Keep what people read."""
        if not self._silent:
            self.text += data

    def attributes(self, tag: str) -> Iterator[dict[str, str | None]]:
        """The attributes of each of these tags."""
        return (attributes for name, attributes in self.tags if name == tag)

    @property
    def links(self) -> list[str]:
        """Everything that the page refers to."""
        names = ("href", "src", "action", "srcset", "poster")
        return [str(of[name]) for _, of in self.tags for name in names if name in of]
