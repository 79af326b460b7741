"""The form with which an analyst tries other rules, and what is wrong with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict

from flows.desk.replay.changed_rules import is_file_name
from flows.desk.web.navigation import N_
from flows.desk.web.typed import day_of

if TYPE_CHECKING:
    from pathlib import Path

LONGEST = 200_000
"""Characters of a rule file: ten times the longest of ours."""


class RulesForm(BaseModel):
    """What was typed and chosen, as it was sent.

    Attributes:
        file: Path of the changed file in the folder of the rules; empty for the folder that the
            centre configured.
        text: Its content.
        first: First day of the calls.
        last: Last day of the calls.
        as_of: Day as of which all calls are judged.
        drafts: Whether drafts are in force.
    """

    model_config = ConfigDict(frozen=True)

    file: str = ""
    text: str = ""
    first: str = ""
    last: str = ""
    as_of: str = ""
    drafts: bool = False

    def faults(self, rules: Path, edited: Path | None) -> dict[str, str]:
        """A message of the catalogues by wrong field."""
        wrong = {
            name: N_("Please give a day, or none.")
            for name in ("first", "last", "as_of")
            if getattr(self, name) and day_of(getattr(self, name)) is None
        }
        if not self.file and edited is None:
            wrong["file"] = N_("Please choose a rule file.")
        if self.file and not is_file_name(self.file, rules):
            wrong["file"] = N_("Please choose a rule file, or a new name in one of their folders.")
        if self.file and not self.text.strip():
            wrong["text"] = N_("Please paste the changed rule file.")
        if len(self.text) > LONGEST:
            wrong["text"] = N_("This is too long for a rule file.")
        return wrong
