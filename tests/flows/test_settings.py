"""Settings come from the environment, and the README documents all of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from flows.errors import FlowsError
from flows.settings.centre import CHECKOUT, Settings
from flows.settings.delivery import DeliverySettings
from models.language.pack import known_languages, pack_folder


def test_given_values_win_over_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the command line gives counts; what it leaves out comes from the environment."""
    monkeypatch.setenv("CALLQA_HOME", "/from/environment")
    monkeypatch.setenv("CALLQA_WORKERS", "7")
    assert Settings.with_overrides(home=None).home == Path("/from/environment")
    given = Settings.with_overrides(home=Path("/given"))
    assert (given.home, given.workers) == (Path("/given"), 7)


def test_own_language_packs_are_known_to_every_process(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also if only a line of `.env` names their folder: workers inherit the environment."""
    monkeypatch.setenv("CALLQA_LANGUAGES", "")  # so that it is put back afterwards
    (tmp_path / "packs" / "qz").mkdir(parents=True)
    monkeypatch.delenv("CALLQA_LANGUAGES")
    (tmp_path / ".env").write_text("CALLQA_LANGUAGES=packs\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    Settings.with_overrides()
    assert pack_folder("qz") == tmp_path / "packs" / "qz"
    assert "qz" in known_languages()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("TIME_ZONE", "Mars/Olympus"),
        ("WORKERS", "0"),
        ("BATCH_SIZE", "many"),
        ("DEVICE", "abacus"),
        ("HOTWORDS", "Lumina Telecom"),
        ("LANGUAGES", "/no/such/folder"),
        ("LANGUAGE", "xx"),
    ],
)
def test_wrong_setting_is_refused(name: str, value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """An implausible setting stops the run at once and is named."""
    monkeypatch.setenv(f"CALLQA_{name}", value)
    with pytest.raises(FlowsError, match=rf"\ACALLQA_{name}\b[^\n]+\Z"):
        Settings.with_overrides()


@pytest.mark.parametrize(
    ("name", "value"),
    [("MAIL_PORT", "many"), ("MAIL_TO", "ana@mail.example"), ("WEBHOOK_URL", "http://far.example")],
)
def test_wrong_delivery_is_refused(name: str, value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same for where lists go: named by its variable, and without the value."""
    monkeypatch.setenv(f"CALLQA_{name}", value)
    with pytest.raises(FlowsError, match=rf"\ACALLQA_{name}\b") as refused:
        DeliverySettings.read()
    assert value not in str(refused.value)


def test_readme_tells_every_setting() -> None:
    """Each setting has its line in the README, with its default where that is a plain value."""
    lines = (CHECKOUT / "README.md").read_text(encoding="utf-8").splitlines()
    for name, field in Settings.model_fields.items():
        (line,) = [line for line in lines if line.startswith(f"| `CALLQA_{name.upper()}`")]
        if isinstance(field.default, (str, int)):
            assert f"`{field.default}`" in line
