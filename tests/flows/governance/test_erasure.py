"""Erasure: nothing is left, a hold stops it, a restored backup is cleaned by one run."""

from __future__ import annotations

import json
import shutil
import sqlite3
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb
import polars as pl
import pytest
from typer.testing import CliRunner

from flows.cli.app import app
from flows.errors import FlowsError
from flows.governance.audit import entries
from flows.governance.erasure import erasing
from flows.governance.erasure.erasing import erase, plan_erasure
from flows.governance.erasure.handed_out import note_handed_out
from flows.governance.erasure.places import files_below, place_of
from flows.governance.erasure.subject import Subject
from flows.governance.erasure.suppression import Suppressions, suppressions_of
from flows.governance.holds import Holds, Scope
from flows.settings.centre import Settings
from flows.sources.centre.customers import Customers
from tests.flows.governance.governed_home import RENDERING, copy_calls, governed_home
from tests.night.recognitions.recorded_night import run_night
from warehouse.lake.lake import Lake

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flows.governance.erasure.receipt import Receipt

CUSTOMER, CALL = "cu-20011", "lt-0001"
"""One customer of the night and their only call."""


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """A home after a run, with nothing of the machine's own."""
    monkeypatch.setenv("CALLQA_CACHE", str(tmp_path / "cache"))
    home, calls = governed_home(tmp_path)
    return Settings.with_overrides(home=home, source=calls, workers=1)


def texts_of(path: Path) -> Iterator[bytes]:
    """The bytes of a file and what they say, read otherwise than erasure reads them."""
    content = path.read_bytes()
    yield content
    if content.startswith(b"PAR1"):
        yield repr(pl.read_parquet(path).rows()).encode()
    elif content[8:12] == b"DUCK":
        with duckdb.connect(path, read_only=True) as db:
            for schema, name in db.execute(
                "select schema_name, table_name from duckdb_tables()"
            ).fetchall():
                yield repr(db.execute(f'from "{schema}"."{name}"').fetchall()).encode()
    elif content.startswith(b"SQLite"):
        file = sqlite3.connect(path)
        tables = "select name from sqlite_master where type = 'table'"
        for (name,) in file.execute(tables).fetchall():
            yield repr(file.execute(f'select * from "{name}"').fetchall()).encode()
        file.close()


def places_with(home: Path, texts: set[str]) -> set[str]:
    """The places in which any of some texts is, as bytes or decoded."""
    found = set()
    wanted = [text.encode() for text in texts]
    for path in files_below(home):
        if path.is_symlink():
            continue
        names = (str(path.relative_to(home)).encode(), *texts_of(path))
        if any(one in content for content in names for one in wanted):
            place = place_of(home, path)
            found.add(place.name if place else str(path))
    return found


def quotes_of(settings: Settings, call_id: str) -> set[str]:
    """What was said in a call, in turns of some length, and in no other call."""
    lake = Lake(settings.lake, settings.time_zone)
    turns = {
        result.call.call_id: {turn.text for turn in result.transcript.turns}
        for result in lake.results()
    }
    others = set().union(*(texts for one, texts in turns.items() if one != call_id))
    return {text for text in turns[call_id] - others if len(text.split()) >= 6}


def erased(settings: Settings, scope: Scope, ref: str) -> Receipt:
    """Erase a subject."""
    return erase(settings, plan_erasure(settings, Subject(scope, ref)))


def test_nothing_of_a_customer_is_left(settings: Settings) -> None:
    """Neither reference nor its hash nor the call nor a quote, in no file; all was there before."""
    quotes = quotes_of(settings, CALL)
    assert len(quotes) > 5
    hashes = Customers(settings.home).pseudonyms(CUSTOMER)
    traces = {CUSTOMER, CALL, *hashes, *quotes}
    before = places_with(settings.home, traces)
    assert before >= {"results", "snapshots", "redacted audio", "search", "index of results"}
    receipt = erased(settings, Scope.CUSTOMER, CUSTOMER)
    assert places_with(settings.home, traces) == set()
    assert receipt.proof.is_clean
    assert receipt.not_done == []
    assert receipt.removed["results"] == 1
    assert receipt.removed["redacted audio"] == 1
    kept = list(Lake(settings.lake, settings.time_zone).results())
    assert len(kept) == 5
    assert not traces & {receipt.subject}
    assert CUSTOMER not in receipt.text
    with duckdb.connect(settings.warehouse / "current.duckdb", read_only=True) as db:
        assert db.execute("select count(*) from core.call").fetchall() == [(5,)]
    assert settings.site.index.exists()
    assert not list((settings.home / "governance" / "erasing").iterdir())


def test_a_run_does_not_hear_them_again(settings: Settings) -> None:
    """The recording is still in the source; the run says that one was left out, and not whose."""
    quotes = quotes_of(settings, CALL)
    erased(settings, Scope.CUSTOMER, CUSTOMER)
    summary = run_night(settings.home, RENDERING, settings.source)
    assert "customer (1 call)" in summary.not_kept
    told = [one.facts for one in entries(settings.home) if one.act == "suppressed"]
    assert [one["counts"] for one in told] == [{"customer": 1}]
    assert CUSTOMER.encode() not in (settings.home / "audit" / "trail.jsonl").read_bytes()
    assert CUSTOMER not in summary.to_markdown()
    assert summary.run.seen_count == 5
    assert places_with(settings.home, {CALL, CUSTOMER, *quotes}) == set()


def test_a_restored_backup_and_one_run_remove_them_again(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The backup is older than the erasure, and so is its list: the copy elsewhere knows."""
    quotes = quotes_of(settings, CALL)
    copy = tmp_path / "elsewhere" / "suppressed.jsonl"
    monkeypatch.setenv("CALLQA_SUPPRESSION_COPY", str(copy))
    shutil.copytree(settings.home, tmp_path / "backup", symlinks=True)
    with_copy = settings.model_copy(update={"suppression_copy": copy})
    erased(with_copy, Scope.CUSTOMER, CUSTOMER)
    shutil.rmtree(settings.home)
    shutil.copytree(tmp_path / "backup", settings.home, symlinks=True)
    traces = {CALL, CUSTOMER, *quotes}
    assert "results" in places_with(settings.home, traces)
    run_night(settings.home, RENDERING, settings.source)
    assert places_with(settings.home, traces) == set()
    assert len(list(Lake(settings.lake, settings.time_zone).results())) == 5


def test_named_people_keep_what_they_may_see(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Snapshots and pages of restricted calls and of audiences are there without the customer."""
    calls, audiences = tmp_path / "calls", tmp_path / "audiences.yaml"
    copy_calls(calls)
    metadata = calls / "lt-0002.json"
    metadata.write_text(json.dumps({**json.loads(metadata.read_bytes()), "restricted": True}))
    audiences.write_text("audiences:\n  board: {all_calls: true, restricted: true}\n")
    monkeypatch.setenv("CALLQA_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("CALLQA_AUDIENCES", str(audiences))
    settings = Settings.with_overrides(home=tmp_path / "home", source=calls, workers=1)
    run_night(settings.home, RENDERING, calls)
    traces = {CUSTOMER, CALL, *quotes_of(settings, CALL)}
    assert erased(settings, Scope.CUSTOMER, CUSTOMER).proof.is_clean
    assert places_with(settings.home, traces) == set()
    for site, count in zip(settings.site.everywhere(), (4, 1, 5), strict=True):
        with duckdb.connect(site.root / "warehouse" / "current.duckdb", read_only=True) as db:
            assert db.execute("select count(*) from core.call").fetchall() == [(count,)]
        assert site.index.exists()
        assert list((site.root / "agents").glob("*.html"))


@pytest.mark.parametrize(
    ("scope", "held"),
    [(Scope.CUSTOMER, CUSTOMER), (Scope.CALL, CALL), (Scope.AGENT, "ag-101"), (Scope.ALL, "")],
)
def test_a_hold_stops_it_and_says_so(settings: Settings, scope: Scope, held: str) -> None:
    """Nothing is removed, and nobody is suppressed."""
    hold = Holds(settings.home).add(scope, held, "case 17 of 2026")
    before = places_with(settings.home, {CALL})
    command = ["erase", "customer", CUSTOMER, "--yes", "--home", str(settings.home)]
    done = CliRunner().invoke(app, command)
    assert isinstance(done.exception, FlowsError)
    assert hold.hold_id in str(done.exception)
    assert "case 17 of 2026" in str(done.exception)
    assert places_with(settings.home, {CALL}) - {"audit trail"} == before
    assert not (settings.home / "governance" / "suppressed.jsonl").exists()


@pytest.mark.parametrize("step", ["remove_everywhere", "publish_again", "prove"])
def test_what_was_interrupted_is_completed(
    settings: Settings, step: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where the results are gone, and with them what the calls were called."""
    quotes = quotes_of(settings, CALL)

    def stop(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(erasing, step, stop)
        with pytest.raises(KeyboardInterrupt):
            erased(settings, Scope.CUSTOMER, CUSTOMER)
    plan = plan_erasure(settings, Subject(Scope.CUSTOMER, CUSTOMER))
    assert plan.is_begun
    assert CALL in plan.owned.calls
    assert erase(settings, plan).proof.is_clean
    assert places_with(settings.home, {CALL, CUSTOMER, *quotes}) == set()
    assert not plan_erasure(settings, Subject(Scope.CUSTOMER, CUSTOMER)).is_begun


def test_an_agent_is_erased_with_the_calls(settings: Settings) -> None:
    """Name and id are gone; later recordings of the agent are not heard."""
    agents = {
        result.call.call_id: result.call
        for result in Lake(settings.lake, settings.time_zone).results()
    }
    agent = agents[CALL]
    theirs = {one for one, call in agents.items() if call.agent_id == agent.agent_id}
    receipt = erased(settings, Scope.AGENT, agent.agent_id)
    assert receipt.removed["results"] == len(theirs)
    assert places_with(settings.home, {agent.agent_id, agent.agent_name or "?", *theirs}) == set()
    summary = run_night(settings.home, RENDERING, settings.source)
    assert f"agent ({len(theirs)} call" in summary.not_kept
    assert places_with(settings.home, {agent.agent_id, agent.agent_name or "?", *theirs}) == set()


def test_files_elsewhere_are_deleted_or_named(settings: Settings, tmp_path: Path) -> None:
    """An export that is still there goes if it names the call; a moved one is for a person."""
    out = tmp_path / "out"
    out.mkdir()
    runner, home = CliRunner(), ["--home", str(settings.home)]
    for name in ("calls.csv", "calls.xlsx", "calls.parquet", "moved.csv"):
        done = runner.invoke(app, ["export", "core.call", "--out", str(out / name), *home])
        assert done.exit_code == 0, done.output
    runner.invoke(app, ["export", "core.scorecard", "--out", str(out / "none.csv"), *home])
    shared = ["share", "--supervisor", "sv-1", "--out", str(out / "north.duckdb"), *home]
    assert runner.invoke(app, shared).exit_code == 0
    (out / "moved.csv").rename(tmp_path / "gone.csv")
    receipt = erased(settings, Scope.CALL, CALL)
    assert [path.name for path in out.iterdir()] == ["none.csv"]
    assert [one for one in receipt.by_hand if "moved.csv" in one]
    assert receipt.removed["outside the home folder"] == 4


def test_rows_of_others_stay(settings: Settings) -> None:
    """Of quarantined items, only those of the call go."""
    [path] = (settings.lake / "run").glob("*.json")
    stored = json.loads(path.read_bytes())
    item = {"reason": "duplicate", "detail": f"the same recording as call {CALL}; delete one"}
    stored["run"]["seen_count"] += 2
    stored["run"]["quarantined"] = [
        {**item, "item": "a.wav", "call_id": "other-1"},
        {**item, "item": f"{CALL}.wav", "call_id": CALL},
    ]
    path.write_text(json.dumps(stored))
    receipt = erased(settings, Scope.CALL, CALL)
    left = json.loads(path.read_bytes())["run"]["quarantined"]
    assert [one["call_id"] for one in left] == ["other-1"]
    assert CALL not in left[0]["detail"]
    assert receipt.removed["runs"] == 1
    assert receipt.proof.is_clean


def test_a_customer_who_comes_back_is_heard_again(settings: Settings, tmp_path: Path) -> None:
    """After a release, in the list and in its copy; the trail says so, and what was erased is."""
    copy = tmp_path / "elsewhere" / "suppressed.jsonl"
    settings = settings.model_copy(update={"suppression_copy": copy})
    erased(settings, Scope.CUSTOMER, CUSTOMER)
    new = ("new-1", "ag-1", CUSTOMER, None)
    assert suppressions_of(settings).why(*new) == "customer"
    runner = CliRunner(env={"CALLQA_SUPPRESSION_COPY": str(copy)})
    release = ["suppression", "release", "customer", CUSTOMER, "--ticket", "DSR-2026-17", "--yes"]
    home = ["--home", str(settings.home)]

    runner.invoke(app, [*release, *home], catch_exceptions=False)

    assert suppressions_of(settings).why(*new) is None
    assert suppressions_of(settings).why(CALL, "ag-1", None, None) == "call"
    (settings.home / "governance" / "suppressed.jsonl").unlink()
    assert suppressions_of(settings).why(*new) is None
    told = [one.facts for one in entries(settings.home) if one.act == "unsuppressed"]
    assert [one["ticket"] for one in told] == ["DSR-2026-17"]
    again = runner.invoke(app, [*release, *home])
    assert "not on the suppression list" in str(again.exception)
    listed = runner.invoke(app, ["suppression", "list", *home]).output
    assert " call " in listed
    assert " customer " not in listed
    erased(settings, Scope.CUSTOMER, CUSTOMER)
    assert suppressions_of(settings).why(*new) == "customer"


def test_dry_run_changes_nothing(settings: Settings) -> None:
    """It says how many calls there are."""
    note_handed_out(settings.home, "export", settings.home / "x.csv")
    parts = sorted(settings.lake.rglob("*.parquet"))
    before = [path.read_bytes() for path in parts]
    command = ["erase", "customer", CUSTOMER, "--dry-run", "--home", str(settings.home)]
    done = CliRunner().invoke(app, command, catch_exceptions=False)
    assert "1 call is stored" in done.output
    assert f"/calls/{CALL}.flac" in done.output  # where it was evaluated
    assert [path.read_bytes() for path in sorted(settings.lake.rglob("*.parquet"))] == before
    assert not (settings.home / "governance" / "suppressed.jsonl").exists()


def test_originals_that_stay_are_counted_and_found(settings: Settings) -> None:
    """The receipt names none; a command finds them by their metadata, also later, and no others."""
    find = ["sources", "find", "--erased", "--home", str(settings.home)]
    runner = CliRunner(env={"CALLQA_SOURCE": str(settings.source)})
    assert runner.invoke(app, find, catch_exceptions=False).output == ""
    receipt = erased(settings, Scope.CUSTOMER, CUSTOMER)
    [told] = [one for one in receipt.by_hand if "original" in one]
    assert told.startswith("1 original recording:")
    assert "sources find --erased" in told
    assert receipt.proof.is_clean
    found = runner.invoke(app, find, catch_exceptions=False).output.split()
    assert found == [str(settings.source / f"{CALL}.flac")]
    erased(settings, Scope.AGENT, "ag-101")
    more = runner.invoke(app, find, catch_exceptions=False).output.split()
    of_agent = {
        path.stem
        for path in settings.source.glob("*.json")
        if json.loads(path.read_bytes())["agent_id"] == "ag-101"
    }
    assert {CALL, *of_agent} == {Path(path).stem for path in more}
    (settings.source / f"{CALL}.flac").unlink()
    left = runner.invoke(app, find, catch_exceptions=False).output.split()
    assert set(more) - set(left) == set(found)


def test_a_list_of_another_key_ends_the_run(tmp_path: Path) -> None:
    """With a key that was lost and drawn again, the list would silently know nobody."""
    copy = tmp_path / "elsewhere" / "suppressed.jsonl"
    Suppressions(tmp_path / "one", copy=copy).add("customer", ["cu-7"])
    with pytest.raises(FlowsError, match=r"suppressed\.jsonl:1: made with another key"):
        Suppressions(tmp_path / "two", copy=copy)


@pytest.mark.parametrize(
    ("kind", "listed", "call", "why"),
    [
        ("customer", "+39 349 111 2233", {"customer_ref": "0039 3491112233"}, "customer"),
        ("customer", "cu-7", {"customer_ref": "cu-70"}, None),
        ("contact", "ct-1", {"contact_id": "ct-1"}, "customer"),
        ("contact", "ct-1", {"contact_id": "ct-1", "customer_ref": "cu-9"}, None),
        ("agent", "ag-1", {"agent_id": "ag-1"}, "agent"),
        ("agent", "ag-1", {"agent_id": "ag-10"}, None),
        ("call", "c-1", {"call_id": "c-1"}, "call"),
        ("call", "c-1", {"agent_id": "c-1"}, None),
    ],
)
def test_who_is_suppressed(
    kind: str, listed: str, call: dict[str, str], why: str | None, tmp_path: Path
) -> None:
    """In any form of a number, and nobody else; the list holds neither reference nor pseudonym."""
    given: dict[str, Any] = {
        "call_id": "c-0",
        "agent_id": "ag-0",
        "customer_ref": None,
        "contact_id": None,
    }
    Suppressions(tmp_path, "IT").add(kind, [listed])
    assert Suppressions(tmp_path, "IT").why(**{**given, **call}) == why
    written = (tmp_path / "governance" / "suppressed.jsonl").read_text()
    pseudonyms = Customers(tmp_path, "IT").pseudonyms(listed)
    hashes = {one[4:] for one in pseudonyms}
    assert not [one for one in {f'"{listed}"', *hashes} if one in written]
