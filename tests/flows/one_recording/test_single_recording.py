"""`callqa try` shows a newcomer what to look at first, and writes a page that plays."""

from __future__ import annotations

import re
import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest
from typer.testing import CliRunner

from flows.cli.app import app
from flows.one_recording import single_recording
from flows.settings.centre import CHECKOUT
from models.call import Role
from models.transcript import Transcript, Turn, Word
from tests.flows.silence import assert_cards_are_silent
from tests.night.recognitions.recorded import RecordedFactory

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from typer.testing import Result

    from flows.settings.centre import Settings
    from models.call import Call, Recording
    from models.speech.listener import Again, Heard
    from qa_rules.rule_files.centre import Centre

CALLS = CHECKOUT / "tests" / "night" / "calls"
PAID = CALLS / "lt-0001.flac"
CENTRE = CHECKOUT / "qa_rules" / "centre.yaml"


@dataclass(frozen=True)
class _Says:
    """Hears the same words of an agent in every recording, and is this sure of them."""

    text: str
    confidence: float
    model_pin: str = "said"

    def __call__(self) -> _Says:
        return self

    def listen_many(self, calls: Iterator[tuple[Call, Recording]]) -> Iterator[Heard]:
        for call, recording in calls:
            yield self.listen(call, recording)

    def listen(self, call: Call, recording: Recording) -> Transcript:
        words = tuple(
            Word(text, at * 0.4, at * 0.4 + 0.4, self.confidence)
            for at, text in enumerate(self.text.split())
        )
        turns = (
            Turn(Role.AGENT, 1.0, 0, words),
            Turn(Role.CUSTOMER, 1.0, 1, (Word("Hello", 9.0, 9.4, 0.95),)),
        )
        return Transcript(
            call_id=call.call_id,
            language="en",
            language_confidence=1.0,
            duration_s=10.0,
            channel_count=recording.channel_count,
            turns=turns,
            model_pin=self.model_pin,
        )

    def listen_again(self, _: Recording, heard: Transcript, turns: frozenset[int]) -> Again:
        return {turn: heard.turns[turn].words for turn in turns}


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> list[Centre]:
    """Recognition is what was recorded of the night; returns the centres that it was asked for."""
    asked: list[Centre] = []

    def recorded(_: Settings, centre: Centre) -> RecordedFactory:
        asked.append(centre)
        return RecordedFactory("generic")

    monkeypatch.setattr(single_recording, "listener_of", recorded)
    return asked


def _tried(file: Path, *options: str) -> Result:
    return CliRunner().invoke(app, ["try", str(file), *options], env={"COLUMNS": "200"})


@pytest.mark.usefixtures("heard")
def test_failures_come_first_and_passes_are_counted() -> None:
    """Before the transcript; with `--all` every check is listed, and nothing is left to count."""
    other = ("--company", "Harbour Bank")
    shown = _tried(PAID, *other).stdout
    rules, transcript = shown.split("Transcript")
    assert "script-greeting" in rules
    assert "agent  " in transcript
    assert "pass  " not in rules
    (passed,) = re.findall(r"(\d+) passed", rules)
    (others,) = re.findall(r"(\d+) do not apply", rules)
    whole = _tried(PAID, *other, "--all").stdout.split("Transcript")[0]
    outcomes = re.findall(r"^[\d: ]*(fail|cannot_tell|pass|not_applicable)  ", whole, re.MULTILINE)
    assert outcomes.count("pass") == int(passed)
    assert outcomes.count("not_applicable") == int(others)
    assert outcomes == sorted(outcomes, key=["fail", "cannot_tell", "pass", "not_applicable"].index)
    assert "--all" not in whole


@pytest.mark.usefixtures("heard")
def test_the_company_and_where_it_is_set_are_said() -> None:
    """A newcomer's own calls fail the greeting of the invented company, and must learn why."""
    first_line = _tried(PAID).stdout.splitlines()[0]
    assert "Lumina Telecom" in first_line
    assert str(CENTRE) in first_line
    assert "--company" in first_line


def test_another_company_is_looked_for(heard: list[Centre]) -> None:
    """Its greeting fails in a call of the invented one; recognition expects its name instead."""
    assert "script-greeting" not in _tried(PAID).stdout
    tried = _tried(PAID, "--company", "Harbour Bank", "--company", "Harbour")
    first_line = tried.stdout.splitlines()[0]
    assert "Harbour Bank, Harbour" in first_line
    assert "Lumina" not in first_line
    assert re.search(r"(fail|cannot_tell) .*script-greeting", tried.stdout)
    assert [centre.names for centre in heard] == [("Lumina Telecom",), ("Harbour Bank",)]


def test_a_greeting_with_the_named_company_passes(monkeypatch: pytest.MonkeyPatch) -> None:
    """In place of the name in the rules, which is then another company."""
    says = _Says("Good morning Harbour Bank this is Laura how can I help you", 0.95)
    monkeypatch.setattr(single_recording, "listener_of", lambda *_: says)
    assert re.search(
        r"pass .*script-greeting", _tried(PAID, "--all", "--company", "Harbour Bank").stdout
    )
    assert re.search(r"fail .*script-greeting", _tried(PAID, "--all").stdout)


@pytest.mark.parametrize(("confidence", "clearly"), [(0.95, "clearly"), (0.3, "unclearly")])
def test_how_clearly_words_were_heard_is_said_in_words(
    confidence: float, clearly: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of what is quoted, and of what was searched in vain."""
    says = _Says("Good morning Lumina Telecom this is Laura how can I help you", confidence)
    monkeypatch.setattr(single_recording, "listener_of", lambda *_: says)
    shown = _tried(PAID, "--all").stdout
    assert re.search(rf"script-greeting\)\s+Heard.*\s+“.*”, heard {clearly}", shown)
    assert "confidence)" in shown  # of the language alone
    assert shown.count("confidence") == 1
    absent = re.search(r"script-closing\)\s+Not heard.*\s+.*was heard (\w+)", shown)
    assert absent is None or absent[1] == clearly


@pytest.mark.usefixtures("heard")
def test_the_page_plays_the_redacted_copy_beside_it(tmp_path: Path) -> None:
    """The player, the findings and the masked transcript; card numbers are silent in the copy."""
    page = tmp_path / "pages" / "a call.html"
    done = _tried(PAID, "--agent-channel", "left", "--page", str(page))
    assert done.exit_code == 0, done.output
    html = page.read_text(encoding="utf-8")
    copy = page.with_name("a call.redacted.opus")
    assert 'src="a%20call.redacted.opus"' in html
    assert "<mark>" in html
    assert 'id="script-greeting"' in html
    assert "lt-0001.flac" in html
    assert "Overview" not in html
    assert_cards_are_silent(copy, "lt-0001")
    assert str(page) in done.stdout
    assert set(page.parent.iterdir()) == {page, copy}


def test_a_page_that_cannot_be_written_is_refused_before_recognition(
    tmp_path: Path, heard: list[Settings]
) -> None:
    """Transcribing takes a while; and a recording is never overwritten."""
    for name in ("page.pdf", "page"):
        assert _tried(PAID, "--page", str(tmp_path / name)).exit_code == 1
    recording = tmp_path / "lt-0001.redacted.opus"
    shutil.copy(PAID, recording)
    assert _tried(recording, "--page", str(tmp_path / "lt-0001.html")).exit_code == 1
    assert _tried(PAID, "--company", "?!").exit_code == 1
    assert heard == []
    assert recording.read_bytes() == PAID.read_bytes()


@pytest.mark.usefixtures("heard")
def test_nothing_is_stored_without_a_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither in the working directory nor beside the recording."""
    monkeypatch.chdir(tmp_path)
    recording = tmp_path / PAID.name
    shutil.copy(PAID, recording)
    assert _tried(recording).exit_code == 0
    assert list(tmp_path.iterdir()) == [recording]
