"""Pseudonyms of customers whose reference is their telephone number, address or name."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from flows.sources.centre.key import HomeKey
from flows.sources.centre.personal_ids import holds_card
from flows.sources.exports.values import customer_of, number_in
from qa_rules.pii_detection.types.validators import international_digits

if TYPE_CHECKING:
    from pathlib import Path

    from models.call import Call

_PSEUDONYM = re.compile(r"(?:tel|ref)-[0-9a-f]{16}")
_IS_SAID = re.compile(r"[^\W_]")
_HOLDS_NUMBER = re.compile(r"\d(?:[\W_]*\d){5}")
_LOOKS_LIKE_A_NAME = re.compile(r"[^\W\d_].*[\s,]|[\s,].*[^\W\d_]")


class Customers:
    """Replaces personal references by keyed hashes: a customer's calls still belong together.

    Args:
        home: Where the key is kept; it is drawn when it is first needed.
        country: ISO 3166 code of the country whose numbers are written without its code; a number
            then has one hash, in national and in international form.
    """

    def __init__(self, home: Path, country: str | None = None) -> None:
        self._key = HomeKey(home)
        self._country = country

    def pseudonyms(self, reference: str) -> frozenset[str]:
        """All that stands for a reference, so that two of one customer have one in common.

        Args:
            reference: As given, or what `hidden` made of it; an empty one is no customer.
        """
        reference = reference.strip()
        if not _IS_SAID.search(reference):
            return frozenset()
        if _PSEUDONYM.fullmatch(reference):
            return frozenset({reference})
        number = number_in(reference)
        named = {self._of_text(reference)}
        return frozenset(named | {self._of_number(number)} if number else named)

    def pseudonym(self, reference: str) -> str:
        """The keyed hash that stands for the number, address or name of a customer."""
        number = number_in(reference)
        return self._of_number(number) if number else self._of_text(reference)

    def hidden(self, call: Call, *, is_exported: bool) -> Call:
        """The call without the customer's telephone number, address or name.

        Args:
            call: The call.
            is_exported: Whether the reference is from files of another system, also by a mapping.
                What people wrote for us is theirs to choose: of it only a number in international
                form is taken for a telephone number.
        """
        reference = (call.customer_ref or "").strip()
        number = number_in(reference)
        if not _IS_SAID.search(reference):
            return replace(call, customer_ref=None)
        if number and (is_exported or number.startswith("+")):
            return replace(call, customer_ref=self._of_number(number))
        if holds_card(reference) or (is_exported and _is_personal(reference)):
            return replace(call, customer_ref=self._of_text(reference))
        return call

    def _of_number(self, number: str) -> str:
        return "tel-" + self._key.hash(international_digits(number, self._country))

    def _of_text(self, reference: str) -> str:
        text = customer_of(reference) or reference
        return "ref-" + self._key.hash(" ".join(text.casefold().split()))


def _is_personal(reference: str) -> bool:
    """Whether a reference is an address, holds a number, or looks like a name."""
    patterns = (_HOLDS_NUMBER, _LOOKS_LIKE_A_NAME)
    return "@" in reference or any(one.search(reference) for one in patterns)
