"""Files as telephone systems write them are decoded in full, or the error names the remedy."""

from __future__ import annotations

import struct
from fractions import Fraction
from typing import TYPE_CHECKING

import av
import numpy as np
import pytest

from models.audio.decoding import SAMPLE_RATE_HZ, decode, probe
from models.audio.excerpts import channel_counts, write_single_channel
from models.audio.redacted_copy import write_redacted
from models.errors import AudioError
from tests.models.conftest import write_screen_recording

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from models.audio.decoding import Pcm

RATE_HZ = 8000
RIFX_TAGS = {"PCM": 1, "mu-law": 7}


def tone(frequency_hz: float, duration_s: float = 1.0, rate_hz: int = RATE_HZ) -> NDArray[np.int16]:
    """A sine at half of full scale."""
    at = np.arange(int(duration_s * rate_hz)) / rate_hz
    return (16_000 * np.sin(2 * np.pi * frequency_hz * at)).astype(np.int16)


def wav(
    samples: NDArray[np.int16], rate_hz: int = RATE_HZ, tag: int = 1, order: str = "<"
) -> bytes:
    """A WAV file of one channel, in either byte order, with any codec tag."""
    data = samples.astype(f"{order}i2").tobytes()
    name = b"RIFF" if order == "<" else b"RIFX"
    layout = struct.pack(f"{order}IHHIIHH", 16, tag, 1, rate_hz, rate_hz * 2, 2, 16)
    body = b"WAVEfmt " + layout + b"data" + struct.pack(f"{order}I", len(data)) + data
    return name + struct.pack(f"{order}I", len(body)) + body


def encoded(
    path: Path, codec: str, *tracks: NDArray[np.int16], layout: str = "mono", rate_hz: int = RATE_HZ
) -> Path:
    """One track for each array of samples, interleaved if it is stereo."""
    with av.open(str(path), "w") as container:
        streams = []
        for _ in tracks:
            stream = container.add_stream(codec, rate=rate_hz, layout=layout)
            assert isinstance(stream, av.AudioStream)
            streams.append(stream)
        for stream, samples in zip(streams, tracks, strict=True):
            frame = av.AudioFrame.from_ndarray(samples.reshape(1, -1), "s16", layout)
            frame.sample_rate = rate_hz
            for part in (frame, None):
                container.mux(stream.encode(part))
    return path


def tones(pcm: Pcm, channel: int = 0, step_s: float = 1.0) -> list[int]:
    """The strongest frequency of each second, to the nearest 50 Hz; 0 where it is silent."""
    step = int(step_s * SAMPLE_RATE_HZ)
    found = []
    for first in range(0, pcm.shape[1] - step // 2, step):
        part = pcm[channel, first : first + step].astype(np.float64)
        loudest = np.argmax(np.abs(np.fft.rfft(part))) * SAMPLE_RATE_HZ / len(part)
        found.append(round(loudest / 50) * 50 if np.abs(part).mean() > 500 else 0)
    return found


@pytest.mark.parametrize("name", ["screen.m4a", "screen.mka", "screen.mp4", "screen.mov"])
def test_two_mono_tracks_are_two_channels(tmp_path: Path, name: str) -> None:
    """One side each, in the file's order; the shorter one ends in silence."""
    sides = tone(300, 3, 48_000), tone(600, 2, 48_000)
    path = encoded(tmp_path / name, "aac", *sides, rate_hz=48_000)
    recording, pcm = probe(path), decode(path)
    assert (recording.channel_count, len(pcm)) == (2, 2)
    assert recording.duration_s == pytest.approx(3, abs=0.2)
    assert (tones(pcm)[:3], tones(pcm, 1)[:3]) == ([300] * 3, [600, 600, 0])
    copy = tmp_path / "copy.opus"
    write_redacted(recording, [(0.5, 1.5)], copy)
    assert probe(copy).channel_count == 2
    assert tones(decode(copy), 1, 0.5)[1:4] == [0, 0, 600]


def test_a_second_track_that_begins_late_is_a_channel(tmp_path: Path) -> None:
    """A transport stream does not announce tracks; the customer may join after half a minute."""
    sides = tone(300, 40, 48_000), tone(600, 4, 48_000)
    path = tmp_path / "screen.ts"
    with av.open(str(path), "w") as container:
        streams = [container.add_stream("mp2", rate=48_000, layout="mono") for _ in sides]
        for stream, samples, begins_s in zip(streams, sides, (0, 36), strict=True):
            frame = av.AudioFrame.from_ndarray(samples.reshape(1, -1), "s16", "mono")
            frame.sample_rate, frame.pts = 48_000, begins_s * 48_000
            for part in (frame, None):
                container.mux(stream.encode(part))
    pcm = decode(path)
    assert probe(path).channel_count == len(pcm) == 2
    assert (tones(pcm)[20], tones(pcm, 1)[20]) == (300, 0)
    assert (tones(pcm)[38], tones(pcm, 1)[38]) == (300, 600)


@pytest.mark.parametrize(("track_count", "layout"), [(3, "mono"), (2, "stereo")])
def test_other_tracks_are_refused_with_the_remedy(
    tmp_path: Path, track_count: int, layout: str
) -> None:
    """Their roles cannot be known; a track that is not transcribed would not be masked."""
    samples = [tone(300 * (number + 1), 2) for number in range(track_count)]
    path = encoded(tmp_path / "screen.m4a", "aac", *samples, layout=layout)
    with pytest.raises(AudioError, match=f"{track_count} audio tracks.*one stereo track"):
        probe(path)
    with pytest.raises(AudioError):
        decode(path)


@pytest.mark.parametrize("changed", [(16_000, "mono"), (8000, "stereo"), (16_000, "stereo")])
@pytest.mark.parametrize("turned", [False, True], ids=["then more", "then less"])
def test_an_mp3_that_changes_inside_is_decoded_in_full(
    tmp_path: Path, changed: tuple[int, str], *, turned: bool
) -> None:
    """Each stretch keeps its pitch and its seconds, in whichever order they come."""
    rate_hz, layout = changed
    later = tone(600, 3, rate_hz)
    if layout == "stereo":
        later = np.repeat(later, 2)
    parts = [
        encoded(tmp_path / "a.mp3", "mp3", tone(300, 3)).read_bytes(),
        encoded(tmp_path / "b.mp3", "mp3", later, layout=layout, rate_hz=rate_hz).read_bytes(),
    ]
    path = tmp_path / "call.mp3"
    path.write_bytes(b"".join(reversed(parts) if turned else parts))
    recording, pcm = probe(path), decode(path)
    assert recording.duration_s == pytest.approx(6, abs=0.5)
    assert pcm.shape[1] / SAMPLE_RATE_HZ == pytest.approx(recording.duration_s, abs=0.05)
    assert recording.channel_count == len(pcm) == (2 if layout == "stereo" else 1)
    assert recording.sample_rate_hz == rate_hz
    expected = [300, 600]
    for channel in range(len(pcm)):
        heard = tones(pcm, channel, 0.5)
        assert [heard[2], heard[9]] == (expected[::-1] if turned else expected)


@pytest.mark.parametrize("endless", [False, True], ids=["", "of no known length"])
def test_concatenated_wav_files_are_decoded_to_the_end(tmp_path: Path, *, endless: bool) -> None:
    """Joined by `cat`, with other rates, and also if the first was never closed."""
    first = wav(tone(300))
    if endless:
        first = first[:40] + b"\xff\xff\xff\xff" + first[44:]
    path = tmp_path / "call.wav"
    path.write_bytes(first + wav(tone(600, 2, 16_000), 16_000) + wav(tone(900), order=">"))
    recording, pcm = probe(path), decode(path)
    assert recording.duration_s == pytest.approx(4, abs=0.02)
    assert recording.sample_rate_hz == 16_000
    assert tones(pcm) == [300, 600, 600, 900]


@pytest.mark.parametrize(
    ("name", "codec", "rates_hz"),
    [
        ("call.ogg", "libopus", (48_000, 48_000)),
        ("call.ogg", "libvorbis", (16_000, 44_100)),
        ("call.flac", "flac", (8000, 16_000)),
        ("call.webm", "libopus", (48_000, 48_000)),
        ("call.m4a", "aac", (16_000, 48_000)),
        ("call.aac", "aac", (16_000, 44_100)),
        ("call.au", "pcm_mulaw", (8000, 16_000)),
        ("call.aiff", "pcm_s16be", (8000, 16_000)),
        ("call.w64", "pcm_s16le", (8000, 16_000)),
        ("call.caf", "pcm_s16le", (8000, 16_000)),
    ],
)
def test_files_of_any_container_are_decoded_to_the_end(
    tmp_path: Path, name: str, codec: str, rates_hz: tuple[int, int]
) -> None:
    """Joined by `cat`, a mono one and a stereo one of another rate."""
    rate_hz, later_hz = rates_hz
    parts = [tmp_path / f"{number}-{name}" for number in (1, 2)]
    encoded(parts[0], codec, tone(300, 2, rate_hz), rate_hz=rate_hz)
    later = np.repeat(tone(600, 2, later_hz), 2)
    encoded(parts[1], codec, later, layout="stereo", rate_hz=later_hz)
    path = tmp_path / name
    path.write_bytes(b"".join(part.read_bytes() for part in parts))
    recording, pcm = probe(path), decode(path)
    assert (recording.channel_count, recording.sample_rate_hz) == (2, later_hz)
    assert recording.duration_s == pytest.approx(4, abs=0.2)
    assert pcm.shape[1] / SAMPLE_RATE_HZ == pytest.approx(recording.duration_s, abs=0.05)
    for channel in (0, 1):
        assert tones(pcm, channel, 0.5)[1:7:5] == [300, 600]


def test_joined_amr_is_decoded_to_the_end(tmp_path: Path) -> None:
    """Its header of six bytes is no frame."""
    parts = [tmp_path / f"{frequency_hz}.amr" for frequency_hz in (300, 600)]
    for part, frequency_hz in zip(parts, (300, 600), strict=True):
        encoded(part, "libopencore_amrnb", tone(frequency_hz, 2))
    path = tmp_path / "call.amr"
    path.write_bytes(b"".join(part.read_bytes() for part in parts))
    assert tones(decode(path))[:3:2] == [300, 600]


def test_each_channel_of_joined_files_is_its_own_recording(tmp_path: Path) -> None:
    """The proof of a copy hears every channel to the end, whatever the first file has."""
    stereo = encoded(
        tmp_path / "b.wav", "pcm_s16le", np.ravel([tone(600), tone(900)], "F"), layout="stereo"
    )
    path = tmp_path / "call.wav"
    path.write_bytes(wav(tone(300), order=">") + stereo.read_bytes())
    assert channel_counts(path) == (2,)
    for channel, expected in enumerate(([300, 600], [300, 900])):
        single = tmp_path / f"{channel}.wav"
        write_single_channel(path, 0, channel, single)
        assert tones(decode(single)) == expected


@pytest.mark.parametrize("name", [b"cart", b"cue ", b"JUNK"])
def test_wav_files_may_begin_with_any_chunk(tmp_path: Path, name: bytes) -> None:
    """What a recorder writes before the format is skipped, and hides no joined file."""
    whole = wav(tone(300))
    chunk = name + struct.pack("<I", 4) + bytes(4)
    path = tmp_path / "call.wav"
    path.write_bytes(2 * (whole[:12] + chunk + whole[12:]))
    assert tones(decode(path)) == [300, 300]


@pytest.mark.parametrize("size", [0, 0xFFFFFFFF])
def test_big_endian_wav_that_was_never_closed(tmp_path: Path, size: int) -> None:
    """The length is not known while it is written."""
    content = bytearray(wav(tone(450, 2), order=">"))
    struct.pack_into(">I", content, 40, size)
    path = tmp_path / "call.wav"
    path.write_bytes(content)
    assert tones(decode(path)) == [450, 450]


def test_wav_in_big_endian_order(tmp_path: Path) -> None:
    """RIFX, as some recorders write it: the tone, not noise."""
    path = tmp_path / "call.wav"
    path.write_bytes(wav(tone(450, 2), order=">"))
    assert probe(path).duration_s == 2
    assert tones(decode(path)) == [450, 450]


@pytest.mark.parametrize("tag", [0x1234, 0x0133])
def test_an_unknown_codec_is_an_audio_error(tmp_path: Path, tag: int) -> None:
    """Whatever the header says, the file is quarantined with a remedy; the night continues."""
    path = tmp_path / "call.wav"
    path.write_bytes(wav(tone(300), tag=tag))
    with pytest.raises(AudioError, match="export"):
        probe(path)


def mu_law(samples: NDArray[np.int16]) -> bytes:
    """G.711 without a header."""
    return _g711(samples, "pcm_mulaw")


def _g711(samples: NDArray[np.int16], codec: str) -> bytes:
    encoder = av.CodecContext.create(codec, "w")
    assert isinstance(encoder, av.AudioCodecContext)
    encoder.sample_rate, encoder.layout, encoder.format = RATE_HZ, "mono", "s16"
    frame = av.AudioFrame.from_ndarray(samples.reshape(1, -1), "s16", "mono")
    frame.sample_rate = RATE_HZ
    return b"".join(bytes(packet) for packet in (*encoder.encode(frame), *encoder.encode(None)))


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("call.ulaw", mu_law(tone(450, 2))),
        ("call.ul", mu_law(tone(450, 2))),
        ("call.pcmu", mu_law(tone(450, 2))),
        ("call.alaw", _g711(tone(450, 2), "pcm_alaw")),
        ("call.al", _g711(tone(450, 2), "pcm_alaw")),
        ("call.sln", tone(450, 2).tobytes()),
        ("call.SLN16", tone(450, 2, 16_000).tobytes()),
        ("call.sln48", tone(450, 2, 48_000).tobytes()),
        ("call.ulaw", wav(tone(450, 2))),
    ],
)
def test_raw_samples_are_what_the_ending_declares(
    tmp_path: Path, name: str, content: bytes
) -> None:
    """Without a header the ending says encoding and rate; with one, the content still decides."""
    path = tmp_path / name
    path.write_bytes(content)
    assert probe(path).duration_s == pytest.approx(2, abs=0.01)
    assert tones(decode(path)) == [450, 450]


def test_raw_gsm_has_its_length(tmp_path: Path) -> None:
    """33 bytes, which begin with a nibble of 13, for every 20 ms."""
    chance = np.random.default_rng(3)
    path = tmp_path / "call.gsm"
    path.write_bytes(
        b"".join(bytes([0xD0 | int(chance.integers(16))]) + chance.bytes(32) for _ in range(100))
    )
    assert probe(path).duration_s == pytest.approx(2, abs=0.02)
    assert decode(path).any()


@pytest.mark.parametrize("name", ["call.raw", "call.pcm", "call.vox"])
def test_an_ending_that_declares_nothing_names_the_remedy(tmp_path: Path, name: str) -> None:
    """Guessing would give noise, and recognition hallucinates words in noise."""
    path = tmp_path / name
    path.write_bytes(tone(450, 2).tobytes())
    with pytest.raises(AudioError, match=r"export it as WAV.*\.sln"):
        probe(path)


@pytest.mark.parametrize("name", ["call.webm", "call.mka", "call.ogg"])
@pytest.mark.parametrize("pause_s", [2.0, 30.0])
def test_a_gap_in_the_time_stamps_is_silence(tmp_path: Path, name: str, pause_s: float) -> None:
    """What comes after it keeps its second on the clock, in the transcript and in the copy."""
    path = tmp_path / name
    write_with_gap(path, pause_s)
    recording, pcm = probe(path), decode(path)
    assert recording.duration_s == pytest.approx(4 + pause_s, abs=0.2)
    assert pcm.shape[1] / SAMPLE_RATE_HZ == pytest.approx(recording.duration_s, abs=0.05)
    heard = tones(pcm)
    assert heard[:2] == [300, 300]
    assert set(heard[3 : int(pause_s) + 1]) <= {0}
    assert heard[int(pause_s) + 3] == 600
    copy = tmp_path / "copy.opus"
    write_redacted(recording, [], copy)
    assert probe(copy).duration_s == pytest.approx(recording.duration_s, abs=0.05)


def test_sound_that_begins_after_the_pictures_keeps_its_second(tmp_path: Path) -> None:
    """The screen is recorded before the call is put through."""
    path = tmp_path / "screen.webm"
    frame = av.AudioFrame.from_ndarray(tone(300, 2, 48_000).reshape(1, -1), "s16", "mono")
    frame.sample_rate, frame.time_base = 48_000, Fraction(1, 48_000)
    frame.pts = 3 * 48_000
    write_screen_recording(path, frame, picture_count=50)
    assert tones(decode(path)) == [0, 0, 0, 300, 300]


def test_a_clock_that_is_set_is_no_gap(tmp_path: Path) -> None:
    """A jump by hours would fill the memory with silence."""
    path = tmp_path / "call.mka"
    write_with_gap(path, 5 * 3600.0)
    assert probe(path).duration_s == pytest.approx(4, abs=0.2)


def test_chained_ogg_is_decoded_in_full(tmp_path: Path) -> None:
    """Stamps that begin anew are no gap, and no end."""
    links = [
        encoded(tmp_path / f"{hz}.ogg", "libopus", tone(hz, 2, 48_000), rate_hz=48_000)
        for hz in (300, 600)
    ]
    path = tmp_path / "call.ogg"
    path.write_bytes(b"".join(link.read_bytes() for link in links))
    assert probe(path).duration_s == pytest.approx(4, abs=0.1)
    assert tones(decode(path))[::3] == [300, 600]


def write_with_gap(path: Path, pause_s: float) -> None:
    """Two seconds of one tone, a jump in the time stamps, and two of another."""
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libopus", rate=48_000, layout="mono")
        assert isinstance(stream, av.AudioStream)
        samples = np.concatenate([tone(300, 2, 48_000), tone(600, 2, 48_000)])
        for first in range(0, len(samples), 960):
            frame = av.AudioFrame.from_ndarray(
                samples[first : first + 960].reshape(1, -1), "s16", "mono"
            )
            frame.sample_rate, frame.time_base, frame.pts = 48_000, Fraction(1, 48_000), first
            for packet in stream.encode(frame):
                write_packet(container, packet, pause_s)
        for packet in stream.encode(None):
            write_packet(container, packet, pause_s)


def write_packet(
    container: av.container.OutputContainer, packet: av.Packet, pause_s: float
) -> None:
    """Move a packet of the second tone by the pause."""
    assert packet.pts is not None
    assert packet.dts is not None
    seconds = packet.pts * packet.time_base
    if seconds >= 2:
        shift = int(pause_s / packet.time_base)
        packet.pts, packet.dts = packet.pts + shift, packet.dts + shift
    container.mux(packet)
