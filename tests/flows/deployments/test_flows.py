"""The flows under Prefect, and the server of a run: its ends, its retries, who hears of it."""

from __future__ import annotations

import importlib
import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from ruamel.yaml import YAML

from flows.deployments.embedded_server import set_aside_if_damaged
from flows.operation.journal import Ending, Journal
from flows.settings.centre import Settings
from flows.sources.day_folder import day_before
from warehouse.lake.lake import Lake

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flows.settings.delivery import MailSettings, WebhookSettings
    from tests.flows.conftest import Mailbox, Receiver

CHECKOUT = Path(__file__).parents[3]
OPERATOR = "operator@centre.example"


RUN = """
import json, sys, time
from pathlib import Path
from flows.deployments.embedded_server import start_server
print(json.dumps(start_server(Path(sys.argv[1]))), flush=True)
time.sleep(600)
"""
SECRET = "hunter-2"


@dataclass(frozen=True)
class Server:
    """A server, the process whose run it serves, and a client that may use it."""

    process: int
    run: subprocess.Popen[str]
    client: httpx.Client


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The server of a process that has secrets in its environment; the flows here use it, too."""
    home = tmp_path_factory.mktemp("prefect")
    variables = {"PREFECT_HOME": str(home), "PREFECT_LOGGING_LEVEL": "CRITICAL"}
    secrets = ("CALLQA_MAIL_PASSWORD", "AWS_SECRET_ACCESS_KEY", "PREFECT_API_KEY")
    with subprocess.Popen(  # noqa: S603  our own code
        [sys.executable, "-c", RUN, str(home)],
        stdout=subprocess.PIPE,
        text=True,
        cwd=CHECKOUT,
        env={**os.environ, **variables, **dict.fromkeys(secrets, SECRET)},
    ) as run:
        assert run.stdout is not None
        variables |= json.loads(run.stdout.readline())
        tasks = Path(f"/proc/{run.pid}/task").glob("*/children")
        (process,) = (int(child) for task in tasks for child in task.read_text().split())
        user, _, password = variables["PREFECT_API_AUTH_STRING"].partition(":")
        client = httpx.Client(base_url=variables["PREFECT_API_URL"], auth=(user, password))
        with client, pytest.MonkeyPatch.context() as environment:
            for name, value in variables.items():  # before Prefect is imported
                environment.setenv(name, value)
            yield Server(process, run, client)
        run.kill()


@pytest.fixture
def centre(server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> httpx.Client:
    """A centre with a folder per day: an empty one, and one with a file still being written."""
    for day in ("2026-03-09", "2026-03-10"):
        (tmp_path / "recordings" / day).mkdir(parents=True)
    (tmp_path / "recordings" / "2026-03-10" / "a.wav.part").touch()
    monkeypatch.chdir(tmp_path)
    for name, value in {
        "SOURCE": "recordings/{date}",
        "HOME": "home",
        "PAGES_URL": "https://pages.centre.example/qa/",
        "RETRY_DELAYS_S": "[0]",
    }.items():
        monkeypatch.setenv(f"CALLQA_{name}", value)
    return server.client


def _flow(name: str) -> Any:
    module, _, attribute = name.partition(":")
    return getattr(importlib.import_module(f"flows.deployments.{module}"), attribute)


def _mail_operator(mail: MailSettings, monkeypatch: pytest.MonkeyPatch) -> None:
    """Send mail by this server, and tell the operator by mail."""
    assert mail.password is not None
    for name, value in {
        "MAIL_HOST": mail.host,
        "MAIL_PORT": mail.port,
        "MAIL_CA_FILE": mail.ca_file,
        "MAIL_USER": mail.user,
        "MAIL_PASSWORD": mail.password.get_secret_value(),
        "MAIL_TO": json.dumps(mail.to),
        "OPERATOR_MAIL": OPERATOR,
    }.items():
        monkeypatch.setenv(f"CALLQA_{name}", str(value))


def test_a_backfill_runs_each_day_and_says_how_it_ended(
    centre: httpx.Client,
    receiver: tuple[type[Receiver], WebhookSettings],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Status 0 is Completed, 3 CompletedWithConcerns; the operator hears of the latter once."""
    handler, webhook = receiver
    assert webhook.url is not None
    monkeypatch.setenv("CALLQA_OPERATOR_WEBHOOK", webhook.url)
    first, last = date(2026, 3, 9), date(2026, 3, 11)
    state = _flow("operating:backfill")(first, last, return_state=True)
    assert (state.type, state.name) == ("COMPLETED", "CompletedWithConcerns")
    assert state.result() == {
        "2026-03-09": "Completed",
        "2026-03-10": "CompletedWithConcerns",
        "2026-03-11": "NoFolder",
    }
    ((_, body),) = handler.got
    told = json.loads(body)
    assert (told["flow"], told["state"]) == ("backfill", "CompletedWithConcerns")
    assert "2026-03-10: 1 items are pending: run again to evaluate them" in told["text"]
    assert "1 days have no folder: 2026-03-11" in told["text"]

    runs = Lake(Path("home/lake"), "Europe/Rome").runs()
    assert [Path(stored.run.source).name for stored in runs] == ["2026-03-09", "2026-03-10"]
    artifacts = centre.post("/artifacts/latest/filter", json={}).json()
    data = {artifact["key"]: artifact["data"] for artifact in artifacts}
    assert {"outcome": "pending", "reason": "", "items": 1} in json.loads(data["items"])
    assert "https://pages.centre.example/qa/index.html" in data["overview"]
    assert "https://pages.centre.example/qa/lists/" in data["lists"]


@pytest.mark.usefixtures("centre")
def test_a_night_without_its_folder_fails_and_is_told(
    mail: MailSettings, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Exit status 1 is Failed; the mail names run, state and cause."""
    _mail_operator(mail, monkeypatch)
    state = _flow("nightly:nightly")(day=date(2026, 3, 12), return_state=True)
    assert (state.type, state.name) == ("FAILED", "Failed")
    assert mailbox.targets == [OPERATOR]
    (told,) = mailbox.mails
    assert "nightly ended as Failed" in told["Subject"]
    text = told.get_content()
    assert "- folder recordings/2026-03-12 does not exist" in text
    assert str(state.state_details.flow_run_id) in text


@pytest.mark.usefixtures("centre")
def test_delivery_is_tried_again(
    mail: MailSettings, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A server that is busy at first gets every list once; what failed in the end is Failed."""
    _flow("nightly:nightly")(day=date(2026, 3, 9))
    (folder,) = (tmp_path / "home" / "lists").iterdir()
    _mail_operator(mail, monkeypatch)
    for one in mail.to:
        (folder / f"{one}.csv").touch()
        (folder / f"{one}.mail.html").touch()
        fields = {"run_id": "r", "supervisor_id": one, "subject": "0 calls"}
        (folder / f"{one}.json").write_text(json.dumps(fields))

    mailbox.busy_count = 1
    deliver = _flow("operating:deliver_owed")
    state = deliver(return_state=True)
    assert state.name == "Completed"
    assert sorted(mailbox.targets) == sorted(mail.to.values())
    assert sorted(one.state for one in state.result()) == ["sent", "sent"]

    changed = {**fields, "supervisor_id": "s1", "subject": "1 call"}
    (folder / "s1.json").write_text(json.dumps(changed))
    mailbox.busy_count = 2
    assert deliver(return_state=True).name == "Failed"
    told = mailbox.mails[-1].get_content()
    journal = Journal(tmp_path / "home").attempts(is_running=False)
    assert [(one.kind, one.ending) for one in journal] == [
        ("nightly", Ending.DONE),
        ("deliver", Ending.DONE),
        ("deliver", Ending.ATTENTION),
    ]
    assert mailbox.targets[-1] == OPERATOR
    assert "1 lists could not be sent by mail (rejected by the mail server" in told


@pytest.mark.usefixtures("centre")
def test_publishing_again_completes_a_run_that_was_killed(tmp_path: Path) -> None:
    """Its lists are written, so the next run does not list its calls a second time."""
    summary = _flow("nightly:nightly")(day=date(2026, 3, 9))
    lake = Lake(tmp_path / "home" / "lake", "Europe/Rome")
    lake.record_run(summary.run, lists_written=False)
    page = tmp_path / "home" / "index.html"
    page.unlink()
    assert _flow("operating:publish")().is_file()
    assert page.is_file()
    assert [stored.lists_written for stored in lake.runs()] == [True]


def test_the_day_of_a_night_is_the_centres() -> None:
    """A night that is scheduled for half past midnight in Rome is about the day that just ended."""
    scheduled_at = datetime(2026, 3, 10, 23, 30, tzinfo=UTC)
    assert day_before(scheduled_at, "Europe/Rome") == date(2026, 3, 10)
    assert day_before(scheduled_at, "America/New_York") == date(2026, 3, 9)


@pytest.mark.usefixtures("server")
def test_deployments_fit_their_flows() -> None:
    """Every deployment in `prefect.yaml` names a flow, and parameters that it takes as JSON."""
    text = (CHECKOUT / "prefect.yaml").read_text(encoding="utf-8")
    deployments = YAML(typ="safe").load(text)["deployments"]
    needed = {"backfill": {"first_day": "2026-03-09", "last_day": "2026-03-10"}}
    assert {one["name"] for one in deployments} == {
        "nightly",
        "backfill",
        "rejudge",
        "publish",
        "deliver",
        "retention",
    }
    for one in deployments:
        path, _, name = one["entrypoint"].partition(":")
        assert (CHECKOUT / path).is_file()
        flow = _flow(f"{Path(path).stem}:{name}")
        assert flow.name == one["name"]
        given = {**one["parameters"], **needed.get(one["name"], {})}
        taken = flow.validate_parameters(given)
        assert flow.validate_parameters(json.loads(json.dumps(flow.serialize_parameters(taken))))
        assert set(one["parameters"]) <= set(flow.parameters.properties)


def test_the_default_pauses_are_a_backoff() -> None:
    """Each is longer than the one before, and together long enough for a server that restarts."""
    pauses_s = Settings.with_overrides().retry_delays_s
    assert sorted(set(pauses_s)) == list(pauses_s)
    assert sum(pauses_s) > 60


def test_a_damaged_database_of_prefect_costs_nothing(tmp_path: Path) -> None:
    """It is renamed, whether its head or a page of it is damaged; a sound one stays."""
    for name in ("head.db", "page.db", "sound.db"):
        with closing(sqlite3.connect(tmp_path / name)) as database, database:
            database.execute("create table run (id integer primary key, name text)")
            database.executemany("insert into run (name) values (?)", [("night " * 50,)] * 200)
    for name, offset in (("head.db", 0), ("page.db", 4096)):
        content = bytearray((tmp_path / name).read_bytes())
        content[offset : offset + 64] = b"x" * 64
        (tmp_path / name).write_bytes(content)
    for name in ("head.db", "page.db", "sound.db", "none.db"):
        set_aside_if_damaged(tmp_path / name)
    assert {path.name for path in tmp_path.iterdir()} == {
        "damaged-head.db",
        "damaged-page.db",
        "sound.db",
    }


def test_the_server_is_the_runs_own_and_ends_with_it(server: Server) -> None:
    """It gets no secret, answers nobody else, and is gone soon after its run was killed."""
    assert SECRET.encode() in Path(f"/proc/{server.run.pid}/environ").read_bytes()
    assert SECRET.encode() not in Path(f"/proc/{server.process}/environ").read_bytes()
    url = f"{server.client.base_url}flow_runs/filter"
    assert httpx.post(url, json={}).status_code == 401
    assert httpx.post(url, json={}, auth=("callqa", "guess")).status_code == 401
    assert server.client.post("/flow_runs/filter", json={}).status_code == 200

    server.run.send_signal(signal.SIGKILL)
    deadline = time.monotonic() + 10
    while _is_running(server.process) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not _is_running(server.process)


def _is_running(process: int) -> bool:
    try:
        state = Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"
