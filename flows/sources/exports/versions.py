"""Which of several descriptions of one recording is the newest."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, TypeAlias

from flows.sources.documents import MetadataError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import tzinfo

    from flows.sources.exports.export import Described

_WHOLE_NUMBER = re.compile(r"[+-]?\d{1,30}", re.ASCII)

Version: TypeAlias = "datetime | float | str | None"
"""An instant or a number; None if nothing is said, which is older than all; a text has no order."""


def version_of(value: object, zone: tzinfo = UTC) -> Version:
    """The version that a value states.

    Of numbers in text, only whole ones are read: whether 1.10 follows 1.9 is known to nobody else.

    Args:
        value: A number, or a time in ISO 8601 or RFC 2822, also as text.
        zone: The time zone of times that are written without one.
    """
    if value is None or isinstance(value, int | float):
        return value
    text = str(value).strip()
    if not text:
        return None
    if _WHOLE_NUMBER.fullmatch(text):
        return int(text)
    for read in (datetime.fromisoformat, parsedate_to_datetime):
        try:
            found = read(text)
            return (found if found.tzinfo else found.replace(tzinfo=zone)).astimezone(UTC)
        except (ValueError, OverflowError):
            continue
    return text


def in_order(described: Sequence[Described]) -> list[Described]:
    """Descriptions by their version, the newest last.

    Raises:
        MetadataError: Their versions differ and have no order.
    """
    given = {one.version for one in described if one.version is not None}
    are_instants = all(isinstance(one, datetime) for one in given)
    are_numbers = all(isinstance(one, int | float) for one in given)
    if len(given) > 1 and not (are_instants or are_numbers):
        places = " and ".join(dict.fromkeys(one.place for one in described))
        raise MetadataError(
            f"{places} describe the same call in versions that cannot be ordered; expected whole"
            " numbers, or times in ISO 8601 or in the `format` of a mapping; correct them, or keep"
            " one of them"
        )
    return sorted(described, key=lambda one: (one.version is not None, _number(one.version)))


def _number(version: Version) -> float:
    if isinstance(version, datetime):
        return version.timestamp()
    return version if isinstance(version, int | float) else 0
