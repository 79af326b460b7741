"""One damage: where it is, what is wrong, and what can be done about it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


class Damage(NamedTuple):
    """Something that is stored and is not as callqa wrote it.

    Attributes:
        path: The file, or what is missing.
        what: What is wrong, and what was expected.
        remedy: What `callqa repair` does; or, where it can do nothing, what a person can do.
        mend: Does what `remedy` says; None where only a person can.
    """

    path: Path
    what: str
    remedy: str
    mend: Callable[[], object] | None = None

    def __str__(self) -> str:
        """One line for a terminal."""
        return f"{self.path}: {self.what}"


def set_aside(path: Path) -> Path:
    """Rename a damaged file to a free name beside it, so that nothing is lost; returns the name."""
    number = 1
    while (aside := path.with_name(f"{path.name}.damaged-{number}")).exists():
        number += 1
    path.rename(aside)
    return aside
