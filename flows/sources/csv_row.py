"""One line of `calls.csv` as the object that a sidecar would be."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

_CHANNELS = re.compile(r"^channel_(left|right|mono)$")
_FIELDS = "fields."


def row_as_object(row: Mapping[str, str | None]) -> dict[str, Any]:
    """Gather the channel map and the custom fields of a line; empty cells are left out."""
    data: dict[str, Any] = {"channel_map": {}, "fields": {}}
    for name, value in row.items():
        if not name or not value or name == "file":
            continue
        if channel := _CHANNELS.match(name):
            data["channel_map"][channel[1]] = value
        elif name.startswith(_FIELDS):
            data["fields"][name.removeprefix(_FIELDS)] = value
        else:
            data[name] = value
    return data
