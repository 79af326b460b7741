"""What `similar` would add to the shipped rules, and what it would cost.

    .venv/bin/python -m tests.qa_rules.meanings.paraphrase [MIN_SIMILARITY ...]

Each rule is widened by `similar` to its own examples that must match. Rescued are the meanings that
its phrases miss and that are then no longer a plain absence; false are lines near in words and
harmless in meaning of which the same is true. On the night, findings that change are compared with
the labels. None of the lines is used to choose the sentences.
"""

from __future__ import annotations

import sys
from collections import Counter
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from models.call import Role
from qa_rules.authoring.example_calls import invented_call, invented_transcript
from qa_rules.evaluation.judging import hear
from qa_rules.matching.call_index import CallIndex
from qa_rules.matching.compiled_rules import compiled_rules
from qa_rules.matching.facts import ROLES
from qa_rules.results import Outcome
from qa_rules.rule_files.condition import Condition
from qa_rules.rule_files.operators import Similar
from qa_rules.rule_files.rule import Expect
from tests.bench.bench_rules import invented_calls, seconds
from tests.night.recognitions.recorded import RENDERINGS
from tests.qa_rules.meanings.table import DAY, LANGUAGES, read_meanings
from tests.qa_rules.rule_folders import shipped_rulebook
from tests.qa_rules.test_night import night_labels, recognised, spoken

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from models.transcript import Transcript
    from qa_rules.rule_files.rule import Examples, Rule
    from qa_rules.rule_files.rulebook import RuleBook

FOLDER = Path(__file__).parent
MIN_SIMILARITIES = (0.6, 0.7, 0.8)
BENCH_CALLS = 4
MISSED = ("meanings.yaml", "unseen.yaml")
HARMLESS = ("near_misses.yaml", "near_misses_script.yaml")


def widened(rulebook: RuleBook, min_similarity: float) -> RuleBook:
    """The rules that expect words, each also by sentences alike its examples."""
    rules = tuple(_widened(rule, min_similarity) for rule in rulebook.rules)
    return replace(rulebook, rules=rules)


def _widened(rule: Rule, min_similarity: float) -> Rule:
    if not rule.match.has_words or rule.expect is Expect.ABSENT:
        return rule  # an absence is a pass there, and stays one however uncertain it is
    languages = {
        code: wording.model_copy(
            update={"match": _or_similar(wording.match, rule, wording.examples, min_similarity)}
        )
        if wording.match and wording.examples
        else wording
        for code, wording in rule.languages.items()
    }
    match = _or_similar(rule.match, rule, rule.examples, min_similarity)
    return rule.model_copy(update={"match": match, "languages": languages})


def _or_similar(match: Condition, rule: Rule, examples: Examples, least: float) -> Condition:
    sentences = tuple(dict.fromkeys(_sentences(rule, examples)))
    if not sentences:
        return match
    similar = Condition(similar=Similar(to=sentences, min_similarity=least))
    return Condition(any=(match, similar))


def _sentences(rule: Rule, examples: Examples) -> Iterator[str]:
    """What the rule's speaker says in the examples that must match."""
    speaker = _speaker(rule)
    for example in examples.hit:
        turns = invented_transcript(example, speaker).turns
        own = [turn for turn in turns if turn.role is speaker]
        if len(own) == 1:
            yield own[0].text


def absences(
    rulebook: RuleBook, rule_id: str, language: str, lines: Iterable[str]
) -> dict[str, bool]:
    """The lines, each said alone, in which a rule finds nothing, and whether it is sure of that."""
    (rule,) = (rule for rule in rulebook.in_force(DAY) if rule.id == rule_id)
    compiled = compiled_rules(rulebook, language)
    found = {}
    for line in lines:
        transcript = invented_transcript(line, _speaker(rule), language)
        call_index = CallIndex.build(invented_call(DAY), transcript, (), (), compiled.index)
        verdict = hear([rule], compiled, call_index)[rule_id]
        if not verdict.matched:
            found[line] = verdict.uncertainty is None
    return found


def _speaker(rule: Rule) -> Role:
    return ROLES[rule.speaker] or Role.AGENT


def of_lines(rulebook: RuleBook, wider: RuleBook, names: Sequence[str]) -> Counter[str]:
    """Lines that the phrases of their rules miss, and of these those that are alike in meaning."""
    counts: Counter[str] = Counter()
    changed = {rule.id for rule in wider.rules if rule.match.has_meaning}
    for name in names:
        for rule_id, meanings in read_meanings(FOLDER / name).items():
            if rule_id not in changed:
                continue
            for language, lines in zip(LANGUAGES, zip(*meanings, strict=True), strict=True):
                before = absences(rulebook, rule_id, language, lines)
                missed = [line for line, is_sure in before.items() if is_sure]
                after = absences(wider, rule_id, language, missed)
                counts["missed"] += len(missed)
                counts["alike"] += sum(not is_sure for is_sure in after.values())
    return counts


def of_night(rulebook: RuleBook, wider: RuleBook) -> Counter[str]:
    """Labelled outcomes that change, by whether the label was said before."""
    counts: Counter[str] = Counter()
    sources: list[Callable[[str], Transcript]] = [spoken]
    sources += [partial(recognised, rendering) for rendering in RENDERINGS]
    for transcript_of in sources:
        pairs = zip(
            night_labels(transcript_of, rulebook), night_labels(transcript_of, wider), strict=True
        )
        for before, after in pairs:
            counts["labels"] += 1
            if before.said is not after.said:
                kind = "right fails lost" if before.said is before.wanted else "wrong fails undone"
                counts[kind if before.said is Outcome.FAIL else "other changes"] += 1
    return counts


def main(arguments: Sequence[str]) -> None:
    """Print one line per threshold."""
    rulebook = shipped_rulebook()
    calls = invented_calls(rulebook)[:BENCH_CALLS]
    words = sum(len(turn.words) for call in calls for turn in call.turns)
    before_s = seconds(rulebook, calls)
    print(f"without similar: {1000 * before_s / words * 1000:,.0f} ms for 1,000 words")
    for least in map(float, arguments or MIN_SIMILARITIES):
        wider = widened(rulebook, least)
        meant, harmless = of_lines(rulebook, wider, MISSED), of_lines(rulebook, wider, HARMLESS)
        night = of_night(rulebook, wider)
        after_s = seconds(wider, calls)
        print(
            f"min_similarity {least}: {meant['alike']} of {meant['missed']} missed meanings"
            f" rescued, {harmless['alike']} of {harmless['missed']} harmless lines alike;"
            f" night {dict(night)}; {1000 * after_s / words * 1000:,.0f} ms for 1,000 words"
        )


if __name__ == "__main__":
    main(sys.argv[1:])
