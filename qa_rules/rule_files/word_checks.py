"""Checks of the words of a condition: readable, and such that they can match."""

from __future__ import annotations

import re
from collections import Counter
from functools import reduce
from itertools import product
from operator import or_
from typing import TYPE_CHECKING

import re2

from qa_rules.phrase_search.tokens import tokenize
from qa_rules.rule_files.patterns import compile_pattern, unmatchable_part

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qa_rules.rule_files.centre import Centre
    from qa_rules.rule_files.condition import Condition
    from qa_rules.rule_files.rule import Rule
    from qa_rules.strict_yaml import Located

    Location = tuple[str | int, ...]

_LOOK_AROUND = re.compile(r"\(\?<?[=!]")


def word_faults(
    located: Located[Rule], location: Location, condition: Condition, centre: Centre
) -> Iterator[str]:
    """Words that cannot be read, and conditions whose words can never match."""
    readable = True
    for place, text in _phrases(condition):
        if what := _phrase_fault(text, centre):
            readable = False
            yield located.fault((*location, *place), what)
    for place, text in _sentences(condition):
        if not tokenize(text):
            yield located.fault((*location, *place), "no word in it; expected letters")
    for number, pattern in enumerate(condition.regex or ()):
        if what := _pattern_fault(pattern):
            yield located.fault((*location, "regex", number), what)
    if readable and (what := _near_fault(condition, centre)):
        yield located.fault((*location, "near", "words"), what)
    if readable and (what := _exclusion_fault(condition, centre)):
        yield located.fault((*location, "not_in"), what)


def _phrase_fault(text: str, centre: Centre) -> str | None:
    try:
        readings = centre.expand(text)
    except KeyError as error:
        return f"unknown variable {{{error.args[0]}}}; expected one of centre.yaml"
    return None if all(map(tokenize, readings)) else "no word in a phrase; expected letters"


def _pattern_fault(pattern: str) -> str | None:
    """Why a pattern cannot be used, or can never match."""
    try:
        compile_pattern(pattern)
    except re2.error as error:
        if _LOOK_AROUND.search(pattern):
            what = "RE2, which runs in linear time, has no look-ahead or look-behind"
            instead = "in `not_in` the expressions in which a match does not count"
            return f"pattern cannot be used ({what}); expected a pattern without, and {instead}"
        reason = error.args[0].decode() if isinstance(error.args[0], bytes) else error
        what = f"pattern cannot be used ({reason})"
        return f"{what}; expected RE2 syntax, which runs in linear time"
    if part := unmatchable_part(pattern):
        compared = "lower-case letters and digits without accents, words between single spaces"
        return f"`{part}` can never match; expected {compared} (`don't` is `don t`)"
    return None


def _near_fault(condition: Condition, centre: Centre) -> str | None:
    """Terms that do not fit into the words allowed, even if said one after another."""
    if condition.near is None:
        return None
    terms = [_readings(term, centre) for term in condition.near.terms]
    allowed, ordered = condition.near.words, condition.near.ordered
    if any(_least_words(said, ordered=ordered) <= allowed for said in product(*terms)):
        return None
    needed = min(_least_words(said, ordered=ordered) for said in product(*terms))
    return f"the terms never fit into {allowed} words; expected `words` of at least {needed}"


def _least_words(said: tuple[tuple[str, ...], ...], *, ordered: bool) -> int:
    """The fewest words that contain all of these phrases; without an order they may overlap."""
    if ordered:
        return sum(map(len, said))
    return sum(reduce(or_, map(Counter, said)).values())


def _exclusion_fault(condition: Condition, centre: Centre) -> str | None:
    """Phrases each of which is itself excluded."""
    phrases = _readings(condition.phrases or (), centre)
    if not phrases or not set(phrases) <= set(_readings(condition.not_in or (), centre)):
        return None
    return "excludes every phrase, so that none matches; expected longer expressions around them"


def _readings(texts: tuple[str, ...], centre: Centre) -> list[tuple[str, ...]]:
    return [tokenize(reading) for text in texts for reading in centre.expand(text)]


def _phrases(condition: Condition) -> Iterator[tuple[Location, str]]:
    """The phrases of a condition, which may contain variables."""
    for key in ("phrases", "not_in"):
        for number, text in enumerate(getattr(condition, key) or ()):
            yield (key, number), text
    for number, term in enumerate(condition.near.terms if condition.near else ()):
        for text in term:
            yield ("near", "terms", number), text


def _sentences(condition: Condition) -> Iterator[tuple[Location, str]]:
    """Words without variables."""
    for number, text in enumerate(condition.lemma or ()):
        yield ("lemma", number), text
    for number, text in enumerate(condition.similar.to if condition.similar else ()):
        yield ("similar", "to", number), text
    for number, text in enumerate(condition.regex or ()):
        yield ("regex", number), text
