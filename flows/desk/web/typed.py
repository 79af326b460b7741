"""What people type: days, and words, which are checked as uploads are before they are kept."""

from __future__ import annotations

from datetime import date

from flows.desk.web.navigation import N_
from warehouse.lake.upload import has_long_number

LONGEST = 2000
"""Characters of words, as the lake takes."""


def day_of(text: str) -> date | None:
    """A day as browsers send it; None for anything else."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def why_refused(text: str) -> str | None:
    """A message of the catalogues that says what is wrong with words; None if nothing is."""
    if len(text.strip()) > LONGEST:
        return N_("Please use at most 2000 characters.")
    if has_long_number(text):
        return N_("Please leave out numbers as long as a card number.")
    return None


def fault_in(text: str, *, needed: bool = True) -> str | None:
    """What is wrong: incomplete, long_number or too_long, which `faults.html` puts into words."""
    if needed and not text.strip():
        return "incomplete"
    if has_long_number(text):
        return "long_number"
    return "too_long" if len(text.strip()) > LONGEST else None


STATUS = {None: 200, "faster": 409}
"""HTTP status of a page with a fault; the others have 422."""


def status_of(fault: str | None) -> int:
    """HTTP status of a page that tells a fault."""
    return STATUS.get(fault, 422)
