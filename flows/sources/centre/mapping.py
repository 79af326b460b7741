"""`callqa-mapping.yaml`: what the columns of a centre's own CSV or JSON files mean."""

from __future__ import annotations

import re
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Literal, Self
from zoneinfo import available_timezones

from pydantic import BeforeValidator, Field, field_validator, model_validator

from models.data_files.strict_yaml import StrictRecord, read_record

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

MAPPING_NAME = "callqa-mapping.yaml"
EPOCHS = {"epoch_s": 1.0, "epoch_ms": 1000.0}
"""Formats of a time that is a number, and how many of it are a second."""
_WIDTH = re.compile(r"%[^a-zA-Z%]*\d")
_LONGEST_FORMAT = 100
_A_TIME = datetime(2026, 3, 10, 21, 14, 5)  # noqa: DTZ001  only to try a format


class Given(StrictRecord):
    """Where the value of a field is from, and how it is written."""

    column: str | None = Field(None, min_length=1, description="Column, or path such as agent.id")
    value: str | None = Field(None, min_length=1, description="One value for every call")
    values: dict[str, str] = Field(default_factory=dict, description="Our value for each of theirs")
    format: str | None = Field(None, description="Form of a time or of a length of time")
    zone: str | None = Field(None, description="Time zone of times that are written without one")

    @model_validator(mode="after")
    def _one_origin(self) -> Self:
        if (self.column is None) == (self.value is None):
            raise ValueError("either a `column` or a `value`")
        return self

    @field_validator("zone")
    @classmethod
    def _known_zone(cls, value: str | None) -> str | None:
        if value is not None and value not in available_timezones():
            raise ValueError("a time zone such as Europe/Rome")
        return value

    @field_validator("format")
    @classmethod
    def _usable_format(cls, value: str | None) -> str | None:
        if value is None or value in EPOCHS:
            return value
        if _WIDTH.search(value) or len(value) > _LONGEST_FORMAT:  # a width makes gigabytes of text
            raise ValueError(_EXPECTED_FORMAT)
        try:
            datetime.strptime(_A_TIME.astimezone().strftime(value), value)  # noqa: DTZ007
        except ValueError:
            raise ValueError(_EXPECTED_FORMAT) from None
        if "%" not in value:
            raise ValueError(_EXPECTED_FORMAT)
        return value


_EXPECTED_FORMAT = "a form such as %d/%m/%Y %H:%M:%S, or epoch_s or epoch_ms"


def _as_given(value: object) -> object:
    return {"column": value} if isinstance(value, str) else value


def _as_several(value: object) -> object:
    return (value,) if isinstance(value, str) else value


Column = Annotated[Given, BeforeValidator(_as_given)]


class SourceMapping(StrictRecord):
    """A mapping; the fields from `call_id` on are those of a sidecar."""

    files: Annotated[tuple[str, ...], BeforeValidator(_as_several)] = Field(
        min_length=1, description="Names of the files that it is for, such as calls-*.csv"
    )
    recording: str | None = Field(None, description="Column with name, path or id of the recording")
    items: str | None = Field(None, description="Path to the list of calls in a JSON file")
    lists_all_calls: bool = Field(
        default=False, description="Whether the files list calls without a recording, too"
    )
    version: Column | None = Field(
        None, description="Column by which the newest of several lines on one recording counts"
    )
    channel_map: dict[Literal["left", "right", "mono"], Literal["agent", "customer", "mixed"]] = (
        Field(default_factory=dict, description="Who speaks on which channel, in all recordings")
    )
    call_id: Column = Field(description="Column with the system's own id of the call or recording")
    started_at: Column = Field(description="Column with the start of the call")
    agent_id: Column = Field(description="Column with the agent's id, extension or user name")
    direction: Column = Field(description="Column with the direction, or one value for all calls")
    queue: Column | None = None
    agent_name: Column | None = None
    team: Column | None = None
    supervisor_id: Column | None = None
    supervisor_name: Column | None = None
    language: Column | None = None
    contact_id: Column | None = None
    customer_ref: Column | None = None
    restricted: Column | None = None
    duration_s: Column | None = None
    replaces: Column | None = None
    after_call_work_s: Column | None = None
    disposition: Column | None = None
    fields: dict[str, Column] = Field(default_factory=dict, description="Custom fields by name")

    @field_validator("version")
    @classmethod
    def _only_a_column(cls, value: Given | None) -> Given | None:
        if value and (value.column is None or value.values):
            raise ValueError("a `column`, perhaps with a `format` and a `zone`")
        return value

    def documented(self) -> Iterator[tuple[str, Given]]:
        """The documented fields that are given, by name."""
        for name in type(self).model_fields:
            given = getattr(self, name)
            if isinstance(given, Given) and name != "version":
                yield name, given

    def columns(self) -> Iterator[str]:
        """The columns that a table must have."""
        every = [*(given for _, given in self.documented()), *self.fields.values()]
        version = [self.version.column] if self.version else []
        named = (self.recording, *version, *(given.column for given in every))
        yield from dict.fromkeys(name for name in named if name)


def mapping_of(folder: Path) -> tuple[Path, SourceMapping] | None:
    """The mapping of a source, in its folder or, for a folder per day, in the one above it.

    Raises:
        DataFilesError: With every error of the file, each naming path and line.
    """
    for place in (folder, folder.resolve().parent):
        path = place / MAPPING_NAME
        if path.is_file():
            return path, read_record(path, SourceMapping)
    return None
