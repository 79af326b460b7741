"""Values that several exports write alike."""

from __future__ import annotations

import pytest

from flows.sources.exports.values import customer_of


@pytest.mark.parametrize(
    ("address", "customer"),
    [
        ("tel:+34-600-000-017;ext=5", "+34600000017"),
        ("SIP:+34600000017:secret@pbx.example.com", "+34600000017"),
        ('"Ana Gil" <sip:+34600000017@example.com>', "+34600000017"),
        (34600000017, "34600000017"),
        ("sip:1042@pbx.example.com", "1042"),
        ("mailto:ana2@example.com", "ana2@example.com"),
        ("8c0e1f2a-1234-4567-8901-234567890123", "8c0e1f2a-1234-4567-8901-234567890123"),
        ("anonymous", None),
        ("sip:anonymous@192.0.2.1", None),
        (True, None),
        ({"number": "+34600000017"}, None),
    ],
)
def test_customer_of_an_address(address: object, customer: str | None) -> None:
    """The number if there is one; nobody where the number is withheld."""
    assert customer_of(address) == customer
