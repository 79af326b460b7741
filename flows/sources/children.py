"""Child processes that decode others' files: what they may do, and when they end.

They end with their parent, and when native code in them hangs. A file that takes one over reaches
no network: Linux lets any process give up rights for good. Elsewhere only the limits hold.
"""

from __future__ import annotations

import ctypes
import errno
import multiprocessing
import os
import platform
import resource
import sys
import threading
from contextlib import contextmanager
from multiprocessing.connection import wait
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_NO_NEW_PRIVILEGES, _SECCOMP, _SECCOMP_FILTER = 38, 22, 2
_LOAD, _EQUAL, _AT_LEAST, _RETURN = 0x20, 0x15, 0x35, 0x06
_NUMBER_AT, _ARCHITECTURE_AT, _FIRST_ARGUMENT_AT = 0, 4, 16
_ALLOW, _REFUSE = 0x7FFF0000, 0x00050000
_IO_URING_SETUP = 425
_OTHER_CALLS = 0x40000000  # x32 numbers its calls from here on
_UNIX = 1
_KERNELS = {"x86_64": (0xC000003E, 41), "aarch64": (0xC00000B7, 198)}
"""Per architecture its number in the kernel's audit, and that of the call `socket`."""
_CGROUP_LIMIT = Path("/sys/fs/cgroup/memory.max")


class _Instruction(ctypes.Structure):
    _fields_ = (
        ("code", ctypes.c_uint16),
        ("if_true", ctypes.c_uint8),
        ("if_false", ctypes.c_uint8),
        ("value", ctypes.c_uint32),
    )


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_uint16), ("first", ctypes.POINTER(_Instruction)))


def end_with_parent() -> None:
    """Let this process exit with its parent, even if that is killed: orphans keep a core busy."""
    threading.Thread(target=_follow_parent, daemon=True).start()


@contextmanager
def at_most(seconds: float) -> Iterator[None]:
    """Exit from this process if the block takes longer, so that its pool notices.

    Nothing else stops native code or an endless loop.
    """
    watchdog = threading.Timer(seconds, os._exit, args=(1,))
    watchdog.daemon = True
    watchdog.start()
    try:
        yield
    finally:
        watchdog.cancel()


def _follow_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(1)


def confine(memory_bytes: int) -> None:
    """Let this process allocate no more than that, leave no core dump, and reach no network."""
    keep_no_core()
    _lower(resource.RLIMIT_DATA, memory_bytes)
    give_up_network()


def keep_no_core() -> None:
    """Let a crash of this process or its children write no memory to disk: it holds calls."""
    _lower(resource.RLIMIT_CORE, 0)


def memory_of_machine() -> int:
    """Bytes of memory of this machine, or of the container that limits it."""
    total = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    try:
        return min(total, int(_CGROUP_LIMIT.read_text()))
    except (OSError, ValueError):  # no such file, or "max"
        return total


def give_up_network() -> bool:
    """Refuse this process and its children every new socket but those within the machine's files.

    Returns:
        Whether the kernel allows that.
    """
    if sys.platform != "linux" or platform.machine() not in _KERNELS:
        return False
    architecture, socket_call = _KERNELS[platform.machine()]
    program = (
        (_LOAD, 0, 0, _ARCHITECTURE_AT),
        (_EQUAL, 0, 7, architecture),  # refuse
        (_LOAD, 0, 0, _NUMBER_AT),
        (_AT_LEAST, 5, 0, _OTHER_CALLS),  # refuse
        (_EQUAL, 4, 0, _IO_URING_SETUP),  # refuse
        (_EQUAL, 0, 2, socket_call),  # else allow
        (_LOAD, 0, 0, _FIRST_ARGUMENT_AT),
        (_EQUAL, 0, 1, _UNIX),  # else refuse
        (_RETURN, 0, 0, _ALLOW),
        (_RETURN, 0, 0, _REFUSE | errno.EACCES),
    )
    instructions = (_Instruction * len(program))(*(_Instruction(*one) for one in program))
    prepared = ctypes.byref(_Program(len(program), instructions))
    kernel = ctypes.CDLL(None)
    if kernel.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0):
        return False
    return bool(kernel.prctl(_SECCOMP, _SECCOMP_FILTER, prepared, 0, 0) == 0)


def _lower(kind: int, most: int) -> None:
    """Set a limit, unless a stricter one holds already."""
    _, hard = resource.getrlimit(kind)
    if hard == resource.RLIM_INFINITY or hard > most:
        resource.setrlimit(kind, (most, most))
