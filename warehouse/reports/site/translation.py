"""Translation of pages: messages, dates and numbers."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import cache, lru_cache
from io import BytesIO
from typing import TYPE_CHECKING

from babel import Locale
from babel.dates import format_date, format_time
from babel.messages.mofile import write_mo
from babel.numbers import format_decimal, format_percent
from babel.support import NullTranslations, Translations

from models.language.pack import locale_of
from warehouse.reports.site.catalogue import SOURCE_LANGUAGE, catalogue_path, read_catalogue

if TYPE_CHECKING:
    from datetime import date, datetime


def reads_source(_supervisor_id: str) -> str:
    """The default language of supervisors."""
    return SOURCE_LANGUAGE


@dataclass(frozen=True, slots=True)
class Language:
    """Messages and formats of one language.

    Attributes:
        code: ISO 639-1.
        locale: Its formats.
        translations: Its messages, by the source text; plurals by the catalogue's own rule.
    """

    code: str
    locale: Locale
    translations: NullTranslations

    def text(self, message: str) -> str:
        """The message in this language; in the source language where it has not been translated."""
        return self.translations.gettext(message) if message else ""

    def plural(self, one: str, many: str, count: int) -> str:
        """The plural form of a message for a count; placeholders are not replaced."""
        return self.translations.ngettext(one, many, count)

    def day(self, date: date) -> str:
        """A day in full: 2 March 2026."""
        return format_date(date, "long", locale=self.locale)

    def short_day(self, date: date) -> str:
        """A day where space is short: 2 Mar."""
        return format_date(date, "d MMM", locale=self.locale)

    def time(self, at: datetime) -> str:
        """Hours and minutes on the site's clock."""
        return format_time(at, "HH:mm", locale=self.locale)

    def number(self, value: float, digits: int = 0) -> str:
        """A number with at most this many decimals."""
        return _decimal(self.code, round(value, digits), digits)

    def signed(self, value: float) -> str:
        """A change without decimals, with its sign."""
        return f"{'+' if round(value) > 0 else ''}{self.number(value)}"

    def month(self, date: date) -> str:
        """A month in full: March 2026."""
        return format_date(date, "LLLL yyyy", locale=self.locale)

    def percent(self, ratio: float, digits: int = 0) -> str:
        """A share, 0..1, as a percentage with at most this many decimals."""
        return _percent(self.code, round(ratio, 2 + digits))

    def capitalised(self, text: str) -> str:
        """The text with an upper-case first letter; the others are unchanged."""
        return text[:1].upper() + text[1:]


def name_order(name: str) -> tuple[str, str]:
    """The place of a name in a list: Álvaro before Sofía, as readers of our languages expect.

    Accents and case do not count (ñ is sorted as n); names that differ in nothing else follow the
    order of their characters.
    """
    letters = unicodedata.normalize("NFKD", name)
    plain = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return plain.casefold(), name


@cache
def language(code: str) -> Language:
    """The language of this code; the source language if there is no catalogue for it."""
    if code == SOURCE_LANGUAGE or not catalogue_path(code).exists():
        source = Locale.parse(locale_of(SOURCE_LANGUAGE))
        return Language(SOURCE_LANGUAGE, source, NullTranslations())
    compiled = BytesIO()
    write_mo(compiled, read_catalogue(code))
    compiled.seek(0)
    return Language(code, Locale.parse(locale_of(code)), Translations(compiled))


# A night's pages repeat the same few thousand numbers, and formatting with Babel is slow.
@lru_cache(maxsize=8192)
def _decimal(code: str, value: float, digits: int) -> str:
    pattern = "#,##0" + ("." + "#" * digits if digits else "")
    return format_decimal(value, pattern, locale=language(code).locale)


@lru_cache(maxsize=8192)
def _percent(code: str, ratio: float) -> str:
    return format_percent(ratio, locale=language(code).locale, decimal_quantization=False)
