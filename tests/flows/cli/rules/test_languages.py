"""A further language is added by files alone, and what it lacks is named."""

from __future__ import annotations

import datetime as dt
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from ruamel.yaml import YAML
from typer.testing import CliRunner

from flows.cli.app import app
from models.call import Recording, Role
from models.language.pack import OWN_PACKS_VARIABLE, known_languages
from models.language.spoken.reader import read_words
from models.speakers.roles import assign_roles
from models.speech.gates import hallucinated_phrases
from models.transcript import Word
from models.turns import Voice
from qa_rules.assessing import assess
from qa_rules.authoring.example_calls import invented_call, invented_transcript
from qa_rules.results import Outcome
from qa_rules.rule_files.rulebook import load_rulebook
from warehouse.reports.site.catalogue import page_languages, read_catalogue, source_text
from warehouse.reports.site.translation import language

if TYPE_CHECKING:
    from collections.abc import Callable

CHECKOUT = Path(__file__).parents[4]
FILES = CHECKOUT / "tests" / "further_language"
CODE = "qx"
CARD_CUES = {"names": ["numeru kartu", "numeru deli kartu"], "hints": ["kartu"]}
CALL = """
agent: grasu por vokadu komu pogu helpu
customer: mi volu pagadu
agent: vosu numeru kartu ?
customer: kato ena ena ena ena ena ena ena ena ena ena ena ena ena ena ena
"""


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A centre's own packs and rules, in which calls of an invented language are judged."""
    whole = tmp_path_factory.mktemp("whole")
    shutil.copytree(FILES, whole, dirs_exist_ok=True)
    (whole / "rules" / "pii").mkdir(exist_ok=True)
    for path in sorted((CHECKOUT / "qa_rules" / "pii").glob("*.yaml")):
        rule = YAML(typ="rt").load(path)
        cues = CARD_CUES if path.stem == "card_number" else {"names": [f"{path.stem}u"]}
        rule["languages"][CODE] = cues
        rule["examples"][CODE] = {"hit": ["ena"], "miss": ["zub"]}
        if "regions" in rule:
            rule["regions"][CODE] = ["FR"]
        _write(rule, whole / "rules" / "pii" / path.name)
    (whole / "packs" / CODE / "pages.po").write_text(_catalogue(), encoding="utf-8")
    return whole


@pytest.fixture
def folder(whole: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The same in a folder of a test's own."""
    monkeypatch.setenv(OWN_PACKS_VARIABLE, str(tmp_path / "packs"))
    return shutil.copytree(whole, tmp_path, dirs_exist_ok=True)


def _write(data: object, path: Path) -> None:
    yaml = YAML(typ="rt")
    yaml.width = 10_000  # it would part long lists inside of phrases
    yaml.dump(data, path)


def _catalogue() -> str:
    """Every message of the pages in upper case, by the plural rule of French."""
    lines = ['msgid ""', 'msgstr ""', r'"Content-Type: text/plain; charset=utf-8\n"']
    lines.append(r'"Plural-Forms: nplurals=2; plural=(n > 1);\n"')
    for message in read_catalogue("it"):
        if source := source_text(message):
            one = _quoted(source)
            lines += ["", f"msgid {one}"]
            if isinstance(message.id, str):
                lines.append(f"msgstr {one.upper()}")
            else:
                lines += [f"msgid_plural {_quoted(message.id[1])}", f"msgstr[0] {one.upper()}"]
                lines.append(f"msgstr[1] {_quoted(message.id[1]).upper()}")
    return "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'


def _check(folder: Path, code: str = CODE) -> tuple[int, list[str]]:
    """Exit code and lines of `callqa languages check`, with paths from the folder on."""
    done = CliRunner().invoke(
        app, ["languages", "check", code, "--rules", str(folder / "rules")], catch_exceptions=True
    )
    return done.exit_code, done.stdout.replace(f"{folder}/", "").splitlines()


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize(
    ("said", "digits"),
    [
        ("vintu ena", "21"),
        ("vintu eta ena", "21"),
        ("vintu-eta-ena", "21"),
        ("sosanta dufa", "62"),
        ("sosanta deko", "70"),
        ("sosanta eta undek", "71"),
        ("sosanta-deko-hepu", "77"),
        ("kato-vintu", "80"),
        ("kato vintu deko nevi", "99"),
        ("kato-vintu-deko-nevi", "99"),
        ("katonta undek", "40 11"),
        ("dufa sentu kato-vintu-dudek", "292"),
        ("ena milu nevi sentu sosanta pendek", "1975"),
        ("l'ena", "1"),
        ("zub sisa dudek trinta katonta-hepu", "0 6 12 30 47"),
    ],
)
def test_numbers_are_read_by_the_grammar_of_the_data(said: str, digits: str) -> None:
    """Twenties, teens after sixty and eighty, joiners, hyphens and elisions."""
    _, symbols = read_words(said.split(), CODE)
    assert " ".join(symbol.text for symbol in symbols) == digits


def test_a_call_goes_from_words_to_a_score_and_a_masked_card(folder: Path) -> None:
    """With a rule that is kept, one that is not, and no digit of the card left."""
    rulebook = load_rulebook(folder / "rules")
    day = dt.date(2026, 3, 2)
    transcript = invented_transcript(CALL, Role.CUSTOMER, CODE)
    recording = Recording(
        path=Path("call.wav"),
        audio_sha256="0" * 64,
        duration_s=transcript.duration_s,
        channel_count=2,
        sample_rate_hz=8000,
    )
    result = assess(invented_call(day), recording, transcript, rulebook)
    assert {finding.rule_id: finding.outcome for finding in result.findings} == {
        "script-greeting": Outcome.PASS,
        "script-help": Outcome.FAIL,
    }
    assert [evaluation.score for evaluation in result.evaluations] == [75.0]
    assert [(span.type, span.checksum_valid) for span in result.pii_spans] == [
        ("card_number", True)
    ]
    assert [word.text for word in result.transcript.turns[-1].words] == ["[card_number]"]


@pytest.mark.usefixtures("folder")
def test_roles_hallucinations_and_pages_come_from_the_pack() -> None:
    """The language is found without being listed anywhere."""
    assert CODE in known_languages()
    customers, agents = (
        tuple(Word(word, at / 3, at / 3 + 0.3, 1.0) for at, word in enumerate(said.split()))
        for said in ("mi volu mi kartu", "vosu numeru ena eta")
    )
    customer, agent = assign_roles((Voice(0, customers), Voice(1, agents)), CODE)
    assert (customer.role, agent.role) == (Role.CUSTOMER, Role.AGENT)
    assert "grasu por spektadu" in hallucinated_phrases()
    assert CODE in page_languages()
    pages = language(CODE)
    assert pages.text("Overview") == "OVERVIEW"
    forms = [pages.plural("%(num)s call", "%(num)s calls", count) for count in (0, 1, 2)]
    assert forms == ["%(NUM)S CALL", "%(NUM)S CALL", "%(NUM)S CALLS"]


def test_nothing_is_missing_in_a_whole_language(folder: Path) -> None:
    """A complete pack has no gaps, so the ones found elsewhere are real."""
    assert _check(folder) == (0, [f"Nothing is missing in {CODE}."])


def _without_roles(folder: Path) -> None:
    (folder / "packs" / CODE / "roles.yaml").unlink()


def _edit(path: str, change: Callable[[Any], object]) -> Callable[[Path], None]:
    def edit(folder: Path) -> None:
        data = YAML(typ="rt").load(folder / path)
        change(data)
        _write(data, folder / path)

    return edit


def _second_language(folder: Path) -> None:
    """The same rules, now written in English."""
    (folder / "rules" / "centre.yaml").write_text(f"languages: [en, {CODE}]\n", encoding="utf-8")


def _untranslated(folder: Path) -> None:
    path = folder / "packs" / CODE / "pages.po"
    text = path.read_text(encoding="utf-8").replace('msgstr "OVERVIEW"', 'msgstr ""')
    path.write_text(text, encoding="utf-8")


@pytest.mark.parametrize(
    ("damage", "named"),
    [
        (
            _without_roles,
            "qx/roles.yaml:1: no such file, and so no `agent`; expected phrases of ag",
        ),
        (
            _without_roles,
            "qx/roles.yaml:1: no such file, and so no `customer`; expected phrases of",
        ),
        (
            _edit("packs/qx/spoken.yaml", lambda spoken: spoken["numbers"].pop("hepu")),
            "packs/qx/spoken.yaml:1: `numbers` has no word for 7; expected at least one",
        ),
        (
            _edit("packs/qx/spoken.yaml", lambda spoken: spoken.pop("months")),
            "packs/qx/spoken.yaml:1: `months` is missing; expected names of months, with their num",
        ),
        (
            _edit("packs/qx/engine.yaml", lambda engine: engine.update(negations=[])),
            "packs/qx/engine.yaml:1: `negations` is empty; expected words that deny what follows",
        ),
        (
            _edit("packs/qx/language.yaml", lambda known: known.update(stemmer="quixi")),
            "packs/qx/language.yaml:1: no stemmer is called `quixi`; expected one of Snowball's",
        ),
        (
            _edit("packs/qx/language.yaml", lambda known: known.update(locale="qx")),
            "packs/qx/language.yaml:1: `locale` is `qx`, of which Babel knows no formats; expected",
        ),
        (
            _edit("packs/qx/language.yaml", lambda known: known.update(locale="Esperanto")),
            "packs/qx/language.yaml:3: `locale` is 'Esperanto'; expected what matches",
        ),
        (
            _edit("rules/pii/cvv.yaml", lambda rule: rule["languages"].pop(CODE)),
            "rules/pii/cvv.yaml:9: no `languages.qx`; expected phrases that name the type in it",
        ),
        (
            _edit("rules/pii/phone.yaml", lambda rule: rule["regions"].pop(CODE)),
            "no `regions.qx`; expected the countries whose telephone numbers are given in it",
        ),
        (
            _second_language,
            "rules/script/script-greeting.yaml:1: no `languages.qx.match`; expected what is said",
        ),
        (
            _second_language,
            "rules/script/script-greeting.yaml:1: no `languages.qx.title_failed`; expected its",
        ),
        (
            _second_language,
            "rules/scorecards/standard.yaml:11: no `sections.0.questions.1.titles.qx`",
        ),
        (_untranslated, "`Overview` is not translated; expected its text in `msgstr`"),
    ],
)
def test_every_gap_is_named_by_file_and_key(
    folder: Path, damage: Callable[[Path], None], named: str
) -> None:
    """With what is to be written there."""
    damage(folder)
    exit_code, lines = _check(folder)
    assert exit_code == 1
    assert any(named in line for line in lines), lines


def test_the_languages_of_this_project_are_whole() -> None:
    """Every bundled pack, in every package."""
    done = CliRunner().invoke(app, ["languages", "check"])
    assert done.stdout == f"Nothing is missing in {', '.join(known_languages())}.\n"
    listed = CliRunner().invoke(app, ["languages", "list"]).stdout.splitlines()
    assert [line.split()[:3] for line in listed[1:]] == [
        [code, "yes", "0"] for code in known_languages()
    ]


def test_a_language_that_nobody_began_is_said_to_have_no_pack(folder: Path) -> None:
    """And the folder where it is expected."""
    exit_code, lines = _check(folder, "zz")
    assert exit_code == 1
    assert lines[0].startswith("packs/zz:1: no such folder; expected a language pack")
