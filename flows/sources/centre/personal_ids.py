"""Ids that are card or telephone numbers: some systems take such a number for the id of a call.

Ids stand in file names, pages and links, which nothing masks. Such an id is replaced as a whole by
a keyed hash, the same on every night, so that calls stay apart and contacts together.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from flows.sources.centre.kept_names import HARMLESS
from flows.sources.centre.key import KEY_FILE, HomeKey
from flows.sources.exports.values import number_in
from qa_rules.pii_detection.types.validators import is_card, is_phone

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Iterator
    from pathlib import Path

    from models.call import Call

_IDS = ("call_id", "contact_id", "replaces")
_NAMES = ("agent_id", "agent_name", "team", "supervisor_id", "supervisor_name", "queue")
_GROUPS = re.compile(r"\d+(?:[ ._-]\d+)*")
_INTERNATIONAL = re.compile(r"(?:\+|%2b)[ (]*\d(?:[ ()._-]{0,2}\d){6}", re.IGNORECASE)
_NO_DIGIT = re.compile(r"\D+")
_MOST_DIGITS = 19
_CARD_DIGITS = range(13, 20)
_LEAST_SHARED = 7
"""Digits in which an id and a customer's number agree: extensions have fewer."""


class PersonalIds:
    """Replaces ids that are numbers of cards or customers by keyed hashes.

    Args:
        key: Hashes them.
        country: ISO 3166 code of the country whose numbers are written without its code.
    """

    def __init__(self, key: HomeKey, country: str | None = None) -> None:
        self._key, self._country = key, country

    def hidden(self, call: Call, counts: Counter[str]) -> Call:
        """The call without such ids; `counts` counts them by field."""
        customer = number_in(call.customer_ref or "") or ""
        personal = {name for name in _IDS if self._is_personal(getattr(call, name), customer)}
        personal |= {name for name in _NAMES if holds_card(getattr(call, name))}
        counts.update(personal)
        changed: dict[str, Any] = {name: self._hash(getattr(call, name)) for name in personal}
        return replace(call, **changed) if changed else call

    def _is_personal(self, given: str | None, customer: str) -> bool:
        return given is not None and (
            holds_card(given)
            or _INTERNATIONAL.search(_checked(given)) is not None
            or any(map(self._is_national, _NO_DIGIT.split(_checked(given))))
            or any(_is_abroad(one) or _is_same(one, customer) for one in _numbers(given))
        )

    def _is_national(self, digits: str) -> bool:
        """Only with a leading zero: plain numbers count calls more often than they dial."""
        country = self._country
        return country is not None and digits.startswith("0") and is_phone(digits, [country])

    def _hash(self, given: str) -> str:
        return f"id-{self._key.hash(f'id {given}')}"


def known_ids(home: Path, country: str | None) -> PersonalIds | None:
    """What replaces ids in a home; None where no run has drawn a key yet."""
    return PersonalIds(HomeKey(home), country) if (home / KEY_FILE).exists() else None


def holds_card(text: str | None) -> bool:
    """Whether digits in a text, with or without separators, are the number of a card."""
    return any(
        len(one) in _CARD_DIGITS and not one.startswith("1") and is_card(one) is True
        for one in _numbers(text or "")
    )


def _numbers(text: str) -> Iterator[str]:
    """Each run of digits, and what neighbouring runs are together."""
    for found in _GROUPS.finditer(_checked(text)):
        groups = _NO_DIGIT.split(found[0])
        for first in range(len(groups)):
            number = ""
            for group in groups[first:]:
                number += group
                if len(number) > _MOST_DIGITS:
                    break
                yield number


def _checked(text: str) -> str:
    """A text without dates, and without ids that are long by nature."""
    return HARMLESS.sub("|", text)


def _is_abroad(digits: str) -> bool:
    return digits.startswith("00") and not digits.startswith("000") and is_phone(digits)


def _is_same(digits: str, customer: str) -> bool:
    shorter, longer = sorted((digits.lstrip("0"), customer.lstrip("+0")), key=len)
    return len(shorter) >= _LEAST_SHARED and longer.endswith(shorter)
