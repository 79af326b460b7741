"""Read and validate the metadata of calls: JSON sidecars or one CSV file."""

from __future__ import annotations

import csv
import json
import re
from typing import TYPE_CHECKING, Any, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError, field_validator

from flows.errors import FlowsError
from models.call import Call, Direction, Role

if TYPE_CHECKING:
    from pathlib import Path

CSV_NAME = "calls.csv"
_CHANNELS = re.compile(r"^channel_(left|right|mono)$")


class MetadataError(FlowsError):
    """Invalid metadata; the message names the fields and what was expected."""

    def __init__(self, text: str, call_id: str | None = None) -> None:
        super().__init__(text)
        self.call_id = call_id


class _Metadata(BaseModel):
    """The documented fields; any others are ignored."""

    model_config = ConfigDict(extra="ignore")

    call_id: str = Field(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f/\\]+$")
    started_at: AwareDatetime
    agent_id: str = Field(min_length=1)
    agent_name: str | None = None
    team: str = "unassigned"
    supervisor_id: str = "unassigned"
    supervisor_name: str | None = None
    queue: str = Field(min_length=1)
    direction: Direction
    language: str | None = Field(None, pattern=r"^[a-z]{2}$")
    contact_id: str | None = None
    customer_ref: str | None = None
    restricted: bool = False
    channel_map: dict[Literal["left", "right", "mono"], Literal["agent", "customer", "mixed"]] = (
        Field(default_factory=dict)
    )

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
        fields = self.model_dump(exclude={"channel_map", "agent_name", "supervisor_name"})
        return Call(
            **fields,
            agent_name=self.agent_name or self.agent_id,
            supervisor_name=self.supervisor_name or self.supervisor_id,
            channel_roles=_channel_roles(self.channel_map),
        )


def read_sidecar(path: Path) -> Call:
    """Read one JSON sidecar.

    Raises:
        MetadataError: The file is not a JSON object, or a field is invalid.
    """
    try:
        data = json.loads(path.read_bytes())
    except (ValueError, OSError) as error:
        raise MetadataError(
            f"{path.name} is not valid JSON ({error}); write one JSON object"
        ) from None
    if not isinstance(data, dict):
        raise MetadataError(f"{path.name} is not a JSON object; write one object with call_id ...")
    return _check(data, path.name)


def read_csv(path: Path) -> dict[str, Call | MetadataError]:
    """Read a CSV with a `file` column and one column per field.

    The channel map is given by `channel_left` and `channel_right`, or `channel_mono`.

    Returns:
        By the name in `file`, or by line if that is empty: the call or its error.

    Raises:
        MetadataError: The file as a whole cannot be read.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as lines:
            head = lines.readline()
            lines.seek(0)
            # Spreadsheets separate by semicolons where the decimal separator is a comma.
            reader = csv.DictReader(lines, delimiter=";" if ";" in head else ",")
            if "file" not in (reader.fieldnames or ()):
                raise MetadataError(
                    f"{path.name}:1 has no column `file`; add it, followed by the fields"
                )
            return _rows(reader, path.name)
    except UnicodeDecodeError:
        raise MetadataError(f"{path.name} is not UTF-8; save it as UTF-8 CSV") from None


def _rows(reader: csv.DictReader[str], name: str) -> dict[str, Call | MetadataError]:
    found: dict[str, Call | MetadataError] = {}
    for row in reader:
        place, file = f"{name}:{reader.line_num}", row["file"]
        if not file:
            found[place] = MetadataError(f"{place} names no file; write one, or delete the line")
        elif file in found:
            found[file] = MetadataError(f"{place} describes {file} again; delete one of the lines")
        else:
            found[file] = _check_row(row, place)
    return found


def _check_row(row: dict[str, str], place: str) -> Call | MetadataError:
    data: dict[str, Any] = {name: value for name, value in row.items() if name and value}
    data["channel_map"] = {
        found[1]: value for name, value in data.items() if (found := _CHANNELS.match(name))
    }
    try:
        return _check(data, place)
    except MetadataError as error:
        return error


def _check(data: dict[str, Any], place: str) -> Call:
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
            call_id if isinstance(call_id, str) else None,
        ) from None


def _channel_roles(channel_map: dict[Any, Any]) -> tuple[Role, ...] | None:
    if "left" in channel_map:
        return (Role(channel_map["left"]), Role(channel_map["right"]))
    if "mono" in channel_map:
        side = channel_map["mono"]
        return (Role.UNKNOWN if side == "mixed" else Role(side),)
    return None
