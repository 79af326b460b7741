"""What shows that a file still holds something of a subject: names of calls, references, quotes."""

from __future__ import annotations

import html
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import quote

from warehouse.audio_folder import call_file_stem
from warehouse.query.decoded import UnreadableFileError, contents

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from pathlib import Path

_SHORT = 4


@dataclass(frozen=True, slots=True)
class Traces:
    """Texts to search for.

    Attributes:
        names: Ids of calls, pseudonyms, references, paths of recordings: found as whole words.
        quotes: Texts of turns.
    """

    names: frozenset[str]
    quotes: frozenset[str] = frozenset()
    _names: tuple[bytes, ...] = field(init=False, default=())
    _quotes: tuple[bytes, ...] = field(init=False, default=())

    def __post_init__(self) -> None:
        """Write each text as pages, JSON, URLs and names of files have it."""
        object.__setattr__(self, "_names", _forms(filter(None, self.names), is_name=True))
        object.__setattr__(self, "_quotes", _forms(filter(None, self.quotes), is_name=False))

    def are_in(self, content: bytes, *, with_quotes: bool = False) -> bool:
        """Whether any of them is in a content."""
        if any(_is_in(name, content) for name in self._names):
            return True
        return with_quotes and any(one in content for one in self._quotes)

    def are_in_file(self, path: Path, *, with_quotes: bool = False) -> bool:
        """Whether any of them is in a file, its name included, or in what it stands for.

        Raises:
            UnreadableFileError: It cannot be read or decoded.
        """
        if self.are_in(path.name.encode(errors="surrogateescape")):
            return True
        if path.is_symlink() or not path.is_file():
            return False
        return any(self.are_in(one, with_quotes=with_quotes) for one in contents(path))

    def files_with(self, paths: Iterable[Path]) -> list[Path]:
        """The files that hold a name, and those that cannot be read, which may hold one."""
        return [path for path in paths if self._may_be_in(path)]

    def _may_be_in(self, path: Path) -> bool:
        try:
            return self.are_in_file(path)
        except UnreadableFileError:
            return True


def names_of_calls(call_ids: Collection[str]) -> set[str]:
    """What names calls: ids and stems of files.

    An id of few characters is also a figure elsewhere.
    """
    return {call_file_stem(one) for one in call_ids} | as_cells(call_ids)


def as_cells(texts: Collection[str]) -> set[str]:
    """Texts as they are searched for: those of few characters only as all of a cell."""
    found: set[str] = set()
    for one in texts:
        found |= {one} if len(one) >= _SHORT else {f'"{one}"', f">{one}<"}
    return found


def _forms(texts: Iterable[str], *, is_name: bool) -> tuple[bytes, ...]:
    forms: set[str] = set()
    for text in texts:
        as_json, as_ascii = (
            json.dumps(text, ensure_ascii=is_ascii)[1:-1] for is_ascii in (False, True)
        )
        forms |= {text, html.escape(text), html.escape(text, quote=False), as_json, as_ascii}
        if is_name:
            forms |= {quote(text, safe=""), quote(text)}
    return tuple(sorted(one.encode(errors="surrogatepass") for one in forms))


def _is_in(name: bytes, content: bytes) -> bool:
    """Whether a name is in a content, not as a part of a longer one."""
    at = content.find(name)
    while at >= 0:
        around = content[max(at - 1, 0) : at], content[at + len(name) : at + len(name) + 1]
        if not any(one.isalnum() for one in around):
            return True
        at = content.find(name, at + 1)
    return False
