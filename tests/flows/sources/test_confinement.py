"""A process that decodes others' files reaches no network and has bounded memory."""

from __future__ import annotations

import multiprocessing
import resource
import socket
import subprocess
import sys
from concurrent.futures import ProcessPoolExecutor
from typing import TYPE_CHECKING

import numpy as np
import pytest

from flows.sources import opening
from flows.sources.children import confine, give_up_network, memory_of_machine
from models.call import QuarantineReason
from models.limits import Limits
from tests.flows.sources.test_folder import recording

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from models.call import Recording

_LIMIT = 1 << 30


def _confined(act: Callable[[], str]) -> str:
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, spawn, initializer=confine, initargs=(_LIMIT,)) as pool:
        return pool.submit(act).result()


def _attempts() -> str:
    tried = []
    for family in (socket.AF_INET, socket.AF_INET6, socket.AF_NETLINK, socket.AF_PACKET):
        try:
            socket.socket(family, socket.SOCK_DGRAM)
            tried.append(f"{family.name} open")
        except PermissionError:
            tried.append(f"{family.name} refused")
    near, far = socket.socketpair()
    near.send(b"pipes go on")
    far.close()
    child = "import socket; socket.create_connection(('127.0.0.1', 9))"
    done = subprocess.run([sys.executable, "-c", child], capture_output=True, check=False)  # noqa: S603
    return " ".join([*tried, str(b"PermissionError" in done.stderr)])


def _allocate() -> str:
    try:
        np.ones(_LIMIT // 4)
    except MemoryError:
        return f"refused, core {resource.getrlimit(resource.RLIMIT_CORE)}"
    return "given"


def _kernel() -> str:
    return str(give_up_network())


def test_no_network() -> None:
    """Neither itself nor a program that it starts; pipes of the machine go on."""
    if _confined(_kernel) != "True":
        pytest.skip("this kernel does not let a process give up its network")
    refused = "AF_INET refused AF_INET6 refused AF_NETLINK refused AF_PACKET refused True"
    assert _confined(_attempts) == refused


def test_bounded_memory() -> None:
    """An allocation beyond the limit fails in the process, and a crash writes no memory to disk."""
    assert _confined(_allocate) == "refused, core (0, 0)"
    assert 1 << 28 < memory_of_machine() < 1 << 50


_probe = vars(opening)["probe"]


def _greedy(path: Path, limits: Limits) -> Recording:
    if path.name == "greedy.wav":
        np.ones(opening._MEMORY_BYTES // 4)
    recording: Recording = _probe(path, limits)
    return recording


def test_a_recording_that_needs_too_much(tmp_path: Path) -> None:
    """It is set aside as that; the one beside it is opened."""
    recording(tmp_path, "greedy.wav", 1)
    recording(tmp_path, "good.wav", 2)
    paths = [tmp_path / "greedy.wav", tmp_path / "good.wav"]
    greedy, good = opening.in_children(_opened_greedily, paths)
    assert isinstance(greedy, opening.Problem)
    assert greedy.reason is QuarantineReason.TOO_LARGE
    assert not isinstance(good, opening.Problem)


def _opened_greedily(paths: Sequence[Path]) -> list[opening.Opened]:
    vars(opening)["probe"] = _greedy
    return [opening.open_recording(path, Limits()) for path in paths]
