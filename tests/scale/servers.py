"""Local servers of the tests of scale: PostgreSQL and S3, each in a folder of its own.

They listen on this machine only, on free ports, and end with the block that started them.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_HOST = "127.0.0.1"
_UNPRIVILEGED = "nobody"
"""Who runs PostgreSQL for root: `initdb` and `postgres` refuse root."""
_START_S = 60
_STOP_S = 20
_FAST = signal.SIGINT
"""PostgreSQL then ends its clients' sessions; SeaweedFS would take 20 s to end, and is killed."""


class PostgresServer(NamedTuple):
    """A PostgreSQL server; whoever has the password of `owner` may do everything.

    Attributes:
        port: Its port on 127.0.0.1.
        owner: The superuser.
        password: Its password; the server asks for it.
        bin: Folder of `psql`.
    """

    port: int
    owner: str
    password: str
    bin: Path

    def dsn(self, database: str = "postgres", user: str | None = None, password: str = "") -> str:
        """Connection string with a password, in the keyword form of libpq."""
        who = f"user={user or self.owner} password={password or self.password}"
        return f"host={_HOST} port={self.port} dbname={database} {who}"

    def run(self, sql: str, database: str = "postgres") -> str:
        """Run statements as the owner and return what they print, tab separated."""
        command: list[str | Path] = [
            self.bin / "psql",
            "-X",
            "-q",
            "-A",
            "-t",
            "-F",
            "\t",
            "-v",
            "ON_ERROR_STOP=1",
        ]
        done = subprocess.run(  # noqa: S603
            [*command, self.dsn(database)], input=sql, check=True, capture_output=True, text=True
        )
        return done.stdout


class S3Server(NamedTuple):
    """An S3 server with one account.

    Attributes:
        endpoint: Its URL.
        key: Access key.
        secret: Secret key.
    """

    endpoint: str
    key: str
    secret: str

    @property
    def environment(self) -> dict[str, str]:
        """Variables by which every S3 client finds the server."""
        return {
            "AWS_ACCESS_KEY_ID": self.key,
            "AWS_SECRET_ACCESS_KEY": self.secret,
            "AWS_ENDPOINT_URL": self.endpoint,
            "AWS_REGION": "us-east-1",
            "AWS_DEFAULT_REGION": "us-east-1",
        }

    def client(self) -> Any:
        """A client of botocore, to look at buckets without our own code."""
        from botocore.session import get_session  # noqa: PLC0415  # of the extra

        return get_session().create_client(
            "s3",
            endpoint_url=self.endpoint,
            aws_access_key_id=self.key,
            aws_secret_access_key=self.secret,
            region_name="us-east-1",
        )


@contextmanager
def postgres_server() -> Iterator[PostgresServer]:
    """Run a PostgreSQL server of Debian's package, as an unprivileged user if we are root."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    assert found, "PostgreSQL is missing; `make test-scale` installs it"
    binaries = found[-1].parent
    server = PostgresServer(_free_port(), "callqa", "not-a-secret", binaries)
    with _folder() as folder:
        data, password_file = folder / "data", folder / "password"
        password_file.write_text(server.password)
        who: dict[str, Any] = {"cwd": folder}
        if os.geteuid() == 0:
            who |= {"user": _UNPRIVILEGED, "extra_groups": []}
            for path in (folder, password_file):
                shutil.chown(path, _UNPRIVILEGED)
        account = [f"--username={server.owner}", f"--pwfile={password_file}", f"--pgdata={data}"]
        subprocess.run(  # noqa: S603
            [str(binaries / "initdb"), "--auth=scram-sha-256", "--encoding=UTF8", *account],
            check=True,
            capture_output=True,
            **who,
        )
        options: list[str | Path] = [f"-cport={server.port}", f"-clisten_addresses={_HOST}"]
        options += ["-cunix_socket_directories="]
        with _running([binaries / "postgres", "-D", data, *options], folder, who, _FAST) as process:
            ready = [str(binaries / "pg_isready"), "-q", "-h", _HOST, "-p", str(server.port)]
            _wait(process, folder, lambda: subprocess.run(ready, check=False).returncode == 0)  # noqa: S603
            yield server


@contextmanager
def s3_server() -> Iterator[S3Server]:
    """Run SeaweedFS as an S3 server."""
    weed = Path(sys.executable).with_name("weed")
    assert weed.exists(), "the S3 server is missing; `make test-scale` installs it"
    ports = {name: _free_port() for name in ("master", "volume", "filer", "s3")}
    server = S3Server(f"http://{_HOST}:{ports['s3']}", "callqa", "not-a-secret")
    with _folder() as folder:
        config = folder / "s3.json"
        account = {"accessKey": server.key, "secretKey": server.secret}
        actions = ["Admin", "Read", "Write", "List", "Tagging"]
        identity = {"name": "callqa", "credentials": [account], "actions": actions}
        config.write_text(json.dumps({"identities": [identity]}))
        command: list[str | Path] = [
            weed,
            "server",
            f"-dir={folder}",
            f"-ip={_HOST}",
            f"-ip.bind={_HOST}",
        ]
        command += ["-s3", f"-s3.config={config}", "-s3.iam=false", "-s3.port.iceberg=0"]
        command += ["-s3.port.lance=0", "-master.volumeSizeLimitMB=64", "-volume.max=0"]
        for name, port in ports.items():
            command += [f"-{name}.port={port}", f"-{name}.port.grpc={_free_port()}"]
        with _running(command, folder, {"cwd": folder}, signal.SIGKILL) as process:
            _wait(process, folder, lambda: server.client().list_buckets() is not None)
            yield server


@contextmanager
def _folder() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="callqa-server-"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _running(
    command: list[str | Path], folder: Path, who: dict[str, Any], stop: signal.Signals
) -> Iterator[subprocess.Popen[bytes]]:
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT, **who)  # noqa: S603
    try:
        yield process
    finally:
        process.send_signal(stop)
        process.wait(_STOP_S)


def _wait(process: subprocess.Popen[bytes], folder: Path, is_ready: Callable[[], bool]) -> None:
    end = time.monotonic() + _START_S
    while process.poll() is None and time.monotonic() < end:
        try:
            if is_ready():
                return
        except Exception:  # noqa: BLE001, S110  # whatever a client raises until a server answers
            pass
        time.sleep(0.1)
    raise AssertionError(f"the server did not start: {(folder / 'log').read_text()[-2000:]}")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((_HOST, 0))
        return int(probe.getsockname()[1])
