"""Import categories of Amazon Transcribe Call Analytics as rule files.

The input is the JSON of the service's create-category request. All filters of a category must
match, so a category becomes one observing rule with an `all` group, which matches the calls that
the category would tag. Thresholds and ranges are converted from milliseconds to seconds.
"""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic.alias_generators import to_pascal
from ruamel.yaml import YAML

from qa_rules.errors import CategoryError
from qa_rules.phrase_search.tokens import unaccented
from qa_rules.strict_yaml import expected

if TYPE_CHECKING:
    import datetime as dt

Participant = Literal["AGENT", "CUSTOMER"]
_HALF = 0.5
_EXAMPLE = "Write an example, then set `status: active`."


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", alias_generator=to_pascal)


class AbsoluteTimeRange(_Part):
    """A time range in milliseconds, or the first or last milliseconds."""

    start_time: int | None = None
    end_time: int | None = None
    first: int | None = None
    last: int | None = None


class RelativeTimeRange(_Part):
    """A range in per cent of the call."""

    start_percentage: int | None = None
    end_percentage: int | None = None
    first: int | None = None
    last: int | None = None


class _Filter(_Part):
    absolute_time_range: AbsoluteTimeRange | None = None
    relative_time_range: RelativeTimeRange | None = None
    negate: bool = False


class NonTalkTimeFilter(_Filter):
    """Silence of at least this length."""

    threshold: int = 0


class InterruptionFilter(_Filter):
    """Overlapping speech of at least this length."""

    threshold: int = 0
    participant_role: Participant | None = None


class TranscriptFilter(_Filter):
    """One of the targets is said literally."""

    transcript_filter_type: Literal["EXACT"]
    targets: Annotated[list[str], Field(min_length=1)]
    participant_role: Participant | None = None


class SentimentFilter(_Filter):
    """Half of the turns have one of the sentiments."""

    sentiments: list[Literal["NEGATIVE", "NEUTRAL", "POSITIVE", "MIXED"]]
    participant_role: Participant | None = None


class _Rule(_Part):
    non_talk_time_filter: NonTalkTimeFilter | None = None
    interruption_filter: InterruptionFilter | None = None
    transcript_filter: TranscriptFilter | None = None
    sentiment_filter: SentimentFilter | None = None


class Category(_Part):
    """One category, as in a create-category request."""

    category_name: str
    input_type: Literal["POST_CALL", "REAL_TIME"] = "POST_CALL"
    rules: Annotated[list[_Rule], Field(min_length=1, max_length=20)]
    tags: list[dict[str, str]] = Field(default_factory=list)


def import_category(text: str, effective_from: dt.date) -> tuple[str, str]:
    """Convert one category to a rule file.

    Returns:
        The id of the rule and the text of its file. It is a draft, since it has no examples.

    Raises:
        CategoryError: The JSON is not a category; names the key.
    """
    try:
        category = Category.model_validate_json(text)
    except ValidationError as error:
        fault = error.errors(include_url=False)[0]
        where = ".".join(str(step) for step in fault["loc"]) or "the file"
        raise CategoryError(f"`{where}` is not right; expected {expected(fault)}") from None
    rule_id = re.sub(r"[^a-z0-9]+", "-", unaccented(category.category_name.casefold())).strip("-")
    if not rule_id:
        raise CategoryError("`CategoryName` is not right; expected letters, which name the rule")
    parts = [_condition(rule, number) for number, rule in enumerate(category.rules)]
    record = {
        "id": rule_id,
        "version": 1,
        "title": f"Imported category {category.category_name}",
        "why": "Imported from Amazon Transcribe; describe its purpose here.",
        "status": "draft",
        "effective_from": effective_from,
        "severity": "minor",
        "expect": "observe",
        "match": parts[0] if len(parts) == 1 else {"all": parts},
        "examples": dict.fromkeys(("hit", "miss", "near_miss"), _EXAMPLE),
    }
    file = io.StringIO()
    yaml = YAML()
    yaml.width = 100
    yaml.dump(record, file)
    return rule_id, file.getvalue()


def _condition(rule: _Rule, number: int) -> dict[str, Any]:
    given = [part for _, part in rule if part is not None]
    if len(given) != 1:
        raise CategoryError(f"`Rules.{number}` is not right; expected exactly one filter")
    part = given[0]
    condition = _operator(part) | _within(part)
    return {"none": [condition]} if part.negate else condition


def _operator(part: _Filter) -> dict[str, Any]:
    if isinstance(part, NonTalkTimeFilter):
        return {"metric": {"name": "longest_non_talk_s", "min": part.threshold / 1000}}
    role = getattr(part, "participant_role", None)
    if isinstance(part, InterruptionFilter):
        roles = [role] if role else ["AGENT", "CUSTOMER"]
        metrics = [
            {
                "metric": {
                    "name": "longest_interruption_s",
                    "role": name.lower(),
                    "min": max(part.threshold, 1) / 1000,
                }
            }
            for name in roles
        ]
        return metrics[0] if role else {"any": metrics}
    speaker = {"speaker": role.lower() if role else "anyone"}
    if isinstance(part, TranscriptFilter):
        return {"phrases": part.targets, "strictness": "exact"} | speaker
    assert isinstance(part, SentimentFilter), "the last kind of filter"
    tones = [name.lower() for name in part.sentiments]
    return {"tone": {"of": tones, "min_ratio": _HALF}} | speaker


def _within(part: _Filter) -> dict[str, Any]:
    window: dict[str, float] = {}
    if part.absolute_time_range:
        names = {"start_time": "from_s", "end_time": "to_s", "first": "first_s", "last": "last_s"}
        given = part.absolute_time_range.model_dump(exclude_none=True)
        window = {names[name]: value / 1000 for name, value in given.items()}
    elif part.relative_time_range:
        names = {
            "start_percentage": "from_pct",
            "end_percentage": "to_pct",
            "first": "first_pct",
            "last": "last_pct",
        }
        given = part.relative_time_range.model_dump(exclude_none=True)
        window = {names[name]: float(value) for name, value in given.items()}
    return {"within": window} if window else {}
