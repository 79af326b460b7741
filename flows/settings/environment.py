"""Read settings from the environment, with errors that name each variable."""

from __future__ import annotations

from typing import Any, TypeVar
from urllib.parse import urlsplit

from pydantic import ValidationError
from pydantic_settings import BaseSettings
from pydantic_settings.exceptions import SettingsError

from flows.errors import FlowsError

_Kind = TypeVar("_Kind", bound=BaseSettings)
THIS_MACHINE = ("localhost", "127.0.0.1", "::1")


def require_encryption(name: str, url: str) -> None:
    """Check that what is sent to a URL cannot be read on the way.

    Raises:
        ValueError: It is neither https nor a server on this machine; names the variable.
    """
    parts = urlsplit(url)
    if parts.scheme != "https" and parts.hostname not in THIS_MACHINE:
        raise ValueError(f"{name}: expected https://, or a server on this machine")


def read_from_environment(kind: type[_Kind], **given: Any) -> _Kind:
    """Read settings of one kind.

    Raises:
        FlowsError: A setting is invalid; names each such variable, and contains no secret.
    """
    prefix = kind.model_config["env_prefix"]
    try:
        return kind(**given)
    except ValidationError as error:
        messages = [
            f"{prefix}{str(detail['loc'][0]).upper()}: {detail['msg']}"
            if detail["loc"]
            else detail["msg"].removeprefix("Value error, ")
            for detail in error.errors()
            if detail["type"] != "default_factory_not_called"  # follows from another error
        ]
        raise FlowsError("\n".join(messages)) from None
    except SettingsError as error:
        name = str(error).split('"')[1].upper()
        raise FlowsError(f"{prefix}{name} is not valid JSON; README.md shows the format") from None
