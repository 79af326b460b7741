"""Reviews that people put as CSV files into the folder `reviews` of the home folder."""

from __future__ import annotations

from contextlib import suppress
from itertools import chain, count
from typing import TYPE_CHECKING

from warehouse.audio_folder import RESTRICTED
from warehouse.errors import QueryError, UploadError
from warehouse.lake.upload_records import KINDS
from warehouse.query.reader import open_snapshot
from warehouse.upload_checks import Known
from warehouse.uploads import read_uploads

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from warehouse.lake.upload_store import Recorded, UploadStore

_KIND = "reviews"
_INBOX = "reviews"
_TAKEN = "taken"
_FAULTS = ".error.txt"


def take_in_reviews(
    home: Path,
    warehouse: Path,
    uploads: UploadStore,
    told: Callable[[str, Path, Recorded], None],
) -> list[str]:
    """Record the reviews in the inboxes of all pages and of the restricted pages.

    A file that is taken moves to the subfolder `taken`. One with an error stays as it is; nothing
    of it is recorded, and the errors are in a file beside it, where whoever put it there finds
    them.

    Args:
        home: The home folder.
        warehouse: Folder of the published snapshots; a review is about what one of them shows.
        uploads: Where reviews are recorded.
        told: Is called with the kind, the file and what became of its rows, once it is recorded.

    Returns:
        One line per error, which names files and columns and no content.
    """
    files = sorted(chain(*(_files(root / _INBOX) for root in (home, home / RESTRICTED))))
    if not files:
        return []
    try:
        with open_snapshot(warehouse) as snapshot:
            known = Known(snapshot, uploads)
            return [fault for file in files for fault in _take(file, known, told)]
    except QueryError:
        return [f"{files[0].name}:1: nothing is published yet; expected a run before reviews of it"]


def _files(inbox: Path) -> list[Path]:
    if not inbox.is_dir():
        return []
    return [file for file in inbox.iterdir() if file.suffix.lower() == ".csv"]


def _take(file: Path, known: Known, told: Callable[[str, Path, Recorded], None]) -> list[str]:
    note = file.with_name(f"{file.name}{_FAULTS}")
    try:
        kept = known.uploads.add(KINDS[_KIND].table, read_uploads(file, _KIND, known))
        told(_KIND, file, kept)
        file.replace(_free_path(file))
    except UploadError as error:
        faults = error.faults
    except OSError as error:
        faults = [f"{file.name}:1: {error.strerror}; expected a file that can be read and moved"]
    else:
        faults = []
    with suppress(OSError):  # the run reports the same
        if faults:
            note.write_text("\n".join(faults) + "\n", encoding="utf-8")
        else:
            note.unlink(missing_ok=True)
    return faults


def _free_path(file: Path) -> Path:
    """A path in the subfolder of taken files that overwrites no other file."""
    taken = file.parent / _TAKEN
    taken.mkdir(exist_ok=True)
    names = chain([file.name], (f"{file.stem}-{number}{file.suffix}" for number in count(2)))
    return next(path for name in names if not (path := taken / name).exists())
