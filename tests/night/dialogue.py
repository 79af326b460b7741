"""Put a dialogue on the clock: phrases become audio, words, PII spans, events."""

from __future__ import annotations

import zlib
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from tests.night.line import RATE_HZ, Seed, hold_music, levelled, ringing, to_telephone
from tests.night.script import Mark, Rest, Role, Script, Turn
from tests.night.voices import RATE_HZ as VOICE_RATE_HZ
from tests.night.voices import Spoken, words_of

Samples = npt.NDArray[np.float32]
Say = Callable[[str, Role], Spoken]

PAUSE_S = {"mark": (0.1, 0.22), "plain": (0.2, 0.38)}
GAP_S = (0.3, 0.75)


@dataclass(slots=True)
class Recorded:
    """A dialogue on the clock; `pieces` are (role, start_s, audio at 8 kHz)."""

    seed: Seed
    now_s: float = 0.5
    pieces: list[tuple[Role, float, Samples]] = field(default_factory=list)
    words: list[dict[str, Any]] = field(default_factory=list)
    pii: list[dict[str, Any]] = field(default_factory=list)
    events: list[dict[str, Any]] = field(default_factory=list)
    last_side: Role | None = None

    def sides(self) -> dict[str, Samples]:
        """Each side's audio over the whole call."""
        length = round(self.duration_s * RATE_HZ)
        sides = {role: np.zeros(length, dtype=np.float32) for role in ("agent", "customer")}
        for role, start_s, audio in self.pieces:
            first = round(start_s * RATE_HZ)
            sides[role][first : first + len(audio)] += audio
        return sides

    @property
    def duration_s(self) -> float:
        """Length of the call with a second of line after the last word."""
        return round(self.now_s + 1.0, 3)


def record(script: Script, say: Say) -> Recorded:
    """Play a script on the clock; the same script and cache, the same call."""
    call = Recorded(np.random.default_rng(zlib.crc32(script.call_id.encode())))
    for item in script.items:
        if isinstance(item, Rest):
            _rest(call, item)
        else:
            _turn(call, item, say)
    call.words.sort(key=lambda word: (word["start_s"], word["end_s"]))
    call.pii.sort(key=lambda span: span["start_s"])
    _name_groups(call.pii)
    return call


def _rest(call: Recorded, rest: Rest) -> None:
    """Let time pass: music on the agent's side, ringing on the customer's, or nothing."""
    start_s = call.now_s + 0.4
    length = round(rest.length_s * RATE_HZ)
    if rest.kind == "hold_music":
        call.pieces.append(("agent", start_s, hold_music(length)))
    if rest.kind == "ringing":
        call.pieces.append(("customer", start_s, ringing(length)))
    else:
        call.events.append(_span(rest.kind, start_s, start_s + rest.length_s, None))
    call.now_s = start_s + rest.length_s + 0.2


def _turn(call: Recorded, turn: Turn, say: Say) -> None:
    """Speak one turn after (or over) what was said before."""
    before_s = call.now_s
    gap_s = turn.gap_s if turn.gap_s is not None else call.seed.uniform(*GAP_S)
    clock_s = start_s = before_s + gap_s
    spans: dict[int, tuple[float, float]] = {}
    for number, phrase in enumerate(turn.phrases):
        if number:
            kind = "plain" if phrase.mark is None else "mark"
            clock_s += call.seed.uniform(*PAUSE_S[kind])
        spoken = say(phrase.text, turn.role)
        end_s = clock_s + len(spoken.audio) / VOICE_RATE_HZ
        call.pieces.append(
            (turn.role, clock_s, levelled(to_telephone(spoken.audio, VOICE_RATE_HZ)))
        )
        call.words += _timed_words(turn.role, phrase.text, spoken, clock_s)
        if phrase.mark is not None:
            spans[phrase.mark] = (spans.get(phrase.mark, (clock_s, 0.0))[0], end_s)
        clock_s = end_s
    call.pii += [_pii(turn.role, turn.marks[index], *span) for index, span in spans.items()]
    if turn.event:
        until_s = min(before_s, clock_s)
        call.events.append(_span(turn.event, start_s, until_s, turn.role))
    call.now_s = max(before_s, clock_s)


def _timed_words(role: Role, text: str, spoken: Spoken, clock_s: float) -> list[dict[str, Any]]:
    """Place a phrase's words on the call's clock."""
    return [
        {
            "role": role,
            "word": word.lower(),
            "start_s": round(clock_s + start_s, 3),
            "end_s": round(clock_s + end_s, 3),
        }
        for word, (start_s, end_s) in zip(words_of(text), spoken.bounds, strict=True)
    ]


def _span(kind: str, start_s: float, end_s: float, by: Role | None) -> dict[str, Any]:
    """One entry of `events`."""
    return {"kind": kind, "start_s": round(start_s, 3), "end_s": round(end_s, 3), "by": by}


def _pii(role: Role, mark: Mark, start_s: float, end_s: float) -> dict[str, Any]:
    """One entry of `pii`; `group` is decided when all are known."""
    return {
        "type": mark.kind,
        "role": role,
        "act": mark.act,
        "start_s": round(start_s, 3),
        "end_s": round(end_s, 3),
        "spoken": " ".join(words_of(mark.spoken)).lower(),
        "value": mark.value,
        "group": mark.key,
    }


def _name_groups(pii: list[dict[str, Any]]) -> None:
    """Keep `group` only where one side said a value in several parts."""
    parts = Counter((span["group"], span["act"]) for span in pii)
    for span in pii:
        if span["group"] is None or parts[span["group"], span["act"]] == 1:
            del span["group"]
