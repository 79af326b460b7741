"""Which weights a centre's settings choose."""

from __future__ import annotations

from typing import TYPE_CHECKING

from models.catalog import BEST_SPEAKER_MODEL, DEFAULT_SPEAKER_MODEL, resolve

if TYPE_CHECKING:
    from flows.settings import Settings
    from models.catalog import Weights


def speech_weights(settings: Settings) -> Weights:
    """The model that turns speech into words.

    Raises:
        WeightsError: It is nowhere to be found.
    """
    return resolve(settings.model, path=settings.model_path, folder=settings.model_folder)


def speaker_weights(settings: Settings) -> Weights:
    """The model that tells voices apart: the better one if its weights are there.

    Raises:
        WeightsError: It is nowhere to be found.
    """
    folder = settings.model_folder
    if folder is not None and (folder / BEST_SPEAKER_MODEL).is_dir():
        return resolve(BEST_SPEAKER_MODEL, folder=folder)
    return resolve(DEFAULT_SPEAKER_MODEL, folder=folder)
