"""Suggest rules for contact reasons that no rule knows: similar first sentences of customers."""

from __future__ import annotations

import io
from collections import Counter, defaultdict
from dataclasses import dataclass, replace
from itertools import count
from typing import TYPE_CHECKING, Any

import numpy as np
from ruamel.yaml import YAML

from models.call import Direction, Role
from models.language.pack import load_engine_vocabulary
from models.language.sentence_embeddings import load_meaning
from qa_rules.evaluation.judging import judge
from qa_rules.matching.semantic_condition import sentences_of
from qa_rules.phrase_search.tokens import tokenize
from qa_rules.results import Outcome
from qa_rules.rule_files.tags import CONTACT_REASON

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Collection, Iterable, Iterator, Sequence

    from numpy.typing import NDArray

    from models.transcript import Transcript, Word
    from qa_rules.results import CallResult
    from qa_rules.rule_files.rulebook import RuleBook

FOLDER = "reason"
"""Folder of the rules, with which their ids begin."""
FIRST_S = 60.0
"""The reason is told in the first minute, or not by itself."""
MIN_WORDS = 5
"""Shorter sentences greet or confirm; they give no reason."""
MIN_SIMILARITY = 0.5
"""Of pairs of openings at least this alike, 86 % have the same reason (`contact_reasons.tsv`)."""
MAX_OPENINGS = 5_000
"""Openings that are compared, the latest ones: every pair is, at 2 ms for each embedding."""

_HEADER = """\
# yaml-language-server: $schema=../schemas/rule.schema.json
# Suggested by `callqa rules suggest` from {count} calls. Write `title`, `why` and `coaching`,
# replace `similar` by phrases as customers say them, and add the other languages.
"""
_ELSEWHERE = "A call in which nothing of the kind is said."
_EXAMPLE_COUNT = 3
_ID_WORDS = 5


@dataclass(frozen=True, slots=True)
class Opening:
    """The sentence with which a customer seems to say why they call, redacted."""

    language: str
    text: str


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Openings that are alike in meaning, the one nearest to their mean first.

    Attributes:
        rule_id: Id of the draft, from words of the first opening; no other rule has it.
        openings: The openings.
        unlike: The opening of another call that is least alike; None without one.
    """

    rule_id: str
    openings: tuple[Opening, ...]
    unlike: Opening | None

    @property
    def name(self) -> str:
        """The opening nearest to their mean."""
        return self.openings[0].text


def unknown_openings(results: Iterable[CallResult], rulebook: RuleBook) -> list[Opening]:
    """Openings of the inbound calls that no rule with the tag `contact-reason` matches.

    Drafts count as rules, so that what was suggested once is not suggested again.
    """
    rules = _contact_reasons(rulebook.with_drafts())
    found = []
    for result in results:
        opening = _opening(result.transcript)
        if opening and result.call.direction is Direction.INBOUND and not _known(result, rules):
            found.append(opening)
    return found


def suggest(
    openings: Sequence[Opening], min_calls: int, taken: Iterable[str] = ()
) -> list[Suggestion]:
    """Group openings that are alike in meaning, the largest group first.

    Args:
        openings: In order of time; only the last `MAX_OPENINGS` are compared.
        min_calls: The least number of calls in a group.
        taken: Ids that rules have already.
    """
    openings = openings[-MAX_OPENINGS:]
    if not openings:
        return []
    vectors = load_meaning().embed([opening.text for opening in openings])
    ids = set(taken)
    suggestions = []
    for group in cluster(vectors, min_calls):
        suggestions.append(_suggestion(openings, vectors, group, ids))
        ids.add(suggestions[-1].rule_id)
    return suggestions


def cluster(vectors: NDArray[np.float32], min_size: int) -> list[NDArray[np.intp]]:
    """Group unit vectors: again and again the one with most neighbours left, and these.

    Returns:
        Indices of each group, by falling size; vectors of smaller groups are in none.
    """
    alike = vectors @ vectors.T >= MIN_SIMILARITY
    counts = alike.sum(axis=1)
    groups = []
    while counts.max() >= max(min_size, 1):
        group = np.flatnonzero(alike[counts.argmax()])
        groups.append(group)
        counts -= alike[:, group].sum(axis=1)
        alike[group] = alike[:, group] = False
        counts[group] = 0
    return groups


def draft_rule(suggestion: Suggestion, languages: Sequence[str], day: dt.date) -> str:
    """The text of a draft rule that matches sentences like those of a suggestion.

    Args:
        suggestion: What it is to match.
        languages: The centre's languages; the first one is that of the file.
        day: When it takes effect, once it is active.
    """
    spoken: dict[str, list[Opening]] = defaultdict(list)
    for opening in suggestion.openings:
        spoken[opening.language].append(opening)
    own, *others = languages
    record: dict[str, Any] = {
        "id": suggestion.rule_id,
        "version": 1,
        "title": suggestion.name,
        "why": "Customers call about this, and no rule knows it yet.",
        "coaching": "What an agent could say or do instead.",
        "status": "draft",
        "effective_from": day,
        "severity": "minor",
        "tags": [CONTACT_REASON],
        "applies_when": {"direction": str(Direction.INBOUND)},
        "speaker": str(Role.CUSTOMER),
        "within": {"first_s": int(FIRST_S)},
        "expect": "observe",
        **_wording(spoken.get(own) or suggestion.openings, suggestion),
    }
    further = {code: _wording(spoken[code], suggestion) for code in others if code in spoken}
    if further:
        record["languages"] = further
    file = io.StringIO()
    yaml = YAML()
    yaml.width = 100
    yaml.dump(record, file)
    return _HEADER.format(count=len(suggestion.openings)) + file.getvalue()


def _wording(openings: Sequence[Opening], suggestion: Suggestion) -> dict[str, Any]:
    said = list(dict.fromkeys(opening.text for opening in openings))[:_EXAMPLE_COUNT]
    similar = {"to": said, "min_similarity": MIN_SIMILARITY, "accept_similar": True}
    return {
        "match": {"similar": similar},
        "examples": {
            "hit": list(said),
            "miss": suggestion.unlike.text if suggestion.unlike else _ELSEWHERE,
            "near_miss": f"agent: {said[0]}",
        },
    }


def _suggestion(
    openings: Sequence[Opening],
    vectors: NDArray[np.float32],
    group: NDArray[np.intp],
    taken: Collection[str],
) -> Suggestion:
    near = vectors @ vectors[group].mean(axis=0)
    order = group[np.argsort(-near[group], kind="stable")]
    rest = np.setdiff1d(np.arange(len(openings)), group)
    return Suggestion(
        rule_id=_rule_id(openings[order[0]], taken),
        openings=tuple(openings[at] for at in order),
        unlike=openings[rest[near[rest].argmin()]] if rest.size else None,
    )


def _rule_id(opening: Opening, taken: Collection[str]) -> str:
    """An id from the first words with a meaning of their own, numbered if it is taken."""
    listed = load_engine_vocabulary(opening.language).function_words
    functional = {token for word in listed for token in tokenize(word)}
    said = tokenize(opening.text)
    words = [token for token in said if token not in functional] or said
    plain = "-".join((FOLDER, *words[:_ID_WORDS]))
    numbered = (plain if number == 1 else f"{plain}-{number}" for number in count(1))
    return next(rule_id for rule_id in numbered if rule_id not in taken)


def _contact_reasons(rulebook: RuleBook) -> RuleBook:
    """The rules with the tag, and those that they need, in the same order."""
    needed: set[str] = set()
    kept = []
    for rule in reversed(rulebook.rules):
        if CONTACT_REASON in rule.tags or rule.id in needed:
            needed |= rule.rule_references()
            kept.append(rule)
    return replace(rulebook, rules=tuple(reversed(kept)))


def _known(result: CallResult, rules: RuleBook) -> bool:
    tagged = {rule.id for rule in rules.rules if CONTACT_REASON in rule.tags}
    findings = judge(result.call, result.transcript, result.pii_spans, result.metrics, rules)
    return any(one.outcome is Outcome.OBSERVED for one in findings if one.rule_id in tagged)


def _opening(transcript: Transcript) -> Opening | None:
    """The longest sentence of the customer's first turn that says something."""
    for turn in transcript.turns:
        if turn.role is Role.CUSTOMER and turn.start_s < FIRST_S:
            longest = max((list(_plain(words)) for words in sentences_of(turn)), key=len)
            if len(longest) >= MIN_WORDS:
                return Opening(transcript.language, " ".join(longest))
    return None


def _plain(words: Iterable[Word]) -> Iterator[str]:
    """The words without what is masked: a name or a number is no reason."""
    return (word.text for word in words if not word.text.startswith("["))


def languages_of(suggestion: Suggestion) -> str:
    """The languages of the openings, the most frequent first."""
    counts = Counter(opening.language for opening in suggestion.openings)
    return ", ".join(language for language, _ in counts.most_common())
