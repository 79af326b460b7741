"""SFTP servers are known by their keys in ~/.ssh/known_hosts, as for the `sftp` command."""

from __future__ import annotations

from pathlib import Path

import paramiko


class OnlyKnownHosts(paramiko.MissingHostKeyPolicy):  # type: ignore[misc]  # it ships no types
    """Refuses servers whose key is not listed."""

    def missing_host_key(
        self, client: paramiko.SSHClient, hostname: str, key: paramiko.PKey
    ) -> None:
        """Look a key up that the client, which has read no list, does not know.

        Raises:
            SSHException: It is not the key of this server.
        """
        known = paramiko.HostKeys()
        listed = Path.home() / ".ssh" / "known_hosts"
        if listed.exists():
            known.load(str(listed))
        if not known.check(hostname, key):
            raise paramiko.SSHException("the key of the server is not known")
        client.get_host_keys().add(hostname, key.get_name(), key)
