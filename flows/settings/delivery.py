"""How lists and alerts leave this machine: settings of mail, webhooks and the drop folder."""

from __future__ import annotations

from pathlib import Path
from typing import Literal, Self

from pydantic import Field, SecretStr, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from flows.settings.environment import THIS_MACHINE, read_from_environment, require_encryption


class MailSettings(BaseSettings):
    """How lists are mailed: `CALLQA_MAIL_<NAME>`. Without a host nothing is mailed."""

    model_config = SettingsConfigDict(env_prefix="CALLQA_MAIL_", env_file=".env", extra="ignore")

    host: str | None = Field(None, description="Mail server")
    port: int = Field(587, description="Port: 587 for starttls, 465 for implicit TLS")
    tls: Literal["starttls", "implicit", "none"] = Field(
        "starttls", description="How the connection is encrypted; none only on this machine"
    )
    ca_file: Path | None = Field(None, description="Certificate of a private certificate authority")
    user: str | None = Field(None, description="User name, if the server requires one")
    password: SecretStr | None = Field(None, description="Password of that user")
    sender: str = Field("callqa@localhost", description="Sender address")
    to: dict[str, str] = Field(
        default_factory=dict, description='Address per supervisor, as JSON: {"sv-1": "a@b.example"}'
    )

    @model_validator(mode="after")
    def _encrypted(self) -> Self:
        if self.host and self.tls == "none" and self.host not in THIS_MACHINE:
            raise ValueError("CALLQA_MAIL_TLS: none is allowed only for a server on this machine")
        return self


class WebhookSettings(BaseSettings):
    """Where lists are posted: `CALLQA_WEBHOOK_<NAME>`. Without a url nothing is posted."""

    model_config = SettingsConfigDict(env_prefix="CALLQA_WEBHOOK_", env_file=".env", extra="ignore")

    url: str | None = Field(None, description="URL that receives lists as JSON")
    secret: SecretStr = Field(SecretStr(""), description="Key that signs requests")

    @model_validator(mode="after")
    def _safe(self) -> Self:
        if self.url is None:
            return self
        require_encryption("CALLQA_WEBHOOK_URL", self.url)
        if not self.secret.get_secret_value():
            raise ValueError(
                "CALLQA_WEBHOOK_SECRET: missing; receivers need it to verify the sender"
            )
        return self


class DeliverySettings(BaseSettings):
    """How lists are delivered; secrets are never taken from the command line."""

    model_config = SettingsConfigDict(env_prefix="CALLQA_", env_file=".env", extra="ignore")

    mail: MailSettings = Field(default_factory=MailSettings)
    webhook: WebhookSettings = Field(default_factory=WebhookSettings)
    drop_folder: Path | None = Field(None, description="Folder that receives a copy of every list")
    operator_mail: str | None = Field(None, description="Address that hears of runs gone wrong")
    operator_webhook: str | None = Field(None, description="URL that hears of runs gone wrong")

    @model_validator(mode="after")
    def _operator_can_be_told(self) -> Self:
        if self.operator_mail and not self.mail.host:
            raise ValueError("CALLQA_OPERATOR_MAIL: needs a mail server, CALLQA_MAIL_HOST")
        if self.operator_webhook:
            require_encryption("CALLQA_OPERATOR_WEBHOOK", self.operator_webhook)
        return self

    @classmethod
    def read(cls) -> Self:
        """The settings of the environment.

        Raises:
            FlowsError: A setting is invalid; the message contains no secret.
        """
        return read_from_environment(
            cls,
            mail=read_from_environment(MailSettings),
            webhook=read_from_environment(WebhookSettings),
        )
