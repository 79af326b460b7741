"""Samples of exports, made by us in the documented form, with recordings made for a test."""

from __future__ import annotations

import shutil
from datetime import UTC
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flows.sources.folder import Intake, take_in
from tests.flows.sources.test_folder import recording

if TYPE_CHECKING:
    from collections.abc import Iterable

SAMPLES = Path(__file__).parent / "samples"


def take_sample(folder: Path, sample: str, recordings: Iterable[str]) -> Intake:
    """Take in the files of a sample, beside recordings of these names."""
    shutil.copytree(SAMPLES / sample, folder, dirs_exist_ok=True)
    return take_recordings(folder, recordings)


def take_recordings(folder: Path, recordings: Iterable[str]) -> Intake:
    """Take in a folder, with recordings of these names."""
    for seed, name in enumerate(recordings, start=1):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        recording(folder, name, seed)
    return take_in(folder, {})


def told(intake: Intake, *names: str) -> dict[str, dict[str, Any]]:
    """What is known of each call, by call_id: those attributes, times in UTC, fields as a dict."""
    return {
        call.call_id: {
            name: dict(call.fields)
            if name == "fields"
            else call.started_at.astimezone(UTC).isoformat()
            if name == "started_at"
            else getattr(call, name)
            for name in names
        }
        for call, _ in intake.ready
    }


def details(intake: Intake) -> dict[str, str]:
    """What is wrong, by file name."""
    return {item.item.rsplit("/", 1)[-1]: item.detail for item in intake.quarantined}
