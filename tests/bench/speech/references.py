"""Reference transcripts of the benchmark, read and checked before any engine runs."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from tests.bench.speech.calls import SIDES, BenchCall, Said

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

_CUE = re.compile(r"(\d+):(\d+):(\d+)[,.](\d+) --> (\d+):(\d+):(\d+)[,.](\d+)")
_ROLE = re.compile(r"\[(agent|customer)\]\s*")
_KEYS = ("role", "word", "start_s", "end_s")
_REMEDY = "correct it, or move the file out of the folder"


class ReferencesError(ValueError):
    """References that cannot be read, each on a line of its own."""


class Reference(NamedTuple):
    """The reference transcript of a call.

    Attributes:
        said: Words or cues.
        language: ISO 639-1 code, None if it is not known.
        pii: The personal data that is said: `type`, `role`, `start_s`, `end_s`; empty if unknown.
    """

    said: list[Said]
    language: str | None
    pii: Sequence[dict[str, Any]] = ()


def references(calls: Iterable[BenchCall]) -> list[Reference | None]:
    """Read the reference of each call, as ground truth or subtitles; None if there is none.

    Raises:
        ReferencesError: Any of them has another form.
    """
    errors: list[str] = []
    found: list[Reference | None] = []
    for call in calls:
        path = _file_of(Path(call.path))
        try:
            found.append(None if path is None else _read(path, call))
        except ReferencesError as error:
            errors.append(str(error))
    if errors:
        raise ReferencesError("\n".join(errors))
    return found


def has_word_times(said: Iterable[Said]) -> bool:
    """Whether a reference has a time for every word, not only for whole cues."""
    return all(" " not in one.text for one in said)


def _file_of(recording: Path) -> Path | None:
    candidates = (
        recording.parent.parent / "truth" / f"{recording.stem}.json",
        recording.with_suffix(".truth.json"),
        recording.with_suffix(".srt"),
    )
    return next((path for path in candidates if path.is_file()), None)


def _read(path: Path, call: BenchCall) -> Reference:
    is_mono = len(call.channels) == 1
    if path.suffix == ".srt":
        said = list(_cues(path, is_mono=is_mono))
        return Reference([cue for cue in said if cue.text != "[noise]"], call.language)
    try:
        truth = json.loads(path.read_bytes())
    except ValueError as error:
        raise ReferencesError(f"{path}: no JSON ({error}); {_REMEDY}") from None
    words = truth.get("words") if isinstance(truth, dict) else None
    if not isinstance(words, list):
        raise ReferencesError(f"{path}: no list 'words'; expected the night's form; {_REMEDY}")
    said = [_word(path, number, word) for number, word in enumerate(words)]
    return Reference(said, truth.get("language") or call.language, truth.get("pii", ()))


def _word(path: Path, number: int, word: Any) -> Said:
    missing = [key for key in _KEYS if not isinstance(word, dict) or key not in word]
    if missing:
        raise ReferencesError(
            f"{path}: words[{number}] has no {', '.join(missing)}; expected {', '.join(_KEYS)};"
            f" {_REMEDY}"
        )
    if word["role"] not in SIDES:
        raise ReferencesError(
            f"{path}: words[{number}] has the role {word['role']!r}; expected {' or '.join(SIDES)};"
            f" {_REMEDY}"
        )
    return Said(word["role"], word["word"], float(word["start_s"]), float(word["end_s"]))


def _cues(path: Path, *, is_mono: bool) -> Iterator[Said]:
    line_number = 1
    for block in path.read_text(encoding="utf-8-sig").replace("\r", "").split("\n\n"):
        lines = block.strip("\n").split("\n")
        if block.strip():
            found = _CUE.match(lines[1]) if len(lines) > 2 else None
            text = " ".join(lines[2:])
            role = _ROLE.match(text)
            if found is None:
                raise ReferencesError(
                    f"{path}:{line_number}: no subtitle; expected a number, 'start --> end' and"
                    f" text; {_REMEDY}"
                )
            if role is None and not is_mono:
                raise ReferencesError(
                    f"{path}:{line_number}: nobody says it; expected [agent] or [customer] before"
                    f" the text; {_REMEDY}"
                )
            h, m, s, ms, *end = map(int, found.groups())
            yield Said(
                role[1] if role else "unknown",
                text[role.end() :] if role else text,
                h * 3600 + m * 60 + s + ms / 1000,
                end[0] * 3600 + end[1] * 60 + end[2] + end[3] / 1000,
            )
        line_number += block.count("\n") + 2
