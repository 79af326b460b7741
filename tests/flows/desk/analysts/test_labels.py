"""Labelling at the desk: findings that could not be told measure the rules."""

from __future__ import annotations

import io
import json
import shutil
import zipfile
from typing import TYPE_CHECKING

import pytest
from rich.console import Console
from sqlalchemy import select

from flows.cli.rules.rules_on_calls import accuracy
from flows.desk.person import Person, Role
from flows.desk.reading.analysts import ask_unrestricted
from flows.desk.records.labels import FindingLabel, Labelled, Told, label_folder, last_labels
from flows.governance.audit import Act, entries
from flows.governance.erasure.places import Removal, place_of
from flows.settings.centre import Settings
from qa_rules.results import Outcome
from tests.flows.desk.conftest import csrf_of
from tests.flows.governance.governed_home import governed_home
from warehouse.lake.lake import Lake
from warehouse.lake.upload_records import Review
from warehouse.snapshot.publish import publish

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from flows.desk.desk import Desk
    from tests.flows.desk.conftest import Browser


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home folder in which a reviewer could not tell two findings more."""
    home = governed_home(tmp_path_factory.mktemp("labels"))[0]
    settings = Settings.with_overrides(home=home)
    lake = Lake(settings.lake, settings.time_zone)
    lake.uploads.add(
        "review",
        [
            Review.model_validate(
                {
                    "call_id": call_id,
                    "rule_id": "script-closing",
                    "occasion": "flag",
                    "machine_value": "pass",
                    "human_value": "cannot_tell",
                    "reviewer_id": "sv-1",
                    "reviewed_at": "2026-03-20T10:00:00Z",
                    "reason": "It is drowned in noise.",
                }
            )
            for call_id in ("lt-0001", "lt-0002")
        ],
    )
    publish(lake, settings.warehouse)
    return home


@pytest.fixture
def home(published: Path, tmp_path: Path) -> Path:
    """A copy for a test, since labels are written into it."""
    shutil.copytree(published, tmp_path / "home", symlinks=True)
    return tmp_path / "home"


@pytest.fixture
def analyst(as_person: Callable[..., Browser]) -> Browser:
    """An analyst."""
    return as_person(Role.ANALYST, "analyst")


@pytest.fixture
def findings(desk: Desk, person: Person) -> list[tuple[str, str]]:
    """Rule and call of the findings that could not be told, in the order of the queue."""
    rows = ask_unrestricted(desk.calls, person, "unclear_findings", language="en")
    found = sorted((row["rule_id"], row["call_id"]) for row in rows)
    assert found == [
        ("script-closing", "lt-0001"),
        ("script-closing", "lt-0002"),
        ("script-debt-amount", "lt-0001"),
    ]
    return found


@pytest.fixture
def person() -> Person:
    """Somebody who asks beside a browser."""
    return Person(account_id=1, subject="x", name="x", role=Role.ANALYST, language="en")


def test_the_queue_goes_from_finding_to_finding(
    desk: Desk, analyst: Browser, findings: list[tuple[str, str]]
) -> None:
    """Each saved label leads to the next one, and the list gets shorter."""
    rule_id, call_id = findings[0]
    path = f"/labels/{rule_id}/{call_id}"
    assert f'href="{path}"' in analyst.get("/labels").text

    form = {"told": "yes", "comment": "said at the end", "seen": 0}
    answer = analyst.post(path, data=form, headers=csrf_of(analyst, "/labels"))

    assert answer.url.path == f"/labels/{findings[1][0]}/{findings[1][1]}"
    assert f'href="{path}"' not in analyst.get("/labels").text
    assert "said at the end" in analyst.get(path).text
    (added,) = [one for one in entries(desk.home) if one.act == Act.LABELLED][-1:]
    assert added.facts["calls"] == [call_id]


def test_a_page_has_the_words_around_the_place(
    desk: Desk, analyst: Browser, person: Person, findings: list[tuple[str, str]]
) -> None:
    """Turns half a minute before and after, and no others."""
    rows = ask_unrestricted(desk.calls, person, "unclear_findings", language="en")
    for row in rows:
        turns = ask_unrestricted(desk.calls, person, "words_of_call", call_id=row["call_id"])
        page = analyst.get(f"/labels/{row['rule_id']}/{row['call_id']}").text
        low, high = (row["start_s"], row["end_s"])
        near = [
            turn
            for turn in turns
            if low is None or (turn["end_s"] > low - 30 and turn["start_s"] < high + 30)
        ]
        assert page.count('<li class="turn ') == len(near)
    assert findings


def test_an_erasure_deletes_the_file_of_a_call(
    desk: Desk, analyst: Browser, findings: list[tuple[str, str]]
) -> None:
    """It names the call, so it is deleted as a whole; the other files of the desk are not."""
    rule_id, call_id = findings[0]
    path = f"/labels/{rule_id}/{call_id}"
    analyst.post(path, data={"told": "yes"}, headers=csrf_of(analyst, "/labels"))
    (file,) = label_folder(desk.home).iterdir()
    place = place_of(desk.home, file)
    assert place is not None
    assert (place.name, place.removal) == ("labels", Removal.FILES)
    assert call_id.encode() in file.read_bytes()


def test_what_was_said_is_an_outcome_of_the_rule() -> None:
    """Of a rule that observes, and of one that checks."""
    said = {
        (observes, told): Labelled("c", "r", 1, observes, told, None, 0).outcome
        for observes in (True, False)
        for told in Told
    }
    assert said == {
        (False, Told.YES): Outcome.PASS,
        (False, Told.NO): Outcome.FAIL,
        (False, Told.UNCLEAR): Outcome.CANNOT_TELL,
        (True, Told.YES): Outcome.OBSERVED,
        (True, Told.NO): Outcome.NOT_APPLICABLE,
        (True, Told.UNCLEAR): Outcome.CANNOT_TELL,
    }


def test_rules_are_measured_by_the_labels(
    desk: Desk, analyst: Browser, findings: list[tuple[str, str]], tmp_path: Path
) -> None:
    """By the folder in the home and by the download, which say the same."""
    for told, (rule_id, call_id) in zip(("no", "unclear"), findings, strict=False):
        analyst.post(
            f"/labels/{rule_id}/{call_id}",
            data={"told": told, "seen": 0},
            headers=csrf_of(analyst, "/labels"),
        )
    answer = analyst.get("/labels/download")
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        archive.extractall(tmp_path)

    files = {path.name: path.read_bytes() for path in (tmp_path / "labels").iterdir()}
    assert files == {path.name: path.read_bytes() for path in label_folder(desk.home).iterdir()}
    found = [json.loads(content) for content in files.values()]
    assert {one["call_id"]: one["rules"] for one in found} == {
        "lt-0001": {"script-closing": "fail"},
        "lt-0002": {"script-closing": "cannot_tell"},
    }
    table = accuracy(tmp_path / "labels", desk.home, None, restricted=False)
    assert table is not None
    console = Console(record=True, width=200)
    console.print(table)
    assert findings[0][0] in console.export_text()


def test_two_analysts_on_one_finding_see_each_other(
    desk: Desk, as_person: Callable[..., Browser], findings: list[tuple[str, str]]
) -> None:
    """The second is refused, keeps what they typed, and may replace the first label."""
    first, second = as_person(Role.ANALYST, "first"), as_person(Role.ANALYST, "second")
    rule_id, call_id = findings[0]
    path = f"/labels/{rule_id}/{call_id}"
    first.post(
        path,
        data={"told": "yes", "comment": "words of the first", "seen": 0},
        headers=csrf_of(first, path),
    )
    form = {"told": "no", "comment": "words of the second", "seen": 0}
    refused = second.post(path, data=form, headers=csrf_of(second, path))
    assert refused.status_code == 409
    assert "words of the first" in refused.text
    assert "words of the second" in refused.text

    assert second.post(path, data=form | {"seen": 1}, headers=csrf_of(second, path)).is_success
    with desk.database.reading() as session:
        kept = session.scalars(select(FindingLabel).order_by(FindingLabel.number)).all()
        (counts,) = last_labels(session)
    assert [one.told for one in kept] == ["yes", "no"]
    assert counts.comment == "words of the second"


def test_a_wrong_label_is_refused(
    desk: Desk, analyst: Browser, findings: list[tuple[str, str]]
) -> None:
    """No value, a long number in the comment, or a finding that is not in the queue."""
    rule_id, call_id = findings[0]
    headers = csrf_of(analyst, "/labels")
    path = f"/labels/{rule_id}/{call_id}"
    card = {"told": "yes", "comment": "it was 4111 1111 1111 1111"}
    refused = analyst.post(path, data=card, headers=headers)
    assert refused.status_code == 422
    assert "as long as a card number" in refused.text
    assert analyst.post(path, data={"told": "perhaps"}, headers=headers).status_code == 422
    for other in (f"/labels/no-such-rule/{call_id}", f"/labels/{rule_id}/no-such-call"):
        assert analyst.post(other, data={"told": "yes"}, headers=headers).status_code == 404
    with desk.database.reading() as session:
        assert last_labels(session) == []
