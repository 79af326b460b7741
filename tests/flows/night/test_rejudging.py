"""Rules are judged again from stored transcripts; only what needs sound is heard again."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING

import pytest

from flows.night.night import STORED_CALLS, Night
from flows.settings.centre import Settings
from flows.workers import judging
from qa_rules.errors import RuleFilesError
from qa_rules.results import Outcome
from tests.night.recognitions.recorded import RecordedFactory
from tests.night.recognitions.recorded_night import CALLS, workers_here
from tests.qa_rules.rule_folders import RULES, edit
from warehouse.lake.lake import Lake
from warehouse.query.reader import open_snapshot

if TYPE_CHECKING:
    from pathlib import Path

    from qa_rules.results import CallResult

GREETING = "script-greeting"
GREETING_FILE = "script/script-greeting.yaml"
HEARD = ("lt-0001", "lt-0009", "lt-0010")


class Centre:
    """A source of calls and a home, in a folder, with the bundled rules or an edited copy."""

    def __init__(self, folder: Path) -> None:
        self.source, self.home = folder / "calls", folder / "home"
        self.rules = RULES
        self._edited = folder / "rules"

    @property
    def settings(self) -> Settings:
        """Those of its runs."""
        return Settings.with_overrides(
            source=self.source, home=self.home, rules=self.rules, workers=1
        )

    def edit(self, name: str, old: str, new: str) -> None:
        """Write something else in a rule file of its own, which no lock file protects."""
        if self.rules == RULES:
            left_out = shutil.ignore_patterns("*.py", "__pycache__", "rules.lock")
            self.rules = shutil.copytree(RULES, self._edited, ignore=left_out)
        edit(self.rules / name, old, new)

    def night(self, rendering: str = "avx2", *, rehear: bool = False) -> Night:
        """A run that has not begun."""
        return Night(self.settings, listener=RecordedFactory(rendering), rehear=rehear)

    def evaluated(self) -> Night:
        """A run that has not been published yet."""
        night = self.night()
        night.take_in()
        if night.todo:
            night.evaluate(night.todo, workers_here(self.settings, "avx2"), lambda: None)
        night.judge_again(lambda: None)
        return night

    def planned(self, *, rehear: bool = False) -> tuple[int, int]:
        """Number of calls that a run would hear, and judge again."""
        night = self.night(rehear=rehear)
        night.take_in()
        return len(night.todo), night.judge_count

    def correct(self, call_id: str, /, **fields: str | bool) -> None:
        """Correct the metadata of a call."""
        path = self.source / f"{call_id}.json"
        path.write_text(json.dumps(json.loads(path.read_bytes()) | fields), encoding="utf-8")

    def results(self) -> list[CallResult]:
        """Everything that is stored."""
        settings = self.settings
        return list(Lake(settings.lake, settings.time_zone).results())

    def outcomes(self) -> dict[tuple[str, str], Outcome]:
        """What each rule says of each stored call, by rule and call."""
        return {
            (finding.rule_id, result.call.call_id): finding.outcome
            for result in self.results()
            for finding in result.findings
        }

    def greetings(self) -> set[Outcome]:
        """What the rule for greetings says of the stored calls."""
        return {outcome for (rule, _), outcome in self.outcomes().items() if rule == GREETING}


@pytest.fixture(scope="module")
def heard(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the centre after its first run."""
    folder = tmp_path_factory.mktemp("centre")
    centre = Centre(folder)
    centre.source.mkdir()
    for stem in HEARD:
        for path in CALLS.glob(f"{stem}.*"):
            shutil.copy(path, centre.source)
    assert len(centre.evaluated().todo) == len(HEARD)
    return folder


@pytest.fixture
def centre(heard: Path, tmp_path: Path) -> Centre:
    """A copy of it."""
    shutil.copytree(heard, tmp_path, symlinks=True, dirs_exist_ok=True)
    return Centre(tmp_path)


def test_a_changed_rule_judges_stored_transcripts(centre: Centre, tmp_path: Path) -> None:
    """No call is to be heard, and the outcomes are those of a home that hears with the new rule."""
    assert centre.greetings() == {Outcome.PASS, Outcome.FAIL}
    centre.edit(GREETING_FILE, "{first_s: 25}", "{first_s: 1}")
    assert centre.planned() == (0, len(HEARD))
    summary = centre.evaluated().publish()
    run = summary.run
    assert (run.evaluated_count, run.judged_again_count, run.unchanged_count) == (3, 3, 0)
    assert summary.audio_s == 0
    changed = {change.call_id for change in summary.changes.outcomes}
    assert changed == {"lt-0001", "lt-0010"}
    assert "3 stored transcripts judged again, no recording opened" in summary.judged_again
    judged = centre.outcomes()
    centre.home = tmp_path / "fresh"
    assert centre.evaluated().judge_count == 0
    assert centre.outcomes() == judged


def test_other_words_of_a_rule_change_no_outcome(centre: Centre) -> None:
    """A title is shown everywhere at once, and nothing else changes."""
    centre.edit(GREETING_FILE, "title: Agent greets", "title: The agent greets")
    night = centre.evaluated()
    assert night.judge_count == len(HEARD)
    assert not night.changes
    assert centre.planned() == (0, 0)


def test_corrected_metadata_need_no_hearing(centre: Centre) -> None:
    """Another team is stored at once; another language needs the recording."""
    centre.correct("lt-0001", team="Billing 2")
    assert centre.planned() == (0, 1)
    centre.evaluated()
    teams = {result.call.call_id: result.call.team for result in centre.results()}
    assert teams["lt-0001"] == "Billing 2"
    centre.correct("lt-0001", language="es")
    assert centre.planned() == (1, 0)


def test_a_call_that_becomes_restricted_keeps_a_copy(centre: Centre) -> None:
    """It lies where only named people may hear it, and nothing is heard again for that."""
    centre.correct("lt-0001", restricted=True)
    assert centre.planned() == (0, 1)
    centre.evaluated()
    settings = Settings.with_overrides(home=centre.home)
    (call,) = (one.call for one in centre.results() if one.call.call_id == "lt-0001")
    assert call.restricted
    assert settings.audio.copy_of(call).is_file()
    assert not list(settings.audio.root.glob("*/lt-0001-*"))


def test_other_masking_is_heard_on_request(centre: Centre) -> None:
    """Until then the calls keep their results, are counted, and are still judged by new rules."""
    centre.edit("pii/phone.yaml", "title: ", "title: A ")
    centre.edit(GREETING_FILE, "{first_s: 25}", "{first_s: 1}")
    assert centre.planned() == (0, len(HEARD))
    summary = centre.evaluated().publish()
    assert (summary.run.outdated_count, summary.run.judged_again_count) == (3, 3)
    assert "--rehear" in summary.outdated
    assert centre.planned() == (0, 0)
    assert centre.planned(rehear=True) == (len(HEARD), 0)


def test_stored_calls_are_judged_without_their_source(centre: Centre) -> None:
    """All of them, whatever folder they came from; a second time there is nothing to do."""
    centre.edit(GREETING_FILE, "{first_s: 25}", "{first_s: 1}")
    shutil.rmtree(centre.source)
    night = centre.night()
    night.take_in_stored()
    night.judge_again(lambda: None)
    run = night.publish().run
    assert (run.source, run.seen_count, run.judged_again_count) == (STORED_CALLS, 3, 3)
    assert centre.greetings() == {Outcome.FAIL}
    again = centre.night()
    again.take_in_stored()
    assert again.judge_count == 0


def test_a_run_takes_in_the_files_of_reviews(centre: Centre) -> None:
    """A review counts in what the same run publishes; a wrong file is a concern and stays."""
    centre.evaluated().publish()
    (call_id,) = [
        call_id
        for (rule, call_id), outcome in centre.outcomes().items()
        if rule == GREETING and outcome is Outcome.FAIL
    ]
    inbox = centre.home / "reviews"
    inbox.mkdir()
    head = "call_id,rule_id,occasion,human_value,reviewer_id,reviewed_at,reason"
    row = f"{call_id},{GREETING},flag,pass,s1,2026-03-12T10:00:00Z,She greets later."
    (inbox / "mine.csv").write_text(f"{head}\n{row}\n", encoding="utf-8")
    (inbox / "wrong.csv").write_text(f"{head}\nno-call{row}\n", encoding="utf-8")
    summary = centre.evaluated().publish()
    assert [concern.code for concern in summary.concern_records] == ["reviews"]
    assert "wrong.csv:2: call_id" in summary.concerns[0]
    assert sorted(path.name for path in inbox.glob("*.csv")) == ["wrong.csv"]
    final = "select outcome from core.final_finding where call_id = $call_id and rule_id = $rule_id"
    with open_snapshot(centre.home / "warehouse") as snapshot:
        rows = list(snapshot.ask(final, {"call_id": call_id, "rule_id": GREETING}).rows)
    assert rows == [("pass",)]


def test_an_edit_without_a_new_version_is_refused(centre: Centre) -> None:
    """A version that judged calls stays what it was, for `run` as for `rules check`."""
    centre.edit(GREETING_FILE, "{first_s: 25}", "{first_s: 1}")
    shutil.copy(RULES / "rules.lock", centre.rules)
    with pytest.raises(RuleFilesError, match="script-greeting"):
        centre.night()


def test_many_calls_are_judged_in_processes_of_their_own(
    centre: Centre, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the same result."""
    centre.edit(GREETING_FILE, "{first_s: 25}", "{first_s: 1}")
    monkeypatch.setattr(judging, "_FEW", 1)
    monkeypatch.setattr(judging, "_PER_TASK", 1)
    assert len(centre.evaluated().changes.outcomes) == 2
    assert centre.greetings() == {Outcome.FAIL}
