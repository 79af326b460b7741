"""Rules at the desk: what is in force with its precision, and what a change would change."""

from __future__ import annotations

import tempfile
import time
from typing import TYPE_CHECKING, Any

import pytest

from flows.desk.person import Role
from flows.desk.replay.changed_rules import changed_rules, rule_files
from flows.desk.replay.judging import Changes, Order, Step, answer_to
from flows.desk.replay.replays import Replays, State
from qa_rules.results import Outcome
from tests.flows.desk.conftest import csrf_of
from tests.warehouse.factory import TIME_ZONE, night, result
from warehouse.lake.lake import Lake

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from httpx2 import Response

    from flows.desk.desk import Desk
    from tests.flows.desk.conftest import Browser

CLOSING = "script/script-closing.yaml"


@pytest.fixture
def analyst(as_person: Callable[..., Browser]) -> Browser:
    """An analyst."""
    return as_person(Role.ANALYST, "analyst")


def changed(desk: Desk) -> str:
    """The rule of the goodbye, which no call fulfils any more."""
    text = (desk.centre.rules / CLOSING).read_text()
    head, _, rest = text.partition("match:\n")
    _, _, examples = rest.partition("examples:\n")
    assert examples
    return f"{head}match:\n  phrases: [zebra xylophone quartz]\nexamples:\n{examples}"


def begin(analyst: Browser, **form: str) -> Response:
    """Send the form."""
    return analyst.post("/rules/try", data=form, headers=csrf_of(analyst, "/rules"))


def ended(desk: Desk, within_s: float = 60) -> State:
    """What became of the last replay."""
    replay, latest = desk.replays.latest()[0], time.monotonic() + within_s
    while replay.state == State.RUNNING:
        assert time.monotonic() < latest, "it runs on"
        time.sleep(0.1)
    return replay.state


def test_the_rules_in_force_say_how_often_they_are_right(analyst: Browser) -> None:
    """All of them, and those without a review say so instead of showing a number."""
    text = analyst.get("/rules").text
    assert "script-closing" in text
    assert "no flag was reviewed" in text
    assert f"/rules/try?file={CLOSING}" in text
    assert "Agent thanks and says goodbye" in analyst.get(f"/rules/try?file={CLOSING}").text


def test_a_changed_rule_shows_what_it_would_change(
    desk: Desk, analyst: Browser, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Calls that passed would fail; nothing is written, and the copy of the rules is gone."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    manifests = sorted(desk.centre.lake.rglob("*.parquet"))
    text = changed(desk)
    answer = begin(analyst, file=CLOSING, text=text)
    assert ended(desk) == State.DONE, answer.text

    page = analyst.get(answer.url.path).text
    assert "<code>script-closing</code></td><td>pass</td><td>fail</td><td>5</td>" in page
    assert "hx-trigger" not in page
    assert list(tmp_path.glob("callqa-rules-*")) == []
    assert sorted(desk.centre.lake.rglob("*.parquet")) == manifests
    assert (desk.centre.rules / CLOSING).read_text() != text


def test_an_unchanged_rule_changes_nothing(desk: Desk, analyst: Browser) -> None:
    """Said in so many words."""
    answer = begin(analyst, file=CLOSING, text=(desk.centre.rules / CLOSING).read_text())
    assert ended(desk) == State.DONE
    assert "Nothing would change." in analyst.get(answer.url.path).text


def test_errors_of_the_file_are_shown_with_path_and_line(desk: Desk, analyst: Browser) -> None:
    """Beside what was typed, and without the folder of the copy."""
    text = (desk.centre.rules / CLOSING).read_text().replace("severity: minor", "severity: huge")
    line = text.splitlines().index("severity: huge") + 1
    answer = begin(analyst, file=CLOSING, text=text)

    assert answer.status_code == 422
    assert f"<code>{CLOSING}:{line}: " in answer.text
    assert "callqa-rules-" not in answer.text
    assert "severity: huge" in answer.text
    assert ended(desk) == State.FAULTY
    assert begin(analyst, file=CLOSING, text="a: [").status_code == 422


@pytest.mark.parametrize(
    "form",
    [
        {"file": "", "text": "id: x"},
        {"file": CLOSING, "text": " "},
        {"file": "../outside.yaml", "text": "id: x"},
        {"file": "/etc/outside.yaml", "text": "id: x"},
        {"file": "script/outside.py", "text": "id: x"},
        {"file": "elsewhere/outside.yaml", "text": "id: x"},
        {"file": CLOSING, "text": "id: x", "first": "yesterday"},
        {"file": CLOSING, "text": "x" * 200_001},
    ],
)
def test_a_wrong_form_begins_nothing(desk: Desk, analyst: Browser, form: dict[str, str]) -> None:
    """It says what is wrong by the field."""
    answer = begin(analyst, **form)
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text
    assert desk.replays.latest() == []


def test_one_replay_runs_at_a_time(desk: Desk, analyst: Browser) -> None:
    """The second is refused and keeps its text; the first can be stopped, and then it can begin."""
    text = changed(desk)
    first = begin(analyst, file=CLOSING, text=text)
    replay = desk.replays.latest()[0]
    if replay.state == State.RUNNING:
        second = begin(analyst, file=CLOSING, text=text)
        assert second.status_code == 409
        assert "zebra xylophone" in second.text
    analyst.post(f"{first.url.path}/stop", headers=csrf_of(analyst, "/rules"))
    assert ended(desk) in {State.STOPPED, State.DONE}
    assert begin(analyst, file=CLOSING, text=text).status_code == 200
    desk.replays.close()
    ended(desk)


def test_a_replay_that_fails_says_so(
    desk: Desk, analyst: Browser, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """Such as with a folder that is gone; the server goes on, and so does the next replay."""
    gone = desk.settings.model_copy(update={"edited_rules": tmp_path / "gone"})
    object.__setattr__(desk, "settings", gone)
    answer = begin(analyst)
    assert ended(desk) == State.FAILED
    assert "because of an error" in analyst.get(answer.url.path).text
    assert "Traceback" not in capfd.readouterr().err


def test_a_configured_folder_is_tried_whole(desk: Desk, analyst: Browser) -> None:
    """Without any text."""
    with changed_rules(desk.centre.rules, CLOSING, changed(desk)) as folder:
        settings = desk.settings.model_copy(update={"edited_rules": folder})
        object.__setattr__(desk, "settings", settings)
        answer = begin(analyst)
        assert ended(desk) == State.DONE
    assert "script-closing" in analyst.get(answer.url.path).text


def test_a_replay_ends_in_any_case(desk: Desk, analyst: Browser) -> None:
    """One that takes too long is ended."""
    desk.__dict__["replays"] = Replays(longest_s=0)
    answer = begin(analyst, file=CLOSING, text=changed(desk))
    assert ended(desk) == State.TOO_LONG
    assert "took too long" in analyst.get(answer.url.path).text


def test_restricted_calls_are_left_out(tmp_path: Path, desk: Desk) -> None:
    """They are neither counted nor named."""
    lake = Lake(tmp_path / "lake", TIME_ZONE)
    failed: dict[str, Any] = {"greeting": Outcome.FAIL}
    night(lake, "night-1", [result("c1", **failed), result("c2", restricted=True, **failed)])
    steps: list[Step] = []
    order = Order(lake=lake.root, time_zone=TIME_ZONE, rules=desk.centre.rules)

    answer = answer_to(order, steps.append)

    assert isinstance(answer, Changes)
    assert answer.call_count == 1
    assert {change.call_id for change in answer.first} == {"c1"}
    assert steps == [Step(0, 2)]


def test_an_unknown_replay_is_not_found(analyst: Browser) -> None:
    """Such as one before the desk was started again."""
    assert analyst.get("/rules/replays/unknown").status_code == 404
    headers = csrf_of(analyst, "/rules")
    assert analyst.post("/rules/replays/unknown/stop", headers=headers).status_code == 404


def test_only_rule_files_can_be_changed(desk: Desk) -> None:
    """Rules, scorecards and the files beside them, and no code."""
    names = rule_files(desk.centre.rules)
    assert {CLOSING, "centre.yaml", "tags.yaml"} <= {*names}
    assert any(name.startswith("scorecards/") for name in names)
    assert all(name.endswith(".yaml") for name in names)
