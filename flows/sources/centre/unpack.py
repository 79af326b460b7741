"""Take the recordings out of a vCon that holds them inside: `callqa sources unpack`."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flows.errors import FlowsError
from flows.sources.exports.vcon import container_of, decoded, dialog_id, dialogs_of
from flows.sources.file_names import is_recording

if TYPE_CHECKING:
    from collections.abc import Mapping

    from models.limits import Limits

_SUFFIXES = {
    "audio/wav": ".wav",
    "audio/wave": ".wav",
    "audio/x-wav": ".wav",
    "audio/vnd.wave": ".wav",
    "audio/mpeg": ".mp3",
    "audio/mp3": ".mp3",
    "audio/x-mp3": ".mp3",
    "audio/mp4": ".m4a",
    "audio/x-mp4": ".m4a",
    "audio/x-m4a": ".m4a",
    "audio/aac": ".aac",
    "audio/ogg": ".ogg",
    "video/ogg": ".ogg",
    "audio/opus": ".opus",
    "audio/flac": ".flac",
    "audio/webm": ".webm",
    "video/webm": ".webm",
    "video/mp4": ".mp4",
    "video/x-mp4": ".mp4",
}
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:-]{0,99}")  # it becomes the name of files
_KEPT = frozenset({"vcon", "uuid", "created_at", "updated_at", "extensions", "parties", "dialog"})


def unpack(file: Path, folder: Path, limits: Limits) -> list[Path]:
    """Write the recordings inside a vCon as files, and the vCon without any content beside them.

    Files are named by the id of the vCon and the place of the dialog, since names inside vCons
    repeat and may hold personal data. Nothing is overwritten.

    Args:
        file: The vCon.
        folder: Created if missing.
        limits: A larger file is not read.

    Returns:
        What was written.

    Raises:
        FlowsError: It is no vCon, holds no recording, or a file is there already.
        TooLargeError: The file is larger than allowed.
    """
    vcon = _read(file, limits)
    media: dict[str, bytes] = {}
    dialogs = [_taken(vcon, at, media, file.name) for at in range(len(dialogs_of(vcon)))]
    if not media:
        raise FlowsError(
            f"{file.name} holds no recording inside; put the files that it names beside it"
        )
    rest = {name: value for name, value in vcon.items() if name in _KEPT} | {"dialog": dialogs}
    document = f"{vcon['uuid']}.vcon"
    contents = media | {document: json.dumps(rest, indent=1).encode()}
    if existing := [name for name in contents if (folder / name).exists()]:
        raise FlowsError(
            f"{folder} has {', '.join(existing)} already, and nothing is overwritten; choose"
            " another folder, or delete them"
        )
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in contents.items():
        (folder / name).write_bytes(content)
    return [folder / name for name in contents]


def _read(file: Path, limits: Limits) -> Mapping[str, Any]:
    limits.check("max_recording_mb", file.stat().st_size)
    try:
        vcon = container_of(json.loads(file.read_bytes()))
    except (ValueError, RecursionError):
        vcon = None
    if vcon is None or not _ID.fullmatch(vcon["uuid"]):
        raise FlowsError(
            f"{file.name} is no vCon; expected JSON with `dialog`, decrypted, and a `uuid` of"
            " letters, digits and hyphens"
        )
    return vcon


def _taken(vcon: Mapping[str, Any], at: int, media: dict[str, bytes], name: str) -> Any:
    """A dialog without its content, which is added to `media` by name if it is a recording."""
    dialog = dialogs_of(vcon)[at]
    if not isinstance(dialog, dict) or "body" not in dialog:
        return dialog
    rest = {key: value for key, value in dialog.items() if key not in ("body", "encoding")}
    if dialog.get("type") != "recording":
        return rest
    try:
        content = decoded(str(dialog["body"]))
    except ValueError:
        raise FlowsError(
            f"{name}, dialog {at}: `body` is no Base64url; expected the recording in that encoding"
        ) from None
    stated = str(dialog.get("mediatype") or dialog.get("mimetype") or "").partition(";")[0]
    written = Path(str(dialog.get("filename") or ""))
    suffix = _SUFFIXES.get(stated.strip().lower()) or (
        written.suffix.lower() if is_recording(written) else None
    )
    if suffix is None:
        raise FlowsError(
            f"{name}, dialog {at}: `mediatype` is no format of recordings; expected one such as"
            " audio/x-wav"
        )
    rest["filename"] = f"{dialog_id(vcon, at)}{suffix}"
    media[rest["filename"]] = content
    return rest
