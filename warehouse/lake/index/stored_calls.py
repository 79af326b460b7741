"""The stored calls with what decides how long they are kept, day by day."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from warehouse.lake.parquet import rows_of_parts

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import date, datetime

    from warehouse.lake.lake import Lake
    from warehouse.lake.manifest import Part

_COLUMNS = (
    "call_id",
    "commit_no",
    "started_at",
    "agent_id",
    "customer_ref",
    "queue",
    "team",
    "direction",
    "language",
    "restricted",
    "fields",
    "recording_path",
    "audio_sha256",
    "transcript_removed_on",
    "audio_removed_on",
    "remuted_count",
)
_TAGGED = ("fail", "observed")
"""Outcomes of a rule with which a call bears the rule's tags."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredCall:
    """A call as of its current result.

    Attributes:
        call_date: Day on which it started, in the centre's time zone.
        language: Language of most of the speech; None before it was heard.
        fields: Custom fields by name.
        tags: Tags of its failed and observed rules.
        recording_path: What is kept of the path of its recording.
        transcript_removed_on: Day on which its words were removed; None if they are there.
        audio_removed_on: Day on which its redacted copy was removed; None if it was not.
        remuted_count: Numbers that were muted after the copy was transcribed again; None if the
            copy was not proven.
    """

    call_date: date
    call_id: str
    started_at: datetime
    agent_id: str
    customer_ref: str | None
    queue: str
    team: str
    direction: str
    language: str | None
    restricted: bool
    fields: Mapping[str, str] = field(default_factory=dict)
    tags: frozenset[str] = frozenset()
    recording_path: str = ""
    audio_sha256: str = ""
    transcript_removed_on: date | None = None
    audio_removed_on: date | None = None
    remuted_count: int | None = None


def stored_calls(lake: Lake, *, with_tags: bool = False) -> Iterator[StoredCall]:
    """Every stored call, oldest day first; the calls of one day are in memory at a time.

    Args:
        lake: The lake.
        with_tags: Whether to read the tags, which takes longer.

    Raises:
        LakeError: A part is damaged.
    """
    tags_of = _tags_of_rules(lake) if with_tags else {}
    for day, keys in lake.index.current(None, None):
        parts = lake.manifest(day).parts
        current = {*keys}
        tags = _tags_of_calls(lake, parts, tags_of) if with_tags else {}
        rows = rows_of_parts(lake.root, parts, "call", _COLUMNS)
        for row in rows.sort("call_id").iter_rows(named=True):
            key = row["call_id"], row.pop("commit_no")
            if key not in current:
                continue
            row["fields"] = {one["name"]: one["value"] for one in row["fields"] or ()}
            row["restricted"] = bool(row["restricted"])
            yield StoredCall(call_date=day, tags=frozenset(tags.get(key, ())), **row)


def _tags_of_rules(lake: Lake) -> dict[str, set[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for catalogue in lake.catalogues():
        for rule in catalogue.rules:
            found[rule.rule_id].update(rule.tags)
    return found


def _tags_of_calls(
    lake: Lake, parts: tuple[Part, ...], tags_of: Mapping[str, set[str]]
) -> dict[tuple[str, int], set[str]]:
    found: dict[tuple[str, int], set[str]] = defaultdict(set)
    columns = ("call_id", "commit_no", "rule_id", "outcome")
    rows = rows_of_parts(lake.root, parts, "finding", columns)
    for call_id, commit_no, rule_id, outcome in rows.iter_rows():
        if outcome in _TAGGED:
            found[call_id, commit_no] |= tags_of.get(rule_id, set())
    return found
