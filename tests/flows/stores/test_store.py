"""What every store must do, on a folder of this machine; `tests/scale` has the same on servers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from flows.stores.opening import is_url, open_store
from tests.flows.stores.promises import check_store
from warehouse.lake.store import MissingFileError, StoreError

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("as_url", [False, True])
def test_folder_keeps_the_promises_of_a_store(tmp_path: Path, *, as_url: bool) -> None:
    """By path and by URL, also where no folder is yet."""
    root = tmp_path / "a store" / "of ours"
    check_store(open_store(root.as_uri() if as_url else root), tmp_path / "here")
    assert not [path for path in tmp_path.rglob("*") if "draft" in path.name]


def test_interrupted_copies_leave_nothing(tmp_path: Path) -> None:
    """A file that cannot be read neither replaces the old one nor leaves a part of itself."""
    store, file = open_store(tmp_path / "store"), tmp_path / "file"
    file.write_bytes(b"old")
    store.put("file", file)
    with pytest.raises(MissingFileError):
        store.get("other", file)
    assert file.read_bytes() == b"old"
    with pytest.raises(StoreError):
        store.put("file", tmp_path / "gone")
    assert store.read("file") == b"old"
    assert [one.path for one in store.files()] == ["file"]


def test_links_to_files_are_files(tmp_path: Path) -> None:
    """With the size and version of what they lead to; others are passed over."""
    (tmp_path / "elsewhere").write_bytes(b"12345")
    root = tmp_path / "store"
    root.mkdir()
    (root / "link").symlink_to(tmp_path / "elsewhere")
    (root / "broken").symlink_to(tmp_path / "nowhere")
    (root / "folder").symlink_to(tmp_path)
    (found,) = open_store(root).files()
    assert (found.path, found.size_bytes) == ("link", 5)


@pytest.mark.parametrize(
    ("place", "expected"),
    [
        ("s3://bucket/recordings", True),
        ("SFTP://host/recordings", True),
        ("file:///srv/recordings", True),
        ("recordings", False),
        ("/srv/2026-03-10 10:15/recordings", False),
        ("C:/recordings", False),
    ],
)
def test_urls_are_told_from_folders(place: str, *, expected: bool) -> None:
    """Only a scheme makes a URL."""
    assert is_url(place) is expected


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("ftp://host/recordings", r"ftp://: no such kind of store; expected .*s3://"),
        ("s3:///recordings", r"s3://: no bucket; expected s3://bucket/"),
        ("sftp:///recordings", r"sftp://: no server"),
        ("sftp://ana:geheim@host/x", r"credentials do not belong into a URL.*CALLQA_SFTP_PASSWORD"),
        ("s3://key:geheim@bucket/x", r"credentials do not belong into a URL.*AWS_SECRET_ACCESS"),
    ],
)
def test_url_that_cannot_be_used_says_why(url: str, expected: str) -> None:
    """At once, with what to do, and without the password that was in it."""
    with pytest.raises(StoreError, match=expected) as raised:
        open_store(url)
    assert "geheim" not in str(raised.value)


def test_missing_extra_names_the_line_that_installs_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the package of a kind of store is not installed."""
    monkeypatch.setitem(__import__("sys").modules, "s3fs", None)
    with pytest.raises(StoreError, match=r"needs the package s3fs.*make setup-scale"):
        open_store("s3://bucket/recordings")
