"""The Prefect server of a run on a machine that has none: its own process, for this run only.

Prefect can start one itself, but that one outlives a run that is killed, inherits every secret of
the environment, and answers everybody on the machine. Run as a module, this is the server.
"""

from __future__ import annotations

import atexit
import os
import secrets
import socket
import subprocess
import sys
import threading
from typing import TYPE_CHECKING

from pydantic_settings import BaseSettings, SettingsConfigDict

from flows.errors import FlowsError
from warehouse.integrity.damage import is_whole_sqlite

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    import uvicorn

_START_LIMIT_S = 120
_STOP_LIMIT_S = 5
_ORPHAN_LIMIT_S = 2
_INHERITED = ("PATH", "HOME", "LANG", "LC_ALL", "TZ", "TMPDIR", "LD_LIBRARY_PATH", "PYTHONPATH")
"""Beside the settings of Prefect; whatever else is set is none of the server's business."""
_CLIENT_SECRETS = ("PREFECT_API_KEY", "PREFECT_API_AUTH_STRING")
_STANDARD_INPUT = 0


class _PrefectSettings(BaseSettings):
    """What decides whether a run starts a server of its own, read as Prefect reads it."""

    model_config = SettingsConfigDict(env_prefix="PREFECT_", env_file=".env", extra="ignore")

    api_url: str | None = None


def prepare_prefect(home: Path) -> None:
    """Configure Prefect: the server that the environment names, or one of our own under `home`.

    Must run before Prefect is imported, since Prefect reads its settings on import.

    Raises:
        FlowsError: The server does not start.
    """
    state = home.resolve() / "prefect"
    state.mkdir(parents=True, exist_ok=True)
    for name, value in {
        "PREFECT_HOME": str(state),
        "PREFECT_LOGGING_LEVEL": "CRITICAL",  # errors are raised, and reported once by the caller
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "DO_NOT_TRACK": "1",
    }.items():
        os.environ.setdefault(name, value)
    if _PrefectSettings().api_url is None:
        os.environ.update(start_server(state))


def start_server(state: Path) -> dict[str, str]:
    """Start a server that ends with this process, however this process ends.

    Args:
        state: Folder of its database.

    Returns:
        The environment variables with which Prefect reaches it.

    Raises:
        FlowsError: It does not start.
    """
    set_aside_if_damaged(state / "prefect.db")
    token = f"callqa:{secrets.token_urlsafe(32)}"
    url = _start(state, token)
    if url is None:
        raise FlowsError(
            f"the embedded Prefect server does not start; see {state / 'server.log'}, or set"
            " PREFECT_API_URL to a server of yours"
        )
    return {"PREFECT_API_URL": url, "PREFECT_API_AUTH_STRING": token}


def set_aside_if_damaged(database: Path) -> None:
    """Rename a database that is damaged, with which a server waits for minutes and then fails.

    Nothing is lost that callqa needs: what was evaluated and delivered is in the home folder.
    """
    if database.exists() and not is_whole_sqlite(database):
        for file in database.parent.glob(f"{database.name}*"):
            file.replace(file.with_name(f"damaged-{file.name}"))


def _start(state: Path, token: str) -> str | None:
    """Start a process; returns the URL of the API, or None if the process ends instead."""
    import httpx  # noqa: PLC0415  slow to import, for commands that need no server

    # A socket that is handed over leaves no moment in which another process could take the port.
    log = state / "server.log"
    with socket.create_server(("127.0.0.1", 0)) as listening, log.open("wb") as output:
        url = f"http://127.0.0.1:{listening.getsockname()[1]}/api"
        server = subprocess.Popen(  # noqa: S603  our own module
            [sys.executable, "-m", __spec__.name, str(listening.fileno())],
            env=_environment(os.environ, token),
            cwd=state,  # without the .env of this folder, which Prefect would read
            stdin=subprocess.PIPE,  # its end tells the server that this process has ended
            stdout=output,
            stderr=output,
            pass_fds=[listening.fileno()],
            start_new_session=True,  # Ctrl-C is for the run, which needs the server to say so
        )
    try:
        httpx.get(f"{url}/health", timeout=_START_LIMIT_S).raise_for_status()
    except httpx.HTTPError:
        _stop(server)
        return None
    # Before Prefect is imported, so that it runs after Prefect has sent what is left to send.
    atexit.register(_stop, server)
    return url


def _environment(environment: Mapping[str, str], token: str) -> dict[str, str]:
    """What the server needs, and nothing else: no password, no key of another service."""
    kept = {
        name: value
        for name, value in environment.items()
        if (name in _INHERITED or name.startswith("PREFECT_")) and name not in _CLIENT_SECRETS
    }
    # By default it is a URL with the whole path, which libraries decode: the working copy of a home
    # by URL has `%3A` in it. This one is relative to the current folder of the server.
    kept.setdefault("PREFECT_API_DATABASE_CONNECTION_URL", "sqlite+aiosqlite:///prefect.db")
    return {**kept, "PREFECT_SERVER_API_AUTH_STRING": token}


def _stop(server: subprocess.Popen[bytes]) -> None:
    assert server.stdin is not None, "opened with a pipe"
    server.stdin.close()
    try:
        server.wait(_STOP_LIMIT_S)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()


def _serve(descriptor: int) -> None:
    """Serve Prefect's API on a socket, until the process that started this one ends."""
    import uvicorn  # noqa: PLC0415  only the server's process needs them
    from prefect.server.api.server import create_app  # noqa: PLC0415

    server = uvicorn.Server(
        uvicorn.Config(
            create_app(ephemeral=True, final=True), log_level="error", timeout_graceful_shutdown=1
        )
    )
    threading.Thread(target=_follow_parent, args=(server,), daemon=True).start()
    server.run(sockets=[socket.socket(fileno=descriptor)])


def _follow_parent(server: uvicorn.Server) -> None:
    os.read(_STANDARD_INPUT, 1)
    server.should_exit = True
    threading.Event().wait(_ORPHAN_LIMIT_S)
    os._exit(0)


if __name__ == "__main__":
    _serve(int(sys.argv[1]))
