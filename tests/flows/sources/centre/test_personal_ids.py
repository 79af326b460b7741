"""Ids that are card or telephone numbers are never kept; ids of systems are kept as they are."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import pytest

from flows.sources.centre.customers import Customers
from flows.sources.centre.key import HomeKey
from flows.sources.centre.personal_ids import PersonalIds
from flows.sources.folder import take_in
from tests.flows.sources.test_folder import recording, sidecar

if TYPE_CHECKING:
    from pathlib import Path

    from flows.sources.folder import Intake

CARDS = [
    "4111111111111111",
    "4111 1111 1111 1111",
    "5555-5555-5555-4444",
    "call-378282246310005",
    "20260310-4111111111111111",
    "12-4111111111111111-7",
    "6011_1111_1111_1117",
]
PHONES = ["+34 911 230 001", "call_+447700900123_1", "0034911230001", "%2B34911230001x"]
PLAIN = [
    "c-1",
    "1792926000.400",
    "20260310091405123",
    "2026-03-10-09-14-05-0001",
    "6f1ed002-ab59-4c11-8d11-34b9e7c2d1aa",
    "CA0123456789abcdef0123456789abcdef",
    "612345678",
    "4111111111111112",
    "0000001234567",
    "000123456789",
    "queue+42",
]


def _taken(folder: Path, country: str | None = None, **fields: object) -> Intake:
    recording(folder, "a.wav", 1)
    sidecar(folder, "a.json", str(fields.pop("call_id", "c-1")), **fields)
    ids = PersonalIds(HomeKey(folder / "home"), country)
    return take_in(folder, {}, ids=ids)


@pytest.mark.parametrize("given", [*CARDS, *PHONES])
@pytest.mark.parametrize("field", ["call_id", "contact_id", "replaces"])
def test_a_number_as_an_id(tmp_path: Path, given: str, field: str) -> None:
    """The id is a hash, the same every time, and the run says so."""
    intake = _taken(tmp_path, **{field: given})
    ((call, _),) = intake.ready
    kept = getattr(call, field)
    assert kept.startswith("id-")
    assert kept == getattr(_taken(tmp_path, **{field: given}).ready[0][0], field)
    assert f"keyed hashes: {field} (1 call)" in intake.not_kept.text
    digits = "".join(filter(str.isdigit, given))
    assert digits not in repr(call)


@pytest.mark.parametrize("given", PLAIN)
def test_an_id_of_a_system(tmp_path: Path, given: str) -> None:
    """It is what people search by, and stays."""
    intake = _taken(tmp_path, "ES", call_id=given, contact_id=given)
    assert intake.ready[0][0].call_id == given
    assert not intake.not_kept.hashed


@pytest.mark.parametrize("field", ["agent_id", "agent_name", "team", "queue", "supervisor_id"])
def test_a_card_number_as_a_name(tmp_path: Path, field: str) -> None:
    """Nobody is called so."""
    ((call, _),) = _taken(tmp_path, **{field: CARDS[0]}).ready
    assert CARDS[0] not in repr(call)


def test_the_customers_own_number(tmp_path: Path) -> None:
    """In whatever form: the reference says that it is one."""
    ((call, _),) = _taken(tmp_path, call_id="911230001-3", customer_ref="+34911230001").ready
    assert call.call_id.startswith("id-")


def test_a_national_number_of_the_country(tmp_path: Path) -> None:
    """Only where the country is known, whose plan has it."""
    ids = PersonalIds(HomeKey(tmp_path), "GB"), PersonalIds(HomeKey(tmp_path))
    call = _taken(tmp_path, call_id="02079460000").ready[0][0]
    assert [one.hidden(call, Counter()).call_id == call.call_id for one in ids] == [False, True]


def test_a_card_number_as_a_reference(tmp_path: Path) -> None:
    """Also where people write it for us."""
    call = _taken(tmp_path, customer_ref=CARDS[1]).ready[0][0]
    hidden = Customers(tmp_path).hidden(call, is_exported=False)
    assert hidden.customer_ref is not None
    assert hidden.customer_ref.startswith("ref-")


def test_a_stored_call_is_known_by_its_hash(tmp_path: Path) -> None:
    """A second night finds it stored, and no duplicate of itself."""
    ((call, audio),) = _taken(tmp_path, call_id=CARDS[0]).ready
    ids = PersonalIds(HomeKey(tmp_path / "home"))
    again = take_in(tmp_path, {audio.audio_sha256: call.call_id}, ids=ids)
    assert [one.call_id for one, _ in again.ready] == [call.call_id]


@pytest.mark.parametrize("given", ["c\x1b[2Jx", "c\u202egpj", "a\nBcc: x@example.com", "c\x00d"])
def test_characters_that_steer(tmp_path: Path, given: str) -> None:
    """An id with them is refused; in a name, blanks stand for them."""
    for field in ("call_id", "agent_id", "contact_id"):
        intake = _taken(tmp_path, **{field: given})
        assert not intake.ready
        assert "control characters" in intake.quarantined[0].detail or field == "call_id"
    name = _taken(tmp_path, agent_name=given).ready[0][0].agent_name
    assert name.isprintable()
