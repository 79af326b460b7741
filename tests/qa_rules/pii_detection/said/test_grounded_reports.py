"""What is reported in Spanish and Italian has a ground; what only may be a value has none.

Every line of `grounded_reports.jsonl` is invented. What stands in braces must be masked whole; of
the other words none is reported.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.qa_rules.pii_detection.said.test_places import found_in

LINES = [
    json.loads(line)
    for line in (Path(__file__).parent / "grounded_reports.jsonl").read_text("utf-8").splitlines()
]


@pytest.mark.parametrize("line", LINES, ids=lambda line: line["turns"][-1][1][:60])
def test_only_what_is_grounded_is_reported(line: dict[str, Any]) -> None:
    """An agent's own name, another thing's expiry, a device after "phone?": none is reported."""
    found = found_in(line)
    assert found.gold <= set(found.spans)
    assert not [
        place for place in found.free if place in found.spans and found.spans[place].reported
    ]
