"""Who can read a home folder: only its owner, and the group of the settings."""

from __future__ import annotations

import os
import stat
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from flows.settings.process import OWNER_ALONE, OWNER_AND_GROUP
from flows.sources.centre.key import KEY_FILE
from warehouse.audio_folder import RESTRICTED

if TYPE_CHECKING:
    from collections.abc import Iterator

_OTHERS = 0o007


def close(home: Path, group_id: int | None) -> int:
    """Take from all others what they could read in a home folder, and give it to the group.

    Only what this user owns is changed. The folder of restricted calls is left to whom it was
    given, and the key to its owner. A closed home folder is not searched: nobody comes to what lies
    in it, and a year has millions of files.

    Args:
        home: The home folder.
        group_id: The group that may read it; None for nobody but the owner.

    Returns:
        The number of files and folders that were changed.
    """
    if not home.exists() or _wanted(home, home, group_id) is None:
        return 0
    # From the top, so that nobody comes in meanwhile.
    return sum(_closed(path, home, group_id) for path in _all(home))


def open_to_others(home: Path, group_id: int | None) -> list[Path]:
    """What somebody could read who should not; nothing of it if the home folder is closed."""
    if not home.exists() or not _is_open(home, home, group_id):
        return []
    return [path for path in _all(home) if _is_open(path, home, group_id)]


def _all(home: Path) -> Iterator[Path]:
    """A home folder and all below, folders first; links are not followed."""
    for folder, _, files in os.walk(home):
        yield Path(folder)
        yield from (path for name in files if not (path := Path(folder, name)).is_symlink())


def _is_open(path: Path, home: Path, group_id: int | None) -> bool:
    """Whether others can read a file or enter a folder, or a group that should not."""
    found = path.lstat()
    taken = _taken(path, home, group_id)
    if group_id not in {None, found.st_gid} and taken == OWNER_AND_GROUP:
        taken = OWNER_ALONE
    return bool(found.st_mode & taken)


def _closed(path: Path, home: Path, group_id: int | None) -> bool:
    """Whether there was something to change."""
    with suppress(FileNotFoundError):  # of a process that is at work
        mode = _wanted(path, home, group_id)
        if mode is None:
            return False
        if group_id is not None and _taken(path, home, group_id) == OWNER_AND_GROUP:
            os.chown(path, -1, group_id)
        try:
            path.chmod(mode)
        except PermissionError:  # systemd's RestrictSUIDSGID; its Group= does the same
            path.chmod(mode & ~stat.S_ISGID)
        return True
    return False


def _wanted(path: Path, home: Path, group_id: int | None) -> int | None:
    """The mode that a path should have; None if it has it, or is not ours."""
    found = path.lstat()
    if found.st_uid != os.geteuid():
        return None
    taken = _taken(path, home, group_id)
    mode = stat.S_IMODE(found.st_mode)
    wanted = mode & ~taken
    is_given = taken == OWNER_AND_GROUP
    if is_given:
        wanted |= (mode & 0o500) >> 3
        if stat.S_ISDIR(found.st_mode) and os.getegid() != group_id:
            wanted |= stat.S_ISGID  # new files get the folder's group
    is_right = wanted == mode and not (is_given and found.st_gid != group_id)
    return None if is_right else wanted


def _taken(path: Path, home: Path, group_id: int | None) -> int:
    """The permissions that a path must not give."""
    first = path.relative_to(home).parts[:1]
    if first == (RESTRICTED,):
        return _OTHERS
    if group_id is None or (first and first[0].startswith(KEY_FILE)):
        return OWNER_ALONE
    return OWNER_AND_GROUP
