"""Devices for recognition, and process settings that make it faster."""

from __future__ import annotations

import ctypes
import os
import platform
from pathlib import Path

import ctranslate2

from models.errors import DeviceError

_CPU_INFO = Path("/proc/cpuinfo")
# What CTranslate2 needs for its widest vectors, and a feature of the processors that do not
# throttle under them (VNNI came with the second generation).
_WIDE_VECTORS = {"avx512f", "avx512cd", "avx512bw", "avx512dq", "avx512vl", "avx512_vnni"}

_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD, _M_ARENA_MAX = -1, -3, -8  # of mallopt(3)
_KEPT_BYTES = 256 << 20
# The attention of a window of 30 seconds is 72 MB; cleared anew for each layer, it cost two fifths
# of that window's encoding.
_LARGEST_KEPT_BYTES = 128 << 20


def check_device(device: str) -> None:
    """Check that the device exists.

    Raises:
        DeviceError: There is no GPU with CUDA.
    """
    if device == "cuda" and not ctranslate2.get_cuda_device_count():
        raise DeviceError(
            "CALLQA_DEVICE is cuda, but this machine has no GPU with CUDA; install its driver, or "
            "set CALLQA_DEVICE=cpu"
        )


def use_wide_vectors() -> None:
    """Let CTranslate2 use 512-bit vectors; takes effect before the first model is loaded.

    Its default on Intel is 256 bits. Measured on a Xeon with VNNI: 8 % less processor time.
    """
    if _CPU_INFO.is_file():
        flags = next(
            (line for line in _CPU_INFO.read_text().splitlines() if line.startswith("flags")), ""
        )
        if set(flags.split()) >= _WIDE_VECTORS:
            os.environ.setdefault("CT2_FORCE_CPU_ISA", "AVX512")


def keep_freed_memory() -> None:
    """Reuse freed buffers instead of returning them to the kernel, which clears each again.

    Recognition frees and allocates buffers of tens of megabytes for every window. Returning them
    cost a twentieth of the processor time. All threads share one heap, since the arenas that glibc
    creates for threads return freed buffers regardless of the thresholds.
    """
    if platform.libc_ver()[0] == "glibc":
        libc = ctypes.CDLL(None)
        libc.mallopt(_M_TRIM_THRESHOLD, _KEPT_BYTES)
        libc.mallopt(_M_MMAP_THRESHOLD, _LARGEST_KEPT_BYTES)
        libc.mallopt(_M_ARENA_MAX, 1)
