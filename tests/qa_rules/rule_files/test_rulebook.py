"""Rule files are read strictly, and all errors are reported at once with their lines."""

from __future__ import annotations

import datetime as dt
import json
import shutil
from typing import TYPE_CHECKING

import pytest

from models.language.pack import BUILT_IN_PACKS, OWN_PACKS_VARIABLE, PARTS
from qa_rules.authoring.check import check_rules
from qa_rules.rule_files.folder import content_sha256
from qa_rules.rule_files.rule import Expect
from qa_rules.rule_files.rulebook import load_rulebook
from tests.qa_rules.rule_folders import HEAD, RULES, edit, judged, write_rule

if TYPE_CHECKING:
    from pathlib import Path

FAILED_TITLE = "title_failed: What an invented rule misses\n"
ABSENT = "expect: absent\nmatch: {metric: {name: hold_s, min: 30}}\n"
SOUND = "expect: present\nmatch: {phrases: [good morning]}\n"
FIRST_LINE = 2 + HEAD.count("\n")  # of the body; the id is line 1


def test_the_rules_of_this_project_are_sound() -> None:
    """The bundled rule files have no errors."""
    assert check_rules(RULES) == []


@pytest.mark.parametrize(
    ("body", "line", "what"),
    [
        (SOUND + "expect: absent\n", 2, "duplicate key"),
        (SOUND + "speeker: agent\n", 2, "unknown key `speeker`; expected `speaker`, or another"),
        (
            "expect: present\nmatch: {frases: [hello]}\n",
            1,
            "unknown key `match.frases`; expected `phrases`, or another",
        ),
        (
            "expect: present\nmatch: {near: {words: 3, terms: [a, b], polarity: any}}\n",
            1,
            "expected one of words, terms, ordered; write it beside `near`, not inside",
        ),
        (
            "expect: present\nmatch: {any: [{phrases: [a]}, {phrases: [b], severity: major}]}\n",
            1,
            "write it beside `match`, not inside",
        ),
        ("expect: present\nmatch: {phrases: [a], regex: b}\n", 1, "exactly one of phrases"),
        ("expect: maybe\nmatch: {phrases: [a]}\n", 0, "'present', 'absent' or 'observe'"),
        (SOUND + "tags: eskalation\n", 2, "vulnerability); did you mean `escalation`?"),
        (SOUND + "tags: [churn, zzz]\n", 2, "unknown tag `zzz`; expected one of tags.yaml (churn,"),
        (SOUND + "within: {first_s: 5, last_s: 5}\n", 2, "a window given as first, last"),
        (SOUND + "within: {from_s: 9, to_s: 5}\n", 2, "a window that ends after it starts"),
        (
            SOUND + "effective_until: 2025-01-01\n",
            2,
            "`effective_until` is 2025-01-01; expected `effective_until` after",
        ),
        ("expect: present\nmatch: {phrases: ['{firm} here']}\n", 1, "unknown variable {firm}"),
        ("expect: present\nmatch: {phrases: ['?!']}\n", 1, "no word in a phrase"),
        ("expect: present\nmatch: {regex: '(a'}\n", 1, "pattern cannot be used"),
        ("expect: present\nmatch: {regex: '(a+)\\1'}\n", 1, "runs in linear time"),
        ("expect: present\nmatch: {pii: {type: shoe_size}}\n", 1, "unknown PII type `shoe_size`"),
        (SOUND + "applies_when: {rule: {no-such-rule: pass}}\n", 2, "unknown rule `no-such-rule`"),
        ("expect: present\nmatch: {phrases: a, after: no-such}\n", 1, "unknown rule `no-such`"),
        ("expect: present\nmatch: {phrases: a, after: test-rule}\n", 1, "refer to each other"),
        ("expect: present\nmatch:\n  phrases:\n", 2, "`match.phrases` has no value"),
        ("expect: present\nmatch: {all: []}\n", 1, "at least 1 item"),
        ("expect: present\nmatch: hello\n", 1, "expected `key: value` lines"),
        ("expect: present\nmatch: {lemma: '?!'}\n", 1, "no word in it"),
        ("expect: present\nmatch: {similar: {to: ''}}\n", 1, "no word in it"),
        ("expect: present\nmatch: {regex: ''}\n", 1, "no word in it"),
        ("expect: present\nmatch: {metric: {name: hold, min: 1}}\n", 1, "unknown metric `hold`"),
        ("expect: present\nmatch: {metric: {name: talk_ratio, min: 1}}\n", 1, "`role: agent`"),
        ("expect: present\nmatch: {entity: money, strictness: loose}\n", 1, "`strictness` only"),
        (SOUND + "applies_when: {direction: inbuond}\n", 2, "'inbound' or 'outbound'"),
        (SOUND + "applies_when: {language: english}\n", 2, "what matches '^[a-z]"),
        (SOUND + "within: {first_s: 0}\n", 2, "a window that ends after it starts"),
        (SOUND + "effective_until: 2026-13-01\n", 2, "month must be in 1..12"),
        (SOUND + "effective_until: '2026-12-01'\n", 2, "without quotes"),
        (SOUND + "coaching: Say: hello\n", 2, "quotes are missing"),
        ("expect: present\nmatch: {all: [{phrases: a, speker: agent}]}\n", 1, "`speaker`, or"),
        ("expect: present\nmatch: {regex: '(?<!not )a'}\n", 1, "in `not_in`"),
        ("expect: present\nmatch: {regex: 'a (?!b)'}\n", 1, "in `not_in`"),
        ("expect: present\nmatch: {near: {words: 3, terms: [a b, c d]}}\n", 1, "at least 4"),
        (
            "expect: present\nmatch: {near: {words: 2, ordered: true, terms: [a b, [b, b c]]}}\n",
            1,
            "at least 3",
        ),
        ("expect: present\nmatch: {phrases: [Credit], not_in: credit}\n", 1, "excludes every"),
    ],
)
def test_a_fault_names_its_line_and_what_was_expected(
    tmp_path: Path, body: str, line: int | None, what: str
) -> None:
    """Each kind of mistake has a message that an author can act on, at the line it stands in."""
    path = write_rule(tmp_path, body)
    (fault,) = check_rules(tmp_path)
    assert what in fault
    assert "; expected" in fault
    wanted = 1 if line is None else FIRST_LINE + line
    assert fault.startswith(f"{path}:{wanted}: ")


def test_a_centre_has_tags_of_its_own(tmp_path: Path) -> None:
    """A list in the folder replaces the bundled one; its errors have lines like all others."""
    path = write_rule(tmp_path, SOUND + "tags: ombudsman\n")
    assert "unknown tag `ombudsman`" in check_rules(tmp_path)[0]
    own = tmp_path / "tags.yaml"
    own.write_text("tags:\n  ombudsman: {what: They name the ombudsman., title: Ombudsman}\n")
    assert check_rules(tmp_path) == []
    assert load_rulebook(tmp_path).rules[0].tags == ("ombudsman",)
    path.write_text(path.read_text().replace("tags: ombudsman", "tags: churn"))
    assert check_rules(tmp_path) == [
        f"{path}:{FIRST_LINE + 2}: unknown tag `churn`; expected one of tags.yaml (ombudsman)"
    ]
    own.write_text("tags:\n  ombudsman: {what: They name the ombudsman.}\n")
    assert check_rules(tmp_path)[0].startswith(f"{own}:2: ")


@pytest.mark.parametrize(
    ("pattern", "part"),
    [
        ("(?-i)[A-Z]+ bank", "[A-Z]"),
        ("(?-i)Hello", "H"),
        ("don't", "'"),
        ("it costs £", "£"),
        ("hello, world", ","),
        (r"20\s*%", "%"),
        (r"\bone\. two", r"\."),
        ("two  spaces", "  "),
        ("e-mail", "-"),
        ("(a!)+ b", "!"),
        ("(yes|no!)", "!"),
        (r"\x{c9}t", r"\x{c9}"),
    ],
)
def test_a_pattern_that_never_matches_is_a_fault(tmp_path: Path, pattern: str, part: str) -> None:
    """Words are compared in lower case, without accents and punctuation: more cannot match."""
    write_rule(tmp_path, f"expect: present\nmatch: {json.dumps({'regex': pattern})}\n")
    (fault,) = check_rules(tmp_path)
    assert f"`{part}` can never match; expected lower-case letters" in fault


@pytest.mark.parametrize(
    ("pattern", "said"),
    [
        ("[A-Z]+ Bank", "Harper Bank"),
        ("perché|cos'?è", "perché"),
        (r"don\W?t", "don't"),
        ("hello(, you)?", "Hello!"),
        (r"(?P<price>\d{2,3}) euros?", "it is 20 euros"),
        (r"\bin [^a]\w* (days|weeks)$", "in ten days"),
        (r"(?:a!){0,2}(?i:yes)", "yes"),
        (r"\p{Lu}es", "yes"),
    ],
)
def test_a_pattern_that_may_match_is_sound(tmp_path: Path, pattern: str, said: str) -> None:
    """Capitals, optional punctuation and every kind of class may stand in a pattern."""
    write_rule(tmp_path, f"expect: present\nmatch: {json.dumps({'regex': pattern})}\n")
    assert check_rules(tmp_path) == []
    assert judged(load_rulebook(tmp_path), said, dt.date(2026, 3, 1)).outcome == "pass"


def test_terms_that_overlap_need_fewer_words(tmp_path: Path) -> None:
    """In any order, a term may be a part of another one."""
    write_rule(
        tmp_path, "expect: present\nmatch: {near: {words: 2, terms: [a call, [call, talk]]}}\n"
    )
    assert check_rules(tmp_path) == []


def test_a_file_that_is_no_text_is_a_fault(tmp_path: Path) -> None:
    """Some editors do not write UTF-8, and the author must learn at which line."""
    path = write_rule(tmp_path, SOUND)
    path.write_bytes(path.read_bytes() + "coaching: caf\u00e9\n".encode("latin-1"))
    assert check_rules(tmp_path) == [f"{path}:{FIRST_LINE + 2}: not plain text; expected UTF-8"]


def test_no_rule_file_is_passed_over(tmp_path: Path) -> None:
    """A rule in a file that is not read would never apply, without any notice."""
    (fault,) = check_rules(tmp_path)
    assert "no rules" in fault
    written = write_rule(tmp_path, SOUND)
    (tmp_path / "our-team").mkdir()
    path = written.rename(tmp_path / "our-team" / written.name)
    assert [rule.id for rule in load_rulebook(tmp_path).rules] == ["test-rule"]
    path.rename(path.with_suffix(".yml"))
    (fault,) = check_rules(tmp_path)
    assert fault.endswith("test-rule.yml:1: .yml files are not read; expected .yaml")


def test_all_errors_of_all_files_are_listed_at_once(tmp_path: Path) -> None:
    """All errors are reported at once."""
    write_rule(tmp_path, SOUND + "speeker: agent\nseverty: major\n", "one-rule")
    write_rule(tmp_path, "expect: maybe\nmatch: {}\n", "other-rule")
    assert len(check_rules(tmp_path)) == 4


def test_a_file_is_named_as_its_rule(tmp_path: Path) -> None:
    """The id of a rule is the name of its file."""
    write_rule(tmp_path, SOUND).rename(tmp_path / "script" / "another-name.yaml")
    (fault,) = check_rules(tmp_path)
    assert "expected 'another-name', the name of the file" in fault


def test_every_language_of_the_centre_has_wording(tmp_path: Path) -> None:
    """A rule that matches words must do so in all languages of the centre, and in no other."""
    (tmp_path / "centre.yaml").write_text("languages: [en, es]\n", encoding="utf-8")
    write_rule(tmp_path, SOUND)
    assert "no wording for language `es`" in check_rules(tmp_path)[0]


def test_wording_comes_with_examples(tmp_path: Path) -> None:
    """A rule's wording in a language is shown, and tested, in that language."""
    (tmp_path / "centre.yaml").write_text("languages: [en, es]\n", encoding="utf-8")
    path = write_rule(tmp_path, SOUND + "languages:\n  es: {match: {phrases: hola}}\n")
    (fault,) = check_rules(tmp_path)
    where = f"{path}:{FIRST_LINE + 3}: "
    assert fault == f"{where}no examples for language `es`; expected hit, miss and near_miss"


def test_texts_alone_are_no_wording(tmp_path: Path) -> None:
    """A translated title is no wording."""
    (tmp_path / "centre.yaml").write_text("languages: [en, es]\n", encoding="utf-8")
    path = write_rule(tmp_path, SOUND + "languages:\n  es: {title: Un título}\n")
    (fault,) = check_rules(tmp_path)
    assert fault.startswith(f"{path}:{FIRST_LINE + 3}: no wording for language `es`")


def test_the_rules_of_this_project_speak_every_language() -> None:
    """Agents and supervisors read titles, reasons and suggestions in their own language."""
    book = load_rulebook(RULES)
    _, *others = book.centre.languages
    for rule in book.rules:
        assert rule.coaching, rule.id
        for language in others:
            own = rule.text_in(language)
            for text, source in zip(own, rule.text_in("en"), strict=True):
                assert text != source, (rule.id, language)
        for language in book.centre.languages if rule.expect is Expect.PRESENT else ():
            own = rule.text_in(language)
            assert own.title_failed != own.title, (rule.id, language)
    for card in book.scorecards:
        titles = [card.titles, *(section.titles for section in card.sections)]
        titles += [question.titles for question in card.questions]
        assert all(set(further) == set(others) for further in titles), card.id


def test_a_text_that_is_not_translated_stays_as_it_is(tmp_path: Path) -> None:
    """A rule may be translated bit by bit; a reader always finds words."""
    (tmp_path / "centre.yaml").write_text("languages: [en, es]\n", encoding="utf-8")
    body = "expect: absent\nmatch: {metric: {name: hold_s, min: 30}}\ncoaching: Say so.\n"
    write_rule(tmp_path, body + "languages:\n  es: {title: Un título}\n")
    (rule,) = load_rulebook(tmp_path).rules
    assert rule.text_in("es") == ("Un título", rule.title_failed, rule.why, "Say so.")


def test_a_rule_without_a_failed_title_fails_under_its_title(tmp_path: Path) -> None:
    """In the language of the reader, where its title is translated."""
    (tmp_path / "centre.yaml").write_text("languages: [en, es]\n", encoding="utf-8")
    path = write_rule(tmp_path, ABSENT + "languages:\n  es: {title: Un título}\n")
    edit(path, FAILED_TITLE, "")
    (rule,) = load_rulebook(tmp_path).rules
    assert rule.text_in("en").title_failed == rule.title
    assert rule.text_in("es").title_failed == "Un título"


@pytest.mark.parametrize("severity", ["minor", "major", "critical"])
def test_a_failure_that_the_title_denies_has_words_of_its_own(
    tmp_path: Path, severity: str
) -> None:
    """Missing ones are named by file, line and key, for each language of the centre."""
    (tmp_path / "centre.yaml").write_text("languages: [en, es]\n", encoding="utf-8")
    spoken = "  es:\n    title: Saluda\n    match: {phrases: buenos días}\n    examples:"
    examples = " {hit: buenos días, miss: adiós, near_miss: buenos}\n"
    path = write_rule(tmp_path, f"{SOUND}languages:\n{spoken}{examples}")
    edit(path, "severity: major", f"severity: {severity}")
    (fault,) = check_rules(tmp_path)
    assert fault.startswith(f"{path}:{FIRST_LINE + 3}: no `languages.es.title_failed`; expected ")
    edit(path, "    title: Saluda\n", "    title: Saluda\n    title_failed: No saludó\n")
    assert check_rules(tmp_path) == []
    edit(path, FAILED_TITLE, "")
    (fault,) = check_rules(tmp_path)
    assert fault.startswith(f"{path}:3: no `title_failed`; expected what a failure means")


@pytest.mark.parametrize(
    "body",
    [
        "expect: absent\nmatch: {phrases: idiot}\n",
        "expect: observe\nflag: true\nmatch: {phrases: a lawyer}\n",
        SOUND + "status: draft\n",
    ],
)
def test_a_title_that_states_the_failure_is_enough(tmp_path: Path, body: str) -> None:
    """Of what must not be said or is only observed; and a draft may be unfinished."""
    edit(write_rule(tmp_path, body), FAILED_TITLE, "")
    assert check_rules(tmp_path) == []


def test_a_rule_without_words_needs_no_languages(tmp_path: Path) -> None:
    """A metric is the same in every language."""
    (tmp_path / "centre.yaml").write_text("languages: [en, es]\n", encoding="utf-8")
    write_rule(tmp_path, "expect: absent\nmatch: {metric: {name: hold_s, min: 30}}\n")
    assert check_rules(tmp_path) == []


def test_the_hash_depends_on_content_alone(tmp_path: Path) -> None:
    """The same files give the same hash in another checkout, and any edit another one."""
    copy = tmp_path / "elsewhere"
    for name in ("script", "conduct", "reason", "scorecards", "pii"):
        shutil.copytree(RULES / name, copy / name)
    for name in ("centre.yaml", "tags.yaml"):
        shutil.copy(RULES / name, copy)
    before = load_rulebook(copy).sha256
    assert before == load_rulebook(RULES).sha256
    edited = copy / "script" / "script-greeting.yaml"
    edited.write_text(edited.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    assert load_rulebook(copy).sha256 != before


@pytest.mark.parametrize("part", PARTS)
def test_the_hash_knows_by_which_words_of_a_language_calls_are_judged(
    part: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Other words for numbers change the hash; another locale of the pages does not."""
    before = content_sha256(RULES)
    shutil.copytree(BUILT_IN_PACKS / "it", tmp_path / "it")
    monkeypatch.setenv(OWN_PACKS_VARIABLE, str(tmp_path))
    assert content_sha256(RULES) == before
    with (tmp_path / "it" / f"{part}.yaml").open("a", encoding="utf-8") as file:
        file.write("# edited\n")
    assert (content_sha256(RULES) != before) == (part in {"spoken", "engine", "names"})
