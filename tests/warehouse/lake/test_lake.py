"""The lake keeps every result whole, on its day, and knows which one is current."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, replace
from datetime import UTC, datetime
from operator import methodcaller
from typing import TYPE_CHECKING

import duckdb
import polars as pl
import pytest

from models.call import Quarantined, QuarantineReason
from models.reasons.codes import ReasonCode
from models.reasons.reason import Reason, as_written
from models.transcript import KeyedDigits, Word
from qa_rules.results import Alternative, Outcome
from tests.warehouse.factory import CARD_SPAN, CATALOGUE, NIGHT, TIME_ZONE, night, result, run
from tests.warehouse.lake.older_lake import as_older
from warehouse.errors import LakeError
from warehouse.lake.index.result_identity import identity_of
from warehouse.lake.lake import Lake
from warehouse.snapshot.ledger_rows import quarantine_rows
from warehouse.snapshot.publish import publish

if TYPE_CHECKING:
    from pathlib import Path

    from qa_rules.results import CallResult

_BAD = Quarantined(
    item="b.wav", call_id=None, reason=QuarantineReason.CORRUPT_AUDIO, detail="It does not open."
)


def test_results_come_back_as_they_went_in(lake: Lake) -> None:
    """Nothing that a result holds is lost or changed on the way to the disk and back."""
    results = [result("c1"), result("c2", greeting=Outcome.CANNOT_TELL)]
    keyed = replace(results[0].transcript, keyed_digits=(KeyedDigits(1, 30.0, 34.5, 16),))
    words = (Word("good", 1.0, 1.4, 0.9), Word("[card_number]", 1.5, 3.0, 0.99))
    span = replace(CARD_SPAN, turn=0, first=1, last=17)
    again = (
        Alternative(turn=0, words=words, pii_spans=(span,)),
        Alternative(turn=1, words=(), pii_spans=()),
    )
    results[0] = replace(results[0], transcript=keyed, alternatives=again)
    lake.commit("night-1", results)
    assert list(lake.results()) == results
    assert list(lake.results(["c2"])) == results[1:]
    assert lake.identities() == {item.call.call_id: identity_of(item) for item in results}


def test_words_of_a_second_recognition_are_published(lake: Lake, tmp_path: Path) -> None:
    """The snapshot shows them as text beside the turns; a turn may have none any more."""
    words = (Word("good", 1.0, 1.4, 0.9), Word("[card_number]", 1.5, 3.0, 0.99))
    again = (
        Alternative(turn=0, words=words, pii_spans=()),
        Alternative(turn=1, words=(), pii_spans=()),
    )
    lake.commit("night-1", [replace(result("c1"), alternatives=again), result("c2")])
    lake.record_catalogue(CATALOGUE)
    lake.record_run(run("night-1"))
    with duckdb.connect(publish(lake, tmp_path / "warehouse"), read_only=True) as connection:
        rows = connection.execute("select call_id, alternatives from core.call order by 1")
        assert rows.fetchall() == [
            ("c1", [{"turn": 0, "text": "good [card_number]"}, {"turn": 1, "text": ""}]),
            ("c2", []),
        ]


def test_an_empty_lake_is_readable(lake: Lake) -> None:
    """Before the first commit there are no identities, no results, and no folder."""
    assert lake.identities() == {}
    assert list(lake.results()) == []
    assert not lake.root.exists()


def test_a_call_belongs_to_the_day_on_which_it_started_in_the_sites_zone(lake: Lake) -> None:
    """23:30 UTC is already tomorrow in Rome."""
    lake.commit("night-1", [result(started_at=datetime(2026, 3, 2, 23, 30, tzinfo=UTC))])
    assert [str(day) for day in lake.days()] == ["2026-03-03"]


def test_a_second_evaluation_supersedes_the_first(lake: Lake) -> None:
    """The later commit is current; the older parts stay."""
    first = result()
    second = replace(first, rules_sha256="rules-2")
    lake.commit("night-1", [first])
    lake.commit("night-2", [second])
    assert list(lake.results()) == [second]
    assert lake.identities() == {"c1": identity_of(second)}
    assert len(lake.files("call")) == 2


def test_a_call_whose_start_is_put_right_moves_to_its_day(lake: Lake) -> None:
    """Corrected metadata may move a call to another day; it is current in one of them only."""
    lake.commit("night-1", [result()])
    moved = result(started_at=NIGHT.replace(day=5))
    lake.commit("night-2", [moved])
    assert list(lake.results()) == [moved]


def test_parts_without_a_manifest_do_not_count(lake: Lake) -> None:
    """A part whose commit was killed before its manifest is as if it had never been written.

    The next commit to that day removes it.
    """
    lake.commit("night-1", [result("c1")])
    before = lake.files("call")
    manifest = lake.root / "manifest" / "call_date=2026-03-02.jsonl"
    old = manifest.read_bytes()
    lake.commit("night-1", [result("c2")])
    manifest.write_bytes(old)
    assert lake.files("call") == before
    assert set(lake.identities()) == {"c1"}
    Lake(lake.root, TIME_ZONE).commit("night-2", [result("c2")])
    assert set(lake.identities()) == {"c1", "c2"}
    assert sorted(lake.files("call")) == sorted((lake.root / "call").rglob("*.parquet"))


def test_two_results_of_one_call_in_one_commit_are_refused(lake: Lake) -> None:
    """It would be ambiguous which of them is current."""
    with pytest.raises(LakeError, match="two results of c1"):
        lake.commit("night-1", [result("c1"), result("c1")])
    assert lake.files("call") == []


def test_a_lake_keeps_its_time_zone(lake: Lake) -> None:
    """Days of two zones in one lake would put calls on two days."""
    lake.commit("night-1", [result()])
    with pytest.raises(LakeError, match="Europe/Rome"):
        Lake(lake.root, "America/New_York")


def test_a_lake_from_before_a_column_was_asked_for_is_whole(lake: Lake, snapshots: Path) -> None:
    """Calls of older files are not restricted; those of newer ones say so."""
    lake.commit("night-1", [result("c1")])
    as_older(lake, "call", methodcaller("drop", "restricted"))
    night(lake, "night-2", [result("c2", restricted=True)])
    assert {item.call.call_id: item.call.restricted for item in lake.results()} == {
        "c1": False,
        "c2": True,
    }
    for is_restricted, call_id in ((False, "c1"), (True, "c2")):
        snapshot = publish(lake, snapshots / str(is_restricted), restricted=is_restricted)
        with duckdb.connect(snapshot, read_only=True) as connection:
            rows = connection.execute("select call_id, restricted from core.call")
            assert rows.fetchall() == [(call_id, is_restricted)]


def test_a_lake_from_before_lowered_severities_has_those_of_the_rules(
    lake: Lake, snapshots: Path
) -> None:
    """Older fails weigh what their rules say, and none of their answers is weak."""
    lake.commit("night-1", [result("c1", greeting=Outcome.FAIL)])
    for table, column in {"finding": "rule_severity", "answer": "is_weak"}.items():
        as_older(lake, table, methodcaller("drop", column))
    night(lake, "night-2", [result("c2")])
    assert next(iter(lake.results())) == result("c1", greeting=Outcome.FAIL)
    with duckdb.connect(publish(lake, snapshots), read_only=True) as connection:
        rows = connection.execute("select bool_and(severity = rule_severity) from core.finding")
        assert rows.fetchall() == [(True,)]
        rows = connection.execute("select bool_or(is_weak) from core.answer")
        assert rows.fetchall() == [(False,)]


def test_reasons_of_a_lake_from_before_codes_stay_as_they_are_written(
    lake: Lake, snapshots: Path
) -> None:
    """Older calls have their English under the one code that says so; newer ones have codes."""
    reason = Reason(ReasonCode.NO_WORDING, {"language": "fr"})
    lake.commit("night-1", [_saying(result("c1"), reason)])
    for table, columns in _REASON_COLUMNS.items():
        as_older(lake, table, methodcaller("drop", columns))
    night(lake, "night-2", [_saying(result("c2"), reason)])
    older, newer = lake.results()
    assert {finding.reason for finding in older.findings} == {as_written(reason.english)}
    assert older.transcript.notes == (as_written(reason.english),)
    assert newer == _saying(result("c2"), reason)
    with duckdb.connect(publish(lake, snapshots), read_only=True) as connection:
        for table in ("core.finding", "core.answer"):
            rows = connection.execute(
                f"select distinct call_id, reason_code, reason_values ->> '$.text',"
                f" reason_values ->> '$.language', why from {table} order by call_id"
            )
            assert rows.fetchall() == [
                ("c1", "as_written", reason.english, None, reason.english),
                ("c2", "no_wording", None, "fr", reason.english),
            ]
        rows = connection.execute(
            "select note_codes, note_values[1] ->> '$.text', notes from core.call order by call_id"
        )
        assert rows.fetchall() == [
            (["as_written"], reason.english, [reason.english]),
            (["no_wording"], None, [reason.english]),
        ]


def test_a_code_of_another_version_stays_as_it_is_written(lake: Lake) -> None:
    """A lake that a newer callqa has written to can still be read."""
    lake.commit("night-1", [result("c1")])
    later = pl.lit("a_code_of_tomorrow").alias("reason_code")
    as_older(lake, "finding", methodcaller("with_columns", later))
    (read,) = lake.results()
    assert [finding.reason for finding in read.findings] == [
        as_written(finding.reason.english) for finding in result("c1").findings
    ]


_REASON_COLUMNS = {
    "call": ["note_codes", "note_values"],
    "finding": ["reason_code", "reason_values"],
    "answer": ["reason_code", "reason_values"],
}


def _saying(of_call: CallResult, reason: Reason) -> CallResult:
    """The same result, everything in it for one reason."""
    (evaluation,) = of_call.evaluations
    answers = tuple(replace(answer, reason=reason) for answer in evaluation.answers)
    return replace(
        of_call,
        transcript=replace(of_call.transcript, notes=(reason,)),
        findings=tuple(replace(finding, reason=reason) for finding in of_call.findings),
        evaluations=(replace(evaluation, answers=answers),),
    )


def test_only_a_restricted_call_changes_its_identity() -> None:
    """Calls of a lake from before the field are not judged anew; a call that becomes one is."""
    plain, restricted = result().call, result(restricted=True).call
    assert plain.metadata_sha256 != restricted.metadata_sha256
    younger = {"restricted", "stated_duration_s", "replaces"}
    younger |= {"after_call_work_s", "disposition", "fields"}
    fields = {name: value for name, value in asdict(plain).items() if name not in younger}
    text = json.dumps(fields, default=str, sort_keys=True)
    assert plain.metadata_sha256 == hashlib.sha256(text.encode()).hexdigest()


def test_quarantine_is_what_the_last_run_over_a_source_set_aside(lake: Lake) -> None:
    """The same bad item twice is one row, a corrected item is removed, other sources stay."""
    other = replace(_BAD, item="x.wav")
    lake.record_run(run("night-1", quarantined=(_BAD,)))
    lake.record_run(run("night-2", quarantined=(other,), source="/other"))
    lake.record_run(run("night-3", quarantined=(_BAD,)))
    assert sorted(quarantine_rows(lake.runs())["item"]) == ["b.wav", "x.wav"]
    lake.record_run(run("night-4"))
    assert list(quarantine_rows(lake.runs())["item"]) == ["x.wav"]


def test_a_record_is_read_again_once_its_file_is_another(lake: Lake) -> None:
    """Records are read once a process; what another process records or damages is seen."""
    lake.record_run(run("r1"), lists_written=False)
    assert [stored.lists_written for stored in lake.runs()] == [False]
    Lake(lake.root, TIME_ZONE).record_run(run("r1"))
    assert [stored.lists_written for stored in lake.runs()] == [True]
    (lake.root / "run" / "r1.json").write_text("{")
    with pytest.raises(LakeError, match="cannot be read"):
        lake.runs()


def test_catalogues_come_back(lake: Lake, tmp_path: Path) -> None:
    """Recording a catalogue twice keeps it once."""
    lake.record_catalogue(CATALOGUE)
    lake.record_catalogue(CATALOGUE)
    assert Lake(tmp_path / "lake", "Europe/Rome").catalogues() == [CATALOGUE]


def test_custom_fields_come_back_and_older_calls_have_none(lake: Lake, snapshots: Path) -> None:
    """The lake gives the same call back; the warehouse has texts by name, and typed access."""
    night(lake, "night-1", [result("c1")])
    as_older(lake, "call", methodcaller("drop", "fields", "after_call_work_s", "disposition"))
    fields = (("attempt", "2"), ("campaign", "Primavera «1»"))
    newer = result("c2", fields=fields, after_call_work_s=0.0, disposition="refund")
    night(lake, "night-2", [newer])
    found = {one.call.call_id: one.call for one in lake.results()}
    assert found["c2"] == newer.call
    assert (found["c1"].fields, found["c1"].after_call_work_s) == ((), None)
    with duckdb.connect(publish(lake, snapshots), read_only=True) as connection:
        rows = connection.execute(
            "select fields['campaign'], try_cast(fields['attempt'] as integer), after_call_work_s,"
            " disposition, cardinality(fields) from core.call order by call_id"
        ).fetchall()
    assert rows == [(None, None, None, None, 0), ("Primavera «1»", 2, 0.0, "refund", 2)]
