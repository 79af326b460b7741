"""The settings choose the weights: a folder of them comes before what is installed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flows.ears import listener_of, model_pin_of, speaker_weights, speech_weights
from flows.settings import Settings

if TYPE_CHECKING:
    from pathlib import Path


def test_what_is_installed_is_the_default() -> None:
    """Without any setting the embedded models are used."""
    settings = Settings.changed()
    assert speech_weights(settings).found_in == "package"
    assert speaker_weights(settings).name == "speaker-dvector"


def test_the_folder_of_weights_comes_first(tmp_path: Path) -> None:
    """Each model that lies in the folder is taken from it, and only those."""
    settings = Settings.changed(model_folder=tmp_path)
    assert speech_weights(settings).found_in == "package"
    (tmp_path / "whisper-base").mkdir()
    (tmp_path / "speaker-campplus").mkdir()
    assert speech_weights(settings).found_in == "folder"
    assert speaker_weights(settings).name == "speaker-campplus"
    assert speaker_weights(settings).found_in == "folder"


def test_names_that_callers_say_are_part_of_what_words_come_from() -> None:
    """Told other names, callqa may hear other words: earlier results are not taken for the same."""
    told = Settings.changed(hotwords=["Lumina Telecom"])
    pins = {model_pin_of(Settings.changed()), model_pin_of(told)}
    assert len(pins) == 2
    assert all(pin.startswith(speech_weights(told).pin) for pin in pins)
    assert listener_of(told)().model_pin in pins
