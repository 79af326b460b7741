"""The stored calls that commands on rules work on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flows.settings.centre import Settings
from qa_rules.rule_files.rulebook import RuleBook, load_rulebook
from warehouse.lake.lake import Lake

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from qa_rules.results import CallResult


def opened(home: Path | None, rules: Path | None) -> tuple[RuleBook, Lake]:
    """The rules and the stored calls that a command works on."""
    settings = Settings.with_overrides(home=home, rules=rules)
    return load_rulebook(settings.rules), Lake(settings.lake, settings.time_zone)


def allowed(results: Iterable[CallResult], *, restricted: bool) -> Iterator[CallResult]:
    """The results that a command shows: the lake has every call, restricted ones on request."""
    return (one for one in results if restricted or not one.call.restricted)
