"""The kinds of stores: which library reads each, and where its credentials come from."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from flows.settings.stores import StoreSettings

Info = Mapping[str, Any]
_TIMES = ("LastModified", "last_modified", "updated", "mtime")
_CONNECT_S, _READ_S = 10, 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """A kind of store.

    Attributes:
        scheme: How its URLs begin.
        package: The package that reads it; part of the extra `scale`. Empty if nothing is needed.
        root: What the first part of the URL is, for messages.
        credentials: Where its credentials come from, for messages.
        version_keys: What of a file's properties tells its version, beside its size.
        is_atomic: Whether a file that is being written cannot be seen.
        has_folders: Whether folders must be made.
        takes_threads: Whether several threads may use one connection at a time.
        options: What its library is given.
    """

    scheme: str
    package: str = ""
    root: str = "folder"
    credentials: str = "give the run's user access"
    version_keys: tuple[str, ...] = ("ETag", "etag", "generation")
    is_atomic: bool = True
    has_folders: bool = False
    takes_threads: bool = True
    options: Callable[[StoreSettings], dict[str, Any]] = field(default=lambda _: {})

    def stored_s(self, info: Info) -> float:
        """When a file was stored, in seconds since 1970."""
        found = next((info[key] for key in _TIMES if info.get(key)), 0.0)
        if isinstance(found, str):
            found = datetime.fromisoformat(found)
        return found.timestamp() if isinstance(found, datetime) else float(found)

    def version_of(self, info: Info) -> str:
        """The version of a file, from what the library says of it."""
        found = (str(info[key]).strip('"') for key in self.version_keys if info.get(key))
        return "-".join((str(info["size"]), *found))


def _s3(_: StoreSettings) -> dict[str, Any]:
    retries = {"max_attempts": 3, "mode": "standard"}
    return {
        "config_kwargs": {
            "connect_timeout": _CONNECT_S,
            "read_timeout": _READ_S,
            "retries": retries,
        }
    }


def _azure(_: StoreSettings) -> dict[str, Any]:
    return {"anon": False}


def _sftp(settings: StoreSettings) -> dict[str, Any]:
    # A server that is not known could be anybody's, and would be given calls and passwords.
    from flows.stores.known_hosts import OnlyKnownHosts  # noqa: PLC0415  needs the extra

    password = settings.sftp_password and settings.sftp_password.get_secret_value()
    key = settings.sftp_key
    return {
        "host_key_policy": OnlyKnownHosts(),
        "timeout": _CONNECT_S,
        "banner_timeout": _CONNECT_S,
        "auth_timeout": _CONNECT_S,
        **(
            {"password": password, "look_for_keys": False, "allow_agent": False} if password else {}
        ),
        **({"key_filename": str(key)} if key else {}),
    }


LOCAL = Kind(scheme="file", version_keys=("mtime", "ino"), is_atomic=False, has_folders=True)

KINDS = {
    kind.scheme: kind
    for kind in (
        LOCAL,
        Kind(
            scheme="s3",
            package="s3fs",
            root="bucket",
            credentials="set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE; for a"
            " server of your own AWS_ENDPOINT_URL",
            options=_s3,
        ),
        Kind(
            scheme="gs",
            package="gcsfs",
            root="bucket",
            credentials="set GOOGLE_APPLICATION_CREDENTIALS to the file of a service account",
        ),
        Kind(
            scheme="abfs",
            package="adlfs",
            root="container",
            credentials="set AZURE_STORAGE_CONNECTION_STRING, or AZURE_STORAGE_ACCOUNT_NAME with"
            " AZURE_STORAGE_ACCOUNT_KEY",
            options=_azure,
        ),
        Kind(
            scheme="sftp",
            package="paramiko",
            root="server",
            credentials="name the user in the URL (sftp://user@host/folder), set"
            " CALLQA_SFTP_PASSWORD, CALLQA_SFTP_KEY or have the SSH agent hold the key, and have"
            " the server's key in ~/.ssh/known_hosts (ssh-keyscan HOST)",
            version_keys=("mtime",),  # in whole seconds
            is_atomic=False,
            has_folders=True,
            takes_threads=False,  # a thread that reads the answer of another one drops it
            options=_sftp,
        ),
    )
}
"""By scheme."""
