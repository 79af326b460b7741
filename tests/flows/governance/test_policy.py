"""A retention policy is strict, and its periods end as the calendar and the law say."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

import pytest

from flows.governance.retention.policy import EXAMPLE, Kept, Kind, last_day, read_policy
from qa_rules.errors import RuleFilesError
from warehouse.lake.index.stored_calls import StoredCall

if TYPE_CHECKING:
    from pathlib import Path

    from flows.governance.retention.policy import RetentionFile

_DAY = date(2026, 3, 2)


def _policy(folder: Path, text: str) -> RetentionFile:
    path = folder / "retention.yaml"
    path.write_text(text, encoding="utf-8")
    return read_policy(path)


def _call(**changes: Any) -> StoredCall:
    plain: dict[str, Any] = {
        "call_date": _DAY,
        "call_id": "c1",
        "started_at": datetime(2026, 3, 2, 9, tzinfo=UTC),
        "agent_id": "a1",
        "customer_ref": "k1",
        "queue": "billing",
        "team": "North",
        "direction": "inbound",
        "language": "en",
        "restricted": False,
    }
    return StoredCall(**(plain | changes))


@pytest.mark.parametrize(
    ("day", "period", "last"),
    [
        (date(2026, 3, 2), "1 day", date(2026, 3, 3)),
        (date(2026, 3, 2), "30 days", date(2026, 4, 1)),
        (date(2026, 1, 31), "1 month", date(2026, 2, 28)),
        (date(2026, 8, 31), "6 months", date(2027, 2, 28)),
        (date(2027, 8, 31), "6 months", date(2028, 2, 29)),
        (date(2028, 2, 29), "1 year", date(2029, 2, 28)),
        (date(2028, 2, 29), "4 years", date(2032, 2, 29)),
        (date(2028, 2, 28), "1 year", date(2029, 2, 28)),
        (date(2026, 3, 28), "1 day", date(2026, 3, 29)),
        (date(2026, 12, 31), "2 months", date(2027, 2, 28)),
        (date(2026, 3, 2), "forever", None),
        (date(2026, 3, 2), "99999 years", None),
    ],
)
def test_periods_end_with_a_day_of_the_calendar(day: date, period: str, last: date | None) -> None:
    """The day of the call does not count; where a month has no such day, its last one is meant."""
    assert last_day(day, period) == last


def test_the_longest_matching_policy_decides_up_to_the_maximum(tmp_path: Path) -> None:
    """A policy that does not match, or has no period for the class, says nothing."""
    policy = _policy(
        tmp_path,
        """
maximum: {transcript: 1 year}
policies:
  - {id: all, why: x, keep: {transcript: 3 months, audio: 30 days}}
  - {id: billing, why: x, calls: {queues: [billing, sales]}, keep: {transcript: 6 months}}
  - {id: spanish, why: x, calls: {languages: [es]}, keep: {transcript: 9 months}}
  - {id: disputes, why: x, calls: {tags: [complaint]}, keep: {transcript: forever}}
  - id: spring
    why: x
    calls: {fields: {campaign: [spring]}, restricted: true}
    keep: {audio: 2 months}
""",
    )
    assert policy.needs_tags
    of = policy.of_call
    assert of(_call(), Kind.TRANSCRIPT) == Kept(date(2026, 9, 2), "billing")
    assert of(_call(queue="help"), Kind.TRANSCRIPT) == Kept(date(2026, 6, 2), "all")
    assert of(_call(language="es"), Kind.TRANSCRIPT) == Kept(date(2026, 12, 2), "spanish")
    tagged = _call(tags=frozenset({"complaint", "other"}))
    assert of(tagged, Kind.TRANSCRIPT) == Kept(date(2027, 3, 2), "maximum")
    assert of(_call(), Kind.AUDIO) == Kept(date(2026, 4, 1), "all")
    spring = {"campaign": "spring"}
    assert of(_call(fields=spring), Kind.AUDIO) == Kept(date(2026, 4, 1), "all")
    assert of(_call(fields=spring, restricted=True), Kind.AUDIO) == Kept(date(2026, 5, 2), "spring")
    assert of(_call(), Kind.SCORE) == Kept()
    assert not of(_call(), Kind.SCORE).is_over(date(2099, 1, 1))


def test_what_is_kept_ends_after_its_last_day(tmp_path: Path) -> None:
    """On the last day it is still there."""
    policy = _policy(tmp_path, "policies: [{id: all, why: x, keep: {report: 2 years}}]")
    kept = policy.of_file(Kind.REPORT, _DAY)
    assert not kept.is_over(date(2028, 3, 2))
    assert kept.is_over(date(2028, 3, 3))


@pytest.mark.parametrize(
    ("text", "lines", "told"),
    [
        ("policies:\n  - id: a\n    why: x\n    keep: {audio: 3 weeks}\n", [4], "audio"),
        ("policies:\n  - id: a\n    keep: {audio: 3 days}\n", [2], "why"),
        ("policies:\n  - id: a\n    why: x\n    keep: {adio: 3 days}\n", [4], "adio"),
        ("policies:\n  - {id: a, why: x, calls: {que: [b]}, keep: {}}\n", [2], "que"),
        ("maximum: {audio: forever}\npolicies: []\n", [1], "a maximum ends"),
        ("policies:\n- {id: maximum, why: x, keep: {}}\n", [1], "another id"),
        (
            "policies:\n- {id: a, why: x, keep: {}}\n- {id: a, why: y, keep: {}}\n",
            [1],
            "expected a once",
        ),
        (
            "policies:\n- {id: a, why: x, calls: {teams: [N]}, keep: {log: 3 days}}\n",
            [2],
            "no `calls`",
        ),
        ("policies:\n- {id: a, why: x, keep: {audio: 0 days}}\n", [2], "audio"),
    ],
)
def test_every_error_has_its_line(tmp_path: Path, text: str, lines: list[int], told: str) -> None:
    """A policy that is not understood removes nothing."""
    with pytest.raises(RuleFilesError) as error:
        _policy(tmp_path, text)
    assert [int(line.split(":")[1]) for line in str(error.value).splitlines()] == lines
    assert told in str(error.value)


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    """By its path."""
    with pytest.raises(RuleFilesError, match=r"none\.yaml:1: No such file"):
        read_policy(tmp_path / "none.yaml")


def test_the_example_is_a_policy_once_its_comments_are_lines(tmp_path: Path) -> None:
    """As written it keeps everything."""
    assert read_policy(EXAMPLE).policies == ()
    lines = EXAMPLE.read_text(encoding="utf-8").splitlines()
    used = [line.removeprefix("# > ") for line in lines if line.startswith("# > ")]
    policy = _policy(tmp_path, "\n".join(used))
    assert len(policy.policies) > 2
    assert policy.of_call(_call(), Kind.TRANSCRIPT).until is not None
