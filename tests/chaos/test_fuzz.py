"""A few dozen of the inputs of `make fuzz`: each ends with a reason and harms nothing."""

from __future__ import annotations

import json
import random
import subprocess
from typing import TYPE_CHECKING

import pytest

from flows.errors import FlowsError
from flows.sources.centre.mapped import mapped_of
from flows.sources.centre.unpack import unpack
from models.errors import DataFilesError
from models.limits import DEFAULT_LIMITS
from tests.chaos.fuzz import fuzz
from tests.chaos.hostile import KINDS, TEXTS, draw

if TYPE_CHECKING:
    from pathlib import Path

SEED, COUNT = 18, 30


def test_hostile_inputs(tmp_path: Path) -> None:
    """No crash, no hang, nothing outside the home, a reason each, memory bounded."""
    outcome = fuzz(tmp_path, SEED, COUNT)
    subprocess.run(["rm", "-rf", "--", tmp_path / "source"], check=True)  # noqa: S603, S607  paths of any length
    assert outcome.faults == []
    assert outcome.reasons.total() >= COUNT


def test_a_seed_draws_the_same_again(tmp_path: Path) -> None:
    """A fault that one machine finds can be looked at on another."""
    kinds = [
        [draw(random.Random(seed), tmp_path / f"{name}-{seed}").kind for seed in range(9)]  # noqa: S311
        for name in ("a", "b")
    ]
    subprocess.run(["rm", "-rf", "--", *tmp_path.iterdir()], check=True)  # noqa: S603, S607  paths of any length
    assert kinds[0] == kinds[1]
    assert set(kinds[0]) <= KINDS.keys()


@pytest.mark.parametrize(
    "text",
    ["call_id: !!int 0x" + "f" * 100_000, "call_id: {column: id, format: '%1000000000d'}"],
    ids=["digits", "width"],
)
def test_a_mapping_of_absurd_size(tmp_path: Path, text: str) -> None:
    """It is refused by file and line, at once and in few words."""
    (tmp_path / "callqa-mapping.yaml").write_text(text)
    with pytest.raises(DataFilesError) as caught:
        mapped_of(tmp_path)
    assert "callqa-mapping.yaml:1" in str(caught.value)
    assert len(str(caught.value)) < 5000


@pytest.mark.parametrize("name", [one for one in TEXTS if not one.isalnum() and one != "CON"])
def test_a_vcon_with_a_hostile_id(tmp_path: Path, name: str) -> None:
    """Its recordings are named by it, so it must be an id."""
    dialog = {"type": "recording", "mediatype": "audio/x-wav", "body": "UklGRg"}
    vcon = {"vcon": "0.0.1", "uuid": name, "parties": [], "dialog": [dialog]}
    file = tmp_path / "a.vcon"
    file.write_text(json.dumps(vcon))
    with pytest.raises(FlowsError, match="uuid"):
        unpack(file, tmp_path / "out", DEFAULT_LIMITS)
    assert list(tmp_path.iterdir()) == [file]
