"""Pages speak the reader's language, whole: no message is missing in any of them."""

from __future__ import annotations

import re
from datetime import date
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, get_args

import pytest
from babel.messages.extract import extract_from_dir

from models.call import Direction, Role
from models.reasons.codes import ReasonCode
from qa_rules.results import Act, AnswerValue, Outcome, Severity
from qa_rules.rule_files.operators import Tone
from qa_rules.rule_files.rulebook import load_rulebook
from tests.warehouse.factory import TIME_ZONE, night, result
from tests.warehouse.reports.written_page import Page
from warehouse.audio_folder import AudioFolder
from warehouse.lake.upload_records import Commitment
from warehouse.reports.agents.workload import SIGNAL_NAMES
from warehouse.reports.management.figures import FIGURE_ACTIONS, FIGURE_NAMES
from warehouse.reports.management.records import Verdict
from warehouse.reports.publishing import Publisher
from warehouse.reports.site import translation as languages
from warehouse.reports.site.catalogue import (
    page_languages,
    read_catalogue,
    source_text,
    translations,
)
from warehouse.reports.site.layout import Site
from warehouse.reports.site.terms import METRIC_NAMES, value_name
from warehouse.snapshot.publish import publish

if TYPE_CHECKING:
    from collections.abc import Iterator

    from warehouse.lake.lake import Lake

_TEMPLATES = Path(languages.__file__).parent / "templates"
_DESK = Path(languages.__file__).parents[3] / "flows" / "desk"
_PII = Path(languages.__file__).parents[3] / "qa_rules" / "pii"
_TRANSLATED = [code for code in page_languages() if code != "en"]


def page_messages() -> Iterator[str]:
    """Everything that a page may say: the templates' texts, and names of what records hold."""
    templates = extract_from_dir(_TEMPLATES, [("**.html", "jinja2.ext:babel_extract")])
    called = {"message": None, "messages": (1, 2), "text": None, "plural": (1, 2)}
    modules = extract_from_dir(_TEMPLATES.parents[1], [("**.py", "python")], keywords=called)
    desk = extract_from_dir(_DESK / "web", [("**.html", "jinja2.ext:babel_extract")])
    of_desk = extract_from_dir(_DESK, [("**.py", "python")], keywords={**called, "N_": None})
    for _, _, message, _, _ in chain(templates, modules, desk, of_desk):
        yield message if isinstance(message, str) else message[0]
    for kind in (Role, Direction, Severity, Act, Verdict):
        yield from kind
    yield from map(value_name, (*Outcome, *AnswerValue))
    yield from METRIC_NAMES.values()
    yield from FIGURE_NAMES.values()
    yield from FIGURE_ACTIONS.values()
    yield from SIGNAL_NAMES.values()
    yield from (code.message for code in ReasonCode)
    yield from Tone
    yield from chain.from_iterable(
        get_args(Commitment.model_fields[name].annotation) for name in ("made_by", "status")
    )
    yield from _bands()
    yield from (value_name(path.stem) for path in _PII.glob("*.yaml"))


def _translated(code: str) -> dict[str, tuple[str, ...]]:
    """Every message of a catalogue in each plural form."""
    forms = {source_text(message): translations(message) for message in read_catalogue(code)}
    return {source: texts for source, texts in forms.items() if source and texts}


def _bands() -> Iterator[str]:
    """The bands of the project's scorecards."""
    for card in load_rulebook(_PII.parent).scorecards:
        yield from (band.name for band in card.bands)


@pytest.mark.parametrize("code", _TRANSLATED)
def test_every_message_is_translated(code: str) -> None:
    """A new message without its translation fails here, not in front of a supervisor."""
    known = _translated(code)
    assert sorted({message for message in page_messages() if message not in known}) == []


@pytest.mark.parametrize("code", _TRANSLATED)
def test_no_translation_is_left_over(code: str) -> None:
    """A catalogue holds the texts of pages, and nothing unused that would need translation."""
    assert sorted(_translated(code).keys() - set(page_messages())) == []


@pytest.mark.parametrize("code", _TRANSLATED)
def test_translations_fill_in_the_same_values(code: str) -> None:
    """No name or count is lost or invented."""
    for source, forms in _translated(code).items():
        for form in forms:
            assert set(re.findall(r"%\(\w+\)s", form)) == set(re.findall(r"%\(\w+\)s", source))


def test_dates_numbers_and_plurals_follow_the_language() -> None:
    """Each reader's own way."""
    day = date(2026, 3, 10)
    spoken = {code: languages.language(code) for code in page_languages()}
    assert {code: one.day(day) for code, one in spoken.items()} == {
        "en": "10 March 2026",
        "es": "10 de marzo de 2026",
        "it": "10 marzo 2026",
    }
    assert spoken["it"].number(1234.5, 1) == "1.234,5"
    one, many = "%(num)s call", "%(num)s calls"
    assert spoken["es"].plural(one, many, 1) == "%(num)s llamada"
    assert spoken["es"].plural(one, many, 0) == "%(num)s llamadas"


@pytest.mark.parametrize(
    "names",
    [
        ["Álvaro Gil", "Amparo Ruiz", "Sofía Cano"],
        ["Élodie Petit", "Emma Bianchi", "Zoe Marsh"],
        ["ana Ruiz", "Ángel Vega", "Bea Lago"],
        ["Jose Gil", "José Gil", "José Marín"],
    ],
)
def test_names_are_in_the_order_of_readers(names: list[str]) -> None:
    """Accents and case do not move a name to the end of a list."""
    assert sorted(names, key=languages.name_order) == names


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
    assert "1 call to review" in Page(english.html).text
    assert "1 chiamata da ascoltare" in Page(italian.html).text
    (page,) = tmp_path.glob("calls/*/c2-*.html")
    assert next(Page(page).attributes("html"))["lang"] == "it"
    assert "numero di carta" in Page(page).text
