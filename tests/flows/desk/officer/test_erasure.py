"""Erasure at the desk: shown, confirmed, run beside the server, proven; never by name."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from flows.desk.person import Role
from flows.desk.records.erasures import requests
from flows.governance.audit import entries, verify
from flows.governance.holds import Scope, holds_of
from flows.operation.one_run import one_run
from tests.flows.desk.conftest import csrf_of
from tests.flows.governance.governed_home import governed_home
from warehouse.lake.lake import Lake

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from httpx2 import Response

    from flows.desk.desk import Desk
    from tests.flows.desk.conftest import Browser

CUSTOMER, CALL = "cu-20011", "lt-0001"
"""One customer of the night and their only call."""

TICKET = "DSR-2026-17"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home folder of its own, from which is erased."""
    monkeypatch.setenv("CALLQA_CACHE", str(tmp_path / "cache"))
    return governed_home(tmp_path)[0]


@pytest.fixture
def browser(as_person: Callable[..., Browser]) -> Browser:
    """That of a data protection officer."""
    browser = as_person(Role.DPO, "dpo-1")
    browser.headers.update(csrf_of(browser))
    return browser


def asked(browser: Browser, ref: str = CUSTOMER, scope: str = "customer") -> Response:
    """The answer to the first step."""
    return browser.post("/erasure", data={"scope": scope, "ref": ref, "ticket": TICKET})


def confirmed(browser: Browser, shown: str, ref: str = CUSTOMER, **other: str) -> Response:
    """The answer to the second step, with what the first one has shown."""
    hidden = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', shown))
    return browser.post("/erasure/confirm", data={**hidden, "ref": ref, **other})


def calls_of(desk: Desk) -> set[str]:
    """The calls in the lake."""
    lake = Lake(desk.centre.lake, desk.centre.time_zone)
    return {result.call.call_id for result in lake.results()}


def files_with(folder: Path, text: str) -> list[str]:
    """The files below a folder that hold a text, whatever they are, and those named so."""
    files = [path for path in folder.rglob("*") if path.is_file() and not path.is_symlink()]
    return [
        str(path.relative_to(folder))
        for path in files
        if text.lower().encode() in path.read_bytes().lower() or text in path.name
    ]


def test_what_is_confirmed_is_erased_and_proven(
    desk: Desk, browser: Browser, tmp_path: Path
) -> None:
    """Shown first, then erased; the reference is in no file afterwards, of the desk or others."""
    shown = asked(browser)
    assert "1 call is stored." in shown.text
    assert CUSTOMER not in shown.text
    assert CALL in calls_of(desk), "nothing is erased by looking"

    answer = confirmed(browser, shown.text)
    assert (answer.status_code, answer.url.path) == (200, "/erasure/1")
    desk.erasures.close()
    state = browser.get("/erasure/1").text
    assert "Erased, and proven" in state
    assert CALL not in calls_of(desk)

    receipt = browser.get("/erasure/1/receipt")
    assert receipt.status_code == 200
    assert "Found in: no file" in receipt.text
    assert CUSTOMER not in receipt.text
    assert files_with(desk.home, CUSTOMER) == []
    assert files_with(tmp_path, CUSTOMER) == [
        name for name in files_with(tmp_path, CUSTOMER) if name.startswith("calls/")
    ], "the recordings and metadata of the centre itself stay"
    told = [entry for entry in entries(desk.home) if entry.act == "erased"]
    assert [entry.facts["outcome"] for entry in told][-1] == "done"
    by_person = [entry for entry in told if entry.facts.get("supervisors") == ["dpo-1"]]
    assert {entry.facts["ticket"] for entry in by_person} == {TICKET}
    assert not verify(desk.home)


def test_a_hold_stops_it_on_the_page(desk: Desk, browser: Browser) -> None:
    """Neither a button nor a request of one's own gets past it."""
    shown = asked(browser).text
    holds_of(desk.centre).add(Scope.CUSTOMER, CUSTOMER, "case 17")

    held = asked(browser).text
    assert "A legal hold stops the erasure" in held
    assert "case 17" in held
    assert "/erasure/confirm" not in held
    answer = confirmed(browser, shown)
    assert answer.status_code == 409
    assert "A legal hold stops the erasure" in answer.text
    assert CALL in calls_of(desk)
    assert requests(desk.database) == []
    assert [one.facts["outcome"] for one in entries(desk.home) if one.act == "erased"][-1] == (
        "refused"
    )


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ({"ref": "cu-20012"}, "not the reference that was shown"),
        ({"call_count": "7"}, "has changed in the meantime"),
        ({"ref": " "}, "give the reference or id"),
        ({"ticket": "soon"}, "number of the request"),
    ],
)
def test_a_wrong_confirmation_erases_nothing(
    typed: dict[str, str], says: str, desk: Desk, browser: Browser
) -> None:
    """Another reference, another number of calls, none, or no ticket."""
    answer = confirmed(browser, asked(browser).text, **typed)

    assert answer.status_code in {409, 422}
    assert says in answer.text
    assert CALL in calls_of(desk)
    assert requests(desk.database) == []


def test_the_ticket_cannot_be_the_reference(desk: Desk, browser: Browser) -> None:
    """It is kept, and so the reference would be."""
    data = {"scope": "customer", "ref": "C-1001", "ticket": "C-1001"}
    answer = browser.post("/erasure", data=data)

    assert answer.status_code == 422
    assert "not the reference again" in answer.text
    assert files_with(desk.home / "audit", "C-1001") == []


def test_a_job_that_fails_is_told_and_completed(desk: Desk, browser: Browser) -> None:
    """By the class of the error alone; the same request does the rest."""
    receipts = desk.home / "governance" / "receipts"
    receipts.parent.mkdir(exist_ok=True)
    receipts.write_text("in the way of the folder")
    confirmed(browser, asked(browser).text)
    desk.erasures.close()

    text = browser.get("/erasure/1").text
    assert "Failed before it was complete" in text
    assert "Error</code>" in text
    assert CUSTOMER not in text
    assert browser.get("/erasure/1/receipt").status_code == 404

    receipts.unlink()
    shown = asked(browser).text
    assert "would be completed now" in shown
    confirmed(browser, shown)
    desk.erasures.close()
    assert "Erased, and proven" in browser.get("/erasure/2").text
    assert files_with(desk.home, CUSTOMER) == []


def test_a_run_under_way_is_told(desk: Desk, browser: Browser) -> None:
    """Nothing is erased meanwhile."""
    shown = asked(browser).text
    with one_run(desk.home):
        confirmed(browser, shown)
        desk.erasures.close()

    assert "since a run was under way" in browser.get("/erasure/1").text
    assert CALL in calls_of(desk)
