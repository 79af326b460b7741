"""A listener that loads no model and says what it was told to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from models.call import Role
from models.errors import ListeningError
from models.transcript import Transcript, Word
from models.turns import Voice, take_turns

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from models.call import Call, Recording
    from models.speech.listener import Heard

_WORD_S = 0.3
_PAUSE_S = 0.4


class FakeListener:
    """Says one invented line after the other, each word for a third of a second.

    Args:
        lines: Role and text of each line, by call id. A call without lines cannot be heard.
    """

    model_pin = "fake@000000000000"

    def __init__(self, lines: Mapping[str, Sequence[tuple[Role, str]]]) -> None:
        self._lines = lines

    def listen_many(self, calls: Iterable[tuple[Call, Recording]]) -> Iterator[Heard]:
        """One transcript or one error per call."""
        for call, recording in calls:
            try:
                yield self.listen(call, recording)
            except ListeningError as error:
                yield error

    def listen(self, call: Call, recording: Recording) -> Transcript:
        """Turn the call's lines into a transcript."""
        if call.call_id not in self._lines:
            raise ListeningError(call.call_id, "nothing was prepared for this call")
        lines = [(role, text.split()) for role, text in self._lines[call.call_id]]
        at_s = 0.0
        words: dict[Role, list[Word]] = {role: [] for role in Role}
        for role, texts in lines:
            for text in texts:
                words[role].append(Word(text, round(at_s, 3), round(at_s + _WORD_S, 3), 0.9))
                at_s += _WORD_S
            at_s += _PAUSE_S
        return Transcript(
            call_id=call.call_id,
            language=call.language or "en",
            language_confidence=1.0,
            duration_s=max(recording.duration_s, at_s),
            channel_count=2,
            turns=take_turns(
                Voice(channel, tuple(words[role]), role, float(role is not Role.UNKNOWN))
                for channel, role in enumerate(Role)
            ),
            model_pin=self.model_pin,
        )
