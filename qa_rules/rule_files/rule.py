"""Rules: the record of a rule file."""

from __future__ import annotations

from enum import StrEnum
from graphlib import TopologicalSorter
from typing import TYPE_CHECKING, Annotated, NamedTuple

from pydantic import BeforeValidator, Field

from qa_rules.results import Outcome, Severity
from qa_rules.rule_files.condition import Condition
from qa_rules.rule_files.operators import (
    Choice,
    Metadata,
    OneOrMore,
    RuleId,
    Speaker,
    Within,
    as_list,
)
from qa_rules.strict_yaml import StrictRecord
from qa_rules.versions import VersionedRecord

if TYPE_CHECKING:
    from qa_rules.results import Finding


class Expect(StrEnum):
    """The expected result of the match."""

    PRESENT = "present"
    """A match is a pass, no match a fail."""
    ABSENT = "absent"
    """A match is a fail, no match a pass."""
    OBSERVE = "observe"
    """A match is recorded, no match is not_applicable; neither counts against an agent."""


class AppliesWhen(Metadata):
    """The conditions under which a rule applies: metadata, and outcomes of other rules."""

    rule: dict[
        RuleId,
        Annotated[
            tuple[Annotated[Outcome, Choice], ...],
            BeforeValidator(as_list, json_schema_input_type=Outcome | tuple[Outcome, ...]),
        ],
    ] = Field(default_factory=dict)


Text = Annotated[str, Field(min_length=1)]
Texts = Annotated[tuple[Text, ...], OneOrMore, Field(min_length=1)]


class Examples(StrictRecord):
    """Invented calls that are run as tests of the rule.

    An example is one speaker's words, or lines such as `agent: …` and `customer: …`,
    or `agent @40: …` at second 40 of the call.
    """

    hit: Texts
    miss: Texts
    near_miss: Texts


class Wording(StrictRecord):
    """The rule in a further language: what it matches, and its texts for people."""

    title: Text | None = None
    title_failed: Text | None = None
    why: Text | None = None
    coaching: Text | None = None
    match: Condition | None = None
    examples: Examples | None = None


class RuleText(NamedTuple):
    """The texts of a rule in one language.

    Attributes:
        title: What is checked, as a short sentence.
        title_failed: What a failure means; the title where the file has nothing else.
        why: Why it matters.
        coaching: What an agent could say or do instead, if given.
    """

    title: str
    title_failed: str
    why: str
    coaching: str | None


class Rule(VersionedRecord):
    """One rule file."""

    id: RuleId
    title: Text
    title_failed: Text | None = None
    why: Text
    coaching: Text | None = None
    severity: Annotated[Severity, Choice]
    flag: bool | None = None
    tags: Annotated[tuple[RuleId, ...], OneOrMore] = ()
    """Names from tags.yaml, by which marts, reports and lists select rules."""
    applies_when: AppliesWhen | None = None
    speaker: Annotated[Speaker, Choice] = Speaker.ANYONE
    or_played: bool = False
    """Whether it counts, too, if an announcement says it (speaker `system`)."""
    within: Within | None = None
    expect: Annotated[Expect, Choice]
    match: Condition
    examples: Examples
    languages: dict[Annotated[str, Field(pattern="^[a-z]{2}$")], Wording] = Field(
        default_factory=dict
    )

    def flags_at(self, severity: Severity) -> bool:
        """Whether a fail of this severity (or, for an observing rule, a pass) flags the call."""
        if self.flag is not None:
            return self.flag
        return self.expect is not Expect.OBSERVE and severity is not Severity.MINOR

    def text_in(self, language: str) -> RuleText:
        """The texts in a language, or in the language of the file where they are missing."""
        told = self.languages.get(language) or Wording()
        return RuleText(
            title=told.title or self.title,
            title_failed=told.title_failed or self.title_failed or told.title or self.title,
            why=told.why or self.why,
            coaching=told.coaching or self.coaching,
        )

    def title_of(self, finding: Finding) -> str:
        """The title of a finding of this rule, in the language of the file."""
        return (self.title_failed if finding.failed_or_flagged else None) or self.title

    def rule_references(self) -> frozenset[str]:
        """Ids of the rules whose outcome or matches this one needs."""
        matches = (self.match, *(wording.match for wording in self.languages.values()))
        needed = frozenset(self.applies_when.rule) if self.applies_when else frozenset()
        return needed.union(*(match.rule_references() for match in matches if match))


def in_order(rules: tuple[Rule, ...]) -> tuple[Rule, ...]:
    """Rules in an order in which each follows those it refers to; otherwise by id and version."""
    versions: dict[str, list[Rule]] = {}
    for rule in rules:
        versions.setdefault(rule.id, []).append(rule)
    graph = {
        rule_id: sorted(frozenset().union(*(rule.rule_references() for rule in rules)))
        for rule_id, rules in versions.items()
    }
    order = TopologicalSorter(graph).static_order()
    return tuple(rule for rule_id in order for rule in versions[rule_id])
