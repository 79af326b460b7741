"""Pages use one word for a concept: the catalogues follow the glossary of their language."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, TypedDict

import pytest
from ruamel.yaml import YAML

from tests.warehouse.reports.test_languages import page_messages
from warehouse.reports.site import catalogue
from warehouse.reports.site.catalogue import (
    SOURCE_LANGUAGE,
    page_languages,
    read_catalogue,
    source_text,
    translations,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_GLOSSARIES = Path(catalogue.__file__).parent / "languages" / "glossary"
_PLACEHOLDER = re.compile(r"%\(\w+\)s")
_TRANSLATED = [code for code in page_languages() if code != SOURCE_LANGUAGE]


class _Term(TypedDict):
    """An English term, the forms of the one word for it, and words that stand for it nowhere."""

    term: str
    use: list[str]
    never: list[str]


def _terms(code: str) -> list[_Term]:
    terms: list[_Term] = YAML(typ="safe").load(_GLOSSARIES / f"{code}.yaml")
    return terms


def _texts(code: str) -> Iterator[tuple[str, str]]:
    """Every message of a language, with the English text that it stands for."""
    if code == SOURCE_LANGUAGE:
        yield from ((text, text) for text in page_messages())
    else:
        for message in read_catalogue(code):
            if source := source_text(message):
                yield from ((source, form) for form in translations(message))


def _says(text: str, words: Iterable[str]) -> list[str]:
    said = _PLACEHOLDER.sub("", text)
    return [
        word for word in words if re.search(rf"(?<!\w){re.escape(word)}(?!\w)", said, re.IGNORECASE)
    ]


def _faults(code: str, texts: Iterable[tuple[str, str]]) -> list[str]:
    """What in these texts the glossary of the language does not allow."""
    found, terms = [], _terms(code)
    for source, text in texts:
        for term in terms:
            use, never = term["use"], term["never"]
            found += [f"{text}: not `{word}`" for word in _says(text, never)]
            forms = (term["term"], f"{term['term']}s")
            if use and _says(source, forms) and not _says(text, use):
                found.append(f"{text}: `{use[0]}` for `{term['term']}`")
    return found


@pytest.mark.parametrize("code", page_languages())
def test_texts_follow_the_glossary(code: str) -> None:
    """The word of the glossary where the English text has its term, and no other word for it."""
    assert _faults(code, _texts(code)) == []


@pytest.mark.parametrize("code", _TRANSLATED)
def test_a_glossary_has_only_terms_of_the_pages(code: str) -> None:
    """A term that no page uses holds no text to anything."""
    sources = " ".join(source for source, _ in _texts(code))
    unused = [
        term["term"]
        for term in _terms(code)
        if term["use"] and not _says(sources, (term["term"], f"{term['term']}s"))
    ]
    assert unused == []


@pytest.mark.parametrize(
    ("code", "source", "text"),
    [
        ("en", "", "The difference is significant."),
        ("es", "Next finding", "Hallazgo siguiente"),
        ("es", "Next finding", "Fallo siguiente"),
        ("it", "Open the warehouse", "Aprire il warehouse"),
        ("it", "", "Chiamate dei vostri operatori"),
    ],
)
def test_another_word_is_found(code: str, source: str, text: str) -> None:
    """A calque, a second word for a concept, and another form of address."""
    assert _faults(code, [(source, text)]) != []
