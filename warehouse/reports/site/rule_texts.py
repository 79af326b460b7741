"""Rules and questions in the words of their latest version, in a reader's language."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

    import duckdb

# An older lake may hold rules without texts by language: then the rule's own are read.
_RULES = """
with latest as (
    select *
    from core.rule
    qualify rule_version = max(rule_version) over (partition by rule_id)
)

select rule_id, '' as language, title, why, coalesce(coaching, '')
from latest
union all
select rule_id, own.language, own.title, own.why, coalesce(own.coaching, '')
from latest
inner join core.rule_text as own using (rule_id, rule_version)
"""

_QUESTIONS = """
with latest as (
    select *
    from core.question
    qualify scorecard_version = max(scorecard_version) over (partition by scorecard_id, question)
)

select scorecard_id, question, '' as language, title
from latest
union all
select scorecard_id, question, own.language, own.title
from latest
inner join core.question_text as own using (scorecard_id, scorecard_version, question)
"""

# What the others of this package join, in the language of one reader.
_RULE_TITLES = """
create or replace temp table rule_title as
select rule_id, rule_version, coalesce(own.title, rule.title) as title
from core.rule
left join (select * from core.rule_text where language = $language) as own
    using (rule_id, rule_version)
"""

_QUESTION_TITLES = """
create or replace temp table question_title as
select scorecard_id, question, coalesce(own.title, question.title) as title
from core.question
left join (select * from core.question_text where language = $language) as own
    using (scorecard_id, scorecard_version, question)
qualify scorecard_version = max(scorecard_version) over (partition by scorecard_id, question)
"""


def gather_titles(connection: duckdb.DuckDBPyConnection, language: str) -> None:
    """Make `rule_title` and `question_title`: temporary tables in a reader's language."""
    for sql in (_RULE_TITLES, _QUESTION_TITLES):
        connection.execute(sql, {"language": language})


class RuleWords(NamedTuple):
    """What a rule asks, why, and what an agent could say instead; empty where nobody wrote it."""

    title: str
    why: str
    coaching: str


class RuleTexts:
    """The texts of a snapshot."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        """Read all of them: there are hundreds, not thousands."""
        rules = connection.execute(_RULES).fetchall()
        self._rules = {(rule, language): RuleWords(*words) for rule, language, *words in rules}
        questions = connection.execute(_QUESTIONS).fetchall()
        self._questions: dict[tuple[str, ...], str] = {
            tuple(key): title for *key, title in questions
        }

    def rule(self, rule_id: str, language: str) -> RuleWords:
        """The words of a rule; its id where it is not known."""
        words = self._rules.get((rule_id, language)) or self._rules.get((rule_id, ""))
        return words or RuleWords(rule_id, "", "")

    def first_rule(self, rule_ids: Sequence[str], language: str) -> RuleWords:
        """The words of the first rule that says what to do instead, or else of the first."""
        words = [self.rule(rule_id, language) for rule_id in rule_ids]
        return next((one for one in words if one.coaching), (words or [RuleWords("", "", "")])[0])

    def question(self, scorecard_id: str, question: str, language: str) -> str:
        """The question as the reader reads it; its id where it is not known."""
        for code in (language, ""):
            if title := self._questions.get((scorecard_id, question, code)):
                return title
        return question
