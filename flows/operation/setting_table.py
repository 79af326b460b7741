"""Every setting with its value, where that comes from, and what it means; secrets are not shown."""

from __future__ import annotations

import json
from dataclasses import dataclass
from difflib import get_close_matches
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from pydantic import SecretStr, ValidationError
from pydantic_core import PydanticUndefined
from pydantic_settings import BaseSettings, DotEnvSettingsSource, EnvSettingsSource
from pydantic_settings.exceptions import SettingsError

from flows.settings.centre import Settings
from flows.settings.delivery import DeliverySettings
from flows.settings.desk import DeskSettings
from flows.settings.places import copied_url
from flows.settings.process import AccessSettings
from flows.settings.stores import StoreSettings

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pydantic.fields import FieldInfo

PREFIX = "CALLQA_"


class Origin(StrEnum):
    """Where a value comes from."""

    DEFAULT = "default"
    ENVIRONMENT = "environment"
    DOTENV = ".env"


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingRow:
    """One setting.

    Attributes:
        name: Its environment variable.
        value: As text; secrets as `set` or `not set`.
        default: The default as in a `.env` file; empty if there is none.
        origin: Where the value comes from.
        meaning: What it is for.
        error: Why the value cannot be used; empty if it can.
    """

    name: str
    value: str
    default: str
    origin: Origin
    meaning: str
    error: str = ""


@dataclass(frozen=True, slots=True)
class SettingTable:
    """All settings.

    Attributes:
        rows: One per setting.
        errors: Everything that is wrong, each beginning with the name of its variable.
    """

    rows: tuple[SettingRow, ...]
    errors: tuple[str, ...]


def setting_table() -> SettingTable:
    """Read all settings as a run in this folder would, and report all errors at once."""
    rows: list[SettingRow] = []
    errors: list[str] = []
    names_set: set[str] = set()
    for kind in _kinds(Settings, AccessSettings, DeliverySettings, DeskSettings, StoreSettings):
        names_set |= {
            name.upper()
            for source in (EnvSettingsSource(kind), DotEnvSettingsSource(kind))
            for name in source.env_vars
        }
        values, faults = _read(kind)
        rows += _rows(kind, values, faults)
        errors += [_said(kind, name, fault) for name, fault in faults.items() if _own(kind, name)]
    known = [row.name for row in rows]
    unknown = sorted(name for name in names_set - set(known) if name.startswith(PREFIX))
    return SettingTable(
        tuple(rows), (*dict.fromkeys(errors), *(_unknown(name, known) for name in unknown))
    )


def _kinds(*roots: type[BaseSettings]) -> Iterator[type[BaseSettings]]:
    """The classes of settings, those that are fields of another one included."""
    for kind in roots:
        yield kind
        yield from _kinds(*(part for field in kind.model_fields.values() if (part := _part(field))))


def _part(field: FieldInfo) -> type[BaseSettings] | None:
    kind = field.annotation
    return kind if isinstance(kind, type) and issubclass(kind, BaseSettings) else None


def _read(kind: type[BaseSettings]) -> tuple[Mapping[str, Any], dict[str, str]]:
    """The values of one class, and what is wrong by field; by no field if it is a combination."""
    try:
        return dict(kind()), {}
    except ValidationError as error:
        faults = {
            str(detail["loc"][0]) if detail["loc"] else "": detail["msg"]
            for detail in error.errors()
            if detail["type"] != "default_factory_not_called"  # follows from another error
        }
        return {}, {name: text.removeprefix("Value error, ") for name, text in faults.items()}
    except SettingsError as error:
        return {}, {str(error).split('"')[1]: "is not valid JSON; README.md shows the format"}


def _rows(
    kind: type[BaseSettings], values: Mapping[str, Any], faults: Mapping[str, str]
) -> Iterator[SettingRow]:
    in_environment = EnvSettingsSource(kind).env_vars
    in_file = DotEnvSettingsSource(kind).env_vars
    for name, field in kind.model_fields.items():
        if _part(field):
            continue
        variable = _variable(kind, name)
        origin, raw = Origin.DEFAULT, None
        if variable.lower() in in_environment:
            origin, raw = Origin.ENVIRONMENT, in_environment[variable.lower()]
        elif variable.lower() in in_file:
            origin, raw = Origin.DOTENV, in_file[variable.lower()]
        default = field.get_default()
        secret = _is_secret(field)
        value = values.get(name, default if origin is Origin.DEFAULT else raw)
        yield SettingRow(
            name=variable,
            value=("set" if raw else "not set") if secret else _shown(value),
            default="" if secret else _as_line(default),
            origin=origin,
            meaning=field.description or "",
            error=faults.get(name, ""),
        )


def _variable(kind: type[BaseSettings], name: str) -> str:
    return f"{kind.model_config['env_prefix']}{name}".upper()


def _own(kind: type[BaseSettings], name: str) -> bool:
    """Whether a fault is one of this class, and not of a part, which tells it itself."""
    return name in kind.model_fields or not name


def _said(kind: type[BaseSettings], name: str, fault: str) -> str:
    return f"{_variable(kind, name)}: {fault}" if name in kind.model_fields else fault


def _unknown(name: str, known: list[str]) -> str:
    near = get_close_matches(name, known, n=1)
    return f"{name}: no such setting" + (f"; did you mean {near[0]}?" if near else "")


def _is_secret(field: FieldInfo) -> bool:
    return "SecretStr" in str(field.annotation)


def _shown(value: Any) -> str:
    """A value for people; of an address only the server, since the rest may be a key."""
    text = _as_line(value)
    url = urlsplit(text) if text.startswith(("http://", "https://")) else None
    if url and (url.path.strip("/") or url.query or "@" in url.netloc):
        return f"{url.scheme}://{url.hostname}/..."
    return text


def _as_line(value: Any) -> str:
    """A value as it stands in a `.env` file."""
    if value is None or value is PydanticUndefined:
        return ""
    if isinstance(value, SecretStr):
        return "set" if value.get_secret_value() else ""
    if isinstance(value, (dict, list, tuple)):
        return json.dumps(value, ensure_ascii=False) if value else ""
    if isinstance(value, Path):
        return copied_url(value) or str(value)
    return str(value.value if isinstance(value, StrEnum) else value)
