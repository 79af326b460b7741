"""Where the desk listens, keeps its records, and how people log in."""

from __future__ import annotations

from pathlib import Path
from typing import Literal, Self

from pydantic import Field, SecretStr, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from flows.settings.environment import THIS_MACHINE, read_from_environment, require_encryption


class DeskSettings(BaseSettings):
    """Settings of the desk: `CALLQA_DESK_<NAME>`."""

    model_config = SettingsConfigDict(env_prefix="CALLQA_DESK_", env_file=".env", extra="ignore")

    host: str = Field("127.0.0.1", description="Address on which it listens")
    port: int = Field(8400, ge=0, le=65535, description="Port on which it listens")
    behind_proxy: bool = Field(
        default=False, description="Whether a proxy with TLS on this network passes requests on"
    )
    proxy_addresses: str = Field(
        "127.0.0.1,::1",
        description="Addresses or networks of the proxy; what others forward is not believed",
    )
    names: str = Field(
        "", description="Names under which people open it, such as desk.example.com, by comma"
    )
    root_path: str = Field(
        "", pattern=r"^(/[A-Za-z0-9._~-]+)*$", description="Path at which the proxy offers it"
    )
    database: SecretStr | None = Field(
        None, description="SQLAlchemy URL of its records; a SQLite file in the home without it"
    )
    edited_rules: Path | None = Field(
        None, description="Folder of rule files that analysts may try before they are in force"
    )
    session_hours: float = Field(10, gt=0, description="Hours after which people log in again")
    agents_see: Literal["all", "reviewed"] = Field(
        "all", description="Calls that agents see of their own: all, or those a person reviewed"
    )
    sample_calls: int = Field(
        2, ge=0, le=100, description="Calls an agent and week that are drawn for a review"
    )
    dispute_days: int = Field(7, ge=1, description="Days within which disputes are to be decided")

    oidc_issuer: str | None = Field(None, description="Address of the identity provider")
    oidc_client_id: str | None = Field(None, description="What the provider calls the desk")
    oidc_client_secret: SecretStr | None = Field(None, description="Secret of the desk there")
    oidc_claim: str = Field(
        "email", description="Claim of the provider that is the login of an account"
    )

    @model_validator(mode="after")
    def _encrypted(self) -> Self:
        if self.host not in THIS_MACHINE and not self.behind_proxy:
            raise ValueError(
                "CALLQA_DESK_HOST: other machines are served only through a proxy with TLS;"
                " expected 127.0.0.1, or CALLQA_DESK_BEHIND_PROXY=true"
            )
        if self.behind_proxy and not self.names:
            raise ValueError(
                "CALLQA_DESK_NAMES: behind a proxy it is opened under a name of its own;"
                " expected names such as desk.example.com"
            )
        return self

    @model_validator(mode="after")
    def _whole_provider(self) -> Self:
        parts = (self.oidc_issuer, self.oidc_client_id, self.oidc_client_secret)
        if any(parts) and not all(parts):
            raise ValueError(
                "CALLQA_DESK_OIDC_ISSUER: an identity provider has an issuer, a client id and a"
                " client secret; expected CALLQA_DESK_OIDC_CLIENT_ID and _CLIENT_SECRET too"
            )
        if self.oidc_issuer:
            require_encryption("CALLQA_DESK_OIDC_ISSUER", self.oidc_issuer)
        return self

    @property
    def known_hosts(self) -> frozenset[str]:
        """The names and addresses under which a browser may ask for it."""
        given = (name.strip().lower() for name in self.names.split(","))
        return frozenset({*given, self.host.lower(), *THIS_MACHINE} - {"", "0.0.0.0", "::"})  # noqa: S104  left out

    @staticmethod
    def file_in(home: Path) -> Path:
        """The SQLite file of the records, unless there is another database."""
        return home / "desk" / "desk.db"

    @classmethod
    def read(cls, **given: object) -> Self:
        """The settings of the environment, except those that are given and not None.

        Raises:
            FlowsError: A setting is invalid; the message contains no secret.
        """
        return read_from_environment(
            cls, **{name: value for name, value in given.items() if value is not None}
        )
