"""Whether a folder is on an encrypted disk, by what the kernel shows of block devices."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from flows.operation.disk_encryption import is_on_encrypted_disk

if TYPE_CHECKING:
    from pathlib import Path

LUKS, LVM = "CRYPT-LUKS2-0123-home", "LVM-0123"


def _device(path: Path, uuid: str | None, below: tuple[str | None, ...] = ()) -> Path:
    (path / "slaves").mkdir(parents=True)
    if uuid:
        (path / "dm").mkdir()
        (path / "dm" / "uuid").write_text(f"{uuid}\n")
    for number, other in enumerate(below):
        _device(path / "slaves" / f"dm-{number}", other)
    return path


@pytest.mark.parametrize(
    ("uuid", "below", "expected"),
    [
        (LUKS, (None,), True),
        (LVM, (LUKS,), True),  # LVM on LUKS
        (LVM, (LUKS, None), False),  # a volume of which one disk is plain
        (LVM, (None,), False),
        (None, (), False),  # a partition
    ],
)
def test_what_the_kernel_shows_is_read(
    tmp_path: Path, uuid: str | None, below: tuple[str | None, ...], *, expected: bool
) -> None:
    """A disk is encrypted if it is dm-crypt itself, or everything below it is."""
    number = tmp_path.stat().st_dev
    devices = tmp_path / "devices"
    _device(devices / f"{os.major(number)}:{os.minor(number)}", uuid, below)
    assert is_on_encrypted_disk(tmp_path, devices) is expected


def test_what_it_does_not_show_is_unknown(tmp_path: Path) -> None:
    """No device, as in a container or on a network share: neither yes nor no."""
    assert is_on_encrypted_disk(tmp_path, tmp_path / "none") is None
