"""Acts are in the audit trail, and `callqa audit` shows them."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

import flows
from flows.cli.app import app
from flows.deliver.delivering import Delivery
from flows.errors import FlowsError
from flows.governance.acts import delivered, reviews_taken_in
from flows.governance.audit import Act, entries, hash_of, record
from flows.operation.watch import watched_run
from flows.settings.centre import Settings
from flows.summary import RunSummary
from tests.warehouse.factory import TIME_ZONE, night, result
from warehouse.files import sha256_of
from warehouse.lake.lake import Lake
from warehouse.lake.records import RunRecord
from warehouse.snapshot.publish import publish

ROW = "c1,script-greeting,flag,pass,s1,2026-03-03T10:00:00Z,She says her name."
REVIEWS = f"call_id,rule_id,occasion,human_value,reviewer_id,reviewed_at,reason\n{ROW}\n"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home with a night of one call, named by the environment."""
    home = tmp_path / "home"
    lake = Lake(home / "lake", TIME_ZONE)
    night(lake, "night-1", [result("c1")])
    publish(lake, home / "warehouse")
    monkeypatch.setenv("CALLQA_HOME", str(home))
    return home


def run(*words: str, status: int = 0) -> str:
    """What a command prints."""
    ran = CliRunner().invoke(app, words, catch_exceptions=False)
    assert ran.exit_code == status, ran.output
    return ran.output


def run_of(home: Path, run_id: str, rules: str) -> None:
    """A run that published, judged by these rules."""
    now = datetime.now(UTC)
    of_lake = RunRecord(
        run_id=run_id,
        source="/recordings",
        started_at=now,
        finished_at=now,
        seen_count=1,
        evaluated_count=1,
        unchanged_count=0,
        pending_count=0,
        quarantined=(),
        model_pin="m",
        rules_sha256=rules,
    )
    with watched_run(Settings.with_overrides(home=home), "nightly") as watch:
        nowhere = Path("nowhere")
        watch.ended(
            RunSummary(
                run=of_lake,
                audio_s=1.0,
                wall_s=1.0,
                workers=1,
                overview=nowhere,
                lists=nowhere,
                snapshot=nowhere,
            )
        )


def test_runs_and_a_change_of_rules_are_recorded(tmp_path: Path) -> None:
    """Begin and end of each, also of one that failed; other rules than before once."""
    first, second = "a" * 64, "b" * 64
    for number, rules in enumerate((first, first, second, second)):
        run_of(tmp_path, f"run-{number}", rules)
    with pytest.raises(FlowsError), watched_run(Settings.with_overrides(home=tmp_path), "publish"):
        raise FlowsError("Ada Byron cannot be read")
    told = list(entries(tmp_path))
    changes = [entry for entry in told if entry.act == Act.RULES_CHANGED]
    assert [entry.facts for entry in changes] == [
        {"outcome": "done", "rules": second, "rules_before": first, "run": "run-2"}
    ]
    ended = [entry.facts for entry in told if entry.act == Act.RUN_ENDED]
    assert [(facts["what"], facts["outcome"]) for facts in ended] == [
        *[("nightly", "done")] * 4,
        ("publish", "failed"),
    ]
    assert ended[-1]["why"] == ["flowserror"]
    assert ended[0]["counts"]["evaluated"] == 1
    assert sum(entry.act == Act.RUN_BEGUN for entry in told) == 5


def test_exports_and_shares_are_recorded(home: Path, tmp_path: Path) -> None:
    """With the hash of what was written, and where as a keyed hash."""
    table, shared = tmp_path / "Ada Byron.csv", tmp_path / "north.duckdb"
    run("export", "mart.agent_daily", "--out", str(table))
    run("share", "--supervisor", "s1", "--out", str(shared))
    run("sql", "select 'Ada Byron' as name", "--csv")
    export, share, query = entries(home)
    assert (export.act, export.facts["what"]) == ("exported", "mart.agent_daily")
    assert export.facts["files"] == [sha256_of(table)]
    assert export.facts["places"] == [hash_of(home, str(table))]
    assert (share.act, share.facts["supervisors"]) == ("shared", ["s1"])
    assert share.facts["files"] == [sha256_of(shared)]
    assert (query.act, query.facts["what"]) == ("exported", "sql")
    assert b"Ada" not in (home / "audit" / "trail.jsonl").read_bytes()


def test_what_people_record_is_recorded(home: Path, tmp_path: Path) -> None:
    """By command and from the inbox of reviews; a wrong file is no act."""
    file = tmp_path / "reviews.csv"
    file.write_text(REVIEWS, encoding="utf-8")
    run("record", "reviews", str(file))
    inbox = home / "reviews"
    inbox.mkdir()
    (inbox / "later.csv").write_text(REVIEWS.replace("s1", "s2"), encoding="utf-8")
    (inbox / "wrong.csv").write_text(REVIEWS.replace("c1", "unknown"), encoding="utf-8")
    settings = Settings.with_overrides(home=home, time_zone=TIME_ZONE)
    assert len(reviews_taken_in(settings, Lake(home / "lake", TIME_ZONE).uploads)) == 1
    by_command, from_inbox = entries(home)
    assert by_command.facts["files"] == [sha256_of(file)]
    assert from_inbox.facts == {
        "counts": {"changed": 0, "new": 1, "same": 0},
        "files": [sha256_of(inbox / "taken" / "later.csv")],
        "outcome": "done",
        "what": "reviews",
    }


def test_deliveries_are_recorded_by_channel_and_outcome(tmp_path: Path) -> None:
    """What was sent or failed, with whose lists; addresses as keyed hashes."""

    def one(reader: str, state: str) -> Delivery:
        target = f"{reader}@centre.example"
        return Delivery(channel="mail", supervisor_id=reader, target=target, state=state)

    delivered(tmp_path, [one("s1", "sent"), one("s2", "failed"), one("s3", "sent before")])
    failed, sent = entries(tmp_path)
    assert (failed.facts["outcome"], failed.facts["supervisors"]) == ("failed", ["s2"])
    assert (sent.facts["outcome"], sent.facts["supervisors"]) == ("done", ["s1"])
    assert sent.facts["what"] == "lists:mail"
    assert b"centre.example" not in (tmp_path / "audit" / "trail.jsonl").read_bytes()


def test_the_trail_is_listed_and_filtered(tmp_path: Path) -> None:
    """By act, day and subject, for people and as JSON; a hashed id is found by the id."""
    home = "--home", str(tmp_path)
    record(tmp_path, Act.ERASED, calls=["4111111111111111"], agents=["agent-7"])
    record(tmp_path, Act.EXPORTED, what="mart.agent_daily")
    today = f"{datetime.now(UTC):%Y-%m-%d}"
    listed = run("audit", *home)
    assert "erased" in listed
    assert "what=mart.agent_daily" in listed
    for words, acts in {
        ("--act", "erased"): ["erased"],
        ("--act", "erased", "--act", "exported"): ["erased", "exported"],
        ("--day", today): ["erased", "exported"],
        ("--day", "2020-01-01"): [],
        ("--subject", "4111111111111111"): ["erased"],
        ("--subject", "agent-7"): ["erased"],
        ("--subject", "agent-8"): [],
    }.items():
        found = json.loads(run("audit", *home, "--json", *words))
        assert [entry["act"] for entry in found] == acts


def test_verify_says_which_line_and_exits_with_1(tmp_path: Path) -> None:
    """A whole trail is told as such; otherwise file, line and what was done to it."""
    home = "--home", str(tmp_path)
    assert "no audit trail" in run("audit", "verify", *home, status=1)
    for _ in range(3):
        record(tmp_path, Act.EXPORTED)
    anchors, kept = tmp_path / "audit" / "anchors.json", tmp_path / "kept.json"
    kept.write_bytes(anchors.read_bytes())
    assert "3 entries: the audit trail is whole" in run("audit", "verify", *home)
    assert "agrees with the copy" in run("audit", "verify", *home, "--anchor", str(kept))
    trail = tmp_path / "audit" / "trail.jsonl"
    first, _, third = trail.read_bytes().splitlines(keepends=True)
    trail.write_bytes(first + third)
    assert "trail.jsonl: entry 2 is removed before line 2" in run(
        "audit", "verify", *home, status=1
    )
    trail.unlink()
    anchors.unlink()
    told = run("audit", "verify", *home, "--anchor", str(kept), status=1)
    assert "entries 1 to 3 are cut off after line 0" in told


def test_a_repair_is_recorded(home: Path) -> None:
    """With the number of files that were damaged; looking for damage is no act."""
    (part,) = (home / "lake" / "call").rglob("*.parquet")
    part.write_bytes(b"damaged")
    run("verify", status=1)
    assert list(entries(home)) == []
    ran = CliRunner().invoke(app, ["repair", "--yes"], catch_exceptions=False)
    assert "repaired" in ran.output
    (repair,) = entries(home)
    assert repair.act == Act.REPAIRED
    assert repair.facts["counts"]["files"] >= 1


def test_every_act_is_recorded_somewhere() -> None:
    """An act that nothing enters would be missed in the trail by nobody."""
    sources = [
        path.read_text(encoding="utf-8") for path in Path(flows.__file__).parent.rglob("*.py")
    ]
    recorded = re.compile(r"\b(?:record(?:_act)?|handed_out)\(\s*[^()]*?\bAct\.([A-Z_]+)")
    found = {name for text in sources for name in recorded.findall(text)}
    assert sorted({act.name for act in Act} - found) == []
