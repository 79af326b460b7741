"""The places of calls in flag lists: which list, and which call comes next."""

from __future__ import annotations

import json
from datetime import date
from itertools import zip_longest
from typing import TYPE_CHECKING

from warehouse.reports.calls.list_place import ListPlace
from warehouse.reports.site.layout import file_stem

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from pathlib import Path

    from warehouse.reports.flags.records import SupervisorNight


def places_in(folder: Path, nights: Iterable[SupervisorNight]) -> dict[str, ListPlace]:
    """The places of all calls of a night's lists, by call id.

    Args:
        folder: Where the lists will be.
        nights: Their contents.
    """
    places: dict[str, ListPlace] = {}
    for night in nights:
        page = folder / f"{file_stem(night.supervisor_id)}.html"
        places |= _in_order(page, list(night.calls_to_hear))
    return places


def earlier_places(lists: Path, call_ids: Collection[str]) -> dict[str, ListPlace]:
    """The places of some calls in lists that were written before, by call id.

    Args:
        lists: Folder with a subfolder per night.
        call_ids: The calls; those that no list names have no place.
    """
    missing, places = set(call_ids), dict[str, ListPlace]()
    for file in sorted(lists.glob("*/*.json"), reverse=True):  # the newest night first
        if not missing:
            break
        found = _in_order(file.with_suffix(".html"), _calls_of(file))
        places |= {call_id: found[call_id] for call_id in missing & found.keys()}
        missing -= found.keys()
    return places


def listed_in(folder: Path) -> set[str]:
    """The calls of the lists of a night."""
    return {call_id for file in folder.glob("*.json") for call_id, _ in _calls_of(file)}


def _calls_of(file: Path) -> list[tuple[str, date]]:
    content = json.loads(file.read_bytes())
    rows = {row["call_id"]: row["call_date"] for row in content["flags"] + content["sample"]}
    return [(call_id, date.fromisoformat(day)) for call_id, day in rows.items()]


def _in_order(page: Path, calls: list[tuple[str, date]]) -> dict[str, ListPlace]:
    return {
        call_id: ListPlace(page, following)
        for (call_id, _), following in zip_longest(calls, calls[1:])
    }
