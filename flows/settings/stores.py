"""Settings of stores by URL. Keys of S3, Google and Azure are read by their own libraries."""

from __future__ import annotations

from pathlib import Path
from typing import Self

from pydantic import Field, FilePath, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from flows.settings.environment import read_from_environment


def _user_cache() -> Path:
    return Path.home() / ".cache" / "callqa"


class StoreSettings(BaseSettings):
    """What stores by URL need of this machine."""

    model_config = SettingsConfigDict(env_prefix="CALLQA_", env_file=".env", extra="ignore")

    cache: Path = Field(
        default_factory=_user_cache,
        description="Folder of working copies of homes and recordings by URL",
    )
    sftp_password: SecretStr | None = Field(
        None, description="Password of sftp://; without it, keys of the SSH agent and of ~/.ssh"
    )
    sftp_key: FilePath | None = Field(None, description="Private key of sftp://")

    @classmethod
    def read(cls) -> Self:
        """The settings of the environment.

        Raises:
            FlowsError: A setting cannot be used; names each such setting.
        """
        return read_from_environment(cls)
