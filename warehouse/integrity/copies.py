"""Redacted copies that stored calls need, and the calls that are to be heard again for theirs."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import partial
from typing import TYPE_CHECKING

from warehouse.errors import LakeError, TamperedError
from warehouse.files import replace_atomically
from warehouse.integrity.damage import Damage
from warehouse.lake.encryption import read_decrypted
from warehouse.lake.index.result_identity import ResultIdentity
from warehouse.lake.parquet import file_fault, rows_of_parts

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date
    from pathlib import Path

    from models.call import Call
    from warehouse.audio_folder import AudioFolder
    from warehouse.lake.lake import Lake

_PAGE_HEADER_BYTES = 27
_LAST_PAGE = 4  # a bit of the header's flags


def copy_damage(lake: Lake, audio: AudioFolder, wanted: HearAgain) -> Iterator[Damage]:
    """Look for the redacted copy of every stored call; a damaged one counts as missing."""
    for day, keys in lake.index.current(None, None):
        current = set(keys)
        lost = [
            (call_id, path, restricted)
            for call_id, commit_no, path, restricted in _copies(lake, audio, day)
            if (call_id, commit_no) in current and not is_whole_copy(path)
        ]
        for call_id, path, restricted in lost:
            what = "is damaged" if path.exists() else "is missing"
            yield Damage(
                path,
                f"the redacted copy of call {call_id} {what}",
                "the next run hears the call again and writes its copy, if the source still has"
                " the recording",
                partial(wanted.add, call_id),
                restricted,
            )


def is_whole_copy(path: Path) -> bool:
    """Whether a file, plain or encrypted, is an Ogg stream from its first to its last page.

    Raises:
        EncryptionError: It is encrypted with a key that we do not have.
    """
    try:
        content = read_decrypted(path)
    except (OSError, TamperedError):
        return False
    position, is_ended = 0, False
    while position < len(content):
        header = content[position : position + _PAGE_HEADER_BYTES]
        if len(header) < _PAGE_HEADER_BYTES or header[:4] != b"OggS":
            return False
        first = position + _PAGE_HEADER_BYTES
        sizes = content[first : first + header[26]]
        position = first + header[26] + sum(sizes)
        is_ended = bool(header[5] & _LAST_PAGE)
    return is_ended and position == len(content)


class HearAgain:
    """The calls that `callqa repair` has marked to be heard again, in a file of the home folder.

    A mark ends once the call has a copy, so that nothing needs to be unmarked.
    """

    def __init__(self, home: Path, audio: AudioFolder) -> None:
        """Read the marks of a home folder."""
        self._path = home / "hear-again.json"
        self._audio = audio
        try:
            self._call_ids = set(map(str, json.loads(self._path.read_bytes())))
        except (OSError, ValueError, TypeError):
            self._call_ids = set()

    def add(self, call_id: str) -> None:
        """Mark a call."""
        self._call_ids.add(call_id)
        replace_atomically(self._path, json.dumps(sorted(self._call_ids)).encode())

    def wants(self, call: Call) -> bool:
        """Whether a call is marked and still has no copy."""
        return call.call_id in self._call_ids and not is_whole_copy(self._audio.copy_of(call))

    def without(
        self, known: Mapping[str, ResultIdentity], calls: Collection[Call]
    ) -> Mapping[str, ResultIdentity]:
        """What is known, without the marked ones of these calls."""
        return _Without(known, {call.call_id for call in calls if self.wants(call)})


class _Without(Mapping[str, ResultIdentity]):
    def __init__(self, known: Mapping[str, ResultIdentity], hidden: set[str]) -> None:
        self._known = known
        self._hidden = hidden

    def __getitem__(self, call_id: str) -> ResultIdentity:
        if call_id in self._hidden:
            raise KeyError(call_id)
        return self._known[call_id]

    def __iter__(self) -> Iterator[str]:
        return (call_id for call_id in self._known if call_id not in self._hidden)

    def __len__(self) -> int:
        return sum(1 for _ in self)


def _copies(lake: Lake, audio: AudioFolder, day: date) -> Iterator[tuple[str, int, Path, bool]]:
    """Results of a day whose part is whole: call, commit, place of its copy, if it is restricted.

    Copies that the retention policy has removed are not missed.
    """
    try:
        parts = lake.manifest(day).parts
    except LakeError:
        return  # another check reports it
    whole = [part for part in parts if not file_fault(lake.root, part.files["call"])]
    columns = ("call_id", "commit_no", "started_at", "restricted", "audio_removed_on")
    for call_id, commit_no, started_at, restricted, removed_on in rows_of_parts(
        lake.root, whole, "call", columns
    ).iter_rows():
        if removed_on:
            continue
        folder = audio.restricted if restricted else audio
        yield call_id, commit_no, folder.path_of(call_id, started_at), bool(restricted)
