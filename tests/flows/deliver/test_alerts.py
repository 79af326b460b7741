"""Alerts go the way of the lists: each once, by a later run where one failed, and without names."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from typer.testing import CliRunner

from flows.cli.app import app
from flows.deliver.owed import deliver_owed
from flows.publishing import publish_all
from flows.settings.centre import Settings
from tests.flows.conftest import ADDRESSES, Mailbox
from tests.warehouse.factory import night, result
from warehouse.lake.lake import Lake
from warehouse.snapshot.publish import publish

if TYPE_CHECKING:
    from pathlib import Path

    from flows.settings.delivery import MailSettings

_QUERY = "select count(*) from core.call"


def _write(path: Path, query: str = _QUERY) -> None:
    alert = {"id": "calls", "title": "Calls", "query": query, "above": 1, "tell": ["s2", "boss"]}
    path.write_text(json.dumps({"alerts": [alert]}))


@pytest.fixture
def settings(tmp_path: Path, mail: MailSettings, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """A centre that mails, with one alert."""
    _write(tmp_path / "alerts.yaml")
    for name, value in mail.model_dump(exclude={"to", "password"}, exclude_none=True).items():
        monkeypatch.setenv(f"CALLQA_MAIL_{name.upper()}", str(value))
    assert mail.password is not None
    monkeypatch.setenv("CALLQA_MAIL_PASSWORD", mail.password.get_secret_value())
    monkeypatch.setenv("CALLQA_MAIL_TO", json.dumps({"s2": ADDRESSES["s2"]}))
    return Settings(home=tmp_path / "home", alerts=tmp_path / "alerts.yaml")


def _run(settings: Settings, run_id: str, *call_ids: str) -> tuple[list[str], list[str]]:
    """One run: what its alerts are, and what became of what was to be sent."""
    lake = Lake(settings.lake, settings.time_zone)
    night(lake, run_id, [result(call_id) for call_id in call_ids])
    published = publish_all(settings, lake)
    assert published.page_faults == ()
    done = deliver_owed(settings, settings.site.lists / published.snapshot.stem)
    return list(published.alert_faults), [
        f"{one.kind} of {one.supervisor_id} {one.state}" for one in done
    ]


def test_an_alert_is_mailed_once_to_those_who_have_an_address(
    settings: Settings, mailbox: Mailbox
) -> None:
    """The mail has the figure, its limit and the centre's own words: no name and no call."""
    _, done = _run(settings, "1", "c1", "c2")
    assert "alerts of s2 sent" in done
    assert "alerts of boss no recipient" in done
    _, done = _run(settings, "2", "c3")
    assert not [one for one in done if one.startswith("alerts") and one.endswith("sent")]
    (alert,) = [mail for mail in mailbox.mails if mail["Subject"] == "Alert: Calls"]
    assert alert["To"] == ADDRESSES["s2"]
    page = alert.get_body(("html",))
    assert page is not None
    assert "2, above the limit of 1" in page.get_content()
    assert not [word for word in ("Ana", "Ruiz", "c1", "Sofia") if word in alert.as_string()]
    assert [part.get_filename() for part in alert.iter_attachments()] == ["alerts-s2.csv"]


def test_an_owed_alert_is_sent_by_the_next_run(settings: Settings, mailbox: Mailbox) -> None:
    """Also if the figure has come back by then."""
    mailbox.refuse = ADDRESSES["s2"]
    _, done = _run(settings, "1", "c1", "c2")
    assert "alerts of s2 failed" in done
    mailbox.refuse = ""
    _write(settings.home.parent / "alerts.yaml", "select 0")
    _, done = _run(settings, "2", "c3")
    assert "alerts of s2 sent" in done
    assert [mail["Subject"] for mail in mailbox.mails].count("Alert: Calls") == 1


def test_the_command_sends_what_is_owed(settings: Settings, mailbox: Mailbox) -> None:
    """`callqa deliver` sends alerts as it sends lists, and says so beforehand."""
    mailbox.refuse = ADDRESSES["s2"]
    _run(settings, "1", "c1", "c2")
    mailbox.refuse = ""
    command = ["deliver", "--home", str(settings.home)]
    told = CliRunner().invoke(app, [*command, "--dry-run"])
    assert "would be sent" in told.output
    assert mailbox.mails == []
    assert CliRunner().invoke(app, command).exit_code == 0
    assert [mail["Subject"] for mail in mailbox.mails] == ["Alert: Calls"]


def test_a_wrong_query_costs_no_list(settings: Settings, mailbox: Mailbox) -> None:
    """The run is published, its lists are sent, and the fault names the line."""
    _write(settings.home.parent / "alerts.yaml", "select nothing")
    faults, done = _run(settings, "1", "c1", "c2")
    assert [fault.startswith(f"{settings.alerts}:1: ") for fault in faults] == [True]
    assert [one for one in done if one.startswith("lists")] == ["lists of s1 no recipient"]
    assert mailbox.mails == []


def test_alerts_are_tried_without_sending(
    settings: Settings, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`callqa alerts check` shows the figures, and fails if a query does."""
    monkeypatch.setenv("CALLQA_HOME", str(settings.home))
    lake = Lake(settings.lake, settings.time_zone)
    night(lake, "1", [result("c1"), result("c2")])
    publish(lake, settings.warehouse)
    file = str(settings.alerts)
    told = CliRunner().invoke(app, ["alerts", "check", file])
    assert told.exit_code == 0
    assert "calls" in told.output
    assert "in breach" in told.output
    assert not settings.site.alerts.exists()
    assert mailbox.mails == []
    _write(settings.home.parent / "alerts.yaml", "select nothing")
    assert CliRunner().invoke(app, ["alerts", "check", file]).exit_code == 1
