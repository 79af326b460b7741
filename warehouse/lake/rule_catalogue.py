"""The catalogue of rules, scorecards and PII types that is stored beside results."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from warehouse.lake.records import (
    PiiTypeInfo,
    QuestionInfo,
    RuleCatalogue,
    RuleInfo,
    RuleTextInfo,
    ScorecardInfo,
    TagTextInfo,
)

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from qa_rules.pii_detection.types.pii_type import PiiRule
    from qa_rules.rule_files.rule import Rule
    from qa_rules.rule_files.rulebook import RuleBook
    from qa_rules.rule_files.scorecard import Scorecard


def catalogue_of(rulebook: RuleBook) -> RuleCatalogue:
    """The catalogue of a rule book."""
    return RuleCatalogue(
        rules_sha256=rulebook.sha256,
        rules=tuple(_rule_info(rule, rulebook.centre.languages) for rule in rulebook.rules),
        scorecards=tuple(map(_scorecard_info, rulebook.scorecards)),
        pii_types=tuple(map(_pii_type_info, rulebook.pii.versions)),
        tag_texts=tuple(
            TagTextInfo(tag=name, language=language, title=tag.titles.get(language, tag.title))
            for name, tag in rulebook.tags.items()
            for language in rulebook.centre.languages
        ),
    )


def _pii_type_info(rule: PiiRule) -> PiiTypeInfo:
    return PiiTypeInfo(
        pii_type=rule.id,
        version=rule.version,
        title=rule.title,
        why=rule.why,
        status=rule.status,
        effective_from=rule.effective_from,
        effective_until=_last_day(rule.effective_until),
    )


def _rule_info(rule: Rule, languages: Sequence[str]) -> RuleInfo:
    return RuleInfo(
        rule_id=rule.id,
        version=rule.version,
        kind=rule.id.partition("-")[0],
        title=rule.title,
        title_failed=rule.title_failed or rule.title,
        why=rule.why,
        coaching=rule.coaching,
        texts=tuple(
            RuleTextInfo(language=language, **rule.text_in(language)._asdict())
            for language in languages
        ),
        tags=rule.tags,
        severity=rule.severity,
        status=rule.status,
        effective_from=rule.effective_from,
        effective_until=_last_day(rule.effective_until),
    )


def _scorecard_info(card: Scorecard) -> ScorecardInfo:
    return ScorecardInfo(
        scorecard_id=card.id,
        version=card.version,
        title=card.title,
        titles=card.titles,
        effective_from=card.effective_from,
        effective_until=_last_day(card.effective_until),
        bands=card.bands,
        questions=tuple(
            QuestionInfo(
                section=section.id,
                question=question.id,
                title=question.title,
                titles=question.titles,
                weight=question.weight,
                auto_fail=question.auto_fail,
                critical=question.critical,
            )
            for section in card.sections
            for question in section.questions
        ),
    )


def _last_day(effective_until: date | None) -> date | None:
    """Rule files name the first day without the rule, the warehouse the last day with it."""
    return effective_until and effective_until - timedelta(days=1)
