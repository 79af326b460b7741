"""The texts of rules and questions are in the warehouse in every language."""

from __future__ import annotations

from typing import TYPE_CHECKING

import duckdb

from tests.qa_rules.rule_folders import shipped_rulebook
from tests.warehouse.factory import run
from warehouse.lake.rule_catalogue import catalogue_of
from warehouse.snapshot.publish import publish

if TYPE_CHECKING:
    from pathlib import Path

    from warehouse.lake.lake import Lake


def test_every_text_has_a_row_for_each_language(lake: Lake, snapshots: Path) -> None:
    """A rule's texts are stored once per language, and a question's in each further one."""
    book = shipped_rulebook()
    lake.record_catalogue(catalogue_of(book))
    lake.record_run(run())
    with duckdb.connect(publish(lake, snapshots), read_only=True) as connection:
        texts = connection.execute(
            "select rule_id, rule_version, language, title, title_failed, why,"
            " coaching from core.rule_text"
        ).fetchall()
        questions = connection.execute(
            "select scorecard_id, question, language, title from core.question_text"
        ).fetchall()
        tags = connection.execute("select tag, language, title from core.tag_text").fetchall()
        tagged = connection.execute("select rule_id, rule_version, tags from core.rule").fetchall()
    assert sorted(tags) == sorted(
        (name, language, tag.titles.get(language, tag.title))
        for name, tag in book.tags.items()
        for language in book.centre.languages
    )
    assert ("complaint", "it", "Reclamo") in tags
    assert sorted(tagged) == sorted((rule.id, rule.version, list(rule.tags)) for rule in book.rules)
    assert sorted(texts) == sorted(
        (rule.id, rule.version, language, *rule.text_in(language))
        for rule in book.rules
        for language in book.centre.languages
    )
    assert sorted(questions) == sorted(
        (card.id, question.id, language, title)
        for card in book.scorecards
        for question in card.questions
        for language, title in question.titles.items()
    )


def test_every_type_of_personal_data_has_a_row(lake: Lake, snapshots: Path) -> None:
    """With the version that `core.pii_span` names, and the days on which it masks."""
    book = shipped_rulebook()
    lake.record_catalogue(catalogue_of(book))
    lake.record_run(run())
    with duckdb.connect(publish(lake, snapshots), read_only=True) as connection:
        rows = connection.execute(
            "select pii_type, pii_type_version, title, effective_from from core.pii_type"
        ).fetchall()
    assert sorted(rows) == sorted(
        (kind.id, kind.version, kind.title, kind.effective_from) for kind in book.pii.versions
    )
    assert {kind for kind, *_ in rows} >= {"card_number", "cvv", "number"}
