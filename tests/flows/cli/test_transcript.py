"""`callqa transcript` prints what the lake keeps of a call, and nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from typer.testing import CliRunner

from flows.cli.app import app
from flows.errors import FlowsError
from flows.settings import Settings
from models.subtitles import to_json, to_text, to_vtt
from tests.warehouse import factory
from warehouse.lake.lake import Lake

if TYPE_CHECKING:
    from pathlib import Path

WRITERS = {"vtt": to_vtt, "json": to_json, "txt": to_text}


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home whose lake holds two calls."""
    settings = Settings.with_overrides(home=tmp_path)
    calls = [factory.result("c1"), factory.result("c2")]
    Lake(settings.lake, settings.time_zone).commit("run-1", calls)
    return tmp_path


@pytest.mark.parametrize("format_", WRITERS)
def test_every_format_is_printed(home: Path, format_: str) -> None:
    """Exactly the export of the call that was asked for."""
    arguments = ["transcript", "c1", "--format", format_, "--home", str(home)]
    result = CliRunner().invoke(app, arguments)
    assert result.exit_code == 0
    assert result.stdout == WRITERS[format_](factory.result("c1").transcript)


def test_an_unknown_call_says_where_it_was_sought(home: Path) -> None:
    """The message names the lake."""
    arguments = ["transcript", "c3", "--home", str(home)]
    result = CliRunner().invoke(app, arguments)
    assert isinstance(result.exception, FlowsError)
    assert str(home) in str(result.exception)
