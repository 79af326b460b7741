"""What is of no single call goes by its own day; what quotes calls goes with their words."""

from __future__ import annotations

import base64
import hashlib
import json
import os
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from flows.governance.audit import entries
from flows.governance.erasure.handed_out import handed_out, note_handed_out
from flows.governance.holds import Scope, holds_of
from flows.governance.retention.expiry import apply, is_owed
from flows.governance.retention.plan import expired_calls, plan_of
from flows.governance.retention.policy import Kind
from flows.publishing import publish_all
from flows.settings.centre import Settings
from tests.warehouse.factory import CATALOGUE, NIGHT, TIME_ZONE, call, night, result
from warehouse.lake.encryption import has_key, write_encrypted
from warehouse.lake.lake import Lake

_POLICY = """
policies:
  - id: all
    why: x
    keep: {audio: 1 month, transcript: 2 months, score: 1 year, report: 3 months, log: 10 days}
"""
_DAY = NIGHT.date()  # 2026-03-02


@pytest.fixture(params=["plain", "encrypted"])
def settings(
    tmp_path: Path, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> Settings:
    """A home folder with two calls that were listed, a month apart, in both forms."""
    if request.param == "encrypted":
        monkeypatch.setenv("CALLQA_KEY", base64.b64encode(bytes(32)).decode())
    (tmp_path / "retention.yaml").write_text(_POLICY, encoding="utf-8")
    settings = Settings(
        home=tmp_path / "home", retention=tmp_path / "retention.yaml", time_zone=TIME_ZONE
    )
    lake = Lake(settings.lake, settings.time_zone)
    lake.record_catalogue(CATALOGUE)
    for number, started_at in enumerate((NIGHT, NIGHT + timedelta(days=31)), start=1):
        of_call = result(f"call-{number}", started_at=started_at)
        copy = settings.audio.copy_of(of_call.call)
        copy.parent.mkdir(parents=True, exist_ok=True)
        write_encrypted(copy, b"sound")
        night(lake, f"2026030{number + 2}T020000Z", [of_call])
        publish_all(settings, lake)
    return settings


def _apply(settings: Settings, today: date) -> bool:
    return apply(settings, plan_of(settings, holds_of(settings), today))


def _naming(settings: Settings, call_id: str) -> set[str]:
    """The pages, lists and texts for the search that name a call."""
    return {
        path.relative_to(settings.home).parts[0]
        for path in settings.home.rglob("*")
        if path.suffix in {".html", ".csv", ".json", ".js"} and path.is_file()
        if call_id.encode() in path.read_bytes() and "lake" not in path.parts
    }


def test_a_removed_copy_leaves_a_page_without_sound(settings: Settings) -> None:
    """Until the words go, the page shows them."""
    (page,) = settings.home.glob("calls/*/call-1-*.html")
    text = page.read_text(encoding="utf-8")
    assert ".opus" in text or (has_key() and "stored encrypted" in text)
    assert _apply(settings, date(2026, 4, 3))
    assert [path.parent.name for path in settings.home.glob("audio/*/*.opus")] == ["2026-04-02"]
    text = page.read_text(encoding="utf-8")
    assert ".opus" not in text
    assert "No redacted copy" in text
    assert "morning" in text


def test_lists_and_pages_go_with_the_words_they_quote(settings: Settings) -> None:
    """A list is kept three months, but not longer than what it quotes."""
    assert {"calls", "lists"} <= _naming(settings, "call-1")
    assert _apply(settings, date(2026, 5, 3))
    assert not _naming(settings, "call-1") & {"calls", "lists", "search", "agents", "coaching"}
    assert {"calls", "lists"} <= _naming(settings, "call-2")
    reports = {path.name for path in settings.home.glob("reports/*.html")}
    assert "2026-03.html" in reports  # its figures stay for their own time
    assert _apply(settings, date(2026, 7, 1))
    assert "2026-03.html" not in {path.name for path in settings.home.glob("reports/*.html")}


def test_old_lines_of_logs_go(settings: Settings) -> None:
    """Lines without a day stay, and so do those of a hold on everything."""
    log = settings.home / "log" / "run.log"
    log.parent.mkdir(exist_ok=True)
    journal = log.with_name("runs.jsonl")
    lines = ["2026-03-01T01:00:00Z INFO old", "2026-03-02T01:00:00Z INFO new", "  no day"]
    log.write_text("\n".join(lines) + "\n", encoding="utf-8")
    runs = [{"number": 1, "began_at": f"2026-03-0{day} 01:00:00+00:00"} for day in (1, 2)]
    journal.write_text("".join(json.dumps(run) + "\n" for run in runs), encoding="utf-8")
    hold = holds_of(settings).add(Scope.ALL, "", "an investigation")
    assert not _apply(settings, date(2026, 3, 12))
    assert log.read_text(encoding="utf-8").count("\n") == 3
    holds_of(settings).release(hold.hold_id, "closed")
    assert _apply(settings, date(2026, 3, 12))
    assert log.read_text(encoding="utf-8").splitlines() == lines[1:]
    assert journal.read_text(encoding="utf-8").count("\n") == 1
    assert plan_of(settings, holds_of(settings), date(2026, 3, 12)).files == {}


def test_what_is_over_is_not_heard_again(settings: Settings) -> None:
    """Of a recording that is still there, the next run takes no notice."""
    is_over = expired_calls(settings)
    now = datetime.now(UTC)
    assert is_over(call("old", started_at=now - timedelta(days=80)))
    assert not is_over(call("new", started_at=now - timedelta(days=40)))
    holds_of(settings).add(Scope.CALL, "old", "a court case")
    assert not is_over(call("old", started_at=now - timedelta(days=80)))
    assert not expired_calls(settings.model_copy(update={"retention": None}))(
        replace(call("old"), started_at=now - timedelta(days=8000))
    )


def test_scores_go_last_and_with_everything(settings: Settings) -> None:
    """A year after the call nothing names it but the audit trail."""
    assert _apply(settings, date(2027, 3, 3))
    lake = Lake(settings.lake, settings.time_zone)
    assert list(lake.identities()) == ["call-2"]
    assert _naming(settings, "call-1") == {"audit"} & _naming(settings, "call-1")
    lines = plan_of(settings, holds_of(settings), date(2027, 3, 3)).lines
    assert [(line.kind, line.stays) for line in lines if line.kind is Kind.SCORE] == [
        (Kind.SCORE, 1)
    ]


_ORIGINALS = ("proven", "unproven", "lost", "changed", "held", "elsewhere", "gone", "new")
"""Their period is over but for that of the last; of `lost`, the copy is."""
_KEPT_PERIOD = "policies: [{id: all, why: x, keep: {original: 1 month, exports: 10 days}}]\n"


@pytest.fixture
def source(settings: Settings) -> Settings:
    """The home folder with calls whose originals are there."""
    settings = settings.model_copy(update={"source": settings.home.parent / "calls"})
    results = []
    for name in _ORIGINALS:
        folder = settings.home.parent / "else" if name == "elsewhere" else settings.source
        folder.mkdir(exist_ok=True)
        file = folder / f"{name}.wav"
        file.write_bytes(f"sound of {name}".encode())
        started_at = NIGHT + timedelta(days=31 if name == "new" else 0)
        one = result(name, started_at=started_at)
        sha256 = hashlib.sha256(file.read_bytes()).hexdigest()
        recording = replace(one.recording, path=file, audio_sha256=sha256)
        proof = None if name == "unproven" else 0
        results.append(replace(one, recording=recording, remuted_count=proof))
        copy = settings.audio.copy_of(one.call)
        if name != "lost":
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_bytes(b"sound")
    night(Lake(settings.lake, settings.time_zone), "20260306T020000Z", results)
    (settings.source / "changed.wav").write_bytes(b"another recording")
    (settings.source / "gone.wav").unlink()
    holds_of(settings).add(Scope.CALL, "held", "a court case")
    return settings


@pytest.mark.parametrize(
    ("permitted", "gone", "lines"),
    [
        ("", set(), {"all": (1, 0, 0), "not_permitted": (6, 0, 0)}),
        (
            "originals: {delete: true}\n",
            {"proven"},
            {
                "all": (1, 1, 1),
                "copy_not_proven": (2, 0, 0),
                "other_file": (1, 0, 0),
                "other_place": (1, 0, 0),
            },
        ),
        (
            "originals: {delete: true, unproven: true}\n",
            {"proven", "unproven", "lost"},
            {"all": (1, 3, 1), "other_file": (1, 0, 0), "other_place": (1, 0, 0)},
        ),
    ],
)
def test_originals_go_only_as_far_as_the_policy_permits(
    source: Settings, permitted: str, gone: set[str], lines: dict[str, tuple[int, int, int]]
) -> None:
    """By default none; without a proven copy only if that is said; a held one never."""
    assert source.retention
    source.retention.write_text(permitted + _KEPT_PERIOD, encoding="utf-8")
    today = date(2026, 4, 3)
    plan = plan_of(source, holds_of(source), today)
    found = {
        line.policy: (line.stays, line.goes, line.held)
        for line in plan.lines
        if line.kind is Kind.ORIGINAL
    }
    assert found == lines
    before = {path.stem for path in source.home.parent.glob("*/*.wav")}
    assert apply(source, plan) is bool(gone)
    assert before - {path.stem for path in source.home.parent.glob("*/*.wav")} == gone
    assert len(list(Lake(source.lake, source.time_zone).identities())) == 2 + len(_ORIGINALS)
    told = [entry.facts for entry in entries(source.home) if entry.act == "originals_deleted"]
    done = {facts["calls"][0]: facts["why"] for facts in told if facts["outcome"] == "done"}
    assert set(done) == gone
    assert {name for name, why in done.items() if "unproven" in why} == gone - {"proven"}
    again = plan_of(source, holds_of(source), today)
    assert not again.calls.get(Kind.ORIGINAL)
    assert not apply(source, again)


def test_deletion_of_originals_is_completed(
    source: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An interruption after the first of them leaves the others to the next."""
    assert source.retention
    permitted = "originals: {delete: true, unproven: true}\n"
    source.retention.write_text(permitted + _KEPT_PERIOD, encoding="utf-8")
    unlink, asked = Path.unlink, []

    def stop(path: Path, *, missing_ok: bool = False) -> None:
        asked.append(path)
        if len([one for one in asked if one.suffix == ".wav"]) == 2:
            raise KeyboardInterrupt
        unlink(path, missing_ok=missing_ok)

    with monkeypatch.context() as patched:
        patched.setattr(Path, "unlink", stop)
        with pytest.raises(KeyboardInterrupt):
            _apply(source, date(2026, 4, 3))
    assert is_owed(source)
    assert _apply(source, date(2026, 4, 3))
    assert not is_owed(source)
    left = {path.stem for path in source.home.parent.glob("*/*.wav")}
    assert left == {"changed", "held", "elsewhere", "new"}


def test_exports_go_by_the_day_on_which_they_were_made(source: Settings) -> None:
    """A file of the same name that somebody wrote since is theirs."""
    assert source.retention
    source.retention.write_text(_KEPT_PERIOD, encoding="utf-8")
    out = source.home.parent / "out"
    (out / "package").mkdir(parents=True)
    for name in ("ours.csv", "theirs.csv", "moved.csv", "package/data.json"):
        (out / name).write_text("x")
    for name in ("ours.csv", "theirs.csv", "moved.csv", "package"):
        note_handed_out(source.home, "export", out / name)
    later = datetime.now(UTC).timestamp() + 60
    os.utime(out / "theirs.csv", (later, later))
    (out / "moved.csv").unlink()
    made = datetime.now(ZoneInfo(TIME_ZONE)).date()
    assert Kind.EXPORTS not in plan_of(source, holds_of(source), made + timedelta(days=10)).files
    assert _apply(source, made + timedelta(days=11))
    assert [path.name for path in out.iterdir()] == ["theirs.csv"]
    left = [one.path.name for one in handed_out(source.home)]
    assert left == ["theirs.csv", "moved.csv"]  # an erasure still names the one that was moved
