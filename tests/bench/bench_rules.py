"""How fast rules judge stored transcripts, and how that grows with the number of rules.

Run with `python -m tests.bench.bench_rules`. The calls are invented: the lines of the rules' own
examples, shuffled into long calls, so that phrases occur far more often than in real ones.
"""

from __future__ import annotations

import datetime as dt
import random
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from models.call import Role
from models.metrics import conversation_metrics
from qa_rules.authoring.example_calls import invented_call, invented_transcript
from qa_rules.evaluation.judging import judge
from qa_rules.phrase_search.tokens import tokenize
from qa_rules.rule_files.rulebook import RuleBook, load_rulebook

if TYPE_CHECKING:
    from models.transcript import Transcript
    from qa_rules.rule_files.condition import Condition
    from qa_rules.rule_files.rule import Rule

RULES = Path(__file__).parents[2] / "qa_rules"
CALL = invented_call(dt.date(2026, 3, 10))
CALL_WORDS = 800
CALLS = 40
COPIES = 9
TARGET_WORDS_PER_S = 20_000
TARGET_GROWTH = 4.0


def main() -> None:
    """Print words a second for our rules, and the cost of ten times as many."""
    rulebook = load_rulebook(RULES)
    calls = invented_calls(rulebook)
    many = with_copies(rulebook)
    few_s, many_s = seconds(rulebook, calls), seconds(many, calls)
    words = sum(len(turn.words) for call in calls for turn in call.turns)
    print(f"{len(rulebook.rules)} rules: {words / few_s:,.0f} words/s (≥ {TARGET_WORDS_PER_S:,})")
    print(f"{len(many.rules)} rules: {words / many_s:,.0f} words/s")
    print(f"ten times the rules cost {many_s / few_s:.2f} times as much (< {TARGET_GROWTH})")
    half_s = seconds(rulebook, calls[: CALLS // 2])
    print(f"twice the calls cost {few_s / half_s:.2f} times as much")


def invented_calls(rulebook: RuleBook) -> list[Transcript]:
    """Long English calls of shuffled example lines."""
    lines = [
        line.removeprefix("agent: ").removeprefix("customer: ")
        for rule in rulebook.rules
        for example in (*rule.examples.miss, *rule.examples.near_miss, *rule.examples.hit)
        for line in example.splitlines()
        if "@" not in line
    ]
    draw = random.Random(7)  # noqa: S311  the same calls every time, no secret
    calls = []
    for _ in range(CALLS):
        text: list[str] = []
        while sum(len(line.split()) for line in text) < CALL_WORDS:
            text.append(f"{draw.choice(('agent', 'customer'))}: {draw.choice(lines)}")
        calls.append(invented_transcript("\n".join(text), Role.AGENT))
    return calls


def with_copies(rulebook: RuleBook) -> RuleBook:
    """The same rules and copies of them with other words, drawn from our own vocabulary."""
    words = sorted({word for rule in rulebook.rules for word in _words(rule.match)})
    rules = list(rulebook.rules)
    for copy in range(COPIES):
        shuffled = words.copy()
        random.Random(copy).shuffle(shuffled)  # noqa: S311  the same rules every time
        other = dict(zip(words, shuffled, strict=True))
        rules += [_copy(rule, copy, other) for rule in rulebook.rules]
    return replace(rulebook, rules=tuple(rules))


def _words(condition: Condition) -> set[str]:
    own = {word for text in condition.phrases or () for word in tokenize(text)}
    return own.union(*(_words(part) for part in condition.parts))


def _copy(rule: Rule, copy: int, other: dict[str, str]) -> Rule:
    def changed(condition: Condition) -> Condition:
        update: dict[str, object] = {}
        if condition.phrases:
            update["phrases"] = tuple(
                " ".join(other[word] for word in tokenize(text)) for text in condition.phrases
            )
        if condition.parts:
            update[condition.operator] = tuple(changed(part) for part in condition.parts)
        return condition.model_copy(update=update)

    name = f"{rule.id}-copy-{copy}"
    return rule.model_copy(update={"id": name, "match": changed(rule.match), "languages": {}})


def seconds(rulebook: RuleBook, calls: list[Transcript]) -> float:
    """Processor time to judge all calls, once everything is compiled and warm."""
    metrics = [conversation_metrics(call) for call in calls]
    best_s = float("inf")
    for _ in range(3):
        start_s = time.process_time()
        for call, measured in zip(calls, metrics, strict=True):
            judge(CALL, call, (), measured, rulebook)
        best_s = min(best_s, time.process_time() - start_s)
    return best_s


if __name__ == "__main__":
    main()
