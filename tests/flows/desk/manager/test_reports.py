"""Management reports at the desk: those that exist, and nothing beside them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from flows.desk.person import Role
from flows.desk.reading.reports import Inside
from flows.governance.audit import entries
from flows.publishing import publisher_of
from tests.flows.governance.governed_home import governed_home
from warehouse.lake.lake import Lake
from warehouse.reports.site.period import week_of
from warehouse.snapshot.connection import open_database
from warehouse.snapshot.publish import current_snapshot

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from flows.desk.desk import Desk
    from tests.flows.desk.conftest import Browser


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home folder of its own, in which reports are written."""
    return governed_home(tmp_path_factory.mktemp("reports"))[0]


@pytest.fixture
def week(desk: Desk) -> str:
    """The week of the calls, whose report is there."""
    centre = desk.centre
    snapshot = current_snapshot(centre.warehouse)
    assert snapshot is not None
    lake = Lake(centre.lake, centre.time_zone)
    with open_database(snapshot, read_only=True) as connection:
        [(day,)] = connection.execute("select max(call_date) from core.call").fetchall()
        publisher_of(centre, lake).write_report(connection, week_of(day))
    return week_of(day).name


def test_a_manager_reads_a_report(week: str, desk: Desk, as_person: Callable[..., Browser]) -> None:
    """As written, with its figures, and every link leads to the desk."""
    browser = as_person(Role.MANAGER, "m1")
    listed = browser.get("/reports")
    assert f'href="/reports/{week}"' in listed.text

    answer = browser.get(f"/reports/{week}")
    assert answer.status_code == 200
    assert "<table" in answer.text
    assert "<style" not in answer.text
    assert "http-equiv" not in answer.text
    links = set(re.findall(r'<a [^>]*href="([^"]*)"', answer.text))
    assert {one for one in links if not one.startswith(("/", "#"))} == set()
    assert answer.text.count("<main") == answer.text.count("</main>") == 1
    assert answer.text.count("<a ") == answer.text.count("</a>")
    seen = [one.facts["what"] for one in entries(desk.home) if one.act == "viewed"]
    assert seen[-2:] == ["reports", f"report:{week.lower()}"]


def test_the_pdf_is_handed_out(week: str, desk: Desk, as_person: Callable[..., Browser]) -> None:
    """Where there is one."""
    pdf = desk.centre.site.report(week).with_suffix(".pdf")
    pdf.write_bytes(b"%PDF-1.7 of a report")
    browser = as_person(Role.MANAGER, "m1")

    answer = browser.get(f"/reports/{week}/pdf")
    assert (answer.content, answer.headers["content-type"]) == (
        b"%PDF-1.7 of a report",
        "application/pdf",
    )
    pdf.unlink()
    assert browser.get(f"/reports/{week}/pdf").status_code == 404


@pytest.mark.parametrize(
    "name",
    [
        "..%2Findex",
        "%2e%2e%2findex",
        "....//index",
        "..%5cindex",
        "%252e%252e%252findex",
        "2026-W01%00",
        "2026-W01.html",
        "/etc/passwd",
        "%2Fetc%2Fpasswd",
        "notes",
        "2026-W99",
        "٢٠٢٦-W01",
    ],
)
def test_names_of_other_files_lead_nowhere(
    name: str, week: str, desk: Desk, as_person: Callable[..., Browser]
) -> None:
    """Whatever is written into the address: only a week or month that was written is read."""
    assert week
    desk.centre.site.management.joinpath("notes.html").write_text("<main>notes of somebody</main>")
    browser = as_person(Role.MANAGER, "m1")

    for path in (f"/reports/{name}", f"/reports/{name}/pdf"):
        answer = browser.get(path)
        assert answer.status_code == 404, path
        assert "notes of somebody" not in answer.text


def test_only_what_is_harmless_stays() -> None:
    """Links elsewhere become text; what could run is left out, with all that is in it."""
    inside = Inside(
        '<!doctype html><html lang="it"><body><a href="x">before</a><main id="main">'
        '<p class="a">&lt;b&gt; <a href="../calls/1.html">a <b>call</b></a> <a href="#x">here</a>'
        "<script>alert(1)</script><form><input></form><br/>&#233;</p></main><p>after</p></html>"
    )
    assert inside.markup == (
        '<p class="a">&lt;b&gt; a <b>call</b> <a href="#x">here</a><br/>&#233;</p>'
    )
    assert inside.language == "it"
