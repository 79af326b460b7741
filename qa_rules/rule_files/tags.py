"""Tags of rules: one documented list, from which marts, reports and lists select rules."""

from __future__ import annotations

from difflib import get_close_matches
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from pydantic import Field

from qa_rules.rule_files.operators import RuleId
from qa_rules.rule_files.scorecard import Titles
from qa_rules.strict_yaml import StrictRecord, read_record

if TYPE_CHECKING:
    from collections.abc import Collection

TAGS_NAME = "tags.yaml"
PROJECT_TAGS = Path(__file__).parents[1] / TAGS_NAME
CONTACT_REASON = "contact-reason"
"""Tag of the rules that recognise why a customer calls."""


class Tag(StrictRecord):
    """One tag: what it stands for, and its title on pages, in further languages as well."""

    what: Annotated[str, Field(min_length=1)]
    title: Annotated[str, Field(min_length=1)]
    titles: Titles


class TagList(StrictRecord):
    """The tags that rules may carry, by name."""

    tags: dict[RuleId, Tag]


def load_tags(folder: Path) -> dict[str, Tag]:
    """The tags of a rules folder; a folder without a list uses the bundled one.

    Raises:
        RuleFilesError: The list cannot be read.
    """
    own = folder / TAGS_NAME
    return read_record(own, TagList).tags if own.exists() else dict(_project_tags().tags)


@lru_cache(maxsize=1)
def _project_tags() -> TagList:
    return read_record(PROJECT_TAGS, TagList)


def unknown_tag(tag: str, known: Collection[str]) -> str:
    """The error of a tag that is not in the list."""
    alike = get_close_matches(tag, known, n=1)
    meant = f"; did you mean `{alike[0]}`?" if alike else ""
    return f"unknown tag `{tag}`; expected one of {TAGS_NAME} ({', '.join(sorted(known))}){meant}"
