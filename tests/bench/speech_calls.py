"""What the speech benchmark listens to: recordings, what is known of them, what was said."""

from __future__ import annotations

import json
import re
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from models.audio.decoding import probe
from models.errors import AudioError

_SIDES = ("agent", "customer")
_CUE = re.compile(r"(\d+):(\d+):(\d+)[,.](\d+) --> (\d+):(\d+):(\d+)[,.](\d+)")


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


def reference(call: BenchCall) -> list[Said] | None:
    """What was said, in the night's ground truth format or as subtitles; None if nobody knows."""
    truth = _truth(call)
    if truth is not None:
        return [
            Said(word["role"], word["word"], word["start_s"], word["end_s"])
            for word in truth["words"]
        ]
    subtitles = Path(call.path).with_suffix(".srt")
    return _cues(subtitles.read_text()) if subtitles.is_file() else None


def reference_pii(call: BenchCall) -> list[dict[str, Any]]:
    """The personal data that was said: `type`, `role`, `start_s`, `end_s`; empty if unknown."""
    truth = _truth(call)
    return [] if truth is None else list(truth.get("pii", ()))


def _truth(call: BenchCall) -> dict[str, Any] | None:
    path = Path(call.path)
    for file in (
        path.parent.parent / "truth" / f"{path.stem}.json",
        path.with_suffix(".truth.json"),
    ):
        if file.is_file():
            truth: dict[str, Any] = json.loads(file.read_text())
            return truth
    return None


def reference_language(call: BenchCall) -> str | None:
    """The language of the ground truth, for the choice of the text normaliser."""
    path = Path(call.path)
    truth = path.parent.parent / "truth" / f"{path.stem}.json"
    return json.loads(truth.read_text())["language"] if truth.is_file() else call.language


def has_word_times(said: list[Said]) -> bool:
    """Whether a reference gives a time to every word, not to whole cues."""
    return all(" " not in one.text for one in said)


def _cues(subtitles: str) -> list[Said]:
    said = []
    for block in subtitles.replace("\r", "").strip().split("\n\n"):
        _, times, *lines = block.split("\n")
        found = _CUE.match(times)
        text = " ".join(lines)
        role = next((side for side in _SIDES if text.startswith(f"[{side}]")), None)
        if found and role:
            numbers = [int(number) for number in found.groups()]
            start_s, end_s = (
                h * 3600 + m * 60 + s + ms / 1000 for h, m, s, ms in (numbers[:4], numbers[4:])
            )
            said.append(Said(role, text.removeprefix(f"[{role}]").strip(), start_s, end_s))
    return [cue for cue in said if cue.text != "[noise]"]
