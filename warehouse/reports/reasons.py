"""The reasons that rules give, in the reader's language.

A reason is kept as the English sentence that `qa_rules.wording` makes of a few clauses. Here it is
taken apart again and put together from the translated clauses; what was made otherwise stays as it
is.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from warehouse.reports.language import Language

_AT = r"\d+:\d\d"
_HEARD = re.compile(
    rf"(Heard from the (?:agent|customer|unknown)) at ({_AT})"
    r"(?: and (\d+) more times?)?(,.*)?\."
)
_SEARCHED = re.compile(
    rf"(Not heard from (?:the agent|the customer|the unknown|anyone))"
    rf" between ({_AT}) and ({_AT})(,.*)?\."
)

CLAUSES = (
    "Heard from the agent",
    "Heard from the customer",
    "Heard from the unknown",
    "Not heard from the agent",
    "Not heard from the customer",
    "Not heard from the unknown",
    "Not heard from anyone",
    "as it should be",
    "though it should be",
    "which must not be",
    "but it is not sure who speaks",
    "but recognition is unsure of the words there",
    "but something is said there that recognition did not understand",
    "but a part of it is heard, beside words that recognition is unsure of",
    "but nobody on this recording is known to be the agent",
    "but nobody on this recording is known to be the customer",
    "No speech is heard in this call.",
    "The rule is not meant for this kind of call.",
)
"""What reasons are made of; the catalogues hold each of them."""


def reason_in(tongue: Language, reason: str) -> str:
    """A reason as far as its clauses are known in a language."""
    if not tongue.messages:
        return reason
    if heard := _HEARD.fullmatch(reason):
        who, at, num, tail = heard.groups()
        said = tongue.text("%(who)s at %(at)s") % {"who": tongue.text(who), "at": at}
        if num:
            more = tongue.plural("and %(num)s more time", "and %(num)s more times", int(num))
            said = f"{said} {more % {'num': num}}"
        return f"{said}{_tail(tongue, tail)}."
    if searched := _SEARCHED.fullmatch(reason):
        who, start, end, tail = searched.groups()
        places = {"who": tongue.text(who), "start": start, "end": end}
        said = tongue.text("%(who)s between %(start)s and %(end)s") % places
        return f"{said}{_tail(tongue, tail)}."
    return tongue.text(reason) if reason in CLAUSES else reason


def _tail(tongue: Language, tail: str | None) -> str:
    return f", {tongue.text(tail.removeprefix(', '))}" if tail else ""
