"""Checksums and number plans, by the libraries that know them."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

import phonenumbers
from schwifty import IBAN
from schwifty.exceptions import SchwiftyException
from stdnum import luhn
from stdnum.ar import cuit
from stdnum.es import dni, nie
from stdnum.gb import nhs
from stdnum.iso7064 import mod_97_10
from stdnum.it import codicefiscale
from stdnum.mx import curp, rfc
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
# Areas of the Royal Mail; the last two letters are never among C I K M O V.
_POSTCODE = re.compile(
    "(?:A[BL]|B[ABDHLNRST]?|C[ABFHMORTVW]|D[ADEGHLNTY]|E[CHNX]?|F[KY]|G[LUY]?|H[ADGPRSUX]|I[GMPV]"
    "|JE|K[ATWY]|L[ADELNSU]?|M[EKL]?|N[EGNPRW]?|O[LX]|P[AEHLOR]|R[GHM]|S[AEGKLMNOPRSTWY]?"
    "|T[ADFNQRSW]|UB|W[ACDFNRSV]?|YO|ZE)[0-9][0-9A-HJKMNPR-Y]?[0-9][ABD-HJLNP-UW-Z]{2}"
)
# Britain's say the half-year; Italy's have none of the letters I, O, Q and U.
_PLATE = re.compile(
    "[A-HJ-PR-Y]{2}(?:0[1-9]|[1-7][0-9])[A-HJ-PR-Z]{3}|[A-HJ-NPR-TV-Z]{2}[0-9]{3}[A-HJ-NPR-TV-Z]{2}"
)
_DNI_LENGTH = 9
_IBAN_HEAD = 4
"""Characters of country and checksum."""
MAX_NATIONAL_DIGITS = 12
MAX_COUNTRY_DIGITS = 3
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
    """Country's length and layout, and the mod-97 checksum, which few other codes pass."""
    if not mod_97_10.is_valid(text[_IBAN_HEAD:] + text[:_IBAN_HEAD]):
        return False
    try:
        IBAN(text)
    except (SchwiftyException, ValueError, KeyError):
        return False
    return True


def is_dni(text: str) -> bool:
    """The check letter; a leading zero is often left out."""
    return bool(dni.is_valid(text.zfill(_DNI_LENGTH)))


def is_nino(text: str) -> bool:
    """Allowed prefixes; there is no checksum, but zeros alone are not valid."""
    return bool(_NINO.fullmatch(text)) and text[2:8] != "000000"


def is_plate(text: str) -> bool | None:
    """True for plates that few other codes resemble; None for others."""
    return True if _PLATE.fullmatch(text) else None


def is_nhs_number(text: str) -> bool | None:
    """The checksum of ten digits; of other health cards none is known."""
    return bool(nhs.is_valid(text)) or None


def is_phone(text: str, regions: Sequence[str] = ()) -> bool:
    """Whether a number plan of the regions, or any plan after "+" or "00", has it."""
    if text.startswith(("+", "00")):
        return _is_international(text.lstrip("+0"))
    return len(text) <= MAX_NATIONAL_DIGITS and any(
        _plan(region).fullmatch(text) or _is_abroad(region, text) for region in regions
    )


def _is_international(digits: str) -> bool:
    """Whether the plan of the country whose code comes first has the rest."""
    for length in range(1, MAX_COUNTRY_DIGITS + 1):
        regions = phonenumbers.COUNTRY_CODE_TO_REGION_CODE.get(int(digits[:length] or 0))
        if regions:
            return _is_abroad(regions[0], digits)
    return False


def _is_abroad(region: str, digits: str) -> bool:
    """Whether the digits are the country's code and a number of its plan."""
    code = str(phonenumbers.country_code_for_region(region))
    return digits.startswith(code) and bool(_plan(region).fullmatch(digits, len(code)))


@cache
def _plan(region: str) -> re.Pattern[str]:
    """The plan of a region and of those that share its country code, as one expression.

    The library's own parser takes fifty times as long as the plans that it carries.
    """
    code = phonenumbers.country_code_for_region(region)
    prefix = phonenumbers.ndd_prefix_for_region(region, strip_non_digits=True) or ""
    sharing = phonenumbers.COUNTRY_CODE_TO_REGION_CODE.get(code, ())
    numbers = "|".join(sorted({number for one in sharing for number in _kinds(one)}))
    return re.compile(f"(?:{prefix})?(?:{numbers or '(?!)'})")


def _kinds(region: str) -> list[str]:
    """The expressions for each kind of number in a region."""
    plan = phonenumbers.PhoneMetadata.metadata_for_region(region)
    kinds = [getattr(plan, kind) for kind in _NUMBER_KINDS]
    return [kind.national_number_pattern for kind in kinds if kind and kind.national_number_pattern]


def is_country(code: str) -> bool:
    """Whether a country with a number plan has this ISO 3166 code."""
    return code in phonenumbers.SUPPORTED_REGIONS


def international_digits(number: str, country: str | None) -> str:
    """The digits of a number after the "+", however it is written; of no known plan, its own.

    Args:
        number: In national or international form.
        country: Where it is dialled; None if that is not known.
    """
    dialled = f"+{number[2:]}" if number.startswith("00") else number
    digits = dialled.removeprefix("+")
    try:
        parsed = phonenumbers.parse(dialled, country)
    except phonenumbers.NumberParseException:
        return digits
    known = phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)
    return known.removeprefix("+") if phonenumbers.is_valid_number(parsed) else digits


VALIDATORS: Mapping[str, Callable[[str], bool | None]] = {
    "card": is_card,
    "iban": is_iban,
    "us_ssn": lambda text: bool(ssn.is_valid(text)),
    "uk_nino": is_nino,
    "es_dni": is_dni,
    "es_nie": lambda text: bool(nie.is_valid(text)),
    "it_codice_fiscale": lambda text: bool(codicefiscale.is_valid(text)),
    "phone": is_phone,
    "uk_postcode": lambda text: bool(_POSTCODE.fullmatch(text)),
    "licence_plate": is_plate,
    "nhs_number": is_nhs_number,
    "mx_curp": lambda text: bool(curp.is_valid(text)),
    "mx_rfc": lambda text: bool(rfc.is_valid(text, validate_check_digits=True)),
    "ar_cuit": lambda text: bool(cuit.is_valid(text)),
}
