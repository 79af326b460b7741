"""The settings choose the listener: weights, hotwords, device."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from flows.settings.centre import Settings, best_worker_count
from flows.workers.listener import (
    listener_of,
    listening_options,
    speaker_weights,
    speech_weights,
)
from models.errors import DeviceError
from qa_rules.rule_files.centre import Centre

if TYPE_CHECKING:
    from pathlib import Path


def test_what_is_installed_is_the_default() -> None:
    """Without any setting the embedded models are used."""
    settings = Settings.with_overrides()
    assert speech_weights(settings).found_in == "package"
    assert speaker_weights(settings).name == "speaker-dvector"


def test_the_folder_of_weights_comes_first(tmp_path: Path) -> None:
    """Models in the folder are loaded from it, the others from their packages."""
    settings = Settings.with_overrides(model_folder=tmp_path)
    assert speech_weights(settings).found_in == "package"
    (tmp_path / "whisper-base").mkdir()
    (tmp_path / "speaker-campplus").mkdir()
    assert speech_weights(settings).found_in == "folder"
    assert speaker_weights(settings).name == "speaker-campplus"
    assert speaker_weights(settings).found_in == "folder"


def test_names_that_callers_say_are_part_of_what_words_come_from() -> None:
    """Other hotwords may change the words, so earlier results do not count as the same."""
    told = Settings.with_overrides(hotwords=["FibraMax"])
    pins = {listener_of(settings).model_pin for settings in (Settings.with_overrides(), told)}
    assert len(pins) == 2
    assert all(pin.startswith(speech_weights(told).pin) for pin in pins)


def test_the_names_of_the_centre_are_expected_in_every_call() -> None:
    """Without a setting, since the rules name them anyway; each once, in its first form."""
    told = Settings.with_overrides(hotwords=["Lumina Telecom", "FibraMax"])
    assert listening_options(Settings.with_overrides()).hotwords == ("Lumina Telecom",)
    assert listening_options(told).hotwords == ("Lumina Telecom", "FibraMax")
    other = Centre(variables={"company": ("Harbour Bank", "Harbour"), "app": ("MyHarbour",)})
    assert listening_options(told, other).hotwords[:2] == ("Harbour Bank", "MyHarbour")


def test_a_graphics_card_gets_one_process_and_large_batches_if_there_is_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The setting decides workers and batches; without a GPU it says what to do."""
    assert Settings.with_overrides(device="cuda").workers == 1
    assert Settings.with_overrides().workers == best_worker_count("cpu")
    monkeypatch.setattr("ctranslate2.get_cuda_device_count", lambda: 1)
    assert listening_options(Settings.with_overrides(device="cuda")).batch_windows > 8
    monkeypatch.setattr("ctranslate2.get_cuda_device_count", lambda: 0)
    with pytest.raises(DeviceError, match="CALLQA_DEVICE=cpu"):
        listener_of(Settings.with_overrides(device="cuda"))
