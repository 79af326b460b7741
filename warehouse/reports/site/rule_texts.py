"""Rules and questions in a reader's language: as of a call's day, or as they are now."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from warehouse.sql_files import sql_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from warehouse.lake.records import RuleCatalogue, RuleInfo, ScorecardInfo
    from warehouse.snapshot.connection import Connection


def gather_titles(connection: Connection, language: str) -> None:
    """Create the temporary tables `rule_title` and `question_title` in a reader's language."""
    for table in ("rule_title", "question_title"):
        connection.execute(sql_of(__file__, table), {"language": language})


class RuleWords(NamedTuple):
    """Titles, reason and coaching of a rule, and titles of its tags; empty if not given."""

    title: str
    title_failed: str
    why: str
    coaching: str
    tags: tuple[str, ...] = ()


class RuleTexts:
    """Texts of rules, scorecards and questions, by version and language."""

    def __init__(self, catalogues: Iterable[RuleCatalogue]) -> None:
        """Use the texts of all catalogues, in order of their last use."""
        self._rules: dict[tuple[str, int], RuleInfo] = {}
        self._scorecards: dict[tuple[str, int], ScorecardInfo] = {}
        self._tags: dict[str, dict[str, str]] = {}
        for catalogue in catalogues:
            self._rules.update({(rule.rule_id, rule.version): rule for rule in catalogue.rules})
            for text in catalogue.tag_texts:
                self._tags.setdefault(text.tag, {})[text.language] = text.title
            self._scorecards.update(
                {(card.scorecard_id, card.version): card for card in catalogue.scorecards}
            )
        self._latest_rules = {key[0]: self._rules[key] for key in sorted(self._rules)}
        self._latest_questions = {
            (key[0], question.question): question
            for key in sorted(self._scorecards)
            for question in self._scorecards[key].questions
        }

    def rule(self, rule_id: str, language: str, version: int | None = None) -> RuleWords:
        """The texts of a version of a rule, or of the latest; its id if unknown."""
        latest = self._latest_rules.get(rule_id)
        rule = self._rules.get((rule_id, version)) if version is not None else latest
        if rule is None:
            return RuleWords(rule_id, rule_id, "", "")
        own = next((text for text in rule.texts if text.language == language), rule)
        tags = tuple(self._tag(tag, language) for tag in rule.tags)
        failed = own.title_failed or own.title
        return RuleWords(own.title, failed, own.why, own.coaching or "", tags)

    def _tag(self, tag: str, language: str) -> str:
        """Its title, in another language where this one lacks it; the tag without any."""
        titles = self._tags.get(tag, {})
        return titles.get(language) or next(iter(titles.values()), tag)

    def first_rule(self, rule_ids: Sequence[str], language: str) -> RuleWords:
        """The texts of the first rule with coaching, or else of the first rule."""
        words = [self.rule(rule_id, language) for rule_id in rule_ids]
        first = words[0] if words else RuleWords("", "", "", "")
        return next((one for one in words if one.coaching), first)

    def question(self, scorecard_id: str, question: str, language: str) -> str:
        """The latest text of a question; its id if unknown."""
        latest = self._latest_questions.get((scorecard_id, question))
        return latest.titles.get(language, latest.title) if latest else question

    def scorecard(self, scorecard_id: str, version: int) -> ScorecardInfo | None:
        """A version of a scorecard; None if unknown."""
        return self._scorecards.get((scorecard_id, version))
