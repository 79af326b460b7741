"""Mel features as Whisper was trained on them, the same with any number of threads.

faster-whisper multiplies spectra with all filters at once, in a library whose sums depend on how
many threads it has (`OMP_NUM_THREADS`, `OPENBLAS_NUM_THREADS`): with one variable set, a quarter
of a call's turns had other words. Each filter weighs only a few frequencies, so adding these up
one after another is as quick and always gives the same sum.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

FRAME_SAMPLES = 160
"""Samples from one frame to the next, 10 ms."""

_SPECTRUM_SAMPLES = 400
_LEAST_POWER = 1e-10
_RANGE_LOG10 = 8.0  # what is 80 dB below the loudest counts as silence


class MelFeatures:
    """Computes log-mel features.

    Args:
        filters: Shape (bands, frequencies), mostly zeros.
    """

    def __init__(self, filters: NDArray[np.float32]) -> None:
        edges = [(int(band.nonzero()[0][0]), int(band.nonzero()[0][-1]) + 1) for band in filters]
        self._filters = [
            (low, high, np.ascontiguousarray(band[low:high, None], dtype=np.float32))
            for band, (low, high) in zip(filters, edges, strict=True)
        ]
        self._taper = np.hanning(_SPECTRUM_SAMPLES + 1)[:-1].astype(np.float32)

    def __call__(self, samples: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return features of shape (bands, frames), a frame for every 160 samples."""
        power = self._power(samples)
        mel = np.stack(
            [(power[low:high] * weights).sum(axis=0) for low, high, weights in self._filters]
        )
        logs = np.log10(np.maximum(mel, np.float32(_LEAST_POWER)))
        scaled = (np.maximum(logs, logs.max() - _RANGE_LOG10) + 4.0) / 4.0
        return np.ascontiguousarray(scaled, dtype=np.float32)

    def _power(self, samples: NDArray[np.float32]) -> NDArray[np.float32]:
        """Power of each frequency and frame; frames are centred on their first sample."""
        silent = np.pad(samples, (0, FRAME_SAMPLES))  # as in training
        padded = np.pad(silent, _SPECTRUM_SAMPLES // 2, mode="reflect")
        frames = np.lib.stride_tricks.sliding_window_view(padded, _SPECTRUM_SAMPLES)
        count = len(samples) // FRAME_SAMPLES
        spectra = np.fft.rfft(frames[::FRAME_SAMPLES][:count] * self._taper, axis=-1)
        power = spectra.real**2 + spectra.imag**2
        return np.ascontiguousarray(power.T, dtype=np.float32)
