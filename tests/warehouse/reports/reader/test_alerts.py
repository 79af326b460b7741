"""An alert is told once per breach; a query that is wrong costs nobody anything and says where."""

from __future__ import annotations

import csv
import json
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from models.call import Quarantined, QuarantineReason
from qa_rules.errors import RuleFilesError
from qa_rules.results import Outcome
from tests.warehouse.factory import NIGHT, evaluation, night, result
from warehouse.query.reader import open_snapshot
from warehouse.reports.alerts.raising import raise_alerts
from warehouse.reports.alerts.reader import ask_alerts, read_alerts
from warehouse.reports.alerts.records import EXAMPLES
from warehouse.snapshot.publish import publish

if TYPE_CHECKING:
    from pathlib import Path

    from warehouse.lake.lake import Lake

_CALLS = "select count(*) from core.call where agent_id = 'ana'"


class _Centre:
    """A lake whose runs ask the alerts of one file."""

    def __init__(self, lake: Lake, home: Path) -> None:
        self.lake, self.home, self.file = lake, home, home / "alerts.yaml"
        self.warehouse, self.folder = home / "snapshots", home / "alerts"
        self.languages: dict[str, str] = {}

    def write(self, query: str = _CALLS, **changes: Any) -> None:
        """Write the file with one alert."""
        alert = {"id": "many-calls", "title": "Calls", "query": query, "above": 2, "tell": ["s1"]}
        alert |= changes
        alerts = [{name: value for name, value in alert.items() if value is not None}]
        self.file.write_text(json.dumps({"alerts": alerts}))

    def run(self, run_id: str, agents: dict[str, str]) -> list[str]:
        """One run with the agent of each call, and what it finds wrong."""
        night(self.lake, run_id, [result(one, agent_id=who) for one, who in agents.items()])
        publish(self.lake, self.warehouse)
        return self.ask()

    def ask(self) -> list[str]:
        """Ask the alerts of what is published."""
        return raise_alerts(self.file, self.warehouse, self.folder, self._reader)

    def _reader(self, name: str) -> str:
        return self.languages.get(name, "en")

    def told(self) -> list[tuple[str, str, str]]:
        """Run, reader and subject of everything that is to be sent, in order."""
        files = [json.loads(path.read_text()) for path in sorted(self.folder.glob("*/*.json"))]
        return [(each["run_id"], each["supervisor_id"], each["subject"]) for each in files]


@pytest.fixture
def centre(lake: Lake, tmp_path: Path) -> _Centre:
    """A centre without calls."""
    return _Centre(lake, tmp_path)


_THREE = dict.fromkeys(("c1", "c2", "c3"), "ana")
_OTHERS = {"c3": "bea"}


def test_an_alert_is_told_once_per_breach(centre: _Centre) -> None:
    """Again only after it has cleared; neither a run in breach nor one that clears it tells."""
    centre.write()
    centre.run("1", {"c1": "ana", "c2": "ana"})
    assert centre.told() == []
    centre.run("2", _THREE)
    centre.run("3", {"c4": "ana"})
    assert centre.told() == [("2", "s1", "Alert: Calls")]
    centre.run("4", {**_OTHERS, "c4": "bea"})
    assert len(centre.told()) == 1
    centre.run("5", {"c5": "ana"})
    assert [run_id for run_id, _, _ in centre.told()] == ["2", "5"]


def test_what_cannot_be_said_changes_nothing(centre: _Centre) -> None:
    """Neither null, nor no row, nor an infinite figure, nor a query that fails clears a breach."""
    centre.write()
    centre.run("1", _THREE)
    nothing = (
        "select null",
        "select 1 where false",
        "select 'nan'::double",
        "select 'inf'::double",
        "select 1 +",
    )
    for number, query in enumerate(nothing):
        centre.write(query)
        centre.run(f"2{number}", {"c4": "ana"})
        centre.write()
        centre.run(f"3{number}", {"c4": "ana"})
    assert [run_id for run_id, _, _ in centre.told()] == ["1"]


def test_the_limit_itself_is_no_breach(centre: _Centre) -> None:
    """Below is below, above is above."""
    for limits in ({"above": 3}, {"above": None, "below": 3}):
        centre.write(**limits)
        centre.run("1", _THREE)
    assert centre.told() == []
    centre.write(above=None, below=3.5)
    centre.run("2", _THREE)
    (path,) = centre.folder.glob("*/*.json")
    (told,) = json.loads(path.read_text())["alerts"]
    assert told == {
        "alert_id": "many-calls",
        "title": "Calls",
        "value": 3.0,
        "limit": 3.5,
        "is_above": False,
    }


def test_each_reader_gets_their_alerts_in_their_language(centre: _Centre) -> None:
    """A title of the language, or the centre's own; HTML, CSV and JSON say the same."""
    centre.languages = {"s2": "es", "s3": "it"}
    centre.write(titles={"es": "Llamadas"}, tell=["s1", "s2", "s3"])
    centre.run("1", _THREE)
    assert [(name, subject) for _, name, subject in centre.told()] == [
        ("s1", "Alert: Calls"),
        ("s2", "Alerta: Llamadas"),
        ("s3", "Allarme: Calls"),
    ]
    (folder,) = (path for path in centre.folder.iterdir() if path.is_dir())
    mail = (folder / "alerts-s2.mail.html").read_text()
    assert "3, por encima del límite de 2" in mail
    (row,) = csv.DictReader((folder / "alerts-s2.csv").read_text("utf-8-sig").splitlines())
    assert (row["title"], row["value"], row["limit"]) == ("Llamadas", "3.0", "2.0")


def test_a_run_that_was_killed_still_tells(centre: _Centre) -> None:
    """What it had recorded is written by the next run, whatever the file of alerts is like then."""
    centre.write()
    centre.run("1", _THREE)
    expected = centre.told()
    for path in centre.folder.glob("*/*"):
        path.unlink()
    centre.file.unlink()
    (fault,) = centre.ask()
    assert fault.endswith("alerts.yaml:1: No such file or directory; expected a file of alerts")
    assert centre.told() == expected


def test_asking_the_same_snapshot_again_tells_nothing_twice(centre: _Centre) -> None:
    """But an alert that was added since is told, beside the others."""
    centre.write()
    centre.run("1", _THREE)
    centre.ask()
    assert len(centre.told()) == 1
    centre.write(id="others", title="Others")
    centre.ask()
    assert [subject for _, _, subject in centre.told()] == ["Alert: Calls", "Alert: Others"]


_WRONG = {
    "select nothing from core.call": "Binder Error",
    "select count(*) from core.cal": "Catalog Error",
    "selec 1": "Parser Error",
    "select agent_id from core.call limit 1": "it gives a value of the type str",
    "select true": "it gives a value of the type bool",
    "select 1, 2": "it gives more than one row or column",
    "select unnest([1, 2])": "it gives more than one row or column",
    "delete from core.call": "InvalidInputException",
    "create table core.other as select 1": "InvalidInputException",
    "select count(*) from read_csv('/etc/passwd')": "PermissionException",
    "select agent_name::integer from core.call": "ConversionException",
    "select error(agent_name) from core.call": "InvalidInputException",
}


@pytest.mark.parametrize(("query", "why"), _WRONG.items())
def test_a_wrong_query_is_named_without_any_data(centre: _Centre, query: str, why: str) -> None:
    """With file and line; the alerts beside it are asked, and messages quote no row."""
    alerts = [
        {"id": "wrong", "title": "Wrong", "query": query, "above": 0, "tell": ["s1"]},
        {"id": "right", "title": "Right", "query": _CALLS, "above": 0, "tell": ["s1"]},
    ]
    lines = json.dumps({"alerts": alerts}).replace('"query"', '\n"query"')
    centre.file.write_text(lines)
    (fault,) = centre.run("1", _THREE)
    assert fault.startswith(f"{centre.file}:2: the query of wrong fails: {why}")
    assert fault.endswith("; expected one number")
    assert "Ana Ruiz" not in fault
    assert [subject for _, _, subject in centre.told()] == ["Alert: Right"]


def test_a_query_that_takes_too_long_is_ended(centre: _Centre) -> None:
    """The night goes on."""
    long = "range(1000000) as a, range(1000000) as b where a.range % 7 > b.range % 5"
    centre.write(f"select count(*) from {long}")
    night(centre.lake, "1", [result()])
    publish(centre.lake, centre.warehouse)
    with open_snapshot(centre.warehouse) as snapshot:
        (answer,) = ask_alerts(read_alerts(centre.file), snapshot, longest_s=0.2)
        assert snapshot.number("select 1", 1) == 1, "the connection still works"
    assert "it takes more than 0.2 s" in answer.fault


_INVALID = {
    '{"above": 1, "below": 0}': "either above or below",
    '{"above": null}': "either above or below",
    '{"tell": []}': "tell",
    '{"id": "Many Calls"}': "id",
    '{"queries": "select 1"}': "queries",
    '{"query": ""}': "query",
}


@pytest.mark.parametrize(("changes", "named"), _INVALID.items())
def test_an_invalid_file_is_refused(centre: _Centre, changes: str, named: str) -> None:
    """With its line, and without asking anything."""
    centre.write(**json.loads(changes))
    with pytest.raises(RuleFilesError, match=named) as error:
        read_alerts(centre.file)
    assert all(fault.startswith(f"{centre.file}:") for fault in error.value.faults)


def test_ids_are_unique(centre: _Centre) -> None:
    """Or one alert would silence the other."""
    centre.write()
    one = json.loads(centre.file.read_text())["alerts"]
    centre.file.write_text(json.dumps({"alerts": one * 2}))
    with pytest.raises(RuleFilesError, match="expected many-calls once"):
        read_alerts(centre.file)


def test_the_examples_say_what_they_promise(centre: _Centre) -> None:
    """Per cent of auto-failed calls, unknown below thirty calls; recordings in quarantine."""
    failed = replace(evaluation(Outcome.FAIL), auto_fail=True, score=0.0)
    results = [
        replace(result(f"c{number}"), evaluations=(failed if number < 3 else evaluation(),))
        for number in range(29)
    ]
    assert _examples(centre, "1", results) == [None, 0]
    assert _examples(centre, "2", [result("c29")], "a.wav", "b.wav") == [10, 2]
    a_month_later = result("c30", started_at=NIGHT + timedelta(days=31))
    assert _examples(centre, "3", [a_month_later]) == [None, 0]


def _examples(centre: _Centre, run_id: str, results: list[Any], *broken: str) -> list[float | None]:
    items = tuple(_broken(name) for name in broken)
    night(centre.lake, run_id, results, quarantined=items)
    publish(centre.lake, centre.warehouse)
    with open_snapshot(centre.warehouse) as snapshot:
        answers = ask_alerts(read_alerts(EXAMPLES), snapshot)
    assert [answer.fault for answer in answers] == ["", ""]
    return [answer.value for answer in answers]


def _broken(name: str) -> Quarantined:
    return Quarantined(
        item=name, call_id=None, reason=QuarantineReason.EMPTY_FILE, detail="It is empty."
    )
