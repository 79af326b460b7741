"""A whole conversation on one channel is distinguished from one side of it."""

from __future__ import annotations

import json

import pytest

from flows.settings.centre import CHECKOUT
from models.audio.decoding import SAMPLE_RATE_HZ
from models.audio.voice_activity import Span
from models.speakers.both_sides import carries_both_sides
from models.transcript import Word

TRUTHS = [
    json.loads(path.read_text())
    for path in sorted((CHECKOUT / "tests" / "night" / "truth").glob("lt-*.json"))
]
SPOKEN = [truth for truth in TRUTHS if {"agent", "customer"} == {w["role"] for w in truth["words"]}]
_MARGIN_S, _PAUSE_S = 0.25, 0.5


def heard(truth: dict[str, object], *roles: str) -> tuple[list[Span], list[Word]]:
    """Spans and words of some of a call's roles, as voice activity detection would segment them."""
    words = truth["words"]
    assert isinstance(words, list)
    own = sorted((w for w in words if w["role"] in roles), key=lambda w: float(w["start_s"]))
    spans: list[list[float]] = []
    for word in own:
        if spans and word["start_s"] - spans[-1][1] < _PAUSE_S + _MARGIN_S:
            spans[-1][1] = word["end_s"] + _MARGIN_S
        else:
            spans.append([word["start_s"] - _MARGIN_S, word["end_s"] + _MARGIN_S])
    return (
        [Span(*(round(at * SAMPLE_RATE_HZ) for at in span)) for span in spans],
        [Word(w["word"], w["start_s"], w["end_s"], 1.0) for w in own],
    )


def test_no_side_alone_is_a_conversation() -> None:
    """A side with pauses for answers that are not there is one side, in all three languages."""
    assert len(SPOKEN) >= 20
    assert {truth["language"] for truth in SPOKEN} == {"en", "es", "it"}
    for truth in SPOKEN:
        for role in ("agent", "customer"):
            assert not carries_both_sides(*heard(truth, role), truth["language"]), truth["call_id"]


def test_nearly_every_mix_is_a_conversation() -> None:
    """Without any phrase of a customer, and without a question mark, it may stay open."""
    told = [carries_both_sides(*heard(t, "agent", "customer"), t["language"]) for t in SPOKEN]
    assert sum(told) >= 0.75 * len(told)


def test_a_conversation_with_pauses_is_one() -> None:
    """Real people wait for systems and think: a second or two between turns changes nothing.

    Only words of both sides tell then, and some calls of the night have no customer's phrase.
    """
    both = [heard(truth, "agent", "customer") for truth in SPOKEN]
    told = [
        carries_both_sides(*with_pauses(*call, 2.0), truth["language"])
        for call, truth in zip(both, SPOKEN, strict=True)
    ]
    assert sum(told) >= 0.6 * len(told)


def with_pauses(
    spans: list[Span], words: list[Word], pause_s: float
) -> tuple[list[Span], list[Word]]:
    """Cut the speech every ten seconds, with a pause."""
    cut_s, pause = 10.0, round(pause_s * SAMPLE_RATE_HZ)
    later = [Word(w.text, w.start_s + w.start_s // cut_s * pause_s, w.end_s, 1.0) for w in words]
    pieces = []
    for span in spans:
        cut = round(cut_s * SAMPLE_RATE_HZ)
        for first in range(span.start // cut, (span.end - 1) // cut + 1):
            start, end = max(span.start, first * cut), min(span.end, (first + 1) * cut)
            pieces.append(Span(start + first * pause, end + first * pause))
    return pieces, later


@pytest.mark.parametrize(
    "message",
    [
        "Thank you for calling. Our lines are closed. How can I help you is what we say tomorrow.",
        "Hello, this is Laura from Acme, please call us back, I would like to tell you more.",
    ],
)
def test_a_message_without_pauses_is_one_side(message: str) -> None:
    """A voicemail greeting or a message left on one has no waits, and no answers."""
    texts = (message * 4).split()
    words = [Word(text, at * 0.4, at * 0.4 + 0.4, 1.0) for at, text in enumerate(texts)]
    span = Span(0, round(len(texts) * 0.4 * SAMPLE_RATE_HZ))
    assert not carries_both_sides([span], words, "en")
