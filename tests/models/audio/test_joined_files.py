"""Files of any formats joined by `cat` are decoded to the end, or refused with a remedy."""

from __future__ import annotations

import random
import struct
from typing import TYPE_CHECKING, NamedTuple

import av
import numpy as np
import pytest
from av.audio.frame import AudioFrame
from av.audio.resampler import AudioResampler

from models.audio.containers import parts_of
from models.audio.decoding import SAMPLE_RATE_HZ, decode, probe
from models.errors import AudioError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from numpy.typing import NDArray

    from models.audio.decoding import Pcm

LENGTH_S = 3
PAIRS = 40


class Kind(NamedTuple):
    """How a file is written."""

    codec: str
    container: str
    rate_hz: int
    options: Mapping[str, str] = {}


BARE = {"id3v2_version": "0", "write_xing": "0"}
KINDS = {
    "wav": Kind("pcm_s16le", "wav", 8000),
    "wav 44.1": Kind("pcm_s16le", "wav", 44_100),
    "wav mu-law": Kind("pcm_mulaw", "wav", 8000),
    "rf64": Kind("pcm_s16le", "wav", 16_000, {"rf64": "always"}),
    "mp3": Kind("libmp3lame", "mp3", 16_000),
    "mp3 bare": Kind("libmp3lame", "mp3", 8000, BARE),
    "mp3 44.1 bare": Kind("libmp3lame", "mp3", 44_100, BARE),
    "opus": Kind("libopus", "ogg", 48_000),
    "vorbis": Kind("libvorbis", "ogg", 16_000),
    "flac": Kind("flac", "flac", 16_000),
    "au": Kind("pcm_mulaw", "au", 8000),
    "aiff": Kind("pcm_s16be", "aiff", 8000),
    "w64": Kind("pcm_s16le", "w64", 16_000),
    "caf": Kind("pcm_s16le", "caf", 16_000),
    "m4a": Kind("aac", "ipod", 48_000),
    "m4a live": Kind("aac", "mp4", 48_000, {"movflags": "frag_keyframe+empty_moov"}),
    "webm": Kind("libopus", "webm", 48_000),
    "webm live": Kind("libopus", "webm", 48_000, {"live": "1"}),
    "aac": Kind("aac", "adts", 16_000),
    "amr": Kind("libopencore_amrnb", "amr", 8000),
    "wma": Kind("wmav2", "asf", 44_100),
}


def tone(frequency_hz: float, rate_hz: int) -> NDArray[np.int16]:
    """A sine with a little noise, so that codecs write frames of ordinary size."""
    at = np.arange(LENGTH_S * rate_hz) / rate_hz
    noise = np.random.default_rng(int(frequency_hz)).normal(0, 60, at.size)
    return (10_000 * np.sin(2 * np.pi * frequency_hz * at) + noise).astype(np.int16)


def written(folder: Path, kind: Kind, frequency_hz: float) -> bytes:
    """A mono file of that kind."""
    path = folder / "part"
    with av.open(str(path), "w", format=kind.container, options=dict(kind.options)) as container:
        stream = container.add_stream(kind.codec, rate=kind.rate_hz, layout="mono")
        assert isinstance(stream, av.AudioStream)
        if kind.codec == "wmav2":
            stream.bit_rate = 64_000
        stream.codec_context.open(strict=False)
        samples = tone(frequency_hz, kind.rate_hz).reshape(1, -1)
        frame = AudioFrame.from_ndarray(samples, "s16", "mono")
        frame.sample_rate = kind.rate_hz
        resampler = AudioResampler(stream.format.name, "mono", kind.rate_hz)
        for piece in (*resampler.resample(frame), *resampler.resample(None)):
            piece.pts = None
            container.mux(stream.encode(piece))
        container.mux(stream.encode(None))
    return path.read_bytes()


def unclosed(wav: bytes) -> bytes:
    """A WAV file of a recorder that never wrote its length."""
    at = wav.index(b"data") + 4
    return wav[:4] + b"\xff\xff\xff\xff" + wav[8:at] + b"\xff\xff\xff\xff" + wav[at + 4 :]


def tones(pcm: Pcm) -> list[int]:
    """The frequencies of the first channel, to the nearest 50 Hz, each once where it begins."""
    found: list[int] = []
    for first in range(0, pcm.shape[1] - SAMPLE_RATE_HZ // 2, SAMPLE_RATE_HZ // 2):
        part = pcm[0, first : first + SAMPLE_RATE_HZ // 2].astype(np.float64)
        loudest = np.argmax(np.abs(np.fft.rfft(part))) * SAMPLE_RATE_HZ / len(part)
        heard = round(loudest / 50) * 50
        if np.abs(part).mean() > 500 and found[-1:] != [heard]:
            found.append(heard)
    return found


def pairs() -> list[tuple[str, str]]:
    """Kinds that follow one another, each at least once in both places."""
    draw = random.Random(20_261_130)  # noqa: S311  a test drawn with a seed
    names = [*KINDS]
    drawn = [(name, draw.choice(names)) for name in names]
    drawn += [(draw.choice(names), name) for name in names]
    return [*drawn[:PAIRS], ("mp3 bare", "aac"), ("aac", "mp3 bare"), ("mp3", "mp3 44.1 bare")]


@pytest.mark.parametrize(("first", "second"), pairs())
def test_files_of_two_formats_are_decoded_to_the_end(
    tmp_path: Path, first: str, second: str
) -> None:
    """Both tones, each at its own rate and for its own time."""
    path = tmp_path / "call.wav"
    path.write_bytes(written(tmp_path, KINDS[first], 300) + written(tmp_path, KINDS[second], 600))
    recording, pcm = probe(path), decode(path)
    assert recording.duration_s == pytest.approx(2 * LENGTH_S, abs=0.4)
    assert pcm.shape[1] / SAMPLE_RATE_HZ == pytest.approx(recording.duration_s, abs=0.05)
    assert tones(pcm) == [300, 600]


@pytest.mark.parametrize("name", ["mp3 bare", "flac", "opus", "m4a"])
def test_a_wav_that_was_never_closed_hides_nothing(tmp_path: Path, name: str) -> None:
    """Its header does not say where the other file begins."""
    path = tmp_path / "call.wav"
    wav = unclosed(written(tmp_path, KINDS["wav"], 300))
    path.write_bytes(wav + written(tmp_path, KINDS[name], 600))
    assert tones(decode(path)) == [300, 600]


@pytest.mark.parametrize("name", ["mp3 bare", "flac", "wav mu-law"])
def test_a_cut_file_before_another_is_told(tmp_path: Path, name: str) -> None:
    """Both are decoded, and the header of the first still states what is missing."""
    path = tmp_path / "call.wav"
    wav = written(tmp_path, KINDS["wav"], 300)
    path.write_bytes(wav[: len(wav) // 2] + written(tmp_path, KINDS[name], 600))
    recording = probe(path)
    assert tones(decode(path)) == [300, 600]
    assert recording.stated_s is not None
    assert recording.stated_s - recording.duration_s == pytest.approx(LENGTH_S / 2, abs=0.2)


@pytest.mark.parametrize("name", ["wav", "mp3", "mp3 bare", "opus", "m4a", "aac", "webm", "caf"])
def test_samples_without_a_header_behind_a_file_are_refused(tmp_path: Path, name: str) -> None:
    """Nobody can say what they are, and half a call must not count as a whole one."""
    path = tmp_path / "call.wav"
    noise = np.random.default_rng(4).integers(0, 256, 24_000).astype(np.uint8).tobytes()
    path.write_bytes(written(tmp_path, KINDS[name], 300) + noise)
    with pytest.raises(AudioError, match=r"in no known format.*export"):
        probe(path)


def test_samples_beyond_the_stated_length_are_refused(tmp_path: Path) -> None:
    """A header that was written early would hide the rest of the call."""
    path = tmp_path / "call.wav"
    wav = written(tmp_path, KINDS["wav"], 300)
    at = wav.index(b"data") + 4
    path.write_bytes(wav[:at] + struct.pack("<I", 16_000) + wav[at + 4 :])
    with pytest.raises(AudioError, match="export"):
        probe(path)


@pytest.mark.parametrize(
    "behind",
    [
        b"id3 \x00\x02\x00\x00ID3\x03\x00\x00\x00\x00\x03\x76" + bytes(502),
        b"<?xml version='1.0'?>" + b"<note>of the recorder</note>" * 400,
        bytes(9000),
        b"TAG" + bytes(125),
    ],
    ids=["a chunk with a tag", "text", "padding", "a tag"],
)
def test_what_recorders_write_behind_samples_is_no_recording(tmp_path: Path, behind: bytes) -> None:
    """Only the file's own samples are decoded."""
    path = tmp_path / "call.wav"
    path.write_bytes(written(tmp_path, KINDS["wav"], 300) + behind)
    assert probe(path).duration_s == pytest.approx(LENGTH_S)
    assert tones(decode(path)) == [300]


@pytest.mark.parametrize("container", ["matroska", "mp4", "wav", "mov", "avi"])
def test_mp3_in_another_container_is_one_file(tmp_path: Path, container: str) -> None:
    """Its frames lie in a row there, too."""
    path = tmp_path / "call.bin"
    path.write_bytes(written(tmp_path, Kind("libmp3lame", container, 44_100), 300))
    assert len(parts_of(path)) == 1
    assert tones(decode(path)) == [300]


def test_a_joined_file_that_does_not_decode_is_told(tmp_path: Path) -> None:
    """The header of FLAC, and nothing of its samples."""
    flac = written(tmp_path, KINDS["flac"], 600)
    audio = flac.index(b"\xff\xf8")
    path = tmp_path / "call.wav"
    path.write_bytes(
        written(tmp_path, KINDS["wav"], 300) + flac[: audio + 2] + bytes(len(flac) - audio - 2)
    )
    with pytest.raises(AudioError, match="export each"):
        probe(path)


def test_files_of_three_and_fewer_channels_are_not_joined(tmp_path: Path) -> None:
    """Which channel is which side cannot be known."""
    path = tmp_path / "call.wav"
    mono = written(tmp_path, KINDS["wav"], 300)
    three = np.repeat(tone(600, 8000), 3).tobytes()
    header = struct.pack("<IHHIIHH", 16, 1, 3, 8000, 48_000, 6, 16)
    body = b"WAVEfmt " + header + b"data" + struct.pack("<I", len(three)) + three
    path.write_bytes(mono + b"RIFF" + struct.pack("<I", len(body)) + body)
    with pytest.raises(AudioError, match=r"1, 3 channels.*export each"):
        probe(path)
