"""Runs, quarantine and rule catalogues as rows of their tables."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from warehouse.lake.records import RuleCatalogue, RuleInfo, ScorecardInfo, StoredRun

_INSTANT = pl.Datetime("us", "UTC")

_RUN: dict[str, Any] = {
    "run_id": pl.String,
    "source": pl.String,
    "started_at": _INSTANT,
    "finished_at": _INSTANT,
    "seen_count": pl.Int32,
    "evaluated_count": pl.Int32,
    "unchanged_count": pl.Int32,
    "quarantined_count": pl.Int32,
    "pending_count": pl.Int32,
    "proven_count": pl.Int32,
    "remuted_count": pl.Int32,
    "flag_read_twice_count": pl.Int32,
    "readings_differ_count": pl.Int32,
    "heard_once_count": pl.Int32,
    "read_again_s": pl.Float64,
    "judged_again_count": pl.Int32,
    "outdated_count": pl.Int32,
    "model_pin": pl.String,
    "rules_sha256": pl.String,
    "first_commit_no": pl.Int64,
    "last_commit_no": pl.Int64,
}
_QUARANTINE: dict[str, Any] = {
    "source": pl.String,
    "item": pl.String,
    "call_id": pl.String,
    "reason": pl.String,
    "detail": pl.String,
    "run_id": pl.String,
}
_RULE: dict[str, Any] = {
    "rule_id": pl.String,
    "rule_version": pl.Int32,
    "kind": pl.String,
    "title": pl.String,
    "title_failed": pl.String,
    "why": pl.String,
    "severity": pl.String,
    "status": pl.String,
    "effective_from": pl.Date,
    "effective_until": pl.Date,
    "coaching": pl.String,
    "tags": pl.List(pl.String),
}
_TAG_TEXT: dict[str, Any] = {"tag": pl.String, "language": pl.String, "title": pl.String}
_RULE_TEXT: dict[str, Any] = {
    "rule_id": pl.String,
    "rule_version": pl.Int32,
    "language": pl.String,
    "title": pl.String,
    "title_failed": pl.String,
    "why": pl.String,
    "coaching": pl.String,
}
_SCORECARD: dict[str, Any] = {
    "scorecard_id": pl.String,
    "scorecard_version": pl.Int32,
    "title": pl.String,
    "effective_from": pl.Date,
    "effective_until": pl.Date,
    "bands": pl.List(pl.Struct({"name": pl.String, "from_score": pl.Float64})),
}
_PII_TYPE: dict[str, Any] = {
    "pii_type": pl.String,
    "pii_type_version": pl.Int32,
    "title": pl.String,
    "why": pl.String,
    "status": pl.String,
    "effective_from": pl.Date,
    "effective_until": pl.Date,
}
_QUESTION: dict[str, Any] = {
    "scorecard_id": pl.String,
    "scorecard_version": pl.Int32,
    "position": pl.Int32,
    "section": pl.String,
    "question": pl.String,
    "title": pl.String,
    "weight": pl.Float64,
    "auto_fail": pl.Boolean,
    "critical": pl.Boolean,
}
_QUESTION_TEXT: dict[str, Any] = {
    "scorecard_id": pl.String,
    "scorecard_version": pl.Int32,
    "question": pl.String,
    "language": pl.String,
    "title": pl.String,
}


def run_rows(runs: Sequence[StoredRun]) -> pl.DataFrame:
    """Every run, with the commits that its lists cover: those since the previous run with lists.

    A run that was killed before it wrote its lists covers none, once another has followed.
    """
    rows = []
    told_commit_no = 0
    for number, stored in enumerate(runs, start=1):
        is_told = stored.lists_written or number == len(runs)
        rows.append(
            {
                **stored.run.model_dump(include=set(_RUN)),
                "quarantined_count": len(stored.run.quarantined),
                "first_commit_no": told_commit_no + 1,
                "last_commit_no": stored.last_commit_no if is_told else told_commit_no,
            }
        )
        if is_told:
            told_commit_no = max(told_commit_no, stored.last_commit_no)
    return pl.DataFrame(rows, _RUN)


def quarantine_rows(runs: Sequence[StoredRun]) -> pl.DataFrame:
    """The current quarantine: the items that the last run of each source quarantined."""
    last = {stored.run.source: stored.run for stored in runs}
    rows = [
        {
            "source": run.source,
            "item": quarantined.item,
            "call_id": quarantined.call_id,
            "reason": quarantined.reason,
            "detail": quarantined.detail,
            "run_id": run.run_id,
        }
        for run in last.values()
        for quarantined in run.quarantined
    ]
    return pl.DataFrame(rows, _QUARANTINE)


def rule_rows(catalogues: Sequence[RuleCatalogue]) -> pl.DataFrame:
    """Every version of every rule, from its latest catalogue."""
    rows = [
        {
            **rule.model_dump(exclude={"version", "texts"}),
            "rule_version": rule.version,
            "title_failed": rule.title_failed or rule.title,
        }
        for rule in _latest_rules(catalogues)
    ]
    return pl.DataFrame(rows, _RULE)


def rule_text_rows(catalogues: Sequence[RuleCatalogue]) -> pl.DataFrame:
    """Every version of every rule in every language of the centre."""
    rows = [
        {
            **text.model_dump(),
            "rule_id": rule.rule_id,
            "rule_version": rule.version,
            "title_failed": text.title_failed or text.title,
        }
        for rule in _latest_rules(catalogues)
        for text in rule.texts
    ]
    return pl.DataFrame(rows, _RULE_TEXT)


def tag_text_rows(catalogues: Sequence[RuleCatalogue]) -> pl.DataFrame:
    """Every tag in every language of the centre, from its latest catalogue."""
    texts = {(text.tag, text.language): text for book in catalogues for text in book.tag_texts}
    return pl.DataFrame([text.model_dump() for text in texts.values()], _TAG_TEXT)


def scorecard_rows(catalogues: Sequence[RuleCatalogue]) -> pl.DataFrame:
    """Every version of every scorecard, from its latest catalogue."""
    rows = [
        {
            **card.model_dump(exclude={"version", "questions", "titles"}),
            "scorecard_version": card.version,
        }
        for card in _latest_cards(catalogues)
    ]
    return pl.DataFrame(rows, _SCORECARD)


def pii_type_rows(catalogues: Sequence[RuleCatalogue]) -> pl.DataFrame:
    """Every version of every type of personal data, from its latest catalogue."""
    latest = {(kind.pii_type, kind.version): kind for book in catalogues for kind in book.pii_types}
    rows = [
        {**kind.model_dump(exclude={"version"}), "pii_type_version": kind.version}
        for kind in latest.values()
    ]
    return pl.DataFrame(rows, _PII_TYPE)


def question_rows(catalogues: Sequence[RuleCatalogue]) -> pl.DataFrame:
    """Every question of every version of every scorecard, from its latest catalogue."""
    rows = [
        {
            **question.model_dump(exclude={"titles"}),
            "scorecard_id": card.scorecard_id,
            "scorecard_version": card.version,
            "position": position,
        }
        for card in _latest_cards(catalogues)
        for position, question in enumerate(card.questions)
    ]
    return pl.DataFrame(rows, _QUESTION)


def question_text_rows(catalogues: Sequence[RuleCatalogue]) -> pl.DataFrame:
    """Every question of every version of every scorecard in every further language."""
    rows = [
        {
            "scorecard_id": card.scorecard_id,
            "scorecard_version": card.version,
            "question": question.question,
            "language": language,
            "title": title,
        }
        for card in _latest_cards(catalogues)
        for question in card.questions
        for language, title in question.titles.items()
    ]
    return pl.DataFrame(rows, _QUESTION_TEXT)


def _latest_rules(catalogues: Sequence[RuleCatalogue]) -> Iterable[RuleInfo]:
    return {
        (rule.rule_id, rule.version): rule for book in catalogues for rule in book.rules
    }.values()


def _latest_cards(catalogues: Sequence[RuleCatalogue]) -> Iterable[ScorecardInfo]:
    cards = {
        (card.scorecard_id, card.version): card for book in catalogues for card in book.scorecards
    }
    return cards.values()
