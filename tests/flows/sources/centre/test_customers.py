"""A customer's telephone number is never kept, and their calls still belong together."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from flows.errors import FlowsError
from flows.sources.centre.customers import Customers
from flows.sources.centre.key import KEY_FILE
from tests.mapped_call import mapped_call

if TYPE_CHECKING:
    from pathlib import Path


def _reference(home: Path, reference: str | None, *, is_exported: bool = True) -> str | None:
    call = replace(mapped_call(), customer_ref=reference)
    return Customers(home).hidden(call, is_exported=is_exported).customer_ref


def test_one_customer_has_one_pseudonym_in_a_home(tmp_path: Path) -> None:
    """However the number is written; another home, and another number, has another one."""
    ways = ("+34 600 000 017", "0034600000017", "34600000017", "(34) 600-000.017")
    (pseudonym,) = {_reference(tmp_path, way) for way in ways}
    assert pseudonym
    assert "600000017" not in pseudonym
    assert pseudonym != _reference(tmp_path, "+34600000018")
    assert pseudonym != _reference(tmp_path / "other", "+34600000017")
    assert (tmp_path / KEY_FILE).stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    ("reference", "is_exported", "is_kept"),
    [
        ("cu-20011", True, True),
        ("20011932", False, True),
        ("20011932", True, False),
        ("+34600000017", False, False),
        ("anonymous", True, True),
        (None, True, True),
    ],
)
def test_only_telephone_numbers_are_replaced(
    tmp_path: Path, reference: str | None, *, is_exported: bool, is_kept: bool
) -> None:
    """A centre's own reference stays as it is, also if it is a number."""
    assert (_reference(tmp_path, reference, is_exported=is_exported) == reference) is is_kept
    assert (tmp_path / KEY_FILE).exists() is not is_kept


@pytest.mark.parametrize(
    "way",
    [
        "tel:+34-600-000-017;ext=5",
        "whatsapp:+34600000017",
        "sip:%2B34600000017@pbx.example.com;user=phone",
        '"Ana Gil 2" <sip:+34600000017@example.com>',
        "+34 600 000 017 (Ana Gil)",
    ],
)
def test_a_number_in_an_address_is_the_same_customer(tmp_path: Path, way: str) -> None:
    """Systems write one number in many forms of address; our own metadata may, too."""
    plain = _reference(tmp_path, "+34600000017")
    assert _reference(tmp_path, way) == plain
    assert _reference(tmp_path, way, is_exported=False) == plain


@pytest.mark.parametrize(
    ("reference", "same"),
    [
        ("ana.gil@example.com", "mailto:Ana.Gil@example.com"),
        ("sip:ana@pbx.example.com", '"Ana Gil" <sip:ana@pbx.example.com>'),
        ("Ana Gil", "ana  gil"),
        ("Gil,Ana", "gil,ana"),
        ("600/000/017", "600/000/017"),
        ("cu20011932", "CU20011932"),
    ],
)
def test_addresses_and_names_are_replaced(tmp_path: Path, reference: str, same: str) -> None:
    """Whatever another system wrote that may be personal; calls of one customer stay together."""
    pseudonym = _reference(tmp_path, reference)
    assert pseudonym == _reference(tmp_path, same)
    assert str(pseudonym).startswith("ref-")
    assert pseudonym != _reference(tmp_path, f"{reference}x")


def test_a_damaged_key_is_never_replaced_silently(tmp_path: Path) -> None:
    """Every customer would become another one."""
    (tmp_path / KEY_FILE).write_bytes(b"short")
    with pytest.raises(FlowsError, match="restore it from a backup"):
        _reference(tmp_path, "+34600000017")
