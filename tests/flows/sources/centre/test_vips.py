"""Calls of VIP customers are restricted, however their reference is written."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest
from typer.testing import CliRunner

from flows.cli.app import app
from flows.settings.countries import country_of_zone
from flows.sources.centre.customers import Customers
from flows.sources.centre.vips import Vip, Vips, read_vips
from flows.sources.documents import MetadataError
from models.limits import DEFAULT_LIMITS
from tests.mapped_call import mapped_call

if TYPE_CHECKING:
    from pathlib import Path

    from models.call import Call


def _restricted(customers: Customers, listed: str, reference: str | None, **given: object) -> Call:
    call = replace(mapped_call(), customer_ref=reference, **given)  # type: ignore[arg-type]
    (known,) = Vips([Vip(listed)], customers).restricted([call]).values()
    return known


@pytest.mark.parametrize(
    ("listed", "reference"),
    [
        ("+34600000017", "+34 600 000 017"),
        ("+34600000017", "600000017"),
        ("600 000 017", "0034600000017"),
        ("600000017", "tel:+34-600-000-017;ext=5"),
        ("cu-20011", "CU-20011 "),
        ("Ana Gil", "ana  gil"),
        ("ana@example.com", "sip:ana@example.com"),
    ],
)
def test_their_calls_are_restricted(tmp_path: Path, listed: str, reference: str) -> None:
    """National and international form of one number are one customer."""
    customers = Customers(tmp_path, "ES")
    assert _restricted(customers, listed, reference).restricted
    assert not _restricted(customers, listed, "+34600000018").restricted
    assert not _restricted(customers, listed, "cu-2001").restricted


@pytest.mark.parametrize("reference", [None, "", "  ", "-"])
def test_no_reference_is_no_customer(tmp_path: Path, reference: str | None) -> None:
    """Callers who are not known are not one customer."""
    customers = Customers(tmp_path, "ES")
    assert not _restricted(customers, "cu-20011", reference).restricted
    assert not Vips([Vip(" ")], customers).restricted([mapped_call()])["lt-test"].restricted
    call = replace(mapped_call(), customer_ref=reference)
    assert customers.hidden(call, is_exported=False).customer_ref is None


def test_a_customer_may_be_listed_by_the_keyed_hash(tmp_path: Path) -> None:
    """So that not even the list has their number in the clear."""
    customers = Customers(tmp_path, "ES")
    call = replace(mapped_call(), customer_ref="600000017")
    pseudonym = customers.hidden(call, is_exported=True).customer_ref
    assert pseudonym
    assert _restricted(customers, pseudonym, "+34600000017").restricted


def test_one_number_has_one_pseudonym_in_both_forms(tmp_path: Path) -> None:
    """Repeat contacts are found where a system writes one number in two forms."""
    customers = Customers(tmp_path, "IT")
    ways = ("06 1234 5678", "+39 06 12345678", "003906 12345678", "390612345678")
    calls = [replace(mapped_call(), customer_ref=way) for way in ways]
    assert len({customers.hidden(call, is_exported=True).customer_ref for call in calls}) == 1
    elsewhere = Customers(tmp_path, None)
    assert len({elsewhere.hidden(call, is_exported=True).customer_ref for call in calls}) == 2


def test_every_leg_of_their_contact_is_restricted(tmp_path: Path) -> None:
    """A transferred leg may not name the customer."""
    first = replace(mapped_call(), call_id="a", contact_id="ct", customer_ref="cu-1")
    second = replace(mapped_call(), call_id="b", contact_id="ct")
    other = replace(mapped_call(), call_id="c")
    known = Vips([Vip("cu-1")], Customers(tmp_path)).restricted([first, second, other])
    assert [known[one].restricted for one in "abc"] == [True, True, False]


def test_days_are_those_of_the_centre(tmp_path: Path) -> None:
    """Both days of a period are included."""
    vip = Vip("cu-1", date(2026, 3, 10), date(2026, 3, 10))
    vips = Vips([vip], Customers(tmp_path), ZoneInfo("Europe/Madrid"))
    late = replace(mapped_call(), customer_ref="cu-1")
    times = {
        datetime(2026, 3, 9, 22, 59, tzinfo=UTC): False,
        datetime(2026, 3, 9, 23, 0, tzinfo=UTC): True,
        datetime(2026, 3, 10, 22, 59, tzinfo=UTC): True,
        datetime(2026, 3, 10, 23, 0, tzinfo=UTC): False,
    }
    for started_at, is_restricted in times.items():
        (call,) = vips.restricted([replace(late, started_at=started_at)]).values()
        assert call.restricted is is_restricted


def test_every_error_of_the_list_is_told(tmp_path: Path) -> None:
    """With line and column, and without the reference."""
    file = tmp_path / "vips.csv"
    file.write_text(
        "customer_ref,from,until,nmae\n+34600000017,soon,,\n,2026-03-01,,\ncu-1,2026-03-02,2026-03-01,\n"
    )
    with pytest.raises(MetadataError) as told:
        read_vips(file, DEFAULT_LIMITS)
    lines = str(told.value).splitlines()
    assert [line.split(":")[1] for line in lines] == ["1", "2", "3", "4"]
    assert "600000017" not in str(told.value)
    file.write_text("customer_ref\n+34600000017\n")
    assert read_vips(file, DEFAULT_LIMITS) == (Vip("+34600000017"),)


@pytest.mark.parametrize(
    ("zone", "country"), [("Europe/Rome", "IT"), ("America/New_York", "US"), ("UTC", None)]
)
def test_a_zone_has_a_country(zone: str, country: str | None) -> None:
    """The default of the centre's country."""
    assert country_of_zone(zone) == country


def test_the_command_prints_what_the_list_may_hold(tmp_path: Path) -> None:
    """One hash for each line, the same as a run gives the number."""
    ran = CliRunner().invoke(
        app, ["sources", "customer", "--home", str(tmp_path)], input="+39 06 12345678\n\ncu-1\n"
    )
    number, reference = ran.stdout.split()
    customers = Customers(tmp_path, "IT")
    assert {number} < customers.pseudonyms("0612345678")
    assert {reference} == customers.pseudonyms("CU-1")
