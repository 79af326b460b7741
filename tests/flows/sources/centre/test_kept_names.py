"""What is kept of the names of files says nothing of customers, and leads back to the file."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from flows.sources.centre.found_files import Locator
from flows.sources.centre.kept_names import KeptNames
from flows.sources.centre.key import KEY_FILE, HomeKey
from models.call import Quarantined, QuarantineReason
from tests.qa_rules.rule_folders import shipped_rulebook

if TYPE_CHECKING:
    from qa_rules.pii_detection.types.catalogue import PiiRules

_HASH = re.compile(r"~[0-9a-f]{16}")


@pytest.fixture(scope="module")
def pii() -> PiiRules:
    """The project's types of personal data."""
    return shipped_rulebook().pii


@pytest.fixture
def names(tmp_path: Path, pii: PiiRules) -> KeptNames:
    """Of a source below `/calls`."""
    return KeptNames(HomeKey(tmp_path), pii, Path("/calls"))


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("+390612345678_20260301.wav", "[phone]_20260301~.wav"),
        (
            "q-600-+390612345678-20260310-101500-1772450000.1234.wav",
            "q-600-[phone]-20260310-101500-1772450000.1234~.wav",
        ),
        (
            "out-0612345678-1042-20260310-101500-1772450000.12.wav",
            "out-[number]-1042-20260310-101500-1772450000.12~.wav",
        ),
        (
            "[Rossi, Mario]_0612345678-1042_20260310101500(77).wav",
            "[name]_[number]-1042_20260310101500(77)~.wav",
        ),
        ("Mario Rossi 2026-03-10.wav", "[name] [name] 2026-03-10~.wav"),
        ("mario_rossi_2026-03-10.wav", "[name]_[name]_2026-03-10~.wav"),
        ("MARIO-ROSSI.wav", "[name]-[name]~.wav"),
        ("MarioRossi.mp3", "[name][name]~.mp3"),
        ("Mario%20Rossi.wav", "[name]%20[name]~.wav"),
        ("mario.rossi@example.com.wav", "[email]~.wav"),
        ("333 123 4567.wav", "[number]~.wav"),
        ("06-1234-5678.opus", "[number]~.opus"),
        ("%2B390612345678.wav", "[phone]~.wav"),
        ("tel390612345678x.wav", "[number]~.wav"),
        ("ES9121000418450200051332.wav", "[number]~.wav"),
        ("RSSMRA85T10A562S.wav", "[it_codice_fiscale]~.wav"),
        ("4111111111111111.wav", "[number]~.wav"),
    ],
)
def test_personal_parts_are_hidden(names: KeptNames, name: str, kept: str) -> None:
    """Their types stand for them, before a keyed hash of the name."""
    path = names.path(f"/calls/2026-03-10/{name}")
    assert _HASH.sub("~", path) == f"/calls/2026-03-10/{kept}"


@pytest.mark.parametrize(
    "name",
    [
        "c-0001.wav",
        "7731-in.wav",
        "exten-1042-1043-20260310-101500-1772450000.12.wav",
        "billing_inbound_2026-03-10T10-15-00Z.wav",
        "10-03-2026 billing.wav",
        "20260310101500123.wav",
        "3f2b8c1e-90ab-4cde-8f01-23456789abcd_20260310T10:15_UTC.wav",
        "RE0123456789abcdef0123456789abcdef.wav",
        "recordings export left.opus",
        "q-support-1042.json",
        "calls.csv",
    ],
)
def test_other_names_are_kept(names: KeptNames, name: str) -> None:
    """Days, times and the ids of telephone systems are nobody's."""
    assert names.path(f"/calls/{name}") == f"/calls/{name}"


def test_own_ids_are_kept(names: KeptNames) -> None:
    """A call's id is stored in any case, so that it may stay where it is readable."""
    assert names.path("/calls/7731000123.wav", ["7731000123", None]) == "/calls/7731000123.wav"
    assert "7731000123" not in names.path("/calls/7731000123.wav", ["c-1"])


def test_the_source_itself_is_kept(tmp_path: Path, pii: PiiRules) -> None:
    """The centre chose where its recordings are; what lies below came with them."""
    names = KeptNames(HomeKey(tmp_path), pii, Path("/home/mario rossi"))
    kept = names.path("/home/mario rossi/Laura Vidal/c-1.wav")
    assert kept.startswith("/home/mario rossi/[name] [name]~")
    assert kept.endswith("/c-1.wav")


def test_what_is_kept_stays(names: KeptNames) -> None:
    """A call that is judged again keeps its name."""
    kept = names.path("/calls/Mario Rossi/+390612345678-in.wav + +390612345678-out.wav")
    assert "Mario" not in kept
    assert "0612345678" not in kept
    assert names.path(kept) == kept


def test_a_file_is_found_again(tmp_path: Path, pii: PiiRules) -> None:
    """By what is kept of its path, also inside a folder with a customer's name."""
    key, source = HomeKey(tmp_path / "home"), tmp_path / "calls"
    file = source / "Laura Vidal" / "+390612345678_20260301.wav"
    file.parent.mkdir(parents=True)
    for name in (file.name, "+390612345679_20260301.wav"):
        file.with_name(name).touch()
    kept = KeptNames(key, pii, source).path(str(file))
    assert Locator(key)(kept) == str(file)
    file.unlink()
    assert Locator(key)(kept) == str(file.with_name(Path(kept).name))


def test_a_file_of_a_store_is_found_again(tmp_path: Path, pii: PiiRules) -> None:
    """Also of a pair, one side of which is gone."""
    key, root = HomeKey(tmp_path), "s3://calls/2026"
    sides = ["+390612345678-in.wav", "+390612345678-out.wav"]
    kept = KeptNames(key, pii, Path("/x")).path(f"{root}/Laura Vidal/{' + '.join(sides)}")
    assert kept.startswith(f"{root}/[name] [name]~")
    there = {root: ["Laura Vidal", "Ana Gil"], f"{root}/Laura Vidal": sides[:1]}
    locate = Locator(key, there.__getitem__)
    found = locate(kept)
    assert found
    assert found.startswith(f"{root}/Laura Vidal/{sides[0]} + ")
    assert locate.files(found) == [f"{root}/Laura Vidal/{sides[0]}"]


def test_another_key_finds_nothing(tmp_path: Path, pii: PiiRules) -> None:
    """A lost key must not make files pass for deleted ones."""
    file = tmp_path / "+390612345678_20260301.wav"
    file.touch()
    kept = KeptNames(HomeKey(tmp_path), pii, tmp_path).path(str(file))
    (tmp_path / KEY_FILE).unlink()
    assert Locator(HomeKey(tmp_path))(kept) is None
    assert Locator(HomeKey(tmp_path))("/calls/c-1.wav") == "/calls/c-1.wav"


def test_details_name_files_alike(names: KeptNames) -> None:
    """What is told of a quarantined item repeats its name without the personal parts."""
    item = Quarantined(
        item="/calls/Mario Rossi.json",
        call_id=None,
        reason=QuarantineReason.INVALID_METADATA,
        detail="Mario Rossi.json is not valid JSON; write one JSON object",
    )
    (kept,) = names.quarantined([item])
    assert "Rossi" not in kept.item + kept.detail
    assert kept.detail == f"{Path(kept.item).name} is not valid JSON; write one JSON object"
