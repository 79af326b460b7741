"""Checksums and number plans, by the libraries that know them."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

import phonenumbers
from schwifty import IBAN
from schwifty.exceptions import SchwiftyException
from stdnum import luhn
from stdnum.es import dni, nie
from stdnum.it import codicefiscale
from stdnum.us import ssn

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

# Issuers' prefixes: a Luhn checksum alone passes one number in ten.
_ISSUER = re.compile(
    r"4(?:\d{12}|\d{15}|\d{18})|5[1-5]\d{14}|2[2-7]\d{14}|3[47]\d{13}|3[068]\d{12}|30[0-59]\d{11}"
    r"|3\d{15}|(?:2131|1800)\d{11}|6(?:011|4[4-9]\d|5\d{2})\d{12,15}|(?:5[06-9]|6\d)\d{14,17}|1\d{14}"
)
_ISSUER_PREFIX = re.compile("4|5|2[2-7]|3[04678]|6")
_NINO = re.compile(r"(?!BG|GB|NK|KN|TN|NT|ZZ)[ABCEGHJ-PRSTW-Z][ABCEGHJ-NPRSTW-Z]\d{6}[A-D]")
_DNI_LENGTH = 9
MAX_NATIONAL_DIGITS = 12
_NUMBER_KINDS = (
    "fixed_line",
    "mobile",
    "toll_free",
    "premium_rate",
    "shared_cost",
    "personal_number",
    "voip",
    "pager",
    "uan",
)


def is_card(text: str) -> bool | None:
    """Issuer's prefix and length, and the Luhn checksum; None if only the length is wrong."""
    if _ISSUER.fullmatch(text):
        return bool(luhn.is_valid(text))
    return None if _ISSUER_PREFIX.match(text) else False


def is_iban(text: str) -> bool:
    """Country's length and layout, and the mod-97 checksum."""
    try:
        IBAN(text)
    except (SchwiftyException, ValueError, KeyError):
        return False
    return True


def is_dni(text: str) -> bool:
    """The check letter; a leading zero is often left out."""
    return bool(dni.is_valid(text.zfill(_DNI_LENGTH)))


def is_nino(text: str) -> bool:
    """Allowed prefixes; there is no checksum, and one digit alone is no number."""
    return bool(_NINO.fullmatch(text)) and text[2:8] != "000000"


def is_phone(text: str, regions: Sequence[str] = ()) -> bool:
    """Whether a number plan of the regions, or any plan after "+" or "00", has it."""
    if text.startswith(("+", "00")):
        return _is_international("+" + text.lstrip("+0"))
    return len(text) <= MAX_NATIONAL_DIGITS and bool(_plans(tuple(regions)).fullmatch(text))


def _is_international(text: str) -> bool:
    try:
        number = phonenumbers.parse(text, None)
    except phonenumbers.NumberParseException:
        return False
    return bool(phonenumbers.is_valid_number(number))


@cache
def _plans(regions: tuple[str, ...]) -> re.Pattern[str]:
    """The number plans of some regions as one expression over national numbers.

    The library's own parser takes fifty times as long as the plans that it carries.
    """
    plans = []
    for region in regions:
        code = phonenumbers.country_code_for_region(region)
        prefix = phonenumbers.ndd_prefix_for_region(region, strip_non_digits=True) or ""
        sharing = phonenumbers.COUNTRY_CODE_TO_REGION_CODE[code]
        numbers = "|".join(sorted({number for one in sharing for number in _numbers(one)}))
        plans.append(f"(?:{code}|{prefix})?(?:{numbers})")
    return re.compile("|".join(plans) or "(?!)")


def _numbers(region: str) -> list[str]:
    """The expressions for each kind of number in a region."""
    plan = phonenumbers.PhoneMetadata.metadata_for_region(region)
    kinds = [getattr(plan, kind) for kind in _NUMBER_KINDS]
    return [kind.national_number_pattern for kind in kinds if kind and kind.national_number_pattern]


VALIDATORS: Mapping[str, Callable[[str], bool | None]] = {
    "card": is_card,
    "iban": is_iban,
    "us_ssn": lambda text: bool(ssn.is_valid(text)),
    "uk_nino": is_nino,
    "es_dni": is_dni,
    "es_nie": lambda text: bool(nie.is_valid(text)),
    "it_codice_fiscale": lambda text: bool(codicefiscale.is_valid(text)),
    "phone": is_phone,
}
