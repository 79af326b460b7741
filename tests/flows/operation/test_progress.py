"""In a pipe, progress is a line now and then; a run of hours is neither silent nor a flood."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from flows.operation.progress import call_progress, length, read_progress

if TYPE_CHECKING:
    from pathlib import Path


def lines(
    home: Path,
    patch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    seconds: float,
    total: int,
) -> list[str]:
    """What a step prints whose calls take so many seconds each."""
    now_s = 0.0
    patch.setattr("flows.operation.progress.time.monotonic", lambda: now_s)
    with call_progress(home, "evaluating", total) as done:
        for _ in range(total):
            now_s += seconds
            done()
    return capsys.readouterr().err.splitlines()


@pytest.mark.parametrize(
    ("seconds", "total", "at_least", "at_most"),
    [
        (0.1, 20, 1, 1),  # seconds: only the end
        (3.0, 100, 10, 10),  # minutes: each tenth
        (30.0, 200, 90, 110),  # hours: each minute, of which some are tenths
    ],
)
def test_lines_in_a_pipe(  # noqa: PLR0913, PLR0917  pytest passes fixtures by name
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    seconds: float,
    total: int,
    at_least: int,
    at_most: int,
) -> None:
    """The last line says that all are done."""
    told = lines(tmp_path, monkeypatch, capsys, seconds, total)
    assert at_least <= len(told) <= at_most
    assert f"{total} of {total} calls (100%)" in told[-1]
    assert all(re.search(r"about .* left$", line) for line in told[:-1])


def test_progress_can_be_read_while_it_goes_on_and_not_afterwards(tmp_path: Path) -> None:
    """Another process sees it; after the step there is none."""
    with call_progress(tmp_path, "evaluating", 3) as done:
        done()
        assert read_progress(tmp_path)["total"] == 3
    assert read_progress(tmp_path) == {}


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(45, "45 s"), (59.7, "60 s"), (720, "12 min"), (7800, "2 h 10 min"), (3599, "1 h 00 min")],
)
def test_lengths_in_words(seconds: float, text: str) -> None:
    """Rounded to what matters."""
    assert length(seconds) == text
