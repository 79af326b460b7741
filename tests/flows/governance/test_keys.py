"""Keys of a home: rotation, its interruption, recovery, and what never shows a key."""

from __future__ import annotations

import base64
import os
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb
import polars as pl
import pytest
from typer.testing import CliRunner

from flows.cli.app import app
from flows.governance import keys as governance_keys
from flows.governance.audit import Act, entries
from flows.governance.erasure.erasing import erase, plan_erasure
from flows.governance.erasure.places import files_below, place_of
from flows.governance.erasure.subject import Subject
from flows.governance.holds import Scope
from flows.governance.keys import CURRENT, PLAIN, files_by_key, rewrite, snapshots_by_key
from flows.operation.setting_table import setting_table
from flows.publishing import publish_all
from flows.settings.centre import Settings
from tests.flows.governance.governed_home import NAMES, RENDERING, copy_calls, governed_home
from tests.night.recognitions.recorded_night import run_night
from tests.warehouse.factory import TIME_ZONE, night, result
from warehouse.errors import EncryptionError
from warehouse.integrity.copies import is_whole_copy
from warehouse.lake.encryption import key_id_of, keys, write_encrypted
from warehouse.lake.lake import Lake
from warehouse.query.reader import open_snapshot
from warehouse.snapshot.connection import is_encrypted
from warehouse.snapshot.publish import publish

if TYPE_CHECKING:
    from collections.abc import Iterator

LONG = 6
ENCRYPTED = {"results", "snapshots", "redacted audio"}
"""Places of which the documentation says so."""
KEY, NEXT = (base64.b64encode(bytes([byte]) * 32).decode() for byte in (3, 4))


@pytest.fixture(autouse=True)
def _environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    monkeypatch.chdir(tmp_path)
    before = os.environ.get("CALLQA_KEY_FILE")
    monkeypatch.delenv("CALLQA_KEY", raising=False)
    yield
    os.environ.pop("CALLQA_KEY_FILE", None)  # settings hand it on to every process
    if before is not None:
        os.environ["CALLQA_KEY_FILE"] = before


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A home with two calls, published and not encrypted."""
    found = Settings(home=tmp_path / "home", time_zone=TIME_ZONE)
    lake = Lake(found.lake, TIME_ZONE)
    night(lake, "night-1", [result("c1"), result("c2")])
    publish(lake, found.warehouse)
    return found


def _call_ids(settings: Settings) -> list[str]:
    with open_snapshot(settings.warehouse) as snapshot:
        published = [row[0] for row in snapshot.ask("select call_id from core.call").rows]
    stored = [one.call.call_id for one in Lake(settings.lake, TIME_ZONE).results()]
    assert sorted(published) == stored
    return stored


def test_a_rotation_leaves_nothing_under_the_old_key(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """First everything is encrypted, then under the next key; afterwards the old one is not needed.

    The old key alone opens nothing any more.
    """
    assert set(files_by_key(settings)) == {PLAIN}
    for given in (KEY, f"{NEXT}\n{KEY}"):
        monkeypatch.setenv("CALLQA_KEY", given)
        assert rewrite(settings) > 0
        assert set(files_by_key(settings)) == {keys()[0].key_id}
        assert rewrite(settings) == 0
    monkeypatch.setenv("CALLQA_KEY", NEXT)
    assert _call_ids(settings) == ["c1", "c2"]
    monkeypatch.setenv("CALLQA_KEY", KEY)
    with pytest.raises(EncryptionError), open_snapshot(settings.warehouse):
        pass
    with pytest.raises(EncryptionError):
        Lake(settings.lake, TIME_ZONE)
    told = [entry.facts["counts"]["files"] for entry in entries(settings.home)]
    assert told[0] > 0
    assert {entry.act for entry in entries(settings.home)} == {Act.KEY_CHANGED}


def test_an_interrupted_rotation_is_completed(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ended after any number of files, it can be read by both keys, and run again it does the rest.

    A night in between adds calls under the new key.
    """
    monkeypatch.setenv("CALLQA_KEY", KEY)
    total = rewrite(settings)
    monkeypatch.setenv("CALLQA_KEY", f"{NEXT} {KEY}")
    written = 0

    def write_some(path: Path, content: bytes) -> None:
        nonlocal written
        if written == total // 2:
            raise KeyboardInterrupt
        written += 1
        write_encrypted(path, content)

    monkeypatch.setattr(governance_keys, "write_encrypted", write_some)
    with pytest.raises(KeyboardInterrupt):
        rewrite(settings)
    monkeypatch.setattr(governance_keys, "write_encrypted", write_encrypted)
    assert len(files_by_key(settings)) == len((KEY, NEXT))
    lake = Lake(settings.lake, TIME_ZONE)
    night(lake, "night-2", [result("c3")])
    publish(lake, settings.warehouse)
    assert _call_ids(settings) == ["c1", "c2", "c3"]
    rewrite(settings)
    monkeypatch.setenv("CALLQA_KEY", NEXT)
    assert _call_ids(settings) == ["c1", "c2", "c3"]


def test_a_rotation_without_the_old_key_changes_nothing(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The error names the missing key by its id, and the right key then opens everything."""
    monkeypatch.setenv("CALLQA_KEY", KEY)
    rewrite(settings)
    (old,) = keys()
    before = {path: path.read_bytes() for path in settings.home.rglob("*") if path.is_file()}
    monkeypatch.setenv("CALLQA_KEY", NEXT)
    with pytest.raises(EncryptionError, match=old.key_id) as error:
        rewrite(settings)
    assert KEY not in str(error.value)
    assert NEXT not in str(error.value)
    assert {path: path.read_bytes() for path in before} == before
    monkeypatch.setenv("CALLQA_KEY", KEY)
    assert _call_ids(settings) == ["c1", "c2"]


def test_the_commands_from_a_new_key_to_recovery(settings: Settings, tmp_path: Path) -> None:
    """`new`, `rotate`, `status`, a lost file and its copy: as the documentation says, word by word.

    No output shows a key.
    """
    runner, file, copy = CliRunner(), tmp_path / "keys" / "key", tmp_path / "copy"
    file.parent.mkdir()
    home = ["--home", str(settings.home)]
    said = [runner.invoke(app, ["key", "new", str(file)])]
    (tmp_path / ".env").write_text(f"CALLQA_KEY_FILE={file}\nCALLQA_TIME_ZONE={TIME_ZONE}\n")
    said.append(runner.invoke(app, ["key", "status", *home]))
    assert [one.exit_code for one in said] == [0, 1], said[-1].output
    said.append(runner.invoke(app, ["key", "rotate", *home]))
    said.append(runner.invoke(app, ["key", "status", *home]))
    assert [one.exit_code for one in said[2:]] == [0, 0], said[2].output
    copy.write_bytes(file.read_bytes())
    file.unlink()
    lost = runner.invoke(app, ["key", "status", *home])
    assert lost.exit_code == 1
    assert "restore it" in str(lost.exception)
    file.write_bytes(copy.read_bytes())
    file.chmod(0o644)
    unsafe = runner.invoke(app, ["key", "status", *home])
    assert "chmod 600" in str(unsafe.exception)
    file.chmod(0o600)
    said.append(runner.invoke(app, ["key", "status", *home]))
    assert said[-1].exit_code == 0
    secret = file.read_text().strip()
    shown = "".join(one.output + str(one.exception) for one in (*said, lost, unsafe))
    assert secret not in shown
    assert _call_ids(settings) == ["c1", "c2"]
    assert not [
        p for p in settings.home.rglob("*") if p.is_file() and secret.encode() in p.read_bytes()
    ]


def test_settings_show_no_key(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """`callqa config` shows that a key is set; one in `.env` or of the wrong length is an error."""
    monkeypatch.setenv("CALLQA_KEY", KEY)
    table = setting_table()
    assert {row.name: row.value for row in table.rows}["CALLQA_KEY"] == "set"
    assert not table.errors
    assert KEY not in repr(table)
    assert KEY not in repr(Settings(home=tmp_path))
    monkeypatch.setenv("CALLQA_KEY", "too-short")
    wrong = setting_table()
    assert any("CALLQA_KEY" in error for error in wrong.errors)
    assert "too-short" not in repr(wrong)
    monkeypatch.delenv("CALLQA_KEY")
    (tmp_path / ".env").write_text(f"CALLQA_KEY={NEXT}\n")
    beside = setting_table()
    assert any("not in .env" in error for error in beside.errors)
    assert NEXT not in repr(beside)


def test_a_night_is_encrypted_where_the_documents_say_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After a whole run with a key, all tables are encrypted, `verify` finds nothing, SQL works.

    The key is in no file of the home.
    """
    monkeypatch.setenv("CALLQA_KEY", KEY)
    home, source = tmp_path / "home", tmp_path / "calls"
    copy_calls(source)
    run_night(home, RENDERING, source)
    plain = [
        path.relative_to(home).as_posix()
        for path in home.rglob("*")
        if path.is_file()
        and (path.suffix == ".parquet" or (path.suffix == ".duckdb" and not path.is_symlink()))
        and not (key_id_of(path) if path.suffix == ".parquet" else is_encrypted(path))
    ]
    assert not plain
    assert set(snapshots_by_key(Settings(home=home))) == {CURRENT}
    files = [path for path in home.rglob("*") if path.is_file()]
    secret = base64.b64decode(KEY)
    password = keys()[0].database_password.encode()
    for path in files:
        content = path.read_bytes()
        assert not [one for one in (KEY.encode(), secret, password) if one in content], path
    runner = CliRunner()
    verified = runner.invoke(app, ["verify", "--home", str(home)])
    assert verified.exit_code == 0, verified.output
    count = "select count(*) as calls from core.call"
    asked = runner.invoke(app, ["sql", count, "--home", str(home)])
    assert str(len(NAMES)) in asked.output


def _texts(path: Path) -> bytes:
    """The bytes of a file and, of plain tables, what they say."""
    content = path.read_bytes()
    if content.startswith(b"PAR1"):
        return content + repr(pl.read_parquet(path).rows()).encode()
    if content[8:12] == b"DUCK":
        with suppress(duckdb.Error), duckdb.connect(path, read_only=True) as db:
            content += repr(db.execute("from core.turn").fetchall()).encode()
    return content


def _clear(home: Path, quotes: set[str]) -> set[str]:
    """Places with a recording (Ogg) or a quote that can be read without a key."""
    found = set()
    for path in files_below(home):
        place = place_of(home, path)
        content = b"" if path.is_symlink() else _texts(path)
        if b"OggS" in content or any(one.encode() in content for one in quotes):
            found.add(place.name if place else str(path))
    return found


def _quotes(home: Path) -> set[str]:
    """What was said in the calls of a home, in turns of some length."""
    settings = Settings(home=home)
    results = Lake(settings.lake, settings.time_zone).results()
    texts = {turn.text for one in results for turn in one.transcript.turns}
    return {text for text in texts if len(text.split()) >= LONG}


def _killed_rotation(home: Path) -> int:
    """Rotate in a process that is killed at the fourth recording; returns its status."""
    script = (
        "import os, signal, sys\n"
        "from pathlib import Path\n"
        "from flows.governance import keys\n"
        "from flows.settings.centre import Settings\n"
        "write, seen = keys.write_encrypted, []\n"
        "def some(path, content):\n"
        "    seen.extend([path] if path.suffix == '.opus' else [])\n"
        "    if len(seen) == 4: os.kill(os.getpid(), signal.SIGKILL)\n"
        "    write(path, content)\n"
        "keys.write_encrypted = some\n"
        "keys.rewrite(Settings.with_overrides(home=Path(sys.argv[1])))\n"
    )
    root = Path(__file__).parents[3]
    return subprocess.run(  # noqa: S603  our own script
        [sys.executable, "-c", script, str(home)],
        check=False,
        env={**os.environ, "PYTHONPATH": str(root)},
    ).returncode


def test_audio_and_words_are_in_clear_only_without_a_key(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The scan finds recordings and quotes in the three places of a plain home, and in none later.

    A rotation killed at any moment, here after lake and half of the audio, is completed by the
    next. Pages of the plain home had players, those of the encrypted one say why they have none.
    """
    home, _ = governed_home(tmp_path)
    settings = Settings.with_overrides(home=home)
    quotes = _quotes(home)
    assert len(quotes) > len(NAMES)
    assert _clear(home, quotes) >= ENCRYPTED
    pages = sorted(settings.site.calls.rglob("*.html"))
    assert pages
    assert all("<audio" in page.read_text() for page in pages)
    monkeypatch.setenv("CALLQA_KEY", KEY)
    assert _killed_rotation(home) == -signal.SIGKILL
    copies = sorted(settings.audio.root.rglob("*.opus"))
    assert len([one for one in copies if key_id_of(one)]) == len(("a", "b", "c"))
    rewrite(settings)
    assert not _clear(home, quotes) & ENCRYPTED
    assert set(files_by_key(settings)) == {keys()[0].key_id}
    assert set(snapshots_by_key(settings)) == {CURRENT}
    assert not [page for page in pages if "<audio" in page.read_text()]
    assert all("stored encrypted" in page.read_text() for page in pages)
    verified = CliRunner().invoke(app, ["verify", "--home", str(home)])
    assert verified.exit_code == 0, verified.output


def test_pages_of_audiences_lose_their_players_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They are written from snapshots of their own, and would offer what no browser can play."""
    home, _ = governed_home(tmp_path)
    (tmp_path / "audiences.yaml").write_text("audiences: {everything: {all_calls: true}}\n")
    monkeypatch.setenv("CALLQA_AUDIENCES", str(tmp_path / "audiences.yaml"))
    settings = Settings.with_overrides(home=home)
    publish_all(settings, Lake(settings.lake, settings.time_zone))
    pages = sorted(settings.site.audience("everything").calls.rglob("*.html"))
    assert pages
    assert all("<audio" in page.read_text() for page in pages)
    monkeypatch.setenv("CALLQA_KEY", KEY)
    rewrite(settings)
    assert not [page for page in pages if "<audio" in page.read_text()]
    assert all("stored encrypted" in page.read_text() for page in pages)


def test_a_run_with_a_key_writes_no_recording_in_clear(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Audio is encrypted from the first; a clear copy is handed out by command, and told.

    It is the same recording as without a key. A wrong key is an error, not a missing recording; a
    changed byte is damage. Erasure leaves nothing of the customer, the clear copy included.
    """
    plain, source = governed_home(tmp_path)
    copy = Settings(home=plain).audio.root
    expected = next(copy.rglob("lt-0001-*.opus")).read_bytes()
    monkeypatch.setenv("CALLQA_KEY", KEY)
    monkeypatch.setenv("CALLQA_CACHE", str(tmp_path / "cache"))
    home = tmp_path / "sealed"
    run_night(home, RENDERING, source)
    settings = Settings.with_overrides(home=home, source=source, workers=1)
    assert not _clear(home, _quotes(home)) & ENCRYPTED
    runner, folder = CliRunner(), tmp_path / "for-coaching"
    given = runner.invoke(app, ["recording", "lt-0001", "--out", str(folder), "--home", str(home)])
    assert given.exit_code == 0, given.output
    (out,) = folder.iterdir()
    assert out.read_bytes() == expected
    told = [one for one in entries(home) if one.act == Act.EXPORTED]
    assert [one.facts["calls"] for one in told] == [["lt-0001"]]
    sealed = next(settings.audio.root.rglob("lt-0001-*.opus"))
    assert is_whole_copy(sealed)
    monkeypatch.setenv("CALLQA_KEY", NEXT)
    with pytest.raises(EncryptionError, match="is encrypted with the key"):
        is_whole_copy(sealed)
    monkeypatch.setenv("CALLQA_KEY", KEY)
    stored = sealed.read_bytes()
    sealed.write_bytes(stored[:-1] + bytes([stored[-1] ^ 1]))
    assert not is_whole_copy(sealed)
    sealed.write_bytes(stored)
    plan = plan_erasure(settings, Subject(Scope.CUSTOMER, "cu-20011"))
    assert erase(settings, plan).proof.is_clean
    assert not sealed.exists()
    assert not out.exists()
    assert len(list(settings.audio.root.rglob("*.opus"))) == len(NAMES) - 1
