"""Names of people in a call's turns, found by spaCy: one pipeline per language.

Two independent recognisers process each turn: the language's own pipeline, or
a list of given names where none is installed, and a small multilingual model. Loading takes some
seconds and 150 MB, so this module is imported only where there is text to process.
"""

from __future__ import annotations

from collections import Counter
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

import spacy
from spacy.language import Language

from models.language.pack import load_given_names
from models.language.person_model import PERSON_MODEL, load_person_model
from models.language.pipelines import spacy_pipeline

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from spacy.tokens import Doc

PERSON_LABELS = frozenset({"PERSON", "PER"})
"""Labels of a person in pipelines trained on different corpora."""
UNNEEDED = ("tagger", "parser", "attribute_ruler", "lemmatizer", "morphologizer")
"""Components that no recogniser of names depends on."""
SHARED_LAYER = "tok2vec"
"""Computes word vectors for other components; some pipelines' recogniser has its own instead."""
SENTENCE_ENDS = (".", "?", "!")

Language.factory(PERSON_MODEL, func=lambda nlp, name: load_person_model())  # noqa: ARG005  spaCy's


class PersonName(NamedTuple):
    """A name in one text.

    Attributes:
        first: Index of its first word.
        last: Index after its last word.
        recognisers: How many found it.
    """

    first: int
    last: int
    recognisers: int


@cache
def load_pipeline(code: str) -> Language:
    """The pipeline of a language, loaded once per process.

    Raises:
        WeightsError: The weights of the recogniser are missing or not the pinned ones.
    """
    installed = spacy_pipeline(code)
    if installed:
        installed.verify()
    nlp = (
        spacy.load(installed.package, exclude=UNNEEDED)
        if installed
        else _with_given_names(_blank(code), code)
    )
    _drop_unused_layer(nlp)
    nlp.add_pipe(PERSON_MODEL)
    return nlp


def person_names(
    texts: Sequence[Sequence[str]], code: str, agreed_only: Collection[int] = ()
) -> list[list[PersonName]]:
    """The names of people in several texts.

    Args:
        texts: The words of each, punctuation included.
        code: Their language.
        agreed_only: Indexes of the texts in which only names count that both recognisers find. The
            second one, which needs most of the time, skips them where the first found none.

    Returns:
        For each text its names in order.
    """
    nlp = load_pipeline(code)
    second = nlp.get_pipe(PERSON_MODEL)
    docs = nlp.pipe((" ".join(words) for words in texts), disable=[PERSON_MODEL])
    names = []
    for number, (doc, words) in enumerate(zip(docs, texts, strict=True)):
        if number not in agreed_only or any(ent.label_ in PERSON_LABELS for ent in doc.ents):
            second(doc)
            names.append(_names(doc, words, code))
        else:
            names.append([])
    return names


def _drop_unused_layer(nlp: Language) -> None:
    """Remove the shared layer if only components that were left out read it."""
    layer = nlp.get_pipe(SHARED_LAYER) if nlp.has_pipe(SHARED_LAYER) else None
    readers = getattr(layer, "listening_components", ())
    if layer and not any(map(nlp.has_pipe, readers)):
        nlp.remove_pipe(SHARED_LAYER)


def _blank(code: str) -> Language:
    try:
        return spacy.blank(code)
    except ImportError:  # spaCy has no tokenizer of this language
        return spacy.blank("xx")


def _with_given_names(nlp: Language, code: str) -> Language:
    """A given name and the capitalised words after it are a person."""
    given = load_given_names(code)
    surnames: dict[str, Any] = {"IS_TITLE": True, "OP": "*"}
    written: dict[str, Any] = {"LOWER": {"IN": sorted(given.words)}, "IS_TITLE": True}
    ruler = nlp.add_pipe("entity_ruler")
    ruler.add_patterns(  # type: ignore[attr-defined]  # spaCy types every component alike
        [
            {"label": "PERSON", "pattern": [{"LOWER": {"IN": sorted(given.names)}}, surnames]},
            {"label": "PERSON", "pattern": [written, surnames]},
        ]
    )
    return nlp


def _names(doc: Doc, words: Sequence[str], code: str) -> list[PersonName]:
    """Runs of words that any recogniser finds, with the number of recognisers that agree."""
    starts: list[int] = []
    at = 0
    for word in words:
        starts.append(at)
        at += len(word) + 1
    ambiguous = load_given_names(code).words
    votes: Counter[int] = Counter()
    by_ents = [ent for ent in doc.ents if ent.label_ in PERSON_LABELS]
    for group in (by_ents, doc.spans[PERSON_MODEL]):
        marked = {
            word
            for span in group
            for word, start in enumerate(starts)
            if start < span.end_char and span.start_char < start + len(words[word])
        }
        if group is by_ents:
            marked -= set(_openings(words, ambiguous))
        votes.update(marked)
    return [PersonName(run[0], run[-1] + 1, votes[run[0]]) for run in _runs(votes, words)]


def _openings(words: Sequence[str], ambiguous: frozenset[str]) -> Iterator[int]:
    """Words of the language that are capitalised only because they begin a sentence."""
    for at, word in enumerate(words):
        begins = at == 0 or words[at - 1].endswith(SENTENCE_ENDS)
        if begins and word.strip("¿¡.,;:!?\"'").lower() in ambiguous:
            yield at


def _runs(votes: Mapping[int, int], words: Sequence[str]) -> Iterator[list[int]]:
    """Adjacent words found by equally many recognisers; punctuation ends a run."""
    run: list[int] = []
    for word in sorted(votes):
        goes_on = bool(run) and word == run[-1] + 1 and votes[word] == votes[run[-1]]
        if run and not (goes_on and not words[run[-1]].endswith((*SENTENCE_ENDS, ","))):
            yield run
            run = []
        run.append(word)
    if run:
        yield run
