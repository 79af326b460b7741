"""One run over hostile inputs, in a process that they may strike.

    python -m tests.chaos.fuzz_night SOURCE HOME

Everything is as in a night but recognition: each recording is decoded and its speech is sought,
then words of the bundled night stand for what was heard. Mappings and vCons are read as the
commands read them; each line printed says what became of one.
"""

from __future__ import annotations

import sys
import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, cast

from flows.errors import EXPECTED_ERRORS, message_of
from flows.night.night import Night
from flows.operation.watch import watched_run
from flows.settings.centre import Settings
from flows.sources.centre.mapped import mapped_of
from flows.sources.centre.unpack import unpack
from flows.sources.children import confine
from models.audio.keyed_digits import keyed_digits
from models.audio.line_noise import decode_clean
from models.audio.voice_activity import VoiceActivity
from models.errors import ListeningError
from models.limits import DEFAULT_LIMITS
from tests.chaos.one_night import RENDERING, evaluate
from tests.night.recognitions.recorded import RecordedFactory, RecordedListener, recognitions

if TYPE_CHECKING:
    from models.call import Call, Recording
    from models.transcript import Transcript

MEMORY_BYTES = 3 << 30
_LIMIT_S = 20.0
"""The longest that one mapping or vCon may take."""


class FuzzListener(RecordedListener):
    """Decodes a recording, then says what was heard of a call of the night."""

    def listen(self, call: Call, recording: Recording) -> Transcript:
        """The turns that end within the recording.

        Raises:
            ListeningError: The recording does not decode.
        """
        try:
            pcm = decode_clean(recording)
            keyed_digits(pcm)
            VoiceActivity().ends_in_speech(pcm)
        except Exception as error:  # noqa: BLE001  as the listener does
            raise ListeningError(call.call_id, str(error)) from None
        transcript = recognitions(RENDERING)["lt-0001"].transcript
        length_s = recording.duration_s
        turns = (turn for turn in transcript.turns if turn.words[-1].end_s < length_s)
        return replace(
            transcript,
            call_id=call.call_id,
            duration_s=length_s,
            channel_count=recording.channel_count,
            turns=tuple(turn for turn in turns if turn.channel < recording.channel_count),
            unheard=(),
            not_listened=(),
            keyed_digits=(),
        )


@dataclass(frozen=True, slots=True)
class FuzzFactory(RecordedFactory):
    """Makes such a listener."""

    def __call__(self) -> FuzzListener:
        """Read the recorded recognitions."""
        return FuzzListener(self.rendering)


def main(source: Path, home: Path) -> None:
    """Read every file that only a command reads, then run a night."""
    for file in sorted([*source.glob("*/callqa-mapping.yaml"), *source.glob("*/*.vcon")]):
        began_s = time.monotonic()
        print(file.parent.name, _read(file, home.parent / "unpacked" / file.parent.name), sep="\t")
        if time.monotonic() - began_s > _LIMIT_S:
            print(file.parent.name, f"internal error: took over {_LIMIT_S} s", sep="\t")
    settings = Settings.with_overrides(source=source, home=home, workers=2, batch_size=64)
    with watched_run(settings, "nightly") as watch:
        night = Night(settings, listener=FuzzFactory(RENDERING))
        evaluate(night)
        summary = watch.ended(night.publish())
    print("", summary.counts, *summary.concerns, sep="\t")


def _read(file: Path, folder: Path) -> str:
    try:
        if file.suffix == ".vcon":
            return f"unpacked {len(unpack(file, folder, DEFAULT_LIMITS))} files"
        return f"a mapping of {type(mapped_of(file.parent)).__name__}"
    except (*EXPECTED_ERRORS, OSError) as error:
        return f"refused: {message_of(cast('Exception', error))}"
    except Exception as error:  # noqa: BLE001  a command would end with its traceback
        return f"internal error ({type(error).__name__})"


if __name__ == "__main__":
    confine(MEMORY_BYTES)
    main(*map(Path, sys.argv[1:3]))
