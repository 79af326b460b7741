"""What is wrong with words that somebody typed, before they are kept."""

from __future__ import annotations

from warehouse.lake.upload import has_long_number

LONGEST = 2000


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
