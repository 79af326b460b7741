"""Stores keep their promises on real servers, and say what is wrong with them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from flows.stores.opening import open_store
from tests.flows.stores.promises import check_store
from tests.scale.sftp_server import SftpServer, sftp_server
from warehouse.lake.store import StoreError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.scale.servers import S3Server

pytestmark = pytest.mark.scale


@pytest.fixture
def sftp(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[SftpServer]:
    """An SFTP server that clients of this process know."""
    root, known = tmp_path / "root", tmp_path / "user" / ".ssh" / "known_hosts"
    root.mkdir()
    known.parent.mkdir(parents=True)
    with sftp_server(root) as server:
        known.write_text(server.known_hosts, encoding="utf-8")
        monkeypatch.setenv("HOME", str(tmp_path / "user"))
        monkeypatch.setenv("CALLQA_SFTP_PASSWORD", server.password)
        yield server


def test_s3_keeps_the_promises_of_a_store(bucket: str, tmp_path: Path) -> None:
    """Below a folder of a bucket."""
    check_store(open_store(f"{bucket}/a store/of ours"), tmp_path / "here")


def test_sftp_keeps_the_promises_of_a_store(sftp: SftpServer, tmp_path: Path) -> None:
    """Below a folder that is not yet there."""
    check_store(open_store(f"{sftp.url}/a store/of ours"), tmp_path / "here")
    assert not [path for path in (tmp_path / "root").rglob("*") if "draft" in path.name]


def test_s3_says_what_is_wrong(s3: S3Server, bucket: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A missing bucket, a wrong key, a server that does not answer: each with what to do."""
    with pytest.raises(StoreError, match="s3://no-such-bucket-here/x: no such bucket; create it"):
        open_store("s3://no-such-bucket-here/x").files()
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "wrong")
    with pytest.raises(StoreError, match=r"access is refused.*AWS_SECRET_ACCESS_KEY") as refused:
        open_store(bucket).files()
    assert s3.key not in str(refused.value)
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    with pytest.raises(StoreError, match=r"cannot be reached.*AWS_ENDPOINT_URL"):
        open_store(bucket).files()


def test_s3_without_any_key_names_the_variables(
    bucket: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the environment says nothing of an account."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    with pytest.raises(StoreError, match=r"access is refused.*set AWS_ACCESS_KEY_ID"):
        open_store(bucket).files()


def test_sftp_says_what_is_wrong(
    sftp: SftpServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A wrong password, and a server whose key is not the known one."""
    monkeypatch.setenv("CALLQA_SFTP_PASSWORD", "wrong")
    with pytest.raises(StoreError, match=r"access is refused.*CALLQA_SFTP_PASSWORD") as refused:
        open_store(sftp.url)
    assert "wrong" not in str(refused.value)
    monkeypatch.setenv("CALLQA_SFTP_PASSWORD", sftp.password)
    (tmp_path / "user" / ".ssh" / "known_hosts").unlink()
    with pytest.raises(StoreError, match=r"access is refused.*known_hosts"):
        open_store(sftp.url)
