"""What the rule files lack in a language: wording, phrases of personal data, titles."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qa_rules.errors import RuleFilesError
from qa_rules.rule_files.centre import CENTRE_NAME
from qa_rules.rule_files.rulebook import read_each_file
from qa_rules.versions import Status, is_earlier

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from qa_rules.rule_files.rule import Rule
    from qa_rules.rule_files.scorecard import Scorecard
    from qa_rules.strict_yaml import Located


def language_gaps(folder: Path, code: str) -> list[str]:
    """What the files of a rules folder lack for calls in a language.

    Returns:
        One line each, `path:line: what; expected what`.
    """
    try:
        files = read_each_file(folder)
    except RuleFilesError as error:
        return error.faults
    gaps = files.pii.gaps(code)
    languages = files.centre.languages
    if code == languages[0]:
        return gaps  # the rules themselves are written in it
    if code not in languages:
        what = f"`languages` has no `{code}`; expected it where calls in it are judged"
        gaps.append(f"{folder / CENTRE_NAME}:1: {what}")
    for rule in files.rules:
        if not is_earlier(rule) and rule.record.status is not Status.DRAFT:
            gaps += _rule_gaps(rule, code)
    for card in files.scorecards:
        if not is_earlier(card) and card.record.status is not Status.DRAFT:
            gaps += _scorecard_gaps(card, code)
    return gaps


def _rule_gaps(located: Located[Rule], code: str) -> Iterator[str]:
    rule, wording = located.record, located.record.languages.get(code)
    needed = {
        "title": "its title in it",
        "title_failed": "its failed title in it" if rule.title_failed else None,
        "why": "its reason in it",
        "coaching": "its advice in it" if rule.coaching else None,
        "match": "what is said in it" if rule.match.has_words else None,
        "examples": "hit, miss and near_miss in it" if rule.match.has_words else None,
    }
    for key, expected in needed.items():
        if expected and getattr(wording, key, None) is None:
            place = ("languages", code, key)
            yield located.fault(place, f"no `{'.'.join(place)}`; expected {expected}")


def _scorecard_gaps(located: Located[Scorecard], code: str) -> Iterator[str]:
    card = located.record
    places: list[tuple[tuple[str | int, ...], dict[str, str]]] = [((), card.titles)]
    for number, section in enumerate(card.sections):
        here = ("sections", number)
        places.append((here, section.titles))
        places += [
            ((*here, "questions", place), question.titles)
            for place, question in enumerate(section.questions)
        ]
    for place, titles in places:
        if code not in titles:
            key = ".".join(map(str, (*place, "titles", code)))
            yield located.fault((*place, "titles"), f"no `{key}`; expected its title in it")
