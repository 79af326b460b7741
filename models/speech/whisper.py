"""The Whisper model: from windows of speech to hypotheses and words with times."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import ctranslate2
import numpy as np
from faster_whisper import WhisperModel
from faster_whisper.tokenizer import Tokenizer
from faster_whisper.transcribe import get_suppressed_tokens

from models.audio.decoding import SAMPLE_RATE_HZ
from models.speech.mel import FRAME_SAMPLES, MelFeatures
from models.speech.processor import check_device, keep_freed_memory, use_wide_vectors
from models.speech.word_alignment import as_words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from models.catalog import Weights
    from models.transcript import Word

COMPUTE_TYPES = {"cpu": "int8", "cuda": "int8_float16"}
"""Numeric types of the model, by device."""

_FRAMES_PER_S = SAMPLE_RATE_HZ // FRAME_SAMPLES
_POSITIONS_PER_S = 50  # of the encoder's output
_LONGEST_S = 30.0  # limit of the model's positions
# The model was trained on speech that ends in silence. Without it, the decoder continues or loops:
# one second reduced the word error rate on real calls from 15 to 10 %. Short answers need more.
_SHORTEST_S = 6.0
_SILENCE_AFTER_S = 1.0
# All windows of a batch are padded to one of these lengths, never to the longest of them: the words
# of a window would depend on its neighbours.
_DECODED_S = (16.0, _LONGEST_S)
# The decoder reads the whole encoded window for every token and is bound by memory bandwidth. Every
# second position (40 ms) is enough: reading half made decoding 1.6 times as fast with no more word
# errors on real calls; reading a third already cost errors.
_KEPT_EVERY = 2
_MEDIAN_POSITIONS = 5  # smooths the alignment over a fifth of a second
_UNSPACED_LANGUAGES = frozenset({"zh", "ja", "th", "lo", "my", "yue"})
_TOKENS_PER_S = 12  # nobody speaks faster; stops a decoder that loops
_TOKENS_ALWAYS = 16


@dataclass(frozen=True, slots=True)
class Encoded:
    """One encoded window.

    Attributes:
        output: Shape (1, positions, values), a position every 40 ms.
        length_s: Length of the window without padding.
    """

    output: NDArray[np.float32]
    length_s: float

    @property
    def decoded_s(self) -> float:
        """Length to which it is padded for decoding; windows of one length can share a batch."""
        own_s = self.output.shape[1] * _KEPT_EVERY / _POSITIONS_PER_S
        return next(length_s for length_s in _DECODED_S if own_s <= length_s)


@dataclass(frozen=True, slots=True, kw_only=True)
class Decoding:
    """Decoding options.

    Attributes:
        beam_size: Hypotheses per window.
        no_repeat_tokens: Length of token sequences that must not occur twice; 0 allows all.
        as_trained: Whether the window is encoded again with silence up to 30 seconds, as in
            training. A short one costs ten times as much then.
    """

    beam_size: int = 3
    no_repeat_tokens: int = 0
    as_trained: bool = False


@dataclass(frozen=True, slots=True)
class Hypothesis:
    """A possible transcription of a window.

    Attributes:
        tokens: Text tokens only.
        text: The tokens as text.
        mean_log_probability: Mean log probability of the tokens; 0 is certain.
        no_speech_probability: Probability that the window contains no speech, 0..1.
    """

    tokens: tuple[int, ...]
    text: str
    mean_log_probability: float
    no_speech_probability: float


class Whisper:
    """The model, loaded once per process.

    Raises:
        DeviceError: The device does not exist.
    """

    def __init__(self, weights: Weights, *, device: str = "cpu", threads: int = 1) -> None:
        check_device(device)
        use_wide_vectors()
        keep_freed_memory()
        self._model = WhisperModel(
            weights.name,
            device=device,
            compute_type=COMPUTE_TYPES[device],
            cpu_threads=threads,
            files=weights.read(),
        )
        self._features = MelFeatures(self._model.feature_extractor.mel_filters)

    def encode(
        self, window: NDArray[np.float32], *, silence_s: float = _SILENCE_AFTER_S
    ) -> Encoded:
        """Encode one window with silence after it.

        Windows are encoded one at a time and at their own length: on a CPU a batch exceeds the
        cache and costs up to 1.7 times as much per window.
        """
        padded_s = min(max(len(window) / SAMPLE_RATE_HZ + silence_s, _SHORTEST_S), _LONGEST_S)
        step = SAMPLE_RATE_HZ * _KEPT_EVERY // _POSITIONS_PER_S
        sample_count = math.ceil(padded_s * SAMPLE_RATE_HZ / step) * step
        samples = window[:sample_count]
        features = self._features(np.pad(samples, (0, sample_count - len(samples))))
        output = self._model.encode(features)
        if output.device != "cpu":
            output = output.to_device(ctranslate2.Device.cpu)
        kept = np.array(output, dtype=np.float32)[:, ::_KEPT_EVERY]
        return Encoded(np.ascontiguousarray(kept), len(samples) / SAMPLE_RATE_HZ)

    def languages(self, batch: Sequence[Encoded]) -> list[dict[str, float]]:
        """Probability of each language by ISO 639-1 code, per window; all of one `decoded_s`."""
        return [
            {token.strip("<|>"): float(probability) for token, probability in window}
            for window in self._model.model.detect_language(_stacked(batch))
        ]

    def decode(
        self, batch: Sequence[Encoded], language: str, decoding: Decoding, hotwords: str = ""
    ) -> list[Hypothesis]:
        """Decode windows of one `decoded_s`."""
        tokenizer = self._tokenizer(language)
        prompt = self._model.get_prompt(
            tokenizer, [], without_timestamps=True, hotwords=hotwords or None
        )
        results = self._model.model.generate(
            _stacked(batch),
            [prompt] * len(batch),
            beam_size=decoding.beam_size,
            no_repeat_ngram_size=decoding.no_repeat_tokens,
            max_length=min(
                len(prompt) + _TOKENS_ALWAYS + int(_TOKENS_PER_S * batch[0].decoded_s),
                self._model.max_length,
            ),
            suppress_tokens=get_suppressed_tokens(tokenizer, [-1]),
            return_scores=True,
            return_no_speech_prob=True,
        )
        return [_hypothesis(tokenizer, result) for result in results]

    def align(
        self, window: Encoded, hypothesis: Hypothesis, language: str, joins_s: Sequence[float]
    ) -> list[Word]:
        """Align the words of a window; times are relative to its start.

        Windows are aligned one at a time: a batch is padded to its longest text, costs half as much
        again per window, and stores the scores of the whole vocabulary for all tokens.
        """
        (pieces,) = self._model.find_alignment(
            self._tokenizer(language),
            [list(hypothesis.tokens)],
            ctranslate2.StorageView.from_array(window.output),
            [int(window.length_s * _FRAMES_PER_S) // _KEPT_EVERY],
            _MEDIAN_POSITIONS,
        )
        is_spaced = language not in _UNSPACED_LANGUAGES
        return as_words(_rescaled(pieces), joins_s, is_spaced=is_spaced)

    def _tokenizer(self, language: str) -> Tokenizer:
        multilingual = self._model.model.is_multilingual
        return Tokenizer(
            self._model.hf_tokenizer, multilingual, task="transcribe", language=language
        )


def _stacked(batch: Sequence[Encoded]) -> ctranslate2.StorageView:
    """One batch, padded with zeros: padding with encoded silence was no better."""
    positions = int(batch[0].decoded_s * _POSITIONS_PER_S) // _KEPT_EVERY
    padded = [
        np.pad(window.output, ((0, 0), (0, positions - window.output.shape[1]), (0, 0)))
        for window in batch
    ]
    return ctranslate2.StorageView.from_array(np.concatenate(padded))


def _rescaled(pieces: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Rescale times, since aligned positions are longer than faster-whisper assumes."""
    return [
        {**piece, "start": piece["start"] * _KEPT_EVERY, "end": piece["end"] * _KEPT_EVERY}
        for piece in pieces
    ]


def _hypothesis(tokenizer: Tokenizer, result: Any) -> Hypothesis:
    tokens = tuple(token for token in result.sequences_ids[0] if token < tokenizer.eot)
    return Hypothesis(
        tokens,
        tokenizer.decode(tokens).strip(),
        float(result.scores[0]),
        float(result.no_speech_prob),
    )
