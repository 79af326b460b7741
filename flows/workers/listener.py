"""The speech recogniser that the settings select, with its models and options."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from models.catalog import BEST_SPEAKER_MODEL, DEFAULT_SPEAKER_MODEL, resolve
from models.speech.listener import ListeningOptions, WhisperListener
from models.speech.processor import check_device
from qa_rules.rule_files.centre import load_centre

if TYPE_CHECKING:
    from flows.settings.centre import Settings
    from models.catalog import Weights
    from models.speech.listener import Listener
    from qa_rules.rule_files.centre import Centre

# On a CPU core, larger batches exceed the cache; a GPU needs them to be used to capacity.
_BATCH_WINDOWS = {"cpu": 16, "cuda": 32}


def listening_options(settings: Settings, centre: Centre | None = None) -> ListeningOptions:
    """Options of speech recognition.

    Args:
        settings: Device, further names that occur in calls, and the folder of the rules.
        centre: Whose names are expected in every call; that of the rules if not given.

    Raises:
        DeviceError: The settings select a GPU, and the machine has none.
        RuleFilesError: The centre's file has an error.
    """
    check_device(settings.device)
    names = (centre or load_centre(settings.rules)).names
    return ListeningOptions(
        hotwords=tuple(dict.fromkeys((*names, *settings.hotwords))),
        device=settings.device,
        batch_windows=_BATCH_WINDOWS[settings.device],
    )


class ListenerFactory(Protocol):
    """Creates a listener when called, in this process or in one that it is pickled to."""

    @property
    def model_pin(self) -> str:
        """Model pin of the transcripts that its listeners return."""

    @property
    def model_pins(self) -> tuple[str, ...]:
        """Pins of all weights on which a transcript depends, that one first."""

    def __call__(self) -> Listener:
        """Load the models."""


@dataclass(frozen=True, slots=True)
class WhisperFactory:
    """Creates listeners with the same weights and options.

    Attributes:
        weights: The speech model.
        options: Options of recognition.
        speaker_weights: The speaker embedding model for mono recordings.
    """

    weights: Weights
    options: ListeningOptions
    speaker_weights: Weights

    @property
    def model_pin(self) -> str:
        """Model pin of the transcripts that its listeners return."""
        return self.weights.pin_with(self.options.hotwords)

    @property
    def model_pins(self) -> tuple[str, ...]:
        """Pins of all weights on which a transcript depends, that one first."""
        return self.model_pin, self.speaker_weights.pin

    def __call__(self) -> WhisperListener:
        """Load the models."""
        return WhisperListener(self.weights, self.options, self.speaker_weights)


def listener_of(settings: Settings, centre: Centre | None = None) -> ListenerFactory:
    """The factory of the centre's listeners.

    Args:
        settings: Models and options.
        centre: Whose names are expected in every call; that of the rules if not given.

    Raises:
        WeightsError: The weights of a model were not found.
        DeviceError: The settings select a GPU, and the machine has none.
        RuleFilesError: The centre's file has an error.
    """
    options = listening_options(settings, centre)
    return WhisperFactory(speech_weights(settings), options, speaker_weights(settings))


def speech_weights(settings: Settings) -> Weights:
    """Weights of the speech recognition model.

    Raises:
        WeightsError: The weights were not found.
    """
    return resolve(settings.model, path=settings.model_path, folder=settings.model_folder)


def speaker_weights(settings: Settings) -> Weights:
    """Weights of the speaker embedding model: the better one if it is installed.

    Raises:
        WeightsError: The weights were not found.
    """
    folder = settings.model_folder
    if folder is not None and (folder / BEST_SPEAKER_MODEL).is_dir():
        return resolve(BEST_SPEAKER_MODEL, folder=folder)
    return resolve(DEFAULT_SPEAKER_MODEL, folder=folder)
