"""What each process of ours does first: whose the files that it writes are, and what it is."""

from __future__ import annotations

import grp
import os
from enum import StrEnum
from typing import Self

from pydantic import Field, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from flows.settings.environment import read_from_environment

OWNER_ALONE, OWNER_AND_GROUP = 0o077, 0o027
"""What a umask takes away: files get 0600 or 0640, folders 0700 or 0750."""


class AccessSettings(BaseSettings):
    """Who may read the home folder."""

    model_config = SettingsConfigDict(env_prefix="CALLQA_", env_file=".env", extra="ignore")

    group: str | None = Field(
        None, description="Group that may read the home folder; only its owner without one"
    )

    @field_validator("group")
    @classmethod
    def _ours(cls, value: str | None) -> str | None:
        if value is None:
            return None
        try:
            number = grp.getgrnam(value).gr_gid
        except KeyError:
            raise ValueError("no group of this machine") from None
        if os.geteuid() != 0 and number not in {os.getegid(), *os.getgroups()}:
            raise ValueError("a group that this user is no member of, and cannot give files to")
        return value

    @property
    def group_id(self) -> int | None:
        """The number of the group."""
        return grp.getgrnam(self.group).gr_gid if self.group else None

    @classmethod
    def read(cls) -> Self:
        """The settings of the environment.

        Raises:
            FlowsError: The group cannot be used.
        """
        return read_from_environment(cls)


class Kind(StrEnum):
    """The kinds of processes."""

    COMMAND = "command"
    DEPLOYMENT = "deployment"
    WORKER = "worker"
    OTHER = "other"  # a script that calls our functions


_kind = Kind.OTHER


def begin(kind: Kind) -> None:
    """Let nobody else read what this process and its children write, and say what it is.

    Args:
        kind: The kind of process; of several, the first counts, as of a command that runs a flow.

    Raises:
        FlowsError: The group of the settings cannot be used.
    """
    global _kind  # noqa: PLW0603  a process has one kind
    group = AccessSettings.read().group
    os.umask(OWNER_AND_GROUP if group else OWNER_ALONE)
    if _kind is Kind.OTHER:
        _kind = kind


def process_kind() -> Kind:
    """The kind of this process."""
    return _kind
