"""Whisper on one thread: windows of speech in, words with times and confidences out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from faster_whisper import WhisperModel
from faster_whisper.tokenizer import Tokenizer
from faster_whisper.transcribe import get_suppressed_tokens, merge_punctuations

from models.audio import SAMPLE_RATE_HZ
from models.transcript import Word

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from models.catalog import Weights

_FRAME_SAMPLES = 160  # one mel frame, 10 ms
_LEADING, _TRAILING = "\"'“¿¡([{-", "\"'.,!?:;”)]}…"  # punctuation belongs to a word
_TOKENS_PER_S = 12  # nobody speaks faster; ends a decoder that loops
_TOKENS_ALWAYS = 16
_LONGEST_S = 30.0  # what the model has positions for


@dataclass(frozen=True, slots=True)
class Encoded:
    """A batch of windows as the encoder left it.

    Attributes:
        output: The encoder's output, in the library's own storage.
        lengths_s: Length of each window, without the silence that fills it up.
    """

    output: Any
    lengths_s: tuple[float, ...]


class Whisper:
    """The recogniser; loaded once per process and fed batches of windows."""

    def __init__(self, weights: Weights, *, device: str = "cpu", threads: int = 1) -> None:
        self._model = WhisperModel(
            weights.name,
            device=device,
            compute_type="int8" if device == "cpu" else "int8_float16",
            cpu_threads=threads,
            files=weights.read(),
        )

    def encode(self, windows: Sequence[NDArray[np.float32]]) -> Encoded:
        """Run the encoder over a batch; silence fills shorter windows up to the longest."""
        longest = min(max(len(window) for window in windows), int(_LONGEST_S * SAMPLE_RATE_HZ))
        frame_count = -(-longest // (2 * _FRAME_SAMPLES)) * 2
        filled = [
            np.pad(window[:longest], (0, frame_count * _FRAME_SAMPLES - min(len(window), longest)))
            for window in windows
        ]
        features = [self._model.feature_extractor(window)[:, :frame_count] for window in filled]
        output = self._model.encode(np.stack(features))
        return Encoded(output, tuple(len(window) / SAMPLE_RATE_HZ for window in windows))

    def languages(self, encoded: Encoded) -> list[dict[str, float]]:
        """Confidence of each language by ISO 639-1 code, per window."""
        return [
            {token.strip("<|>"): float(confidence) for token, confidence in window}
            for window in self._model.model.detect_language(encoded.output)
        ]

    def words(self, encoded: Encoded, language: str) -> list[list[Word]]:
        """Recognise a batch; times count from the start of each window."""
        tokenizer = Tokenizer(
            self._model.hf_tokenizer,
            self._model.model.is_multilingual,
            task="transcribe",
            language=language,
        )
        prompt = self._model.get_prompt(tokenizer, [], without_timestamps=True)
        longest_s = max(encoded.lengths_s)
        results = self._model.model.generate(
            encoded.output,
            [prompt] * len(encoded.lengths_s),
            beam_size=1,
            max_length=len(prompt) + _TOKENS_ALWAYS + int(_TOKENS_PER_S * longest_s),
            suppress_tokens=get_suppressed_tokens(tokenizer, [-1]),
            return_no_speech_prob=True,
        )
        tokens = [
            [token for token in result.sequences_ids[0] if token < tokenizer.eot]
            for result in results
        ]
        return self._align(encoded, tokenizer, tokens)

    def _align(
        self, encoded: Encoded, tokenizer: Tokenizer, tokens: list[list[int]]
    ) -> list[list[Word]]:
        frame_counts = [int(length_s * 100) for length_s in encoded.lengths_s]
        alignments = self._model.find_alignment(tokenizer, tokens, encoded.output, frame_counts)
        return [_as_words(alignment) for alignment in alignments]


def _as_words(alignment: list[dict[str, Any]]) -> list[Word]:
    merge_punctuations(alignment, _LEADING, _TRAILING)
    return [
        Word(
            text=timed["word"].strip(),
            start_s=float(timed["start"]),
            end_s=float(timed["end"]),
            confidence=float(timed["probability"]),
        )
        for timed in alignment
        if timed["word"].strip()
    ]
