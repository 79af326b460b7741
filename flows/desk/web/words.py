"""Free text that people type, checked as uploads are."""

from __future__ import annotations

from flows.desk.web.navigation import N_
from warehouse.lake.upload import has_long_number

LONGEST = 2000
"""Characters, as the lake takes."""


def why_refused(text: str) -> str | None:
    """A message of the catalogues that says what is wrong with a text; None if nothing is."""
    if len(text.strip()) > LONGEST:
        return N_("Please use at most 2000 characters.")
    if has_long_number(text):
        return N_("Please leave out numbers as long as a card number.")
    return None
