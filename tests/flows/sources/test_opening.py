"""Recordings are opened in child processes; one that kills its process costs no other."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import TYPE_CHECKING

from flows.sources.children import at_most
from flows.sources.opening import Opened, Problem, in_children, open_here, open_in_children
from models.call import QuarantineReason
from models.limits import DEFAULT_LIMITS
from tests.flows.sources.test_folder import recording

if TYPE_CHECKING:
    from collections.abc import Sequence


def _fragile(paths: Sequence[Path]) -> list[Opened]:
    """A decoder that crashes on one file and hangs on another."""
    if any(path.name == "crash.wav" for path in paths):
        os._exit(139)
    with at_most(0.2):
        while any(path.name == "hang.wav" for path in paths):
            time.sleep(0.05)
    return [Problem(QuarantineReason.EMPTY_FILE, path.name) for path in paths]


def test_what_kills_its_process_costs_no_other() -> None:
    """Each of the two is named, and the files beside them are opened all the same."""
    names = ["a.wav", "crash.wav", "b.wav", "hang.wav", "c.wav"]
    found = in_children(_fragile, [Path(name) for name in names])
    assert [one.reason.value for one in found if isinstance(one, Problem)] == [
        "empty_file",
        "corrupt_audio",
        "empty_file",
        "corrupt_audio",
        "empty_file",
    ]


def test_children_find_what_this_process_finds(tmp_path: Path) -> None:
    """Good, empty, broken and missing files are told alike."""
    recording(tmp_path, "good.wav", 1)
    (tmp_path / "empty.wav").touch()
    (tmp_path / "noise.wav").write_bytes(b"RIFF and nothing else")
    paths = [*sorted(tmp_path.iterdir()), tmp_path / "gone.wav"]
    assert open_in_children(paths, DEFAULT_LIMITS) == open_here(paths, DEFAULT_LIMITS)
    assert open_in_children([], DEFAULT_LIMITS) == []
