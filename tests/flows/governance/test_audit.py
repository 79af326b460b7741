"""Tests of the audit trail."""

from __future__ import annotations

import json
import random
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from multiprocessing import get_context
from typing import TYPE_CHECKING, Any

import pytest

from flows.errors import FlowsError
from flows.governance.audit import Act, entries, record, verify
from flows.governance.audit_check import Kind, entry_of, line_of
from warehouse.files import whole_lines

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

SEED = 18
TRAILS = 20


def trail_of(home: Path) -> Path:
    """The trail of a home."""
    return home / "audit" / "trail.jsonl"


def lines_of(home: Path) -> list[bytes]:
    """The lines of a trail."""
    return whole_lines(trail_of(home))[0]


def write(home: Path, lines: list[bytes]) -> None:
    """Write the lines of a trail."""
    trail_of(home).write_bytes(b"".join(line + b"\n" for line in lines))


def random_trail(home: Path, draw: random.Random) -> None:
    """Record three to twelve random acts."""
    for _ in range(draw.randint(3, 12)):
        facts = {
            "calls": [f"call-{draw.randint(1, 999)}" for _ in range(draw.randint(0, 3))],
            "counts": {"rows": draw.randint(0, 99)},
        }
        record(home, draw.choice(list(Act)), **facts)


def forged(line: bytes, **changes: Any) -> bytes:
    """A line with other content and its own, fitting hash."""
    entry = entry_of(line)
    assert entry
    return line_of(replace(entry, **changes))


def test_a_trail_is_whole_as_it_was_written(tmp_path: Path) -> None:
    """Nothing is found in a trail that nobody touched, and each entry says who, when and what."""
    record(tmp_path, Act.ERASED, customers=["ref-0123456789abcdef"], calls=["call-1"])
    record(tmp_path, Act.HELD, agents=["agent-7"], until="2027-01-31", ticket="DSR-2026-17")
    assert verify(tmp_path) == []
    first, second = entries(tmp_path)
    assert (first.number, first.act, first.facts["calls"]) == (1, "erased", ["call-1"])
    assert first.by
    assert first.at.endswith("+00:00")
    assert second.before == first.hash
    assert second.facts == {
        "agents": ["agent-7"],
        "outcome": "done",
        "ticket": "DSR-2026-17",
        "until": "2027-01-31",
    }


def change_naively(lines: list[bytes], at: int) -> list[bytes]:
    """Another year in a line."""
    return [*lines[:at], lines[at].replace(b'"at":"20', b'"at":"19'), *lines[at + 1 :]]


def change_with_hash(lines: list[bytes], at: int) -> list[bytes]:
    """Another user in a line, with the hash that fits."""
    return [*lines[:at], forged(lines[at], by="nobody"), *lines[at + 1 :]]


def remove(lines: list[bytes], at: int) -> list[bytes]:
    """One line less."""
    return [*lines[:at], *lines[at + 1 :]]


def insert_copy(lines: list[bytes], at: int) -> list[bytes]:
    """The first line, by another user, elsewhere."""
    return [*lines[:at], forged(lines[0], by="nobody"), *lines[at:]]


def insert_fitting(lines: list[bytes], at: int) -> list[bytes]:
    """A line that follows the one before it as if it had been written then."""
    before = entry_of(lines[at - 1])
    assert before
    new = forged(lines[at - 1], number=before.number + 1, before=before.hash)
    return [*lines[:at], new, *lines[at:]]


@pytest.mark.parametrize(
    ("tamper", "kind", "says"),
    [
        (change_naively, Kind.CHANGED, "line {line} (entry {line}) is changed"),
        (change_with_hash, Kind.CHANGED, "line {line} (entry {line}) is changed"),
        (remove, Kind.REMOVED, "entry {line} is removed before line {line}"),
        (insert_copy, Kind.INSERTED, "line {line} is inserted"),
        (insert_fitting, Kind.INSERTED, "line {line} is inserted"),
    ],
)
def test_one_line_changed_removed_or_inserted_is_found(
    tmp_path: Path,
    tamper: Callable[[list[bytes], int], list[bytes]],
    kind: Kind,
    says: str,
) -> None:
    """Of random trails, at any line: exactly that line is named, and nothing else."""
    draw = random.Random(SEED)  # noqa: S311  repeatable
    for number in range(TRAILS):
        home = tmp_path / str(number)
        random_trail(home, draw)
        lines = lines_of(home)
        least, most = tamper is insert_fitting, len(lines) - (2 if tamper is remove else 1)
        at = draw.randint(least, most)
        write(home, tamper(lines, at))
        found = verify(home)
        assert [(one.kind, one.text) for one in found] == [(kind, says.format(line=at + 1))]
        record(home, Act.EXPORTED)
        assert kind in {one.kind for one in verify(home)}, "a later entry does not hide it"


def test_a_line_inserted_at_the_end_is_found(tmp_path: Path) -> None:
    """A line that fits the last one, but that no process of ours wrote."""
    draw = random.Random(SEED)  # noqa: S311  repeatable
    random_trail(tmp_path, draw)
    lines = lines_of(tmp_path)
    write(tmp_path, insert_fitting(lines, len(lines)))
    assert [one.text for one in verify(tmp_path)] == [f"line {len(lines) + 1} is inserted"]


def test_a_tail_that_was_cut_off_is_found(tmp_path: Path) -> None:
    """Of random trails, after any line or inside one, also when later acts were recorded."""
    draw = random.Random(SEED)  # noqa: S311  repeatable
    for number in range(TRAILS):
        home = tmp_path / str(number)
        random_trail(home, draw)
        content = trail_of(home).read_bytes()
        count = content.count(b"\n")
        trail_of(home).write_bytes(content[: draw.randint(0, len(content) - 1)])
        left = len(lines_of(home))
        gone = f"entries {left + 1} to {count} are" if left + 1 < count else f"entry {count} is"
        assert [one.text for one in verify(home)] == [f"{gone} cut off after line {left}"]
        record(home, Act.EXPORTED)
        assert [one.text for one in verify(home)] == [f"{gone} removed before line {left + 1}"]


def rewritten(home: Path, at: int) -> None:
    """Change one entry, and give all after it, and the anchors, the hashes that then fit."""
    lines = lines_of(home)
    lines[at] = forged(lines[at], by="nobody")
    for after in range(at + 1, len(lines)):
        before = entry_of(lines[after - 1])
        assert before
        lines[after] = forged(lines[after], before=before.hash)
    write(home, lines)
    last = entry_of(lines[-1])
    assert last
    anchors = {last.at[:10]: {"entries": last.number, "hash": last.hash}}
    (home / "audit" / "anchors.json").write_text(json.dumps(anchors), encoding="utf-8")


def test_a_kept_anchor_finds_what_was_written_anew_or_cut_off(tmp_path: Path) -> None:
    """Whoever can write the home can make trail and anchors fit; the copy elsewhere shows it."""
    draw = random.Random(SEED)  # noqa: S311  repeatable
    for number in range(TRAILS):
        home, copy = tmp_path / str(number), tmp_path / f"{number}.json"
        random_trail(home, draw)
        copy.write_bytes((home / "audit" / "anchors.json").read_bytes())
        record(home, Act.EXPORTED)
        assert verify(home, copy) == []
        rewritten(home, draw.randrange(len(lines_of(home)) - 1))
        assert verify(home) == []
        assert [one.kind for one in verify(home, copy)] == [Kind.REWRITTEN]
    for file in (home / "audit").iterdir():
        file.unlink()
    assert [one.kind for one in verify(home)] == [Kind.MISSING]
    assert Kind.CUT_OFF in {one.kind for one in verify(home, copy)}


def test_missing_or_damaged_anchors_are_told(tmp_path: Path) -> None:
    """Without them, a tail could be cut off unseen."""
    anchors = tmp_path / "audit" / "anchors.json"
    record(tmp_path, Act.EXPORTED)
    anchors.write_text("{", encoding="utf-8")
    assert [one.kind for one in verify(tmp_path)] == [Kind.MISSING]
    record(tmp_path, Act.EXPORTED)
    assert [one.kind for one in verify(tmp_path)] == [Kind.MISSING]
    with pytest.raises(FlowsError, match="no anchors"):
        verify(tmp_path, tmp_path / "audit" / "trail.jsonl")


@pytest.mark.parametrize("step", ["announced", "half a line", "line"])
def test_a_crash_leaves_a_trail_that_can_be_verified(tmp_path: Path, step: str) -> None:
    """At each step of an append: the trail is whole, and so it is after the next act."""
    record(tmp_path, Act.EXPORTED)
    folder = tmp_path / "audit"
    trail, anchors = trail_of(tmp_path).read_bytes(), (folder / "anchors.json").read_bytes()
    record(tmp_path, Act.SHARED)
    line = trail_of(tmp_path).read_bytes().removeprefix(trail)
    (folder / "announced.json").write_bytes((folder / "anchors.json").read_bytes())
    (folder / "anchors.json").write_bytes(anchors)
    left = {"announced": b"", "half a line": line[: len(line) // 2], "line": line}[step]
    trail_of(tmp_path).write_bytes(trail + left)
    assert verify(tmp_path) == []
    record(tmp_path, Act.HELD)
    assert verify(tmp_path) == []
    kept = ["exported", "shared", "held"] if step == "line" else ["exported", "held"]
    assert [entry.act for entry in entries(tmp_path)] == kept


def _record_some(home: Path) -> None:
    for _ in range(10):
        record(home, Act.DELIVERED, what="mail")


def test_processes_that_write_at_once_leave_one_chain(tmp_path: Path) -> None:
    """Four processes, ten acts each: forty entries, none lost."""
    with ProcessPoolExecutor(4, mp_context=get_context("spawn")) as pool:
        list(pool.map(_record_some, [tmp_path] * 4))
    assert [entry.number for entry in entries(tmp_path)] == list(range(1, 41))
    assert verify(tmp_path) == []


@pytest.mark.parametrize(
    "facts",
    [
        {"customers": ["Ada Byron"]},
        {"customers": ["+39 055 0199 123"]},
        {"what": "the customer said"},
        {"why": ["Ada"]},
        {"run": "run of Ada"},
        {"places": ["/exports/ada.csv"]},
        {"counts": {"Ada Byron": 1}},
        {"ticket": "Ada-1"},
        {"note": "free text"},
        {"rules": "none"},
    ],
)
def test_a_value_that_could_be_personal_is_refused(
    tmp_path: Path, facts: dict[str, object]
) -> None:
    """Nothing is written, and the message does not hold the value."""
    with pytest.raises(FlowsError) as caught:
        record(tmp_path, Act.EXPORTED, **facts)
    assert "Ada" not in str(caught.value)
    assert next(iter(facts)) in str(caught.value)
    assert not trail_of(tmp_path).exists()


@pytest.mark.parametrize(
    ("given", "is_kept"),
    [
        ("call-0042", True),
        ("20260310-0012", True),
        ("2026-03-10-17", True),
        ("4111111111111111", False),
        ("4111-1111-1111-1111", False),
        ("390550199123", False),
        ("055.0199.123", False),
        ("Ada Byron", False),
        ("ada@example.org", False),
        ("x" * 65, False),
    ],
)
def test_an_id_that_could_be_a_number_or_a_name_is_kept_as_its_hash(
    tmp_path: Path, *, given: str, is_kept: bool
) -> None:
    """Centres use telephone and card numbers as ids of calls."""
    record(tmp_path, Act.ERASED, calls=[given])
    (entry,) = entries(tmp_path)
    (kept,) = entry.facts["calls"]
    assert (kept == given) is is_kept
    assert is_kept or kept.startswith("id-")
    assert (given.encode() in trail_of(tmp_path).read_bytes()) is is_kept
