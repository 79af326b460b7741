"""An SFTP server on this machine."""

from __future__ import annotations

import asyncio
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple

import asyncssh

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_HOST = "127.0.0.1"


class SftpServer(NamedTuple):
    """An SFTP server with one account.

    Attributes:
        url: Of its root, with the user.
        password: The user's.
        known_hosts: The line of `~/.ssh/known_hosts` by which clients know it.
    """

    url: str
    password: str
    known_hosts: str


@contextmanager
def sftp_server(root: Path) -> Iterator[SftpServer]:
    """Serve a folder.

    Args:
        root: What the server shows as `/`.
    """
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    key = asyncssh.generate_private_key("ssh-ed25519")

    class Account(asyncssh.SSHServer):  # type: ignore[misc]  # read without its types
        def password_auth_supported(self) -> bool:
            return True

        def validate_password(self, username: str, password: str) -> bool:
            return (username, password) == ("callqa", "invented")

    async def listen() -> asyncssh.SSHAcceptor:
        return await asyncssh.listen(
            _HOST,
            0,
            server_factory=Account,
            server_host_keys=[key],
            sftp_factory=lambda channel: asyncssh.SFTPServer(channel, chroot=str(root).encode()),
        )

    listening = asyncio.run_coroutine_threadsafe(listen(), loop).result()
    port = listening.get_port()
    public = key.export_public_key().decode().strip()
    known = f"[{_HOST}]:{port} {public}\n"
    yield SftpServer(f"sftp://callqa@{_HOST}:{port}", "invented", known)
    listening.close()
    loop.call_soon_threadsafe(loop.stop)
    thread.join()
