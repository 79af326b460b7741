"""However a run ends, it leaves no value that a caller said, no secret, and calls nobody up.

The whole flow with Prefect and worker processes, and with recorded recognitions.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb
import polars as pl
import pytest

from tests import kept
from tests.chaos.one_night import STRUCK
from tests.flows.deployments.test_interruption import CALLQA, CHECKOUT
from tests.night.ground_truth import protected_spans
from tests.night.recognitions.recorded_night import CALLS

if TYPE_CHECKING:
    from collections.abc import Iterator

SECRETS = {
    "CALLQA_WEBHOOK_SECRET": "zqxw-webhook-4f1c9a77d2",
    "CALLQA_MAIL_PASSWORD": "zqxw-mail-90be33a1f6",
    "CALLQA_SFTP_PASSWORD": "zqxw-sftp-1b7a5521c0",
    "PREFECT_API_KEY": "zqxw-prefect-77a0c6e5d9",
    "AWS_SECRET_ACCESS_KEY": "zqxw-store-b05ef2d8c1",
}
_HEARD = ("lt-0009", "lt-0018")
"""Calls in which card numbers, security codes and tax codes are said."""
_STRUCK = "lt-0018"
_LIMIT_S = 900  # a busy machine takes ten times as long as a free one
_ADDRESS = re.compile(r'inet_(?:addr|pton)\((?:AF_INET6, )?"([^"]+)"')
_LOOPBACK = re.compile(r"127\.|::1$|::ffff:127\.")
_STRACE = ("strace", "-f", "--seccomp-bpf", "-qq", "-e", "trace=connect,sendto,sendmsg", "-o")


@dataclass(frozen=True)
class Run:
    """A run that has ended: its folder, what it printed, and how it ended."""

    folder: Path
    printed: str
    status: int

    def kept(self) -> Iterator[tuple[Path, str]]:
        """Everything that it left, but for the source, also what is damaged by its end."""
        yield Path("the terminal"), self.printed
        for path in sorted(self.folder.rglob("*")):
            if path.is_relative_to(self.folder / "calls") or path.is_symlink():
                continue
            if path.is_file():
                try:
                    yield from kept.texts_of(path)
                except (duckdb.Error, sqlite3.Error, pl.exceptions.PolarsError):
                    continue  # what stands in it as it lies was given first


def _run(folder: Path, ending: str) -> Run:
    source, script, home = folder / "calls", folder / "callqa.py", folder / "home"
    for name in ("calls", "tmp", "user"):
        (folder / name).mkdir()
    for stem in _HEARD:
        for path in CALLS.glob(f"{stem}.*"):
            shutil.copy(path, source)
    script.write_text(CALLQA)
    traced = [*_STRACE, str(folder / "trace")] if ending == "run" and shutil.which("strace") else []
    running = subprocess.Popen(  # noqa: S603  our own code
        [*traced, sys.executable, str(script), "", "run", str(source)],
        env={**os.environ, **SECRETS, **_environment(folder, ending)},
        cwd=folder / "user",
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    if ending == "kill":
        while running.poll() is None and not list((home / "lake" / "manifest").glob("*")):
            time.sleep(0.05)
        running.send_signal(signal.SIGKILL)
    printed, _ = running.communicate(timeout=_LIMIT_S)
    deadline_s = time.monotonic() + _LIMIT_S
    while _is_in_use(folder):
        assert time.monotonic() < deadline_s, "a process outlived the run"
        time.sleep(0.1)
    return Run(folder, printed, running.returncode)


def _environment(folder: Path, ending: str) -> dict[str, str]:
    """Settings of a run whose lists nobody takes."""
    with socket.create_server(("127.0.0.1", 0)) as unused:
        port = unused.getsockname()[1]
    return {
        "PYTHONPATH": str(CHECKOUT),
        "HOME": str(folder / "user"),
        "TMPDIR": str(folder / "tmp"),
        "CALLQA_HOME": str(folder / "home"),
        "CALLQA_WORKERS": "1",
        "CALLQA_BATCH_SIZE": "1",
        "CALLQA_RETRY_DELAYS_S": "[]",
        "CALLQA_WEBHOOK_URL": f"http://127.0.0.1:{port}/lists",
        "CALLQA_MAIL_HOST": "localhost",
        "CALLQA_MAIL_PORT": str(port),
        "CALLQA_MAIL_USER": "callqa",
        "CALLQA_MAIL_TO": '{"sv-1": "someone@centre.example"}',
        STRUCK: f"{_STRUCK}:{'crash' if ending == 'crash' else 'hang'}" if ending != "run" else ":",
    }


def _is_in_use(folder: Path) -> bool:
    """Whether a process still has this folder for its temporary files."""
    mark = f"TMPDIR={folder / 'tmp'}".encode()
    for process in Path("/proc").glob("[0-9]*/environ"):
        try:
            if mark in process.read_bytes():
                return True
        except OSError:
            continue
    return False


@pytest.fixture(scope="module", params=["run", "crash", "kill"])
def run(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Run:
    """A run that ends by itself, one whose decoder crashes, and one that is killed."""
    return _run(tmp_path_factory.mktemp(request.param), request.param)


def test_it_ended_as_meant(run: Run) -> None:
    """Lists cannot be delivered; a crash costs one call; a kill is a kill."""
    if run.folder.name.startswith("kill"):
        assert run.status == -signal.SIGKILL
    else:
        assert run.status == 3
        assert f"{int('crash' in run.folder.name)} quarantined" in run.printed


def test_no_protected_value_is_left(run: Run) -> None:
    """Neither in the lake, the warehouse, pages, logs, Prefect's database nor temporary files."""
    found = list(run.kept())
    assert {path.name for path, _ in found} >= {"prefect.db", "run.log"}
    assert kept.protected_values(found) == []


def test_no_secret_is_left(run: Run) -> None:
    """Nor in what was printed, though mail and webhook failed."""
    left = [f"{name} in {path}" for path, text in run.kept() for name in _secrets_in(text)]
    assert left == []


def test_nothing_is_left_in_the_users_home(run: Run) -> None:
    """Nor cores; all that is kept lies where it can be erased."""
    assert [path for path in (run.folder / "user").rglob("*") if path.is_file()] == []
    assert not [path for path in run.folder.rglob("core*") if path.is_file() and path.suffix == ""]


def test_nothing_but_this_machine_is_reached(run: Run) -> None:
    """No process of a run speaks to another machine, not even to ask for an address."""
    trace = run.folder / "trace"
    if not trace.exists():
        pytest.skip("not this ending, or no strace on this machine")
    addresses = set(_ADDRESS.findall(trace.read_text(errors="replace")))
    assert addresses, "Prefect's own server is spoken to"
    assert {one for one in addresses if not _LOOPBACK.match(one)} == set()


def test_what_is_looked_for_is_found(tmp_path: Path) -> None:
    """Values and secrets in a database or a text are found, or the tests prove nothing."""
    with sqlite3.connect(tmp_path / "prefect.db") as connection:
        connection.execute("create table log (message text)")
        values = [span["value"] for span in protected_spans("lt-0018") if len(span["value"]) > 4]
        connection.execute("insert into log values (?)", (f"{values[0]}",))
    (tmp_path / "run.log").write_text(SECRETS["CALLQA_MAIL_PASSWORD"])
    texts = list(Run(tmp_path, "", 0).kept())
    assert kept.protected_values(texts)
    assert [name for _, text in texts for name in _secrets_in(text)] == ["CALLQA_MAIL_PASSWORD"]


def _secrets_in(text: str) -> list[str]:
    return [name for name, secret in SECRETS.items() if secret in text]
