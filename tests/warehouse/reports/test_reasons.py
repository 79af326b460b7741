"""Reasons are rendered in the reader's language, from codes and values alone."""

from __future__ import annotations

import csv
import json
import re
from dataclasses import replace
from typing import TYPE_CHECKING

import duckdb
import pytest

from models.call import Quarantined, QuarantineReason
from models.reasons.codes import ReasonCode
from models.reasons.reason import Reason, reason_from
from models.reasons.value_kinds import VALUE_KINDS, ValueKind
from qa_rules.results import Outcome
from tests.reason_samples import sample_reason
from tests.warehouse.factory import TIME_ZONE, night, result
from tests.warehouse.reports.written_page import Page
from warehouse.audio_folder import AudioFolder
from warehouse.lake.lake import Lake
from warehouse.reports.publishing import Publisher
from warehouse.reports.site.catalogue import page_languages
from warehouse.reports.site.layout import Site
from warehouse.reports.site.reasons import reason_in
from warehouse.reports.site.translation import Language, language
from warehouse.snapshot.publish import publish

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from qa_rules.results import CallResult

_TRANSLATED = [code for code in page_languages() if code != "en"]
_ON_A_LIST = 15
"""Calls of one supervisor: fewer than a list is long."""
_ENGLISH = re.compile(
    r"\b(the|heard|from|should|must|speech|who|is|looked|least|most|between|points|rule|words|call"
    r"|channels?|of|and|but|missing|failed)\b",
    re.IGNORECASE,
)


@pytest.mark.parametrize("reader", _TRANSLATED)
@pytest.mark.parametrize("code", [code for code in ReasonCode if code is not ReasonCode.AS_WRITTEN])
def test_nothing_is_left_in_english(code: ReasonCode, reader: str) -> None:
    """Every value is rendered, without any English clause or column name."""
    reason = sample_reason(code)
    told = reason_in(language(reader), reason)
    assert re.findall(r"\d+:\d\d", told) == re.findall(r"\d+:\d\d", reason.english)
    assert not _ENGLISH.search(told.replace("script-hold", ""))
    assert not re.search(r"[a-z]_[a-z]", told)


@pytest.mark.parametrize(
    ("reader", "told"),
    [
        ("en", "“hold time, seconds” is 1,234.5, looked for at most 12.5"),
        ("es", "«tiempo en espera, segundos»: 1.234,5; se busca como mucho 12,5"),
        ("it", "«tempo in attesa, secondi»: 1.234,5; si cerca al massimo 12,5"),
    ],
)
def test_numbers_and_metrics_are_told_as_the_reader_does(reader: str, told: str) -> None:
    """English pages, too, have display names of metrics."""
    assert reason_in(language(reader), sample_reason(ReasonCode.METRIC_COMPARED)) == told


def test_a_plural_follows_the_language() -> None:
    """One more time, two more times."""
    once = Reason(ReasonCode.HEARD_MORE_FROM_AGENT, {"at_s": 2.0, "more": 1})
    twice = Reason(ReasonCode.HEARD_MORE_FROM_AGENT, {"at_s": 2.0, "more": 2})
    italian = language("it")
    assert reason_in(italian, once) == "Detto dall'operatore a 0:02 e 1 altra volta"
    assert reason_in(italian, twice) == "Detto dall'operatore a 0:02 e altre 2 volte"


@pytest.mark.parametrize("reader", page_languages())
def test_every_kind_of_value_is_told(reader: str) -> None:
    """A kind without a renderer would break a page."""
    told = {VALUE_KINDS[name] for code in ReasonCode for name in code.names}
    assert told == set(ValueKind)
    assert all(reason_in(language(reader), sample_reason(code)) for code in ReasonCode)


def test_files_for_programs_have_the_code_and_the_readers_words(
    lake: Lake, snapshots: Path, tmp_path: Path
) -> None:
    """Spreadsheets and programs get what the page says, and what it is made of."""
    reason = sample_reason(ReasonCode.FORBIDDEN)
    plain = result(greeting=Outcome.FAIL)
    night(lake, "night-1", [replace(plain, findings=(replace(plain.findings[0], reason=reason),))])
    audio = AudioFolder(tmp_path / "audio", TIME_ZONE)
    publisher = Publisher(lake=lake, site=Site(tmp_path), audio=audio, language="it")
    (file,) = publisher.publish(publish(lake, snapshots))
    (flag,) = json.loads(file.json.read_bytes())["flags"]
    assert flag["why"] == reason_in(language("it"), reason)
    assert reason_from(flag["reason_code"], flag["reason_values"]) == reason
    with file.csv.open(encoding="utf-8-sig", newline="") as lines:
        (row,) = csv.DictReader(lines)
    assert (row["why"], row["reason_code"]) == (flag["why"], "forbidden")
    assert flag["why"] in Page(file.html).text
    assert flag["why"] in Page(file.mail).text


@pytest.mark.parametrize("reader", _TRANSLATED)
def test_pages_take_no_english_apart(
    tmp_path: Path, reader: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With its code in place of every English message, all that a reader gets is the same."""
    before = _published(tmp_path / "before", reader)
    _code_for_english(monkeypatch)
    after = _published(tmp_path / "after", reader)
    assert len(before) > len(ReasonCode)
    assert before == after
    (snapshot,) = (tmp_path / "after").glob("snapshots/qa-*.duckdb")
    with duckdb.connect(snapshot, read_only=True) as connection:
        whys = connection.execute("select distinct reason_code, why from core.finding").fetchall()
    assert len(whys) == len(ReasonCode)
    assert all(why.startswith(f"<{code}>") for code, why in whys)


def _code_for_english(monkeypatch: pytest.MonkeyPatch) -> None:
    """Name every message by its code, in the list and in the catalogues."""
    english = {}
    for code in ReasonCode:
        values = " ".join(f"%({name})s" for name in sorted(code.names))
        for attribute in ("message", "plural"):
            if message := getattr(code, attribute):
                opaque = f"<{code}>{attribute} {values}"
                english[opaque] = message
                monkeypatch.setattr(code, attribute, opaque)
    text, plural = Language.text, Language.plural

    def text_of(self: Language, message: str) -> str:
        return text(self, english.get(message, message))

    def plural_of(self: Language, one: str, many: str, count: int) -> str:
        return plural(self, english.get(one, one), english.get(many, many), count)

    monkeypatch.setattr(Language, "text", text_of)
    monkeypatch.setattr(Language, "plural", plural_of)


def _published(home: Path, reader: str) -> dict[str, bytes]:
    """Every file that a night with every reason writes for a reader, by its path."""
    lake = Lake(home / "lake", TIME_ZONE)
    set_aside = tuple(
        Quarantined(item=f"{reason}.wav", call_id=None, reason=reason, detail="Look at it.")
        for reason in QuarantineReason
    )
    night(lake, "night-1", list(_calls()), quarantined=set_aside)
    site = Site(home / "site")
    audio = AudioFolder(home / "audio", TIME_ZONE)
    publisher = Publisher(lake=lake, site=site, audio=audio, language=reader)
    publisher.publish(publish(lake, home / "snapshots"))
    return {
        path.relative_to(site.root).as_posix(): path.read_bytes()
        for path in sorted(site.root.rglob("*"))
        if path.is_file()
    }


def _calls() -> Iterator[CallResult]:
    """A call for every code: a flag, an answer and a note say it."""
    for number, code in enumerate(ReasonCode):
        reason = sample_reason(code)
        plain = result(
            f"c{number:02}",
            greeting=Outcome.FAIL,
            agent_id=f"a{number // _ON_A_LIST}",
            supervisor_id=f"s{number // _ON_A_LIST}",
        )
        (evaluation,) = plain.evaluations
        yield replace(
            plain,
            findings=tuple(replace(found, reason=reason) for found in plain.findings),
            transcript=replace(plain.transcript, notes=(reason,)),
            evaluations=(
                replace(
                    evaluation,
                    answers=tuple(replace(one, reason=reason) for one in evaluation.answers),
                ),
            ),
        )
