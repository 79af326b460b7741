"""Labelled candidates: what the detector considers on labelled texts, and whether it is right."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from qa_rules.pii_detection.detector import attributed, evidence_of
from qa_rules.pii_detection.evidence.features import NO_EVIDENCE, Evidence
from qa_rules.pii_detection.types.pii_type import UNKNOWN_NUMBER, Mask
from tests.bench.pii.sets import LANGUAGES, Gold, Labelled, read_sets
from tests.bench.pii_weights.ambiguous import sentences
from tests.bench.pii_weights.marked_lines import marked_lines
from tests.night.ground_truth import truth_of
from tests.night.recognitions.recorded import RENDERINGS, recognitions
from tests.qa_rules.pii_detection.invented_people.speaker import Speaker
from tests.qa_rules.pii_detection.invented_people.values import CARDS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from models.transcript import Transcript
    from qa_rules.pii_detection.types.catalogue import PiiRules

SEED = 20261130
PER_TYPE, HARMLESS, DRAWS = 12, 150, 4
HALF_LABELLED = frozenset({"person_name", "security_answer"})
"""The night's truth leaves names in passing out, and invented people call any secret a password."""
MIN_LINKING_CHARACTERS = 7
"""Texts that share a value of this many characters stay in one fold."""


class Case(NamedTuple):
    """A labelled text.

    Attributes:
        item: The text.
        sentence: What is equal in all texts that were made from one sentence, or of one call.
    """

    item: Labelled
    sentence: str


class LabelledCandidate(NamedTuple):
    """A candidate that is right or wrong.

    Attributes:
        type: Its assigned type.
        evidence: The features for that type.
        is_right: Whether it touches a value of that type.
        score: The sum by which the type was chosen.
        source: The set it came from.
        group: Sentence and value: all with the same one are in one fold.
    """

    type: str
    evidence: Evidence
    is_right: bool
    score: float
    source: str
    group: int


def labelled_candidates(data: Path | None, night: Path, rules: PiiRules) -> list[LabelledCandidate]:
    """All candidates of all sets."""
    cases = [*_texts(data, night), *_night(), *_people(rules), *_ambiguous(rules)]
    cases += [_case(item) for item in marked_lines()]
    groups = _Groups()
    found = []
    for case in cases:
        for candidate in _of(case, rules):
            group = groups.of(case.sentence)
            text = candidate.text.upper()
            if len(text) >= MIN_LINKING_CHARACTERS and text not in CARDS:
                groups.join(group, groups.of(text))
            found.append((candidate, group))
    return [one.labelled._replace(group=groups.root(group)) for one, group in found]


class _Found(NamedTuple):
    labelled: LabelledCandidate
    text: str


def _of(case: Case, rules: PiiRules) -> Iterator[_Found]:
    item = case.item
    for said, _, stream in attributed(item.transcript, rules, item.transcript.language):
        one = said.candidate
        evidence = evidence_of(one, stream)
        if (
            one.type == UNKNOWN_NUMBER
            or one.type not in item.types
            or evidence == NO_EVIDENCE
            or rules.by_id[one.type].mask is not Mask.ALWAYS
        ):
            continue
        places = {(at.turn, at.word) for at in stream.places[one.first : one.last]}
        is_right = any(gold.type == one.type and gold.places & places for gold in item.gold)
        yield _Found(
            LabelledCandidate(one.type, evidence, is_right, one.score, item.source, 0), one.text
        )


def _texts(data: Path | None, night: Path) -> Iterator[Case]:
    for item in read_sets(data, night):
        if item.source != "night":
            yield _case(item)


def _case(item: Labelled) -> Case:
    """A text whose sentence is what stands around its values."""
    gold = frozenset(place for one in item.gold for place in one.places)
    words = [
        word.text.lower().strip("¿?.,")
        for number, turn in enumerate(item.transcript.turns)
        for at, word in enumerate(turn.words)
        if (number, at) not in gold
    ]
    return Case(item, f"{item.source} {item.transcript.language} {' '.join(words)}")


def _night() -> Iterator[Case]:
    """The night as recognised on several processors, labelled by time."""
    for rendering in RENDERINGS:
        heard = {call_id: one.transcript for call_id, one in recognitions(rendering).items()}
        truths = {call_id: truth_of(call_id)["pii"] for call_id in heard}
        types = frozenset(span["type"] for spans in truths.values() for span in spans)
        types -= HALF_LABELLED
        for call_id, transcript in heard.items():
            if transcript.language not in LANGUAGES:
                continue  # it is searched in all of them
            gold = tuple(_gold(transcript, truths[call_id]))
            yield Case(Labelled("heard", transcript, gold, types), call_id)


def _gold(transcript: Transcript, spans: Iterable[dict[str, object]]) -> Iterator[Gold]:
    for span in spans:
        start_s, end_s = float(str(span["start_s"])), float(str(span["end_s"]))
        for number, turn in enumerate(transcript.turns):
            inside = [
                at
                for at, word in enumerate(turn.words)
                if turn.role in (span["role"], "unknown")
                and start_s <= (word.start_s + word.end_s) / 2 <= end_s
            ]
            if inside:
                yield Gold(str(span["type"]), number, inside[0], inside[-1] + 1)


def _people(rules: PiiRules) -> Iterator[Case]:
    types = frozenset(rules.by_id) - {"security_answer"}
    for language in LANGUAGES:
        speaker = Speaker(language, SEED)
        for example in [*speaker.examples(PER_TYPE), *speaker.harmless(HARMLESS)]:
            gold = tuple(
                Gold(str(example.type), turn, word, word + 1) for turn, word in example.places
            )
            yield _case(Labelled("people", example.transcript, gold, types))


def _ambiguous(rules: PiiRules) -> Iterator[Case]:
    types = frozenset(rules.by_id)
    for language in LANGUAGES:
        for said in sentences(language, SEED, DRAWS):
            gold = tuple(Gold(*value) for value in said.values)
            item = Labelled("ambiguous", said.transcript, gold, types)
            yield Case(item, f"ambiguous {said.template}")


class _Groups:
    """Joins what belongs together: union-find over names."""

    def __init__(self) -> None:
        self._parents: list[int] = []
        self._by_name: dict[str, int] = {}

    def of(self, name: str) -> int:
        """The number of a name."""
        if name not in self._by_name:
            self._by_name[name] = len(self._parents)
            self._parents.append(len(self._parents))
        return self._by_name[name]

    def root(self, one: int) -> int:
        """The number that stands for all that were joined with it."""
        while self._parents[one] != one:
            one = self._parents[one]
        return one

    def join(self, one: int, other: int) -> None:
        """Make two groups one."""
        self._parents[self.root(one)] = self.root(other)
