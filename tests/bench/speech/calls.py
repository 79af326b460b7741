"""The recordings of the speech benchmark, with their metadata."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from models.audio.decoding import probe
from models.errors import AudioError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from models.transcript import Turn

SIDES = ("agent", "customer")
"""Roles that a reference can give."""


@dataclass(frozen=True, slots=True)
class Said:
    """A word or a cue of a reference, or a word of an engine.

    Attributes:
        role: `agent`, `customer` or `unknown`.
        text: One word, or a cue of several.
        start_s: Start in seconds.
        end_s: End in seconds.
    """

    role: str
    text: str
    start_s: float
    end_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class BenchCall:
    """One recording.

    Attributes:
        path: The audio file.
        duration_s: Its length.
        channels: Role of each channel, left first; `unknown` for a mono recording of both sides.
        language: ISO 639-1 code if the sidecar fixes it.
    """

    path: str
    duration_s: float
    channels: tuple[str, ...]
    language: str | None

    def as_json(self) -> dict[str, Any]:
        """Plain values, for the engine's process."""
        return asdict(self)


def calls_in(folder: Path) -> list[BenchCall]:
    """Every recording of a folder that opens, by name."""
    calls = []
    for path in sorted(folder.iterdir()):
        if path.suffix in {".json", ".srt", ".rttm", ".tsv", ".csv", ".md", ".txt"}:
            continue
        try:
            recording = probe(path)
        except AudioError:
            continue
        sidecar = path.with_suffix(".json")
        known = json.loads(sidecar.read_text()) if sidecar.is_file() else {}
        sides = known.get("channel_map") or {}
        stereo = (sides.get("left", "agent"), sides.get("right", "customer"))
        calls.append(
            BenchCall(
                path=str(path),
                duration_s=recording.duration_s,
                channels=stereo if recording.channel_count > 1 else ("unknown",),
                language=known.get("language"),
            )
        )
    return calls


def side_of(turn: Turn, channels: Sequence[str]) -> str:
    """The role that a turn is scored under: on a channel of its own, an announcement's is its side.

    Engines that do not detect announcements have them on the channel, as references do.
    """
    is_told = turn.role in SIDES or len(channels) == 1 or turn.channel >= len(channels)
    return str(turn.role) if is_told else channels[turn.channel]
