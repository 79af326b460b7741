"""An encrypted lake and its snapshots hold the same as plain ones, and nothing readable."""

from __future__ import annotations

import base64
import re
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from qa_rules.results import Outcome
from tests.warehouse.factory import TIME_ZONE, night, result
from warehouse.errors import EncryptionError, LakeError, TamperedError, WarehouseError
from warehouse.integrity.lake_parts import lake_damage
from warehouse.lake.encryption import add_key, decrypted, encrypted, key_id_of, keys
from warehouse.lake.lake import Lake
from warehouse.lake.removal import remove_calls
from warehouse.query.reader import open_snapshot
from warehouse.query.search import SearchFilter, search
from warehouse.snapshot.connection import is_encrypted, open_database
from warehouse.snapshot.publish import current_snapshot, publish
from warehouse.snapshot.share import Audience, share

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from qa_rules.results import CallResult

KEY, OTHER = (base64.b64encode(bytes([byte]) * 32).decode() for byte in (1, 2))
SECRET = "zebrafish"
"""A word that nothing else in the files has."""


@pytest.fixture
def key(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """A process with a key."""
    monkeypatch.delenv("CALLQA_KEY_FILE", raising=False)
    monkeypatch.setenv("CALLQA_KEY", KEY)
    return monkeypatch


@pytest.fixture(params=["plain", "encrypted"])
def form(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Both forms, for tests that must hold in each."""
    if request.param == "encrypted":
        monkeypatch.setenv("CALLQA_KEY", KEY)
    return str(request.param)


def _said(call_id: str) -> CallResult:
    """A result whose transcript has the word."""
    one = result(call_id, greeting=Outcome.FAIL)
    turns = tuple(
        replace(turn, words=tuple(replace(word, text=SECRET) for word in turn.words))
        for turn in one.transcript.turns
    )
    return replace(one, transcript=replace(one.transcript, turns=turns))


def _fill(lake: Lake, snapshots: Path) -> Path:
    night(lake, "night-1", [result("c1"), result("c2", greeting=Outcome.FAIL)])
    publish(lake, snapshots)
    night(lake, "night-2", [result("c2"), _said("c3")])
    return publish(lake, snapshots)


def _holding(folder: Path, word: str) -> list[str]:
    """Files below a folder in which a word stands, in either encoding of DuckDB and Parquet."""
    return [
        path.name
        for path in sorted(folder.rglob("*"))
        if path.is_file() and word.encode() in path.read_bytes()
    ]


def _content(snapshots: Path) -> dict[str, list[tuple[object, ...]]]:
    tables = ("core.call", "core.turn", "core.finding", "meta.raised_flag", "mart.flag_list")
    with open_snapshot(snapshots) as snapshot:
        return {table: sorted(snapshot.ask(f"from {table}").rows, key=repr) for table in tables} | {
            "found": sorted(search(snapshot, SECRET, SearchFilter()).rows, key=repr)
        }


def test_both_forms_hold_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Rows of lake and snapshot, flags and what search finds do not depend on encryption."""
    found = []
    for name in ("plain", "encrypted"):
        if name == "encrypted":
            monkeypatch.setenv("CALLQA_KEY", KEY)
        lake, snapshots = Lake(tmp_path / name / "lake", TIME_ZONE), tmp_path / name / "snapshots"
        published = _fill(lake, snapshots)
        assert is_encrypted(published) == (name == "encrypted")
        found.append((list(lake.results()), _content(snapshots)))
    (plain, plain_rows), (sealed, sealed_rows) = found
    assert plain == sealed
    assert plain_rows == sealed_rows
    assert plain_rows["found"]
    assert plain_rows["mart.flag_list"]


def test_no_file_is_readable(
    tmp_path: Path, lake: Lake, snapshots: Path, key: pytest.MonkeyPatch
) -> None:
    """Neither the words of a call nor its queue stand in any file; without a key both do."""
    _fill(lake, snapshots)
    assert all(key_id_of(path) == keys()[0].key_id for path in lake.root.rglob("*.parquet"))
    assert not _holding(tmp_path, SECRET)
    assert KEY not in "".join(path.read_bytes().decode("latin-1") for path in _files(tmp_path))
    key.delenv("CALLQA_KEY")
    plain = tmp_path / "plain"
    _fill(Lake(plain / "lake", TIME_ZONE), plain / "snapshots")
    assert {name.rpartition(".")[2] for name in _holding(plain, SECRET)} >= {"duckdb"}


def _files(folder: Path) -> Iterator[Path]:
    return (path for path in folder.rglob("*") if path.is_file())


@pytest.mark.usefixtures("form")
def test_calls_can_be_removed(lake: Lake, snapshots: Path) -> None:
    """A removed call is in neither lake nor snapshot, and the others stay, in both forms."""
    _fill(lake, snapshots)
    remove_calls(lake, ["c3"])
    publish(lake, snapshots)
    assert [one.call.call_id for one in lake.results()] == ["c1", "c2"]
    assert not _content(snapshots)["found"]


@pytest.mark.parametrize("wrong", [None, OTHER])
def test_the_wrong_key_changes_nothing(
    lake: Lake, snapshots: Path, key: pytest.MonkeyPatch, wrong: str | None
) -> None:
    """Without the key nothing is read, written, repaired or deleted, and the message says so."""
    _fill(lake, snapshots)
    assert not list(lake_damage(lake))
    before = {path: path.read_bytes() for path in _files(lake.root.parent)}
    key.setenv("CALLQA_KEY", wrong) if wrong else key.delenv("CALLQA_KEY")
    with pytest.raises(EncryptionError, match="CALLQA_KEY"):
        Lake(lake.root, TIME_ZONE)
    with pytest.raises(EncryptionError, match="CALLQA_KEY"):
        list(lake.results())
    with pytest.raises(EncryptionError, match="CALLQA_KEY"):
        list(lake_damage(lake))
    with pytest.raises(EncryptionError, match="CALLQA_KEY"), open_snapshot(snapshots):
        pass
    with pytest.raises(WarehouseError, match="CALLQA_KEY") as error:
        publish(lake, snapshots)
    assert KEY not in str(error.value)
    assert (wrong or KEY) not in str(error.value)
    after = {path: path.read_bytes() for path in _files(lake.root.parent)}
    assert {path: after.get(path) for path in before} == before


def test_a_changed_byte_is_damage(lake: Lake, snapshots: Path, key: pytest.MonkeyPatch) -> None:
    """Any changed byte of an encrypted file is found; the message is that of a damaged file."""
    _fill(lake, snapshots)
    del key
    path = next(lake.root.rglob("turn/*/*.parquet"))
    content = path.read_bytes()
    for place in (30, 60, 75, len(content) // 2, len(content) - 1):  # salt, nonce, content, tag
        path.write_bytes(content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :])
        with pytest.raises(TamperedError):
            decrypted(path.read_bytes(), path)
        with pytest.raises(LakeError, match="not what callqa wrote"):
            list(lake.results())
        assert len(list(lake_damage(lake))) == 1


def test_a_key_added_later_encrypts_the_next_snapshot(
    lake: Lake, snapshots: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With a key, the snapshot is built anew, encrypted, and no plain copy of it is kept."""
    _fill(lake, snapshots)
    before = _content(snapshots)
    monkeypatch.setenv("CALLQA_KEY", KEY)
    night(lake, "night-3", [])
    published = publish(lake, snapshots)
    assert [path.name for path in snapshots.glob("qa-*")] == [published.name]
    assert is_encrypted(published)
    assert _content(snapshots) == before


def test_a_shared_file_is_plain(
    tmp_path: Path, lake: Lake, snapshots: Path, key: pytest.MonkeyPatch
) -> None:
    """Its readers have no key of ours, also when the snapshot is encrypted."""
    _fill(lake, snapshots)
    current = current_snapshot(snapshots)
    assert current
    with open_database(current, read_only=True) as connection:
        (supervisor,) = connection.execute(
            "select any_value(supervisor_id) from core.call"
        ).fetchall()[0]
    out = tmp_path / "team.duckdb"
    assert share(current, out, Audience(supervisors=(supervisor,)))
    key.delenv("CALLQA_KEY")
    with open_database(out, read_only=True) as connection:
        assert connection.execute("select count(*) from core.call").fetchall() != [(0,)]


def test_equal_contents_differ(key: pytest.MonkeyPatch) -> None:
    """Two files of the same content have nothing in common but the mark and the key's id."""
    del key
    one, two = encrypted(b"the same"), encrypted(b"the same")
    assert one != two
    assert decrypted(one, "one") == decrypted(two, "two") == b"the same"
    assert b"the same" not in one


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("c2hvcnQ=", "key 1 is not valid"),
        ("not base64!", "key 1 is not valid"),
        (f"{KEY} c2hvcnQ=", "key 2 is not valid"),
        (KEY[:-4], "key 1 is not valid"),
        (" ", "holds no key"),
    ],
)
def test_what_is_no_key_is_refused(monkeypatch: pytest.MonkeyPatch, text: str, said: str) -> None:
    """The message names the variable and the number of the key, and quotes nothing of it."""
    monkeypatch.setenv("CALLQA_KEY", text)
    with pytest.raises(EncryptionError, match=said) as error:
        keys()
    assert not re.search("c2hvcnQ|base64!", str(error.value))
    assert KEY[:12] not in str(error.value)


def test_a_key_file_that_others_can_read_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file of mode 0600 is read, one of 0640 or 0604 is not; a new key comes first."""
    file = tmp_path / "key"
    first = add_key(file)
    second = add_key(file)
    assert file.stat().st_mode & 0o777 == 0o600
    monkeypatch.delenv("CALLQA_KEY", raising=False)
    monkeypatch.setenv("CALLQA_KEY_FILE", str(file))
    assert keys() == (second, first)
    for mode in (0o640, 0o604, 0o644):
        file.chmod(mode)
        file.touch()
        with pytest.raises(EncryptionError, match="chmod 600"):
            add_key(file)
        with pytest.raises(EncryptionError, match="chmod 600"):
            keys()
    file.unlink()
    with pytest.raises(EncryptionError, match="restore it"):
        keys()


def test_a_key_shows_nothing_of_itself(key: pytest.MonkeyPatch) -> None:
    """Its text representation, its id and DuckDB's password do not contain it."""
    del key
    (one,) = keys()
    for shown in (repr(one), one.key_id, one.database_password):
        assert KEY not in shown
        assert one.secret.hex() not in shown
        assert repr(one.secret) not in shown
