"""Validate what is said of a call, wherever it was read, and read our own form of it: sidecars."""

from __future__ import annotations

import re
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any, Literal

from pydantic import (
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    field_validator,
    model_validator,
)

from flows.sources.custom_fields import CustomFields, is_plain_name, is_storable
from flows.sources.documents import MetadataError, read_document
from flows.sources.exports.values import direction_of
from flows.sources.listing import has_unseen, without_unseen
from models.call import UNASSIGNED, Call, Direction, Role
from models.limits import DEFAULT_LIMITS

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from flows.sources.custom_fields import FieldCounts
    from flows.sources.documents import Document
    from models.limits import Limits

_DATED = re.compile(r"^\d{4}-\d{2}-\d{2}")
_CALL_ID = r"^[^\x00-\x1f/\\]+$"
_MAX_ID, _MAX_NAME = 100, 200
_IDS = ("call_id", "contact_id", "replaces", "agent_id", "supervisor_id", "customer_ref")
_TEXTS = ("agent_name", "supervisor_name", "team", "queue", "disposition")
_MOST_DURATION_S = 1_000_000
_TOLD = 20  # errors of one call; who has more sees the pattern
_PLAUSIBLE_YEARS = range(1990, 2100)
_SHORT_OFFSET = re.compile(r"(T.*[+-]\d{2})$")
_LANGUAGE_TAG = re.compile(r"^([A-Za-z]{2})[-_][A-Za-z0-9_-]+$")
_EXPECTED_TIME = "a time with its zone such as 2026-03-10T09:14:05+01:00"
_REQUIRED = {"call_id", "started_at", "agent_id", "queue", "direction"}
_MAP = "; it is no known export either, and `callqa sources map FILE` proposes a mapping for it"


class _Metadata(BaseModel):
    """The documented fields; any others are counted and not kept."""

    model_config = ConfigDict(extra="ignore", coerce_numbers_to_str=True, str_strip_whitespace=True)

    call_id: str = Field(min_length=1, max_length=_MAX_NAME, pattern=_CALL_ID)
    started_at: AwareDatetime
    agent_id: str = Field(min_length=1, max_length=_MAX_ID)
    agent_name: str | None = Field(None, max_length=_MAX_NAME)
    team: str = Field(UNASSIGNED, max_length=_MAX_ID)
    supervisor_id: str = Field(UNASSIGNED, max_length=_MAX_ID)
    supervisor_name: str | None = Field(None, max_length=_MAX_NAME)
    queue: str = Field(min_length=1, max_length=_MAX_ID)
    direction: Direction
    language: str | None = Field(None, pattern=r"^[a-z]{2}$")
    contact_id: str | None = Field(None, max_length=_MAX_NAME)
    customer_ref: str | None = Field(None, max_length=_MAX_NAME)
    restricted: bool = False
    duration_s: float | None = Field(None, gt=0, le=_MOST_DURATION_S)
    replaces: str | None = Field(None, max_length=_MAX_NAME, pattern=_CALL_ID)
    after_call_work_s: float | None = Field(None, ge=0, le=_MOST_DURATION_S)
    disposition: str | None = Field(None, max_length=_MAX_NAME)
    fields: CustomFields = Field(default_factory=dict)
    channel_map: dict[Literal["left", "right", "mono"], Literal["agent", "customer", "mixed"]] = (
        Field(default_factory=dict)
    )

    @model_validator(mode="before")
    @classmethod
    def _given(cls, data: dict[str, Any]) -> dict[str, Any]:
        """Leave out what is empty: exports write a field that they know nothing of as null."""
        return {
            name: value
            for name, value in data.items()
            if value is not None and not (isinstance(value, str) and not value.strip())
        }

    @field_validator("direction", mode="before")
    @classmethod
    def _any_spelling(cls, value: object) -> object:
        return direction_of(value)

    @field_validator("language", mode="before")
    @classmethod
    def _without_region(cls, value: object) -> object:
        """The language of a tag such as `en-GB`."""
        if not isinstance(value, str):
            return value
        tag = _LANGUAGE_TAG.match(value.strip())
        return tag[1].lower() if tag else value.strip().lower()

    @field_validator("started_at", mode="before")
    @classmethod
    def _written_time(cls, value: object) -> object:
        """ISO 8601 or RFC 2822; a bare number would be taken for seconds since 1970."""
        if not isinstance(value, str) or not _DATED.match(value):
            try:
                return parsedate_to_datetime(value if isinstance(value, str) else "")
            except ValueError:
                raise ValueError(_EXPECTED_TIME) from None
        return _SHORT_OFFSET.sub(r"\1:00", value.strip().replace(" ", "T", 1))

    @field_validator("duration_s", "after_call_work_s", mode="before")
    @classmethod
    def _decimal_comma(cls, value: object) -> object:
        return value.replace(",", ".") if isinstance(value, str) else value

    @field_validator("started_at")
    @classmethod
    def _plausible_time(cls, value: dt.datetime) -> dt.datetime:
        if value.year not in _PLAUSIBLE_YEARS:
            raise ValueError(f"{_EXPECTED_TIME}, in a plausible year")
        return value

    @field_validator(*_IDS)
    @classmethod
    def _plain_id(cls, value: str | None) -> str | None:
        if value is not None and (not is_storable(value) or has_unseen(value)):
            raise ValueError("text of whole Unicode characters, without control characters")
        return value

    @field_validator(*_TEXTS)
    @classmethod
    def _plain_text(cls, value: str | None) -> str | None:
        if value is not None and not is_storable(value):
            raise ValueError("text of whole Unicode characters")
        return value and without_unseen(value)

    @field_validator("channel_map")
    @classmethod
    def _one_side_each(cls, value: dict[str, str]) -> dict[str, str]:
        if value and set(value) not in ({"left", "right"}, {"mono"}):
            raise ValueError("both `left` and `right`, or `mono`")
        if "left" in value and {value["left"], value["right"]} != {"agent", "customer"}:
            raise ValueError("one channel `agent` and the other `customer`")
        return value

    def to_call(self) -> Call:
        """Convert the validated fields to a `Call`."""
        converted = {"channel_map", "agent_name", "supervisor_name", "duration_s", "fields"}
        plain = self.model_dump(exclude=converted)
        return Call(
            **plain,
            fields=tuple(sorted(self.fields.items())),
            agent_name=self.agent_name or self.agent_id,
            supervisor_name=self.supervisor_name or self.supervisor_id,
            channel_roles=_channel_roles(self.channel_map),
            stated_duration_s=self.duration_s,
        )


def read_sidecar(
    path: Path, limits: Limits = DEFAULT_LIMITS, counts: FieldCounts | None = None
) -> Call:
    """Read one JSON sidecar; `counts` counts its unknown fields.

    Raises:
        MetadataError: The file is not a JSON object, or a field is invalid.
        TooLargeError: The file is larger than allowed.
    """
    return sidecar_of(read_document(path, limits), counts)


def sidecar_of(document: Document, counts: FieldCounts | None = None) -> Call:
    """The call of a JSON file in our own form.

    Raises:
        MetadataError: It is not a JSON object, or a field is invalid.
    """
    name = document.path.name
    if not isinstance(document.data, dict):
        raise MetadataError(f"{name} is not a JSON object; write one object with call_id ...{_MAP}")
    if not _REQUIRED & document.data.keys():
        raise MetadataError(f"{name} has none of the fields of a sidecar, such as call_id{_MAP}")
    return call_of(document.data, name, counts)


def call_of(data: Mapping[str, Any], place: str, counts: FieldCounts | None = None) -> Call:
    """The call that some fields describe.

    Args:
        data: The documented fields, and any others.
        place: File, and line or item, for the message.
        counts: Counts the others.

    Raises:
        MetadataError: A field is invalid or missing; the message names all of them.
    """
    if counts:
        counts.ignore(data.keys() - _Metadata.model_fields.keys())
    try:
        return _Metadata.model_validate(data).to_call()
    except ValidationError as error:
        faults = error.errors(include_url=False, include_input=False)
        details = "; ".join(f"`{_place(fault['loc'])}`: {fault['msg']}" for fault in faults[:_TOLD])
        call_id = data.get("call_id")
        raise MetadataError(
            f"{place}: {details}; correct it and run again",
            call_id if isinstance(call_id, str) and is_storable(call_id) else None,
        ) from None


def _place(location: Sequence[str | int]) -> str:
    """Where an error is; a key that is no plain name may be anything that was meant as a value."""
    return ".".join(one if is_plain_name(one) else "…" for one in map(str, location))


def _channel_roles(channel_map: dict[Any, Any]) -> tuple[Role, ...] | None:
    if "left" in channel_map:
        return (Role(channel_map["left"]), Role(channel_map["right"]))
    if "mono" in channel_map:
        side = channel_map["mono"]
        return (Role.UNKNOWN if side == "mixed" else Role(side),)
    return None
