"""One engine of the speech benchmark over all calls, in a process of its own.

Called as `python -m tests.bench.speech.engines ENGINE CALLS.json OUT.json`. Every engine gets the
same weights, Whisper base at 8 bits, voice activity detection, word times and all cores, and is
imported where it runs: no engine pays for another.
"""

from __future__ import annotations

import json
import multiprocessing
import subprocess
import sys
import tempfile
import wave
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flows.workers.portions import portions
from flows.workers.threads import use_one_thread
from models.audio.decoding import SAMPLE_RATE_HZ, as_float, decode, probe
from models.call import Role
from models.catalog import resolve
from tests.bench.speech.calls import side_of
from tests.mapped_call import mapped_call

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from models.speech.listener import WhisperListener
    from models.transcript import Transcript

CORES = multiprocessing.cpu_count()

Words = list[dict[str, Any]]


def _word(role: str, text: str, start_s: float, end_s: float) -> dict[str, Any]:
    return {"role": role, "text": text.strip(), "start_s": start_s, "end_s": end_s}


def _callqa(calls: list[dict[str, Any]]) -> list[Words]:
    """One single-threaded listener per core, calls dealt out as in a night."""
    dealt = portions(
        [call["duration_s"] for call in calls], [call["language"] for call in calls], CORES
    )
    use_one_thread()
    with multiprocessing.get_context("spawn").Pool(CORES, _load_listener) as pool:
        heard = pool.map(_listen, [[calls[at] for at in part] for part in dealt], chunksize=1)
    by_call = {
        at: words
        for part, transcripts in zip(dealt, heard, strict=True)
        for at, words in zip(part, transcripts, strict=True)
    }
    return [by_call[at] for at in range(len(calls))]


_listeners: list[WhisperListener] = []


def _load_listener() -> None:
    from models.speech.listener import WhisperListener  # noqa: PLC0415  # see above

    _listeners.append(WhisperListener(resolve()))


def _listen(calls: list[dict[str, Any]]) -> list[Words]:
    (listener,) = _listeners
    pairs = [
        (
            mapped_call(*map(Role, call["channels"]), language=call["language"]),
            probe(Path(call["path"])),
        )
        for call in calls
    ]
    heard: list[Words] = []
    for call, found in zip(calls, listener.listen_many(pairs), strict=True):
        if isinstance(found, Exception):
            raise found
        heard.append(_words_of(found, call["channels"]))
    return heard


def _words_of(transcript: Transcript, channels: Sequence[str]) -> Words:
    return [
        _word(side_of(turn, channels), word.text, word.start_s, word.end_s)
        for turn in transcript.turns
        for word in turn.words
    ]


def _faster_whisper(calls: list[dict[str, Any]], *, batched: bool, **options: Any) -> list[Words]:
    """Each channel on its own, with the threads of all cores."""
    from faster_whisper import BatchedInferencePipeline, WhisperModel  # noqa: PLC0415  # see above

    model = WhisperModel(
        "base", "cpu", compute_type="int8", cpu_threads=CORES, files=resolve().read()
    )
    engine = BatchedInferencePipeline(model) if batched else model
    heard = []
    for call in calls:
        words: Words = []
        for role, channel in zip(call["channels"], decode(Path(call["path"])), strict=False):
            segments, _ = engine.transcribe(
                as_float(channel),
                language=call["language"],
                vad_filter=True,
                word_timestamps=True,
                **options,
            )
            words.extend(
                _word(role, word.word, word.start, word.end)
                for segment in segments
                for word in segment.words or ()
            )
        heard.append(words)
    return heard


def _whisper_ctranslate2(calls: list[dict[str, Any]], *options: str) -> list[Words]:
    """The command line tool, per channel and language, since it takes one language per run."""
    with tempfile.TemporaryDirectory() as name:
        place = Path(name)
        for file, content in resolve().read().items():
            (place / file).write_bytes(content)
        channels = [
            (at, role, call["language"], _write_channel(place / f"{at}-{role}.wav", samples))
            for at, call in enumerate(calls)
            for role, samples in zip(call["channels"], decode(Path(call["path"])), strict=False)
        ]
        for language in sorted({channel[2] or "" for channel in channels}):
            files = [str(path) for _, _, own, path in channels if (own or "") == language]
            _run_whisper_ctranslate2(place, files, language, options)
        heard: list[Words] = [[] for _ in calls]
        for at, role, _, path in channels:
            segments = json.loads(path.with_suffix(".json").read_text())["segments"]
            heard[at].extend(
                _word(role, word["word"], word["start"], word["end"])
                for segment in segments
                for word in segment.get("words") or ()
            )
    return heard


def _run_whisper_ctranslate2(
    place: Path, files: Iterable[str], language: str, options: Iterable[str]
) -> None:
    command = [str(Path(sys.executable).with_name("whisper-ctranslate2")), *files, *options]
    command += ["--model_directory", str(place), "--output_dir", str(place)]
    command += ["--compute_type", "int8", "--threads", str(CORES), "--output_format", "json"]
    command += ["--word_timestamps", "True", "--vad_filter", "True", "--verbose", "False"]
    command += ["--language", language] if language else []
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)  # noqa: S603  # our own words


def _write_channel(path: Path, samples: Any) -> Path:
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 2, SAMPLE_RATE_HZ, 0, "NONE", ""))
        file.writeframes(samples.tobytes())
    return path


ENGINES: dict[str, Callable[[list[dict[str, Any]]], list[Words]]] = {
    "callqa": _callqa,
    "faster-whisper": lambda calls: _faster_whisper(calls, batched=False),
    "faster-whisper, beam 1": lambda calls: _faster_whisper(calls, batched=False, beam_size=1),
    "faster-whisper batched": lambda calls: _faster_whisper(calls, batched=True),
    "faster-whisper batched, beam 1": lambda calls: _faster_whisper(
        calls, batched=True, beam_size=1
    ),
    "whisper-ctranslate2": _whisper_ctranslate2,
    "whisper-ctranslate2 batched, beam 1": lambda calls: _whisper_ctranslate2(
        calls, "--batched", "True", "--beam_size", "1"
    ),
}


if __name__ == "__main__":
    engine_name, calls_file, out_file = sys.argv[1:]
    result = ENGINES[engine_name](json.loads(Path(calls_file).read_text()))
    Path(out_file).write_text(json.dumps(result))
