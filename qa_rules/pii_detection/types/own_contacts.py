"""The contact centre's own contacts, which are not personal data."""

from __future__ import annotations

from functools import cached_property
from typing import Annotated

from pydantic import Field

from models.language.spoken.language import fold
from qa_rules.strict_yaml import StrictRecord

MIN_PHONE_DIGITS = 7
"""The shortest subscriber number that is given without its prefix."""

_Phone = Annotated[str, Field(pattern="^[+(]?[0-9][0-9 ().-]{5,}$")]
_Email = Annotated[str, Field(pattern="^[^@ ]+@[^@ ]+[.][^@ ]+$")]
_Domain = Annotated[str, Field(pattern="^[^@ ]+$")]
_SortCode = Annotated[str, Field(pattern="^[0-9]{2}[ -]?[0-9]{2}[ -]?[0-9]{2}$")]


class OwnContacts(StrictRecord):
    """The centre's own contacts, as people write them.

    Attributes:
        phones: Telephone numbers, with or without the country's prefix.
        emails: E-mail addresses.
        domains: Of its other mailboxes ("lumina.com"), or names that any ending follows ("lumina").
        addresses: Postal addresses.
        sort_codes: Codes of its bank's branches.
    """

    phones: tuple[_Phone, ...] = ()
    emails: tuple[_Email, ...] = ()
    domains: tuple[_Domain, ...] = ()
    addresses: tuple[str, ...] = ()
    sort_codes: tuple[_SortCode, ...] = ()

    def has_number(self, text: str) -> bool:
        """Whether digits are a telephone number of the centre, or its sort code."""
        digits = _digits(text)
        if digits in self._sort_codes:
            return True
        if len(digits) < MIN_PHONE_DIGITS:
            return False
        bare = digits.lstrip("0")
        return any(
            phone.endswith(bare) or digits.endswith(phone.lstrip("0")) for phone in self._phones
        )

    def has_email(self, text: str) -> bool:
        """Whether it is an e-mail address of the centre."""
        return text.casefold() in self._emails

    def has_domain_of(self, email: str) -> bool:
        """Whether an e-mail address is at a domain of the centre, or at that of a listed one."""
        domain = email.casefold().partition("@")[2]
        return domain in self._domains or domain.partition(".")[0] in self._domains

    def has_address(self, words: str) -> bool:
        """Whether bare words are one of the centre's addresses, or a part of one."""
        return any(words in address for address in self._addresses)

    @cached_property
    def _phones(self) -> tuple[str, ...]:
        return tuple(map(_digits, self.phones))

    @cached_property
    def _sort_codes(self) -> frozenset[str]:
        return frozenset(map(_digits, self.sort_codes))

    @cached_property
    def _emails(self) -> frozenset[str]:
        return frozenset(email.casefold() for email in self.emails)

    @cached_property
    def _domains(self) -> frozenset[str]:
        listed = (email.partition("@")[2] for email in self.emails)
        return frozenset(domain.casefold() for domain in (*self.domains, *listed))

    @cached_property
    def _addresses(self) -> tuple[str, ...]:
        return tuple(fold(address).replace(",", "") for address in self.addresses)


NO_CONTACTS = OwnContacts()
"""Of a centre without listed contacts."""


def _digits(text: str) -> str:
    return "".join(filter(str.isdecimal, text))
