"""Checks across rule files: names, references, languages, patterns."""

from __future__ import annotations

from graphlib import CycleError, TopologicalSorter
from typing import TYPE_CHECKING

from models.metrics import CALL_METRICS, ROLE_METRICS
from qa_rules.rule_files.operators import Speaker
from qa_rules.rule_files.tags import unknown_tag
from qa_rules.rule_files.word_checks import word_faults
from qa_rules.versions import Status, is_earlier, name_faults

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from qa_rules.rule_files.centre import Centre
    from qa_rules.rule_files.condition import Condition
    from qa_rules.rule_files.operators import MetricRange
    from qa_rules.rule_files.rule import Rule
    from qa_rules.rule_files.scorecard import MetricQuestion, Scorecard
    from qa_rules.strict_yaml import Located

    Location = tuple[str | int, ...]


def rule_faults(
    rules: Sequence[Located[Rule]],
    centre: Centre,
    pii_types: frozenset[str],
    tags: Collection[str],
) -> list[str]:
    """Errors of rules in relation to file names, other rules and the centre."""
    known = {located.record.id for located in rules}
    faults: list[str] = []
    for located in rules:
        faults += name_faults(located)
        faults += _language_faults(located, centre) if not is_earlier(located) else ()
        faults += _reference_faults(located, known)
        for number, tag in enumerate(located.record.tags):
            if tag not in tags:
                faults.append(located.fault(("tags", number), unknown_tag(tag, tags)))
        for location, condition in _conditions(located.record):
            faults += word_faults(located, location, condition, centre)
            if condition.metric and (what := _metric_fault(condition.metric)):
                faults.append(located.fault((*location, "metric", "name"), what))
            for unknown in set(condition.pii.type if condition.pii else ()) - pii_types:
                what = f"unknown PII type `{unknown}`; expected the id of a file in pii/"
                faults.append(located.fault((*location, "pii", "type"), what))
    return faults or _cycle_faults(rules)


def scorecard_faults(
    cards: Sequence[Located[Scorecard]], rules: Sequence[Located[Rule]]
) -> list[str]:
    """Errors of scorecards in relation to file names and rules."""
    known = {located.record.id for located in rules}
    faults: list[str] = []
    for located in cards:
        faults += name_faults(located)
        asked: set[str] = set()
        for number, section in enumerate(located.record.sections):
            for place, question in enumerate(section.questions):
                location = ("sections", number, "questions", place)
                faults += [
                    located.fault(
                        (*location, "rules"), f"unknown rule `{rule}`; expected the id of a rule"
                    )
                    for rule in question.rules
                    if rule not in known
                ]
                if question.metric and (what := _metric_fault(question.metric)):
                    faults.append(located.fault((*location, "metric", "name"), what))
                if question.only_if and question.only_if.question not in asked:
                    what = f"`{question.only_if.question}` is not asked before"
                    fault = f"{what}; expected the id of an earlier question"
                    faults.append(located.fault((*location, "only_if"), fault))
                asked.add(question.id)
    return faults


def _language_faults(located: Located[Rule], centre: Centre) -> Iterator[str]:
    rule, (own, *others) = located.record, centre.languages
    if rule.status is Status.DRAFT:
        return
    spoken = {language for language, wording in rule.languages.items() if wording.match}
    for language in others if rule.match.has_words else ():
        if language not in spoken:
            what = f"no wording for language `{language}`; expected `match` and `examples` in it"
            yield located.fault(("languages", language), what)
    for language, wording in rule.languages.items():
        if language not in others:
            what = f"language `{language}`; expected one that centre.yaml names, after {own}"
            yield located.fault(("languages", language), what)
        elif wording.match and not wording.examples:
            what = f"no examples for language `{language}`; expected hit, miss and near_miss"
            yield located.fault(("languages", language), what)


def _reference_faults(located: Located[Rule], known: set[str]) -> Iterator[str]:
    rule = located.record
    for name in rule.applies_when.rule if rule.applies_when else ():
        if name not in known:
            what = f"unknown rule `{name}`; expected the id of a rule"
            yield located.fault(("applies_when", "rule", name), what)
    for location, condition in _conditions(rule):
        for key in ("before", "after", "within_s_of"):
            reference = getattr(condition, key)
            name = getattr(reference, "rule", reference)
            if name is not None and name not in known:
                what = f"unknown rule `{name}`; expected the id of a rule"
                yield located.fault((*location, key), what)


def _metric_fault(metric: MetricRange | MetricQuestion) -> str | None:
    """The error in the name or role of a metric, if any."""
    of_call = metric.role is Speaker.ANYONE
    known = CALL_METRICS if of_call else ROLE_METRICS
    if metric.name in known:
        return None
    if of_call and metric.name in ROLE_METRICS:
        return f"metric `{metric.name}` without a role; expected `role: agent` or `role: customer`"
    whose = "a call" if of_call else f"the {metric.role}"
    return f"unknown metric `{metric.name}` of {whose}; expected one of {', '.join(sorted(known))}"


def _conditions(rule: Rule) -> Iterator[tuple[Location, Condition]]:
    yield from _within(("match",), rule.match)
    for language, wording in rule.languages.items():
        if wording.match:
            yield from _within(("languages", language, "match"), wording.match)


def _within(location: Location, condition: Condition) -> Iterator[tuple[Location, Condition]]:
    yield location, condition
    for number, part in enumerate(condition.parts):
        yield from _within((*location, condition.operator, number), part)


def _cycle_faults(rules: Sequence[Located[Rule]]) -> list[str]:
    graph: dict[str, set[str]] = {}
    for located in rules:
        graph.setdefault(located.record.id, set()).update(located.record.rule_references())
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        circle = error.args[1]
        located = next(item for item in rules if item.record.id == circle[0])
        what = f"rules refer to each other in a cycle ({' → '.join(circle)}); expected no cycle"
        return [located.fault(("match",), what)]
    return []
