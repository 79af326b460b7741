"""Read and validate the metadata of calls: JSON sidecars or one CSV file."""

from __future__ import annotations

import csv
import json
import re
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError, field_validator

from flows.errors import FlowsError
from flows.sources.csv_row import row_as_object
from flows.sources.custom_fields import CustomFields, is_storable
from models.call import Call, Direction, Role
from models.limits import DEFAULT_LIMITS

if TYPE_CHECKING:
    import datetime as dt
    from pathlib import Path

    from flows.sources.custom_fields import FieldCounts
    from models.limits import Limits

CSV_NAME = "calls.csv"
_MAX_CELL = 1_000_000  # characters of a cell; others' exports hold notes of any length
_DATED = re.compile(r"^\d{4}-\d{2}-\d{2}")
_CALL_ID = r"^[^\x00-\x1f/\\]+$"
_MAX_ID, _MAX_NAME, _MAX_FILE = 100, 200, 1000
_MOST_DURATION_S = 1_000_000
_PLAUSIBLE_YEARS = range(1990, 2100)
_EXPECTED_TIME = "a time with its zone such as 2026-03-10T09:14:05+01:00"


class MetadataError(FlowsError):
    """Invalid metadata; the message names the fields and what was expected."""

    def __init__(self, text: str, call_id: str | None = None) -> None:
        super().__init__(text)
        self.call_id = call_id


class _Metadata(BaseModel):
    """The documented fields; any others are counted and not kept."""

    model_config = ConfigDict(extra="ignore")

    call_id: str = Field(min_length=1, max_length=_MAX_NAME, pattern=_CALL_ID)
    started_at: AwareDatetime
    agent_id: str = Field(min_length=1, max_length=_MAX_ID)
    agent_name: str | None = Field(None, max_length=_MAX_NAME)
    team: str = Field("unassigned", max_length=_MAX_ID)
    supervisor_id: str = Field("unassigned", max_length=_MAX_ID)
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

    @field_validator("started_at", mode="before")
    @classmethod
    def _written_time(cls, value: object) -> object:
        """ISO 8601 or RFC 2822; a bare number would be taken for seconds since 1970."""
        if not isinstance(value, str) or not _DATED.match(value):
            try:
                return parsedate_to_datetime(value if isinstance(value, str) else "")
            except ValueError:
                raise ValueError(_EXPECTED_TIME) from None
        return value

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

    @field_validator(
        "agent_id",
        "agent_name",
        "team",
        "supervisor_id",
        "supervisor_name",
        "queue",
        "contact_id",
        "customer_ref",
        "call_id",
        "replaces",
        "disposition",
    )
    @classmethod
    def _storable(cls, value: str | None) -> str | None:
        if value is not None and not is_storable(value):
            raise ValueError("text of whole Unicode characters")
        return value

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
    try:
        limits.check("max_sidecar_kb", path.stat().st_size)
        data = json.loads(path.read_bytes())
    except (ValueError, OSError) as error:
        raise MetadataError(
            f"{path.name} is not valid JSON ({error}); write one JSON object"
        ) from None
    except RecursionError:
        raise MetadataError(
            f"{path.name} is nested too deeply; write one JSON object of plain fields"
        ) from None
    if not isinstance(data, dict):
        raise MetadataError(f"{path.name} is not a JSON object; write one object with call_id ...")
    return _check(data, path.name, counts)


def read_csv(
    path: Path, limits: Limits = DEFAULT_LIMITS, counts: FieldCounts | None = None
) -> dict[str, Call | MetadataError]:
    """Read a CSV with a `file` column and one column per field.

    The channel map is given by `channel_left` and `channel_right`, or `channel_mono`; custom
    fields by columns such as `fields.campaign`. `counts` counts the cells of unknown columns.

    Returns:
        By the name in `file`, or by line if that is empty: the call or its error.

    Raises:
        MetadataError: The file as a whole cannot be read.
        TooLargeError: The file is larger than allowed.
    """
    csv.field_size_limit(_MAX_CELL)
    try:
        limits.check("max_csv_mb", path.stat().st_size)
        with path.open(encoding="utf-8-sig", newline="") as lines:
            head = lines.readline()
            lines.seek(0)
            # Spreadsheets separate by semicolons where the decimal separator is a comma.
            reader = csv.DictReader(lines, delimiter=";" if ";" in head else ",")
            if "file" not in (reader.fieldnames or ()):
                raise MetadataError(
                    f"{path.name}:1 has no column `file`; add it, followed by the fields"
                )
            return _rows(reader, path.name, counts)
    except UnicodeDecodeError:
        raise MetadataError(f"{path.name} is not UTF-8; save it as UTF-8 CSV") from None
    except csv.Error as error:
        raise MetadataError(
            f"{path.name}:{reader.line_num} is no line of a CSV file ({error}); check its quotes"
        ) from None
    except OSError as error:
        raise MetadataError(f"{path.name} cannot be read ({error.strerror})") from None


def _rows(
    reader: csv.DictReader[str], name: str, counts: FieldCounts | None
) -> dict[str, Call | MetadataError]:
    found: dict[str, Call | MetadataError] = {}
    for row in reader:
        place, file = f"{name}:{reader.line_num}", row["file"]
        if not file:
            found[place] = MetadataError(f"{place} names no file; write one, or delete the line")
        elif len(file) > _MAX_FILE:
            found[place] = MetadataError(f"{place} names a file of {len(file)} letters; correct it")
        elif file in found:
            found[file] = MetadataError(f"{place} describes {file} again; delete one of the lines")
        else:
            found[file] = _check_row(row, place, counts)
    return found


def _check_row(row: dict[str, str], place: str, counts: FieldCounts | None) -> Call | MetadataError:
    try:
        return _check(row_as_object(row), place, counts)
    except MetadataError as error:
        return error


def _check(data: dict[str, Any], place: str, counts: FieldCounts | None) -> Call:
    if counts:
        counts.ignore(data.keys() - _Metadata.model_fields.keys())
    try:
        return _Metadata.model_validate(data).to_call()
    except ValidationError as error:
        details = "; ".join(
            f"`{'.'.join(map(str, detail['loc']))}`: {detail['msg']}"
            for detail in error.errors(include_url=False, include_input=False)
        )
        call_id = data.get("call_id")
        raise MetadataError(
            f"{place}: {details}; correct it and run again",
            call_id if isinstance(call_id, str) and is_storable(call_id) else None,
        ) from None


def _channel_roles(channel_map: dict[Any, Any]) -> tuple[Role, ...] | None:
    if "left" in channel_map:
        return (Role(channel_map["left"]), Role(channel_map["right"]))
    if "mono" in channel_map:
        side = channel_map["mono"]
        return (Role.UNKNOWN if side == "mixed" else Role(side),)
    return None
