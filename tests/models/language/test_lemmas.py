"""Forms of one word are recognised as such, in the spelling without accents."""

from __future__ import annotations

import pytest

from models.language.lemmas import readings


@pytest.mark.parametrize(
    ("language", "form", "other"),
    [
        ("en", "cancel", "cancelled"),
        ("en", "modelling", "model"),
        ("es", "reservado", "reservada"),
        ("es", "grabada", "grabados"),
        ("es", "hecho", "hecha"),
        ("es", "companera", "compañero"),
        ("it", "chiuso", "chiusa"),
        ("it", "interessato", "interessata"),
        ("it", "spente", "spento"),
    ],
)
def test_forms_of_one_word_have_a_reading_in_common(language: str, form: str, other: str) -> None:
    """Gender, number and spelling of a participle do not make another word of it."""
    assert readings(form, language) & readings(other, language)


@pytest.mark.parametrize(
    ("language", "word", "other"),
    [
        ("en", "cancel", "counsel"),
        ("es", "derecho", "derecha"),
        ("es", "cuenta", "cuento"),
        ("it", "salute", "saluto"),
        ("it", "volta", "volto"),
        ("it", "tasso", "tassa"),
    ],
)
def test_similar_words_have_none(language: str, word: str, other: str) -> None:
    """An ending alone does not make two words one."""
    assert not readings(word, language) & readings(other, language)


@pytest.mark.parametrize("language", ["en", "es", "it"])
def test_a_word_that_is_in_no_dictionary_has_no_reading(language: str) -> None:
    """What is misspelt is no word, whatever its ending."""
    assert not readings("xqwado", language)
    assert not readings("blorfled", language)
