"""The reasons that rules give, in the reader's language.

A reason is kept as an English sentence that `qa_rules` puts together from a few pieces. Here it is
taken apart again and put together from the translated pieces, with metrics called as people call
them. What is made of other pieces stays as it is.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from warehouse.reports.site.terms import METRIC_NAMES
from warehouse.reports.site.translation import Language

if TYPE_CHECKING:
    from collections.abc import Callable

SENTENCES = (
    "%(metric)s is %(value)s, which earns %(share)s of the points.",
    "%(metric)s is not known for this call.",
    "Only asked if %(name)s is answered %(answer)s.",
    "The rule does not apply, because %(name)s is %(state)s.",
    "Whether the rule applies depends on %(name)s, which cannot be told.",
    "The rule has no wording for language %(name)s.",
    "The rule is not meant for this kind of call.",
    "No speech is heard in this call.",
    "No words of the agent are heard in this call.",
    "No words of the customer are heard in this call.",
    "None of its rules was in force.",
)
"""Reasons that are one piece."""

FACTS = (
    "%(heard)s at %(at)s and %(more)s",
    "%(heard)s at %(at)s",
    "%(heard)s between %(start)s and %(end)s",
    "Not heard",
    "The %(role)s's %(metric)s is %(value)s, looked for %(range)s",
    "%(metric)s is %(value)s, looked for %(range)s",
    "%(num)s of %(total)s turns sound %(tone)s",
    "The call's metadata fits",
    "The call's metadata does not fit",
)
"""What was heard, searched or compared; most reasons begin with one, or with two joined by and."""

TAILS = (
    "as it should be",
    "though it should be",
    "which must not be",
    "but it is not sure who speaks",
    "but recognition is unsure of the words there",
    "but most of what is said there is masked",
    "but something is said there that recognition did not understand",
    "but something much like it is heard at %(at)s, which recognition is unsure of",
    "but something alike in meaning is said at %(second)s",
    "but a part of it is heard, beside words that recognition is unsure of",
    "but a part of it is heard, beside words that are masked",
    "but nobody on this recording is known to be the agent",
    "but nobody on this recording is known to be the customer",
    "but the metric %(metric)s is not known for this call",
)
"""What a fact means, or why it is not sure."""

NOTES = (
    "Both channels carry the same signal; treated as mono.",
    "No speech was found.",
    "The channel map has the sides the wrong way round; put right by the words.",
    "The channel map names %(num)s channels, not %(total)s; unused.",
)
"""What a transcript says of its recording."""

RANGES = ("at least %(value)s", "at most %(value)s", "between %(low)s and %(high)s")

WORDS = (
    "Heard from the agent",
    "Heard from the customer",
    "Heard from somebody",
    "Not heard from the agent",
    "Not heard from the customer",
    "Not heard from anyone",
    "pass",
    "fail",
    "not applicable",
    "not in force",
    "positive",
    "negative",
    "neutral",
    "mixed",
)
"""What pieces are filled with; the catalogues hold these, and each piece."""

_AT = r"\d+:\d\d"
_NUMBER = r"-?\d[\d.]*(?:e[+-]?\d+)?"
_WHOLE = re.compile(r"(.+?)(?:, ((?:as|though|which|but) .+))?\.")
_NEXT_FACT = re.compile(" and (?=[A-Z])")
_GAP = re.compile(r"%\((\w+)\)s")


def reason_in(locale: Language, reason: str) -> str:
    """A reason in a reader's language, as far as each of its pieces is known."""
    if told := _piece(locale, reason, SENTENCES):
        return told
    if not (whole := _WHOLE.fullmatch(reason)):
        return reason
    facts = [_piece(locale, fact, FACTS) for fact in _NEXT_FACT.split(whole[1])]
    tail = _piece(locale, whole[2], TAILS) if whole[2] else ""
    if tail is None or None in facts:
        return reason
    return f"{'; '.join(filter(None, facts))}{', ' if tail else ''}{tail}."


def note_in(locale: Language, note: str) -> str:
    """A note on a recording in a reader's language."""
    return _piece(locale, note, NOTES) or note


def _piece(locale: Language, text: str, messages: tuple[str, ...]) -> str | None:
    """The text in a language; None if none of the messages makes it."""
    for message in messages:
        if found := _pattern(message).fullmatch(text):
            told = {
                name: _VALUES[name][1](locale, value) for name, value in found.groupdict().items()
            }
            return locale.text(message) % told
    return None


@cache
def _pattern(message: str) -> re.Pattern[str]:
    """What knows the texts that a message makes."""
    literals = [re.escape(part) for part in _GAP.split(message)[::2]]
    gaps = [f"(?P<{name}>{_VALUES[name][0]})" for name in _GAP.findall(message)]
    return re.compile("".join(map("".join, zip(literals, [*gaps, ""], strict=True))))


def _as_it_is(_tongue: Language, value: str) -> str:
    return value


def _number(locale: Language, value: str) -> str:
    return locale.number(float(value), 2)


def _share(locale: Language, value: str) -> str:
    return locale.percent(int(value.removesuffix("%")) / 100)


def _metric(locale: Language, value: str) -> str:
    name = value[0].lower() + value[1:]
    return locale.text("“%(name)s”") % {"name": locale.text(METRIC_NAMES.get(name, name))}


def _more(locale: Language, value: str) -> str:
    count = int(value.split(maxsplit=1)[0])
    return locale.plural("%(num)s more time", "%(num)s more times", count) % {"num": count}


def _range(locale: Language, value: str) -> str:
    return _piece(locale, value, RANGES) or value


def _tone(locale: Language, value: str) -> str:
    return " / ".join(map(locale.text, value.split(" or ")))


_VALUES: dict[str, tuple[str, Callable[[Language, str], str]]] = {
    "answer": (r"\w+", Language.text),
    "at": (_AT, _as_it_is),
    "end": (_AT, _as_it_is),
    "heard": (r"(?:Not h|H)eard from (?:the agent|the customer|somebody|anyone)", Language.text),
    "high": (_NUMBER, _number),
    "low": (_NUMBER, _number),
    "metric": (r"[A-Za-z]+(?:_[a-z]+)*", _metric),
    "more": (r"\d+ more times?", _more),
    "name": (r"\S+", _as_it_is),
    "num": (r"\d+", _as_it_is),
    "range": (r"(?:at|between) .+", _range),
    "role": (r"agent|customer", Language.text),
    "second": (r"[\d.]+ s", _as_it_is),
    "share": (r"\d+%", _share),
    "start": (_AT, _as_it_is),
    "state": (r"[a-z ]+", Language.text),
    "tone": (r"[a-z]+(?: or [a-z]+)*", _tone),
    "total": (r"\d+", _as_it_is),
    "value": (_NUMBER, _number),
}
"""What may stand in a gap of a piece, and how it is told."""
