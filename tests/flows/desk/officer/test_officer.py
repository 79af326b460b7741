"""Pages of data protection officers: originals, holds, audit trail and subject access."""

from __future__ import annotations

import hashlib
import io
import json
import re
import zipfile
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from flows.desk.desk import Desk
from flows.desk.person import Role
from flows.desk.records.database import sqlite_url
from flows.governance.audit import Act, entries, record, verify
from flows.governance.holds import Scope, holds_of
from flows.operation.one_run import one_run
from flows.publishing import publish_all
from flows.settings.centre import Settings
from flows.settings.desk import DeskSettings
from tests.flows.desk.conftest import csrf_of
from tests.warehouse.factory import CARD_SPAN, TIME_ZONE, night, result
from warehouse.lake.lake import Lake

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.flows.desk.conftest import Browser


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """A desk over three originals with card data, of which one is held."""
    centre = Settings(home=tmp_path / "home", source=tmp_path / "calls", time_zone=TIME_ZONE)
    centre.source.mkdir()
    results = []
    for name in ("first", "second", "held"):
        file = centre.source / f"{name}.wav"
        file.write_bytes(f"sound of {name}".encode())
        one = result(name, customer_ref=f"cust-{name}")
        sha256 = hashlib.sha256(file.read_bytes()).hexdigest()
        recording = replace(one.recording, path=file, audio_sha256=sha256)
        results.append(replace(one, recording=recording, pii_spans=(CARD_SPAN,), remuted_count=0))
        copy = centre.audio.copy_of(one.call)
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_bytes(b"redacted")
    lake = Lake(centre.lake, centre.time_zone)
    night(lake, "20260303T020000Z", results)
    publish_all(centre, lake)
    holds_of(centre).add(Scope.CALL, "held", "case 17")
    url = sqlite_url(tmp_path / "desk.db")
    desk = Desk(centre, DeskSettings.read(database=url, names="desk.example"))
    yield desk
    desk.close()


@pytest.fixture
def browser(as_person: Callable[..., Browser]) -> Browser:
    """That of a data protection officer."""
    browser = as_person(Role.DPO, "dpo-1")
    browser.headers.update(csrf_of(browser))
    return browser


def originals(desk: Desk) -> set[str]:
    """The originals that are there."""
    return {path.stem for path in desk.centre.source.iterdir()}


def test_originals_are_deleted_by_number(desk: Desk, browser: Browser) -> None:
    """Counted first; only the exact number deletes, and only what nothing holds."""
    assert "Not deleted yet" in browser.get("/originals").text
    counted = browser.post("/originals/count").text
    assert "<strong>2</strong> may be deleted" in counted
    assert "<strong>1</strong> stay, because of a legal hold" in counted
    for number in ("", "1", "3", "two"):
        refused = browser.post("/originals/delete", data={"number": number})
        assert refused.status_code == 409
        assert originals(desk) == {"first", "second", "held"}
    with one_run(desk.home):
        assert browser.post("/originals/delete", data={"number": "2"}).status_code == 409
    assert originals(desk) == {"first", "second", "held"}

    deleted = browser.post("/originals/delete", data={"number": "2"})
    assert "2 original recordings were deleted" in deleted.text
    assert originals(desk) == {"held"}
    told = [one.facts for one in entries(desk.home) if one.act == "originals_deleted"]
    assert [one["calls"] for one in told if one["outcome"] == "done"] == [["first"], ["second"]]
    assert {"dpo-1"} == {one["supervisors"][0] for one in told if "supervisors" in one}
    assert browser.post("/originals/delete", data={"number": "0"}).status_code == 409


def test_the_certificate_is_downloaded(desk: Desk, browser: Browser) -> None:
    """As a page and as a table; nothing else has an address there."""
    page = browser.get("/originals/certificate/html")
    assert page.headers["content-disposition"] == 'attachment; filename="certificate.html"'
    assert "Deleted recordings with card data" in page.text
    assert browser.get("/originals/certificate/csv").text.lstrip("\ufeff").startswith("call_date")
    assert browser.get("/originals/certificate/exe").status_code == 404
    assert [one.facts["what"] for one in entries(desk.home) if one.act == "viewed"][-2:] == [
        "certificate:html",
        "certificate:csv",
    ]


def test_a_hold_is_placed_and_released(desk: Desk, browser: Browser) -> None:
    """With a reason each, told in the trail, and by hash if it is of a customer."""
    data = {"scope": "customer", "ref": "cust-first", "reason": "case 18"}
    assert browser.post("/holds", data=data).status_code == 200
    [hold] = [one for one in holds_of(desk.centre).in_force() if one.scope == "customer"]
    listed = browser.get("/holds").text
    assert "case 18" in listed
    assert "cust-first" not in listed

    path = f"/holds/{hold.hold_id}/release"
    assert browser.post(path, data={"reason": " "}).status_code == 422
    assert browser.post(path, data={"reason": "closed"}).status_code == 200
    again = browser.post(path, data={"reason": "closed"})
    assert again.status_code == 409
    assert "not in force any more" in again.text
    acts = [one.act for one in entries(desk.home) if one.facts.get("supervisors") == ["dpo-1"]]
    assert [act for act in acts if act in {"held", "released"}] == ["held", "released"]
    for file in (desk.home / "governance").rglob("*.jsonl"):
        assert b"cust-first" not in file.read_bytes()


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"ref": ""}, "say what is held"),
        ({"reason": " "}, "say what is held"),
        ({"scope": "town"}, "say what is held"),
        ({"reason": "letter of cust-first"}, "leave the reference out"),
        ({"reason": "card 4111 1111 1111 1111"}, "as long as a card number"),
    ],
)
def test_a_hold_that_is_refused_keeps_what_was_typed(
    changed: dict[str, str], says: str, desk: Desk, browser: Browser
) -> None:
    """And says why."""
    data = {"scope": "customer", "ref": "cust-first", "reason": "case 18"} | changed
    answer = browser.post("/holds", data=data)

    assert answer.status_code == 422
    assert says in answer.text
    assert f'value="{data["reason"]}"' in answer.text
    assert len(holds_of(desk.centre).in_force()) == 1


def test_the_trail_is_filtered_and_paged(desk: Desk, browser: Browser) -> None:
    """By act, day and person; the latest first."""
    for number in range(60):
        record(desk.home, Act.LISTENED, calls=[f"c-{number}"], supervisors=["sv-9"])
    record(desk.home, Act.DECIDED, calls=["c-1"], supervisors=["sv-8"])

    text = browser.get("/audit", params={"who": "sv-9"}).text
    assert "60 entries" in text
    assert "c-59" in text
    assert "c-9<" not in text
    older = browser.get("/audit", params={"who": "sv-9", "page": 2}).text
    assert "calls: c-0;" in older
    assert "who=sv-9" in older
    assert "1 entry" in browser.get("/audit", params={"act": "decided"}).text
    assert "0 entries" in browser.get("/audit", params={"day": "2001-01-01"}).text
    assert browser.get("/audit", params={"page": 0}).status_code == 422
    assert "is whole, by its own anchors" in text


def test_a_changed_trail_is_told(desk: Desk, browser: Browser) -> None:
    """On the page, with the line."""
    record(desk.home, Act.DECIDED, calls=["c-1"], supervisors=["sv-8"])
    browser.get("/audit")
    trail = desk.home / "audit" / "trail.jsonl"
    trail.write_bytes(trail.read_bytes().replace(b'"sv-8"', b'"sv-7"'))
    assert verify(desk.home)

    text = browser.get("/audit").text
    assert "The audit trail is not whole." in text
    assert re.search(r"line \d+ \(entry \d+\) is changed", text)


def test_a_package_is_downloaded_and_stays_nowhere(
    desk: Desk, browser: Browser, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With what is held of the customer; the reference is kept in nothing of the desk."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(folder))
    data = {"ref": "cust-first", "ticket": "DSR-2026-18"}
    answer = browser.post("/subject-access", data=data)

    assert answer.headers["content-type"] == "application/zip"
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        content = json.loads(archive.read("subject-access/data.json"))
    assert [one["call_id"] for one in content["calls"]] == ["first"]
    assert list(folder.iterdir()) == []
    for path in (*tmp_path.glob("desk.db*"), *(desk.home / "audit").iterdir()):
        assert b"cust-first" not in path.read_bytes()
    told = [one for one in entries(desk.home) if one.act == "subject_access"]
    assert [one.facts["outcome"] for one in told] == ["planned", "done"]
    assert told[0].facts["ticket"] == "DSR-2026-18"


def test_somebody_unknown_has_no_package(desk: Desk, browser: Browser) -> None:
    """The page says so, and what was typed stays."""
    data = {"ref": "cust-nobody", "ticket": "DSR-2026-19"}
    answer = browser.post("/subject-access", data=data)

    assert answer.status_code == 422
    assert "No call of this customer is stored" in answer.text
    assert 'value="cust-nobody"' in answer.text
    assert not any(b"cust-nobody" in path.read_bytes() for path in (desk.home / "audit").iterdir())
