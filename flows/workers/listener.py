"""Ears: what a centre's settings choose to listen with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from models.catalog import BEST_SPEAKER_MODEL, DEFAULT_SPEAKER_MODEL, resolve
from models.speech.listener import ListeningOptions, WhisperListener, model_pin
from models.speech.processor import check_device

if TYPE_CHECKING:
    from flows.settings import Settings
    from models.catalog import Weights
    from models.speech.listener import Listener

# On a core, larger batches fall out of its cache; a graphics card wants work.
_BATCH_WINDOWS = {"cpu": 16, "cuda": 32}


def listening_options(settings: Settings) -> ListeningOptions:
    """How the centre's listener listens.

    Raises:
        DeviceError: The machine has no graphics card, but should.
    """
    check_device(settings.device)
    return ListeningOptions(
        hotwords=settings.hotwords,
        device=settings.device,
        batch_windows=_BATCH_WINDOWS[settings.device],
    )


class ListenerFactory(Protocol):
    """Makes a listener when it is called, in this process or in another that it is sent to."""

    @property
    def model_pin(self) -> str:
        """The pin that will stand in the transcripts of its listeners."""

    def __call__(self) -> Listener:
        """Load the models."""


@dataclass(frozen=True, slots=True)
class WhisperFactory:
    """Makes listeners with the same weights and options.

    Attributes:
        weights: The speech model.
        options: How to listen.
        speaker_weights: The model that tells two voices on one channel apart.
    """

    weights: Weights
    options: ListeningOptions
    speaker_weights: Weights

    @property
    def model_pin(self) -> str:
        """The pin that will stand in the transcripts of its listeners."""
        return model_pin(self.weights, self.options)

    def __call__(self) -> WhisperListener:
        """Load the models."""
        return WhisperListener(self.weights, self.options, self.speaker_weights)


def listener_of(settings: Settings) -> ListenerFactory:
    """What makes the centre's listeners.

    Raises:
        WeightsError: A model is nowhere to be found.
        DeviceError: The machine has no graphics card, but should.
    """
    return WhisperFactory(
        speech_weights(settings), listening_options(settings), speaker_weights(settings)
    )


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
