"""Pages speak the reader's language, whole: no message is missing in any of them."""

from __future__ import annotations

import re
from datetime import date
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, get_args

import pytest
from babel.messages.extract import extract_from_dir

from models.call import Direction, QuarantineReason, Role
from qa_rules.results import Act, AnswerValue, Outcome, Severity
from qa_rules.rule_files.rulebook import load_rulebook
from tests.warehouse.factory import TIME_ZONE, night, result
from tests.warehouse.reports.written_page import Page
from warehouse.audio_folder import AudioFolder
from warehouse.lake.upload_records import Commitment
from warehouse.reports.agents.workload import SIGNAL_NAMES
from warehouse.reports.management.figures import FIGURE_NAMES
from warehouse.reports.management.records import Verdict
from warehouse.reports.publishing import Publisher
from warehouse.reports.site import translation as languages
from warehouse.reports.site.layout import Site
from warehouse.reports.site.reasons import FACTS, NOTES, RANGES, SENTENCES, TAILS, WORDS, reason_in
from warehouse.reports.site.terms import METRIC_NAMES
from warehouse.snapshot.publish import publish

if TYPE_CHECKING:
    from collections.abc import Iterator

    from warehouse.lake.lake import Lake

_TEMPLATES = Path(languages.__file__).parent / "templates"
_PII = Path(languages.__file__).parents[3] / "qa_rules" / "pii"
_TRANSLATED = [code for code in languages.known_languages() if code != "en"]


def _messages() -> Iterator[str]:
    """Everything that a page may say: the templates' texts, and names of what records hold."""
    templates = extract_from_dir(_TEMPLATES, [("**.html", "jinja2.ext:babel_extract")])
    called = {"message": None, "messages": (1, 2), "text": None, "plural": (1, 2)}
    modules = extract_from_dir(_TEMPLATES.parents[1], [("**.py", "python")], keywords=called)
    for _, _, message, _, _ in chain(templates, modules):
        yield message if isinstance(message, str) else message[0]
    for kind in (Role, Direction, Severity, AnswerValue, Act, Verdict):
        yield from kind
    for words in (Outcome, QuarantineReason):
        yield from (word.replace("_", " ") for word in words)
    yield from METRIC_NAMES.values()
    yield from FIGURE_NAMES.values()
    yield from SIGNAL_NAMES.values()
    yield from chain(SENTENCES, FACTS, TAILS, NOTES, RANGES, WORDS)
    yield from chain.from_iterable(
        get_args(Commitment.model_fields[name].annotation) for name in ("made_by", "status")
    )
    yield from _bands()
    yield from (path.stem.replace("_", " ") for path in _PII.glob("*.yaml"))


def _bands() -> Iterator[str]:
    """The bands of the project's scorecards."""
    for card in load_rulebook(_PII.parent).scorecards:
        yield from (band.name for band in card.bands)


@pytest.mark.parametrize("code", _TRANSLATED)
def test_every_message_is_translated(code: str) -> None:
    """A new message without its translation fails here, not in front of a supervisor."""
    known = languages.language(code).messages
    assert sorted({message for message in _messages() if message not in known}) == []


@pytest.mark.parametrize("code", _TRANSLATED)
def test_no_translation_is_left_over(code: str) -> None:
    """A catalogue holds what pages say, and nothing else that somebody would have to translate."""
    assert sorted(languages.language(code).messages.keys() - set(_messages())) == []


@pytest.mark.parametrize("code", _TRANSLATED)
def test_translations_fill_in_the_same_values(code: str) -> None:
    """No name or count is lost or invented."""
    for source, forms in languages.language(code).messages.items():
        for form in forms:
            assert set(re.findall(r"%\(\w+\)s", form)) == set(re.findall(r"%\(\w+\)s", source))


def test_dates_numbers_and_plurals_follow_the_language() -> None:
    """Each reader's own way."""
    day = date(2026, 3, 10)
    spoken = {code: languages.language(code) for code in languages.known_languages()}
    assert {code: one.day(day) for code, one in spoken.items()} == {
        "en": "10 March 2026",
        "es": "10 de marzo de 2026",
        "it": "10 marzo 2026",
    }
    assert spoken["it"].number(1234.5, 1) == "1.234,5"
    one, many = "%(num)s call", "%(num)s calls"
    assert spoken["es"].plural(one, many, 1) == "%(num)s llamada"
    assert spoken["es"].plural(one, many, 0) == "%(num)s llamadas"


def test_each_supervisor_reads_their_own_language(
    lake: Lake, snapshots: Path, tmp_path: Path
) -> None:
    """Lists and call pages; who is not named reads the centre's."""
    calls = [
        result("c1", greeting=Outcome.FAIL),
        result("c2", greeting=Outcome.FAIL, agent_id="a2", supervisor_id="s2"),
    ]
    night(lake, "night-1", calls)
    publisher = Publisher(
        lake=lake,
        site=Site(tmp_path),
        audio=AudioFolder(tmp_path / "audio", TIME_ZONE),
        readers={"s2": "it"},
    )
    english, italian = publisher.publish(publish(lake, snapshots))
    assert "1 call to hear" in Page(english.html).text
    assert "1 chiamata da ascoltare" in Page(italian.html).text
    (page,) = tmp_path.glob("calls/*/c2-*.html")
    assert next(Page(page).attributes("html"))["lang"] == "it"
    assert "numero di carta" in Page(page).text


_ENGLISH = re.compile(
    r"\b(heard|from|should|must|speech|who|is|looked|least|most|between|points|rule|words|call)\b",
    re.IGNORECASE,
)


@pytest.mark.parametrize(
    "reason",
    [
        "Heard from the agent at 0:42, which must not be.",
        "Heard from the customer at 12:05 and 2 more times.",
        "Heard from somebody at 1:07 and 1 more time.",
        "Not heard from the agent between 0:00 and 0:25, though it should be.",
        "Not heard from anyone between 0:00 and 9:59, but it is not sure who speaks.",
        "Not heard, but something much like it is heard at 0:12, which recognition is unsure of.",
        "No speech is heard in this call.",
        "The rule does not apply, because script-hold is not applicable.",
        "Only asked if greeting is answered yes.",
    ],
)
@pytest.mark.parametrize("code", _TRANSLATED)
def test_reasons_are_told_in_the_readers_language(code: str, reason: str) -> None:
    """With every second that they name, and no English clause left."""
    told = reason_in(languages.language(code), reason)
    assert re.findall(r"\d+:\d\d", told) == re.findall(r"\d+:\d\d", reason)
    assert not _ENGLISH.search(told.replace("script-hold", ""))
    assert reason_in(languages.language("en"), reason) == reason


@pytest.mark.parametrize(
    ("reason", "numbers"),
    [
        ("interruption_count is 0, which earns 100% of the points.", ["0", "100"]),
        ("The agent's words_per_minute is 187.5, looked for at least 180.", ["187,5", "180"]),
        ("Hold_s is 2, looked for between 1 and 3, which must not be.", ["2", "1", "3"]),
        (
            "Hold_s is 2, looked for at most 5 and The agent's talk_s is 9, looked for at least 1.",
            ["2", "5", "9", "1"],
        ),
        ("Not heard, but the metric hold_s is not known for this call.", []),
        ("3 of 8 turns sound negative or mixed.", ["3", "8"]),
    ],
)
@pytest.mark.parametrize("code", languages.known_languages())
def test_reasons_call_metrics_as_people_do(code: str, reason: str, numbers: list[str]) -> None:
    """No column's name is left on a page, in any language, and each number in its own way."""
    told = reason_in(languages.language(code), reason)
    assert not re.search(r"[a-z]_[a-z]", told)
    shown = [number.replace(".", ",") for number in re.findall(r"\d+(?:[.,]\d+)?", told)]
    assert sorted(shown) == sorted(numbers)
    assert code == "en" or not _ENGLISH.search(told)


def test_a_reason_of_another_making_stays_as_it_is() -> None:
    """Nothing is lost or guessed."""
    other = "The colour is blue, as it should be."
    assert reason_in(languages.language("it"), other) == other
