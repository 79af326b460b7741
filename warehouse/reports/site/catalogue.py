"""The message catalogues of the pages, and the check for missing translations."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from babel import localedata
from babel.messages.pofile import read_po

from models.language.pack import known_languages, locale_of, pack_folder

if TYPE_CHECKING:
    from babel.messages import Catalog, Message

SOURCE_LANGUAGE = "en"
"""Language of the templates; every other language needs a catalogue."""
OWN_CATALOGUE = "pages.po"
"""Catalogue inside a centre's own language pack."""

_CATALOGUES = Path(__file__).parent / "languages"


def page_languages() -> tuple[str, ...]:
    """ISO 639-1 codes of all languages that pages can be written in."""
    codes = {path.stem for path in _CATALOGUES.glob("*.po")}
    codes |= {code for code in known_languages() if catalogue_path(code).exists()}
    return (SOURCE_LANGUAGE, *sorted(codes - {SOURCE_LANGUAGE}))


def catalogue_path(code: str) -> Path:
    """Path of the catalogue of a language, whether or not it exists."""
    own = pack_folder(code) / OWN_CATALOGUE
    return own if own.exists() else _CATALOGUES / f"{code}.po"


def read_catalogue(code: str) -> Catalog:
    """The messages of a language with a catalogue."""
    with catalogue_path(code).open("rb") as file:
        return read_po(file, locale=locale_of(code))


def source_text(message: Message) -> str:
    """The id of a message: its text in the source language, or the singular of a plural."""
    return message.id if isinstance(message.id, str) else message.id[0]


def translations(message: Message) -> tuple[str, ...]:
    """The text of a message in each plural form; empty if it is untranslated or fuzzy."""
    forms = (message.string,) if isinstance(message.string, str) else tuple(message.string or ())
    return forms if all(forms) and not message.fuzzy else ()


def catalogue_gaps(code: str) -> list[str]:
    """What the catalogue of a language lacks that another one has.

    Returns:
        One line each, `path:line: what; expected what`.
    """
    if code == SOURCE_LANGUAGE:
        return []
    others = [read_catalogue(other) for other in page_languages()[1:] if other != code]
    wanted = {source_text(message) for catalogue in others for message in catalogue} - {""}
    path = catalogue_path(code)
    if not path.exists():
        what = f"no such file; expected a translation of the pages' {len(wanted)} messages"
        return [f"{path}:1: {what}; begin with a copy of another language's catalogue"]
    known = {source_text(message): message for message in read_catalogue(code)}
    gaps = []
    if not localedata.exists(locale_of(code)):
        what = f"`locale` is `{locale_of(code)}`, of which Babel knows no formats"
        gaps.append(f"{pack_folder(code) / 'language.yaml'}:1: {what}; expected one such as fr_CA")
    return gaps + [
        f"{path}:{known[text].lineno if text in known else 1}: `{text}` is not translated; "
        "expected its text in `msgstr`"
        for text in sorted(wanted)
        if text not in known or not translations(known[text])
    ]
