"""The ground truth of the night's calls, as its authors wrote it down."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "truth"
PROTECTED = frozenset(
    {"card_number", "cvv", "iban", "us_ssn", "uk_nino", "es_dni", "es_nie", "it_codice_fiscale"}
)
"""Types of which nothing may ever be kept."""
CALLS = tuple(sorted(path.stem for path in FOLDER.glob("lt-*.json")))


def truth_of(call_id: str) -> dict[str, Any]:
    """Words, personal data and meant outcomes of one call."""
    told: dict[str, Any] = json.loads((FOLDER / f"{call_id}.json").read_bytes())
    return told


def protected_spans(call_id: str) -> list[dict[str, Any]]:
    """Where in a call something of a protected type is said, by whom, and its value."""
    return [span for span in truth_of(call_id)["pii"] if span["type"] in PROTECTED]


def items() -> list[dict[str, Any]]:
    """What the drop folder holds and what should become of it."""
    listed: list[dict[str, Any]] = json.loads((FOLDER / "night.json").read_bytes())
    return listed
