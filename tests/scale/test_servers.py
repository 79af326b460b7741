"""The servers of the tests of scale answer, and ask for a password."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest
from botocore.exceptions import ClientError

if TYPE_CHECKING:
    from tests.scale.servers import PostgresServer, S3Server

pytestmark = pytest.mark.scale


def test_postgres_asks_for_a_password(postgres: PostgresServer, database: str) -> None:
    """A test of passwords would say nothing on a server that trusts everybody."""
    assert postgres.run("select current_database()", database) == f"{database}\n"
    psql = [str(postgres.bin / "psql"), postgres.dsn(database, password="wrong"), "-c", "select 1"]
    refused = subprocess.run(psql, check=False, capture_output=True, text=True)  # noqa: S603
    assert "password authentication failed" in refused.stderr


def test_s3_keeps_an_object_that_is_there(s3: S3Server, bucket: str) -> None:
    """An object is put only if absent where a client asks for that."""
    client, name = s3.client(), bucket.removeprefix("s3://")
    client.put_object(Bucket=name, Key="a", Body=b"first", IfNoneMatch="*")
    with pytest.raises(ClientError, match="PreconditionFailed"):
        client.put_object(Bucket=name, Key="a", Body=b"second", IfNoneMatch="*")
    assert client.get_object(Bucket=name, Key="a")["Body"].read() == b"first"


def test_s3_refuses_another_account(s3: S3Server, bucket: str) -> None:
    """What a client without the key asks for is not given."""
    stranger = s3._replace(secret="wrong").client()
    with pytest.raises(ClientError, match=r"403|SignatureDoesNotMatch|AccessDenied"):
        stranger.list_objects_v2(Bucket=bucket.removeprefix("s3://"))
