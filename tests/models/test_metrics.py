"""Conversation metrics."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from models.call import Role
from models.metrics import CALL_METRICS, ROLE_METRICS, Metric, conversation_metrics
from models.transcript import Transcript, Unheard, Word
from models.turns import Voice, take_turns


def transcript(duration_s: float, *voices: Voice) -> Transcript:
    """Put an invented call together."""
    return Transcript(
        call_id="call",
        language="en",
        language_confidence=1.0,
        duration_s=duration_s,
        channel_count=2,
        turns=take_turns(voices),
        model_pin="fake@0",
    )


def voice(channel: int, role: Role, *times_s: tuple[float, float]) -> Voice:
    """Make a speaker from the times of their words."""
    return Voice(channel, tuple(Word("word", *pair, 0.9) for pair in times_s), role, 1.0)


def value(metrics: tuple[Metric, ...], name: str, role: Role | None = None) -> float:
    """Look one metric up."""
    (found,) = (metric.value for metric in metrics if (metric.name, metric.role) == (name, role))
    return found


@st.composite
def voices(draw: st.DrawFn) -> list[Voice]:
    """Up to three speakers on two channels, who pause, overlap and run over the call's end."""
    spoken = []
    for _ in range(draw(st.integers(0, 3))):
        time_s = draw(st.floats(0, 30))
        words = []
        for _ in range(draw(st.integers(0, 12))):
            end_s = time_s + draw(st.floats(0, 2))
            words.append(Word("word", time_s, end_s, 0.9))
            time_s = end_s + draw(st.floats(0, 5))
        role = draw(st.sampled_from(Role))
        spoken.append(Voice(draw(st.integers(0, 1)), tuple(words), role, 0.5))
    return spoken


@given(voices(), st.floats(1, 90))
def test_all_time_is_accounted_for(spoken: list[Voice], duration_s: float) -> None:
    """Talk of all roles, less overtalk, plus non-talk is the duration, for every call."""
    metrics = conversation_metrics(transcript(duration_s, *spoken))
    talk_s = sum(m.value for m in metrics if m.name == "talk_s" and m.role is not None)
    accounted_s = talk_s - value(metrics, "overtalk_s") + value(metrics, "non_talk_s")
    assert abs(accounted_s - duration_s) < 1e-6


def test_every_metric_has_a_known_name() -> None:
    """Rules and scorecards may name what is measured, and nothing else."""
    answering = (
        voice(0, Role.AGENT, (0, 2), (4, 5)),
        voice(1, Role.CUSTOMER, (2.5, 3.5)),
    )
    metrics = conversation_metrics(transcript(9, *answering))
    assert {metric.name for metric in metrics if metric.role is None} == CALL_METRICS
    for role in (Role.AGENT, Role.CUSTOMER):
        assert {metric.name for metric in metrics if metric.role is role} == ROLE_METRICS
    assert all(metric.value >= -1e-9 for metric in metrics)


@given(voices())
def test_redaction_is_not_silence(spoken: list[Voice]) -> None:
    """Replacing words by one mark over the same time changes no time metric."""
    masked = [
        Voice(v.channel, tuple(Word("[card_number]", w.start_s, w.end_s, 1.0) for w in v.words))
        for v in spoken
    ]
    plain = [Voice(v.channel, v.words) for v in spoken]
    before, after = (conversation_metrics(transcript(60, *lot)) for lot in (plain, masked))
    assert [m for m in before if m.name.endswith("_s")] == [
        m for m in after if m.name.endswith("_s")
    ]


def test_speech_without_words_is_measured_and_is_no_talk() -> None:
    """It adds up over all channels."""
    call = transcript(20, voice(0, Role.AGENT, (0, 2)))
    metrics = conversation_metrics(
        replace(call, unheard=(Unheard(0, 4, 5.5), Unheard(1, 4.5, 6.5)))
    )
    assert value(metrics, "unheard_s") == 3.5
    assert value(metrics, "talk_s") == 2


def test_two_sides_are_measured_each_on_their_own() -> None:
    """Talk, silence and overtalk are what can be read off a small invented call."""
    agent = voice(0, Role.AGENT, (0, 2), (2.2, 4), (10, 12))
    customer = voice(1, Role.CUSTOMER, (3, 6))
    metrics = conversation_metrics(transcript(20, agent, customer))
    assert value(metrics, "talk_s", Role.AGENT) == 6
    assert value(metrics, "talk_s", Role.CUSTOMER) == 3
    assert value(metrics, "overtalk_s") == 1
    assert value(metrics, "non_talk_s") == 12
    assert value(metrics, "longest_non_talk_s") == 4
    assert value(metrics, "interruption_count", Role.CUSTOMER) == 1
    assert value(metrics, "interruption_count", Role.AGENT) == 0
    assert value(metrics, "response_latency_s", Role.AGENT) == 4


def test_back_channels_neither_interrupt_nor_end_a_monologue() -> None:
    """A short sound of the listener leaves the floor with the speaker."""
    agent = voice(0, Role.AGENT, (0, 5), (5.3, 12))
    customer = voice(1, Role.CUSTOMER, (4, 4.6))
    metrics = conversation_metrics(transcript(12, agent, customer))
    assert value(metrics, "interruption_count", Role.CUSTOMER) == 0
    assert value(metrics, "longest_monologue_s", Role.AGENT) == 12


def test_unknown_speech_counts_for_neither_side() -> None:
    """With all roles unknown, agent and customer have no metrics, rather than zeros."""
    metrics = conversation_metrics(transcript(10, voice(0, Role.UNKNOWN, (1, 2))))
    assert {metric.role for metric in metrics} == {None, Role.UNKNOWN}


def test_an_announcement_is_talk_of_neither_side() -> None:
    """It counts as talk of the call; speaking into it interrupts nobody and answers nobody."""
    played = voice(0, Role.SYSTEM, (0, 4), (4.2, 8))
    customer = voice(1, Role.CUSTOMER, (6, 9), (12, 14))
    agent = voice(0, Role.AGENT, (10, 11))
    metrics = conversation_metrics(transcript(20, played, customer, agent))
    assert value(metrics, "talk_s", Role.SYSTEM) == 8
    assert value(metrics, "talk_s", Role.AGENT) == 1
    assert value(metrics, "interruption_count", Role.CUSTOMER) == 0
    assert value(metrics, "response_latency_s", Role.CUSTOMER) == 1
    assert value(metrics, "overtalk_s") == 2


def test_nobody_waits_before_the_conversation_or_after_it() -> None:
    """A minute of queue music, an announcement and a recorder that goes on are no pauses."""
    played = voice(0, Role.SYSTEM, (60, 62))
    agent = voice(0, Role.AGENT, (90, 92), (120, 121))
    customer = voice(1, Role.CUSTOMER, (93, 95))
    metrics = conversation_metrics(transcript(200, played, agent, customer))
    assert value(metrics, "longest_non_talk_s") == value(metrics, "hold_s") == 25
    assert value(metrics, "non_talk_s") == 200 - 2 - 2 - 1 - 2


def test_a_call_without_words_is_all_silence() -> None:
    """Without speech both sides have zero talk, and undefined metrics are left out."""
    metrics = conversation_metrics(transcript(30))
    assert value(metrics, "non_talk_s") == 30
    assert value(metrics, "talk_s", Role.AGENT) == 0
    assert not any(metric.name == "words_per_minute" for metric in metrics)
