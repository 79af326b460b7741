"""Records that the lake stores beside results: runs, and the rules that were in force."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from pydantic import (
    AliasChoices,
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
)

from models.call import Quarantined
from qa_rules.results import Severity
from qa_rules.rule_files.scorecard import Band

RunId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$", max_length=100)]
"""Run ids are part of file names."""


class StoredRecord(BaseModel):
    """A frozen record that the lake stores as JSON."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


def known_before_as(name: str, *older: str) -> Any:
    """A field that is also read under its names in older lakes, and written under its own."""
    return Field(validation_alias=AliasChoices(name, *older))


class RuleTextInfo(StoredRecord):
    """The texts of a rule in one language.

    Attributes:
        language: ISO 639-1.
        title: What is checked, in a few words.
        title_failed: What a failure means; None in older lakes, where the title stands for it.
        why: Why it matters.
        coaching: What an agent could say or do instead.
    """

    language: str
    title: str
    title_failed: str | None = None
    why: str
    coaching: str | None = None


class RuleInfo(StoredRecord):
    """One version of one rule.

    Attributes:
        rule_id: The rule.
        version: Its version.
        kind: First part of its id, which is the folder of its file: script, conduct, reason.
        title: What is checked, in a few words.
        title_failed: What a failure means; None in older lakes, where the title stands for it.
        why: Why it matters.
        coaching: What an agent could say or do instead.
        texts: These four texts in every language of the centre.
        tags: Its tags.
        severity: Severity of a failure.
        status: draft, active or retired.
        effective_from: First day on which it is in force.
        effective_until: Last day on which it is in force; None if open.
    """

    rule_id: str
    version: int
    kind: str
    title: str
    title_failed: str | None = None
    why: str
    coaching: str | None = None
    texts: tuple[RuleTextInfo, ...] = ()
    tags: tuple[str, ...] = ()
    severity: Severity
    status: str
    effective_from: date
    effective_until: date | None = None


class QuestionInfo(StoredRecord):
    """One question of a scorecard.

    Attributes:
        section: Id of the section.
        question: Id of the question, unique in the scorecard.
        title: The question as text.
        titles: The same in further languages, by ISO 639-1 code.
        weight: Its weight in the score.
        auto_fail: Whether a `no` sets the whole score to 0.
        critical: Whether it counts in the critical score.
    """

    section: str
    question: str
    title: str
    titles: dict[str, str] = Field(default_factory=dict)
    weight: float
    auto_fail: bool
    critical: bool


class ScorecardInfo(StoredRecord):
    """One version of one scorecard.

    Attributes:
        scorecard_id: The scorecard.
        version: Its version.
        title: Title of the scorecard.
        titles: The same in further languages, by ISO 639-1 code.
        effective_from: First day on which it is in force.
        effective_until: Last day on which it is in force; None if open.
        bands: By rising minimum; catalogues stored before there were any have none.
        questions: In the scorecard's order.
    """

    scorecard_id: str
    version: int
    title: str
    titles: dict[str, str] = Field(default_factory=dict)
    effective_from: date
    effective_until: date | None = None
    bands: tuple[Band, ...] = ()
    questions: tuple[QuestionInfo, ...]


class PiiTypeInfo(StoredRecord):
    """One version of one type of personal data.

    Attributes:
        pii_type: Its id.
        version: Its version.
        title: What it is, in a few words.
        why: Why it is protected.
        status: draft, active or retired.
        effective_from: First day whose calls it masks; the first version masks older ones too.
        effective_until: Last day whose calls it masks; None if open.
    """

    pii_type: str
    version: int
    title: str
    why: str
    status: str
    effective_from: date
    effective_until: date | None = None


class TagTextInfo(StoredRecord):
    """The title of a tag of rules in one language."""

    tag: str
    language: str
    title: str


class RuleCatalogue(StoredRecord):
    """All rules, scorecards and PII types of a run.

    Attributes:
        rules_sha256: Hash of the rule and scorecard files, as in `CallResult`.
        rules: All rules.
        scorecards: All scorecards.
        pii_types: All types of personal data.
        tag_texts: The titles of all tags in every language of the centre.
    """

    rules_sha256: str
    rules: tuple[RuleInfo, ...]
    scorecards: tuple[ScorecardInfo, ...]
    pii_types: tuple[PiiTypeInfo, ...] = ()
    tag_texts: tuple[TagTextInfo, ...] = ()


class RunRecord(StoredRecord):
    """One finished run.

    Attributes:
        run_id: Unique; letters, digits, `.`, `-` and `_`.
        source: Source of the recordings. The current quarantine is that of the last run of each
            source.
        started_at: With a time zone.
        finished_at: With a time zone.
        seen_count: Number of recordings and metadata entries.
        evaluated_count: Calls evaluated by this run, from their recordings or stored transcripts.
        unchanged_count: Calls whose result existed already.
        pending_count: Calls left for the next run.
        quarantined: Quarantined items of the source.
        model_pin: The speech model.
        rules_sha256: The rules.
        proven_count: Redacted copies that were transcribed again in this run.
        remuted_count: Of these, copies in which a number was still audible and has been muted.
        flag_read_twice_count: Flags that were judged on two recognitions of their words in this
            run, including those on which the two differ.
        readings_differ_count: Of these, flags on which the two differ; their findings cannot tell.
        heard_once_count: Flags that rest on one recognition of their words.
        read_again_s: Seconds of the turns that were recognised again.
        judged_again_count: Calls that were judged again from their stored transcripts.
        outdated_count: Calls that another model heard or other rules masked, and that were not
            asked to be heard again.
        restricted_unchanged_count: Calls of `unchanged_count` that were restricted.
        restricted_pending_count: Calls of `pending_count` that were restricted.
    """

    run_id: RunId
    source: str
    started_at: AwareDatetime
    finished_at: AwareDatetime
    seen_count: int
    evaluated_count: int
    unchanged_count: int
    pending_count: int
    quarantined: tuple[Quarantined, ...]
    model_pin: str
    rules_sha256: str
    proven_count: int = 0
    remuted_count: int = 0
    flag_read_twice_count: int = 0
    readings_differ_count: int = 0
    heard_once_count: int = 0
    read_again_s: float = 0.0
    judged_again_count: int = 0
    outdated_count: int = 0
    restricted_unchanged_count: int = 0
    restricted_pending_count: int = 0


class StoredRun(StoredRecord):
    """A run as stored in the lake.

    Attributes:
        run: The run as reported by the caller.
        last_commit_no: Number of the lake's last commit when the run ended. Results between two
            runs' numbers are listed by the later run, including those of killed runs.
        lists_written: Whether its lists were written.
        sequence: Its place among all runs, from 1, whatever the clock said; 0 for runs from before
            it was kept.
    """

    run: RunRecord
    last_commit_no: int
    lists_written: Annotated[bool, known_before_as("lists_written", "told")] = True
    sequence: int = 0
