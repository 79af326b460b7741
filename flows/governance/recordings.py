"""Redacted copies of recordings, decrypted for those who may hear them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flows.errors import FlowsError
from flows.governance.acts import handed_out
from flows.governance.audit import Act
from warehouse.files import replace_atomically
from warehouse.lake.encryption import read_decrypted
from warehouse.lake.lake import Lake

if TYPE_CHECKING:
    from pathlib import Path

    from flows.settings.centre import Settings
    from models.call import Call


def open_audio(settings: Settings, call: Call) -> bytes:
    """The redacted copy of a call as an Ogg file, however it is stored.

    Raises:
        FlowsError: There is none.
        EncryptionError: It cannot be decrypted with the keys of this process.
    """
    copy = settings.audio.copy_of(call)
    if not copy.exists():
        raise FlowsError(
            f"call {call.call_id} has no redacted copy; the retention policy may have removed it,"
            " and callqa verify says whether it is missing"
        )
    return read_decrypted(copy)


def hand_out_audio(settings: Settings, call_id: str, folder: Path, *, restricted: bool) -> Path:
    """Write one redacted copy in clear, with an entry in the audit trail; returns its path.

    It is named by its call, as in the home folder, so that an erasure finds it.

    Args:
        settings: Settings of the centre.
        call_id: The call.
        folder: Where to write it.
        restricted: Whether a restricted call may be handed out.

    Raises:
        FlowsError: There is no such call or copy, or the file is there already.
    """
    results = Lake(settings.lake, settings.time_zone).results(call_ids=[call_id])
    for call in (one.call for one in results if restricted or not one.call.restricted):
        content = open_audio(settings, call)
        out = folder / settings.audio.copy_of(call).name
        if out.exists():
            raise FlowsError(f"{out} exists; choose another folder")
        folder.mkdir(parents=True, exist_ok=True)
        replace_atomically(out, content)
        handed_out(settings.home, Act.EXPORTED, out, "audio", calls=[call.call_id])
        return out
    raise FlowsError(f"{settings.lake} has no evaluated call with this id; check it")
