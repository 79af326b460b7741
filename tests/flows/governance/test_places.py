"""The registry of places."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from flows.deliver.ledger import Ledger
from flows.governance.erasure.places import PLACES, Place, Removal, files_below, place_of
from flows.governance.holds import Holds, Scope
from flows.operation.journal import Ending, Journal
from flows.operation.metrics import write_metrics
from flows.operation.one_run import one_run
from flows.operation.run_log import LOG, run_log
from flows.settings.centre import Settings
from tests.flows.governance.governed_home import governed_home

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home after a run with its log, journal, metrics, ledger, Prefect's files and a hold."""
    home, calls = governed_home(tmp_path)
    settings = Settings.with_overrides(home=home, source=calls)
    with one_run(home), run_log(home):
        journal = Journal(home)
        journal.end(journal.begin("nightly"), Ending.DONE, "20260101T000000Z", ())
        LOG.info("step")
        write_metrics(settings)
    Ledger(settings.deliveries).begin("drop", ["qa-1"])
    (home / "prefect").mkdir()
    (home / "prefect" / "prefect.db").touch()
    Holds(home).add(Scope.ALL, "", "case 1")
    return home


def unclaimed(home: Path) -> set[str]:
    """The files that no place claims."""
    return {str(path.relative_to(home)) for path in files_below(home) if not place_of(home, path)}


def test_every_file_after_a_run_is_of_a_place(home: Path) -> None:
    """A file that no place claims would be forgotten by erasure."""
    assert unclaimed(home) == set()
    found = {place.name for path in files_below(home) if (place := place_of(home, path))}
    # So that the first line cannot hold for want of files.
    assert found >= {
        "results", "runs", "rules", "snapshots", "redacted audio", "call pages", "lists",
        "pages of agents", "reports", "search", "overviews", "known files", "logs", "lock",
        "governance", "Prefect", "deliveries", "index of results",
    }  # fmt: skip


def test_a_new_file_is_noticed(home: Path) -> None:
    """Also below the restricted pages, which have the places of the others."""
    for name in ("notes.txt", "restricted/notes.txt", "newfolder/x.json"):
        (home / name).parent.mkdir(exist_ok=True)
        (home / name).touch()
    assert unclaimed(home) == {"notes.txt", "newfolder/x.json", "restricted/notes.txt"}


@pytest.mark.parametrize("place", PLACES, ids=lambda place: place.name)
def test_a_place_from_which_nothing_goes_says_why(place: Place) -> None:
    """And only such a place does."""
    assert bool(place.why) == (place.removal is Removal.NEVER)


def test_restricted_files_are_of_the_same_places(home: Path) -> None:
    """The folder `restricted` has pages and copies of its own."""
    names = {
        "restricted/audio/2026-03-10/x.opus": "redacted audio",
        "restricted/calls/2026-03-10/x.html": "call pages",
        "lake/index.sqlite-wal": "index of results",
        "lake/index.sqlite": "index of results",
        "card-data/2026-03.html": "overviews",
    }
    found = {name: place_of(home, home / name) for name in names}
    assert {name: place and place.name for name, place in found.items()} == names
