"""Speak one phrase with Kokoro and say exactly where each word lies.

The voice model decides how many frames each phoneme lasts. Its graph is opened
at that point (`DURATIONS`), so word times come from the synthesiser itself and
not from a guess or from a recogniser that shares its errors with the system
under test.

Heavy packages (`requirements-render.txt`) are imported only when a phrase is
not in the cache yet.
"""

from __future__ import annotations

import difflib
import hashlib
import json
import re
from dataclasses import asdict, dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from pathlib import Path

Samples = npt.NDArray[np.float32]

RATE_HZ = 24_000
FRAME = 600  # samples of audio that one frame of the duration predictor makes
LEAD = 900  # samples by which the sound runs ahead of the predictor, measured over the night
DURATIONS = "/encoder/Clip_output_0"
CARRIER = {"it": ", va bene così.", "es": ", está muy bien."}
CARRIED_WORDS = 2
STRESS = re.compile(r"[ˈˌːˑ.,!?;:\s]")


@dataclass(frozen=True, slots=True)
class Voice:
    """A speaker: a mix of Kokoro voices, a pace and a shift of pitch.

    Attributes:
        mix: share per Kokoro voice name; shares add up to 1.
        lang: espeak language of the phonemes.
        speed: pace, 1.0 is the voice's own.
        pitch: factor on pitch and formants; other than 1.0 makes another person.
    """

    mix: dict[str, float]
    lang: str
    speed: float = 1.0
    pitch: float = 1.0


@dataclass(frozen=True, slots=True)
class Spoken:
    """One spoken phrase: audio at `RATE_HZ` and a (start_s, end_s) per word."""

    audio: Samples
    bounds: tuple[tuple[float, float], ...]


def words_of(text: str) -> list[str]:
    """Split a phrase into words as they are spoken, punctuation removed."""
    found = [re.sub(r"[^\w'-]", "", part) for part in text.split()]
    return [word for word in found if word]


class Speaker:
    """Phrase renderer with a cache on disk; same cache, same audio.

    Args:
        models: folder with `kokoro.onnx` and `voices.bin`.
        cache: folder of rendered phrases.
        threads: processor threads per inference.
    """

    def __init__(self, models: Path, cache: Path, threads: int = 1) -> None:
        self._models = models
        self._cache = cache
        self._threads = threads
        self._engine: Any = None
        cache.mkdir(parents=True, exist_ok=True)

    def say(self, text: str, voice: Voice) -> Spoken:
        """Return the phrase from the cache, rendering it on first use."""
        carrier = _carrier(text, voice)
        parts = [text, asdict(voice), carrier] if carrier else [text, asdict(voice)]
        key = json.dumps(parts, sort_keys=True, ensure_ascii=False)
        path = self._cache / f"{hashlib.sha256(key.encode()).hexdigest()[:24]}.npz"
        if not path.exists():
            spoken = self._render(text, voice, carrier)
            part = path.with_suffix(f".part{id(spoken)}.npz")
            np.savez(part, audio=spoken.audio, bounds=np.array(spoken.bounds))
            part.rename(path)
        with np.load(path) as stored:
            bounds = tuple((float(a), float(b)) for a, b in stored["bounds"])
            return Spoken(stored["audio"].astype(np.float32), bounds)

    def _render(self, text: str, voice: Voice, carrier: str) -> Spoken:
        """Speak a phrase (before its carrier), cut its silence, find its words."""
        tokenizer = self._open().tokenizer
        # espeak reads a lone "A" as the article, also where it is a spelled letter
        said = re.sub(r"\bA(?= [A-Z]\b)", "eh", text) if voice.lang[:2] == "en" else text
        said = said.rstrip(".,?!") if carrier else said
        phonemes = tokenizer.phonemize(said, voice.lang)
        kept = len(tokenizer.tokenize(phonemes))
        tokens = tokenizer.tokenize(tokenizer.phonemize(said + carrier, voice.lang))
        audio, frames = self._infer(tokens, voice)
        ends = np.cumsum(frames) * FRAME
        if carrier:
            audio = audio[: int(ends[kept + 1])]  # up to the comma's pause
        chars = _word_chars(said, phonemes, lambda w: tokenizer.phonemize(w, voice.lang))
        return _trim(audio, [(ends[first], ends[last]) for first, last in chars], voice.pitch)

    def _infer(self, tokens: list[int], voice: Voice) -> tuple[Samples, npt.NDArray[np.int64]]:
        """Run the voice model: audio and frames per token, padding included."""
        engine = self._open()
        style = sum(
            share * np.asarray(engine.voices[name])[len(tokens)]
            for name, share in voice.mix.items()
        )
        audio, frames = engine.sess.run(
            ["audio", DURATIONS],
            {
                "tokens": np.array([[0, *tokens, 0]], dtype=np.int64),
                "style": np.asarray(style, dtype=np.float32).reshape(1, 256),
                "speed": np.array([voice.speed / voice.pitch], dtype=np.float32),
            },
        )
        return np.asarray(audio, dtype=np.float32).reshape(-1), np.asarray(frames).reshape(-1)

    def _open(self) -> Any:
        """Load the voice model with its durations as a second output."""
        if self._engine is None:
            import onnx  # type: ignore[import-not-found,unused-ignore]  # noqa: PLC0415
            import onnxruntime  # noqa: PLC0415
            from kokoro_onnx import (  # type: ignore[import-not-found,unused-ignore]  # noqa: PLC0415
                Kokoro,
            )

            opened = self._models / "kokoro-durations.onnx"
            if not opened.exists():
                model = onnx.load(str(self._models / "kokoro.onnx"))
                model.graph.output.append(onnx.helper.make_empty_tensor_value_info(DURATIONS))
                onnx.save(model, str(opened))
            options = onnxruntime.SessionOptions()
            options.intra_op_num_threads = self._threads
            session = onnxruntime.InferenceSession(
                str(opened), options, providers=["CPUExecutionProvider"]
            )
            self._engine = Kokoro.from_session(session, str(self._models / "voices.bin"))
        return self._engine


def _carrier(text: str, voice: Voice) -> str:
    """Words spoken after a very short phrase and cut off again.

    Alone, one or two words come out garbled in Spanish and Italian.
    """
    return CARRIER.get(voice.lang, "") if len(words_of(text)) <= CARRIED_WORDS else ""


def _word_chars(text: str, phonemes: str, phonemize: Any) -> list[tuple[int, int]]:
    """Map each word to token positions (before its first, at its last phoneme).

    espeak joins some words ("of the"), so the words are phonemised one by one
    as well and both strings are aligned, stress marks aside.
    """
    plain = [(i, c) for i, c in enumerate(phonemes) if not STRESS.match(c)]
    alone = [STRESS.sub("", phonemize(word)) or "?" for word in words_of(text)]
    matcher = difflib.SequenceMatcher(
        None, "".join(alone), "".join(c for _, c in plain), autojunk=False
    )
    anchors = [(0, 0)]
    for block in matcher.get_matching_blocks():
        anchors += [(block.a, block.b), (block.a + block.size, block.b + block.size)]
    anchors.append((sum(map(len, alone)), len(plain)))
    cuts = np.interp(
        np.cumsum([0, *map(len, alone)]),
        np.array([there for there, _ in anchors]),
        np.array([here for _, here in anchors]),
    )
    spans = []
    for left, right in pairwise(cuts):
        first = min(round(left), len(plain) - 1)
        last = max(first, min(round(right), len(plain)) - 1)
        spans.append((plain[first][0], plain[last][0] + 1))
    return spans


def _trim(audio: Samples, bounds: list[tuple[float, float]], pitch: float) -> Spoken:
    """Cut silence at both ends, apply the pitch shift, clamp words to the rest."""
    block = 240
    count = max(1, len(audio) // block)
    level = np.sqrt(np.mean(audio[: count * block].reshape(count, block) ** 2, axis=1))
    loud = np.flatnonzero(level > 0.02 * level.max())
    start, stop = max(0, loud[0] - 2) * block, min(count, loud[-1] + 4) * block
    audio = audio[start:stop]
    if pitch != 1.0:
        places = np.arange(0, len(audio) - 1, pitch)
        audio = np.interp(places, np.arange(len(audio)), audio).astype(np.float32)
    scale = RATE_HZ * pitch
    length_s = len(audio) / RATE_HZ
    timed = [
        tuple(min(max((edge - LEAD - start) / scale, 0.0), length_s) for edge in word)
        for word in bounds
    ]
    timed[0] = (0.0, timed[0][1])
    timed[-1] = (timed[-1][0], length_s)
    return Spoken(audio, tuple(timed))
