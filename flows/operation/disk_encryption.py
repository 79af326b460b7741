"""Whether a folder is on an encrypted disk, as far as Linux shows it."""

from __future__ import annotations

import os
from pathlib import Path

BLOCK_DEVICES = Path("/sys/dev/block")


def is_on_encrypted_disk(folder: Path, devices: Path = BLOCK_DEVICES) -> bool | None:
    """Whether what is written to a folder is encrypted by dm-crypt (LUKS), also below LVM.

    Args:
        folder: An existing folder.
        devices: Where the kernel describes block devices, by number.

    Returns:
        None where the kernel cannot tell: network file systems, containers, ZFS, volumes that the
        provider of a virtual machine encrypts.
    """
    number = folder.stat().st_dev
    device = devices / f"{os.major(number)}:{os.minor(number)}"
    return _is_encrypted(device) if device.exists() else None


def _is_encrypted(device: Path) -> bool:
    identity = device / "dm" / "uuid"
    if identity.exists() and identity.read_text().startswith("CRYPT-"):
        return True
    below = list((device / "slaves").glob("*"))
    return bool(below) and all(map(_is_encrypted, below))
