"""Run the examples of rule files: invented calls that each rule must match, or must not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from models.call import Role
from models.metrics import conversation_metrics
from models.reasons.reason import sentence_of
from qa_rules.authoring.example_calls import invented_call, invented_transcript
from qa_rules.evaluation.judging import hear
from qa_rules.evaluation.reasons import facts_of
from qa_rules.matching.call_index import CallIndex
from qa_rules.matching.compiled_rules import compiled_rules
from qa_rules.pii_detection.detector import find_pii
from qa_rules.pii_detection.redaction.text import redact
from qa_rules.rule_files.operators import Speaker
from qa_rules.versions import Status

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qa_rules.rule_files.rule import Examples, Rule
    from qa_rules.rule_files.rulebook import RuleBook


@dataclass(frozen=True, slots=True, kw_only=True)
class ExampleResult:
    """The result of one example.

    Attributes:
        draft: Whether the rule is still being written; its author tries its examples.
        kind: hit, miss or near_miss.
        number: Its place among its kind, from 1.
        heard: Whether the rule matches it.
        passed: Whether that is what the author expects.
        why: What the rule matched or searched, for the author of an example that fails.
    """

    rule_id: str
    version: int
    draft: bool
    language: str
    kind: str
    number: int
    text: str
    heard: bool
    passed: bool
    why: str

    @property
    def key(self) -> tuple[str, int]:
        """Id and version of the rule."""
        return self.rule_id, self.version


def run_examples(rulebook: RuleBook) -> list[ExampleResult]:
    """Run every example of every rule, in order."""
    return [
        result
        for rule in sorted(rulebook.rules, key=lambda rule: rule.key)
        for language, examples in _by_language(rule, rulebook)
        for kind in ("hit", "miss", "near_miss")
        for number, text in enumerate(getattr(examples, kind), start=1)
        for result in [_run(rulebook, rule, language, (kind, number, text))]
    ]


def _by_language(rule: Rule, rulebook: RuleBook) -> Iterator[tuple[str, Examples]]:
    yield rulebook.centre.languages[0], rule.examples
    for language, wording in rule.languages.items():
        if wording.examples:
            yield language, wording.examples


def _run(
    rulebook: RuleBook, rule: Rule, language: str, example: tuple[str, int, str]
) -> ExampleResult:
    kind, number, text = example
    speaker = Role.AGENT if rule.speaker is Speaker.ANYONE else Role(rule.speaker)
    transcript = invented_transcript(text, speaker, language)
    spans = find_pii(transcript, rulebook.pii)
    redacted = redact(transcript, spans)
    compiled = compiled_rules(rulebook, language)
    metrics = conversation_metrics(redacted)
    call_index = CallIndex.build(
        invented_call(rule.effective_from), redacted, spans, metrics, compiled.index
    )
    verdict = hear(_beside(rule, rulebook), compiled, call_index)[rule.id]
    return ExampleResult(
        rule_id=rule.id,
        version=rule.version,
        draft=rule.status is Status.DRAFT,
        language=language,
        kind=kind,
        number=number,
        text=text,
        heard=verdict.matched,
        passed=verdict.matched is (kind == "hit"),
        why=sentence_of(facts_of(verdict)),
    )


def _beside(rule: Rule, rulebook: RuleBook) -> tuple[Rule, ...]:
    """A rule after all those that it needs, each in its current version."""
    current = {other.id: other for other in rulebook.rules}
    needed = {rule.id}
    for other in reversed(current.values()):
        if other.id in needed:
            needed |= (rule if other.id == rule.id else other).rule_references()
    return tuple(
        rule if other.id == rule.id else other for other in current.values() if other.id in needed
    )
