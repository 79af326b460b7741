"""The settings choose the weights: a folder of them comes before what is installed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flows.settings import Settings
from flows.weights import speaker_weights, speech_weights

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
