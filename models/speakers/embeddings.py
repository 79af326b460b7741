"""Speaker embeddings: vectors that identify the voice in a short stretch of speech."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
import onnxruntime
from faster_whisper.feature_extractor import FeatureExtractor

from models.audio.decoding import SAMPLE_RATE_HZ, as_float

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from models.audio.decoding import Pcm
    from models.catalog import Weights

    Floats = NDArray[np.float32]

_WIDTH, _HOP, _FFT = 400, 160, 512  # 25 ms every 10 ms
_FLOOR = 1e-10
_BATCH = 64


@dataclass(frozen=True, slots=True)
class _FrontEnd:
    """The input features of an embedding model, and the length of its input."""

    features: Callable[[Floats], Floats]
    length_s: float


class SpeakerEmbedder:
    """A speaker embedding model, on one thread.

    Args:
        weights: `speaker-dvector` or `speaker-campplus`.
    """

    def __init__(self, weights: Weights) -> None:
        (model,) = weights.read().values()
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.log_severity_level = 3  # hides warnings about quantised nodes
        self._session = onnxruntime.InferenceSession(
            model, options, providers=["CPUExecutionProvider"]
        )
        self._input = self._session.get_inputs()[0].name
        self._front_end = _FRONT_ENDS[weights.name]

    @property
    def sample_count(self) -> int:
        """Length of the stretches that the model compares best, in samples."""
        return int(self._front_end.length_s * SAMPLE_RATE_HZ)

    def embed(self, channel: Pcm, starts: Sequence[int]) -> Floats:
        """Embed the stretches of `sample_count` samples that begin at these samples, in batches.

        Returns:
            Unit vectors, shape (starts, values).
        """
        vectors = []
        for first in range(0, len(starts), _BATCH):
            batch = [
                self._front_end.features(as_float(channel[start : start + self.sample_count]))
                for start in starts[first : first + _BATCH]
            ]
            (output,) = self._session.run(None, {self._input: np.stack(batch)})
            vectors.append(output)
        stacked = np.concatenate(vectors)
        return np.asarray(stacked / np.linalg.norm(stacked, axis=1, keepdims=True), np.float32)


def _power(frames: Floats, window: Floats) -> Floats:
    return np.asarray(np.abs(np.fft.rfft(frames * window, _FFT)) ** 2, np.float32)


def _frames(samples: Floats) -> Floats:
    return np.lib.stride_tricks.sliding_window_view(samples, _WIDTH)[::_HOP]


def _d_vector_features(samples: Floats) -> Floats:
    """40 mel bands (Slaney), Hamming window, log10: what the d-vector was trained on."""
    window = np.hamming(_WIDTH + 1)[:-1].astype(np.float32)
    mel = _power(_frames(samples), window) @ _slaney_filters(40).T
    return np.asarray(np.log10(mel + _FLOOR), np.float32)


def _kaldi_features(samples: Floats) -> Floats:
    """80 mel bands as Kaldi computes them, without their mean: what CAM++ was trained on."""
    frames = _frames(samples * 32768)
    frames = frames - frames.mean(axis=1, keepdims=True)
    previous = np.concatenate([frames[:, :1], frames[:, :-1]], axis=1)
    emphasised = frames - 0.97 * previous
    window = np.hanning(_WIDTH).astype(np.float32) ** 0.85
    mel = np.log(np.maximum(_power(emphasised, window) @ _kaldi_filters(80).T, _FLOOR))
    return np.asarray(mel - mel.mean(axis=0), np.float32)


@cache
def _slaney_filters(band_count: int) -> Floats:
    filters = FeatureExtractor.get_mel_filters(SAMPLE_RATE_HZ, _FFT, n_mels=band_count)
    return np.asarray(filters, np.float32)


@cache
def _kaldi_filters(band_count: int) -> Floats:
    """Triangles of equal width on the mel scale from 20 Hz to half the sample rate."""

    def mel(frequency_hz: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.asarray(1127 * np.log1p(frequency_hz / 700), np.float64)

    low, high = mel(np.array([20.0, SAMPLE_RATE_HZ / 2]))
    edges = np.linspace(low, high, band_count + 2)
    bins = mel(np.arange(_FFT // 2 + 1) * SAMPLE_RATE_HZ / _FFT)
    rising = (bins - edges[:-2, None]) / (edges[1:-1] - edges[:-2])[:, None]
    falling = (edges[2:, None] - bins) / (edges[2:] - edges[1:-1])[:, None]
    return np.asarray(np.clip(np.minimum(rising, falling), 0, None), np.float32)


_FRONT_ENDS = {
    "speaker-dvector": _FrontEnd(_d_vector_features, (_WIDTH + 79 * _HOP) / SAMPLE_RATE_HZ),
    "speaker-campplus": _FrontEnd(_kaldi_features, 1.5),
}
