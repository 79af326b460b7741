"""Types of personal data have versions like rules: locked, dated, and named in what they find."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from shutil import copytree
from typing import TYPE_CHECKING

import pytest

from models.call import Recording, Role
from qa_rules.assessing import assess
from qa_rules.authoring.check import check_rules, lock_rules
from qa_rules.authoring.example_calls import invented_call, invented_transcript
from qa_rules.authoring.new_rule import begin_version
from qa_rules.rule_files.rulebook import load_rulebook
from tests.qa_rules.rule_folders import RULES, edit, write_rule

if TYPE_CHECKING:
    from qa_rules.rule_files.rulebook import RuleBook

FIRST, CHANGE = dt.date(2026, 1, 1), dt.date(2026, 3, 1)
SAID = "my card number is 4111 1111 1111 1111"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """One rule, and types of personal data of its own, locked."""
    write_rule(tmp_path, "expect: present\nmatch: {phrases: good morning}\n")
    copytree(RULES / "pii", tmp_path / "pii")
    assert lock_rules(tmp_path) == []
    return tmp_path


def _versions(book: RuleBook, day: dt.date) -> list[int]:
    recording = Recording(
        path=Path("invented.wav"),
        audio_sha256="0",
        duration_s=10.0,
        channel_count=2,
        sample_rate_hz=8000,
    )
    transcript = invented_transcript(SAID, Role.CUSTOMER)
    spans = assess(invented_call(day), recording, transcript, book).pii_spans
    return [span.type_version for span in spans if span.type == "card_number"]


def test_an_edit_without_a_new_version_is_an_error(folder: Path) -> None:
    """What a type finds changes what is masked, so the lock tells which version found what."""
    path = folder / "pii" / "card_number.yaml"
    edit(path, "max_length: 19", "max_length: 18")
    (fault,) = check_rules(folder)
    assert fault == f"{path}:2: edited, but still version 5; expected version 6"


def test_texts_and_examples_need_no_new_version(folder: Path) -> None:
    """They find nothing."""
    path = folder / "pii" / "card_number.yaml"
    edit(path, "title: Payment card number", "title: Number of a payment card")
    edit(path, "it is a visa 4111", "this is a visa 4111")
    assert check_rules(folder) == []


def test_a_call_is_masked_by_the_version_of_its_day(folder: Path) -> None:
    """Every span names the version that found it, and so does a stored night that is run again."""
    _, current = begin_version(folder, "card_number", CHANGE)
    edit(current, "max_length: 19", "max_length: 18")
    assert check_rules(folder) == []
    assert lock_rules(folder) == []
    book = load_rulebook(folder)
    assert _versions(book, CHANGE - dt.timedelta(days=1)) == [5]
    assert _versions(book, CHANGE) == [6]
    assert _versions(book.as_of(CHANGE), FIRST) == [6]
    earlier = current.with_name("earlier") / "card_number@5.yaml"
    edit(earlier, "max_length: 19", "max_length: 17")
    assert check_rules(folder) == [
        f"{earlier}:2: edited, but still version 5; expected it as it was"
    ]


def test_no_call_is_too_old_to_be_masked(folder: Path) -> None:
    """A call from before a type's first version is masked by that one."""
    assert _versions(load_rulebook(folder), dt.date(2019, 5, 1)) == [5]


def test_a_draft_masks_nothing_yet(folder: Path) -> None:
    """While the next version is written, the one so far finds."""
    _, current = begin_version(folder, "card_number", CHANGE)
    edit(current, "version: 6", "version: 6\nstatus: draft")
    book = load_rulebook(folder)
    assert _versions(book, CHANGE) == [5]
    assert book.pii.by_id["card_number"].version == 5


def test_equal_versions_are_prepared_once(folder: Path) -> None:
    """Days between which nothing changed share the prepared detectors."""
    begin_version(folder, "card_number", CHANGE)
    pii = load_rulebook(folder).pii
    assert pii.on(FIRST) is pii.on(CHANGE - dt.timedelta(days=1))
    assert pii.on(CHANGE) is pii
