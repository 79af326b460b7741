"""A small home folder after a run, made once and copied for each test."""

from __future__ import annotations

import shutil
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.night.recognitions.recorded_night import CALLS, run_night

RENDERING = "generic"
NAMES = ("lt-0001", "lt-0002", "lt-0003", "lt-0004", "lt-0005", "lt-0006")


@lru_cache(maxsize=1)
def _made() -> TemporaryDirectory[str]:
    folder = TemporaryDirectory(prefix="callqa-governed-")
    root = Path(folder.name)
    copy_calls(root / "calls")
    run_night(root / "home", RENDERING, root / "calls")
    return folder


def copy_calls(to: Path) -> None:
    """Copy the recordings and metadata of the calls."""
    to.mkdir()
    for path in sorted(CALLS.iterdir()):
        if path.stem in NAMES:
            shutil.copy2(path, to / path.name)


def governed_home(to: Path) -> tuple[Path, Path]:
    """A home folder and the source that was evaluated into it.

    Args:
        to: An existing folder, in which they are `home` and `calls`.
    """
    made = Path(_made().name)
    for name in ("home", "calls"):
        shutil.copytree(made / name, to / name, symlinks=True)
    return to / "home", to / "calls"
