"""The relation of channels is found from speech, as telephone systems record it."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import numpy as np
import pytest

from flows.settings.centre import CHECKOUT
from models.audio.channels import lay_out
from models.audio.decoding import SAMPLE_RATE_HZ, decode
from models.audio.line_noise import without_hum
from models.audio.voice_activity import VoiceActivity
from models.errors import AudioError
from models.reasons.codes import ReasonCode

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from models.audio.layout import Layout
    from models.audio.voice_activity import SpeechProbabilities

    Samples = NDArray[np.float64]

CALLS = CHECKOUT / "tests" / "night" / "calls"
STEREO = ("lt-0001.flac", "lt-0005.opus", "lt-0014.mp3", "lt-0020.flac", "lt-0023.wav")
NOTICE_S = 8


@cache
def recorded(name: str) -> Samples:
    """A stereo call of the night, agent left."""
    return decode(CALLS / name).astype(np.float64)


@pytest.fixture(scope="module", name="activity")
def voice_activity() -> VoiceActivity:
    """The detector of speech, loaded once."""
    return VoiceActivity()


def laid_out(activity: VoiceActivity, *channels: Samples) -> Layout:
    """The layout of a recording with these channels."""
    length = min(map(len, channels))
    pcm = np.clip(np.stack([channel[:length] for channel in channels]), -32768, 32767)
    samples = pcm.astype(np.int16)
    return lay_out(samples, [_speech(activity, channel.tobytes()) for channel in samples])


@cache
def _speech(activity: VoiceActivity, samples: bytes) -> SpeechProbabilities:
    """Where a channel speaks; many tests share one."""
    return activity.speech_probabilities(np.frombuffer(samples, np.int16))


def later(channel: Samples, delay_s: float) -> Samples:
    """The same sound after a delay, in the same length."""
    return np.concatenate([np.zeros(round(delay_s * SAMPLE_RATE_HZ)), channel])[: len(channel)]


def hum(length: int, level: float, base_hz: float) -> Samples:
    """Mains hum with overtones far into the telephone band."""
    return level * _mains(length, base_hz)


@cache
def _mains(length: int, base_hz: float) -> Samples:
    time_s = np.arange(length) / SAMPLE_RATE_HZ
    tones = [np.sin(2 * np.pi * base_hz * k * time_s) / np.sqrt(k) for k in range(1, 30)]
    return np.asarray(np.sum(tones, axis=0))


def music(duration_s: float) -> Samples:
    """Chords, 100 beats a minute."""
    random = np.random.default_rng(3)
    time_s = np.arange(int(0.6 * SAMPLE_RATE_HZ)) / SAMPLE_RATE_HZ
    fade = np.linspace(1, 0.3, len(time_s))
    beats = []
    for _ in range(int(duration_s / 0.6)):
        root_hz = 220 * 2 ** (random.choice([0, 2, 4, 5, 7, 9]) / 12)
        tones = [np.sin(2 * np.pi * root_hz * step * time_s) for step in (0.5, 1, 1.25, 1.5)]
        beats.append(2500 * fade * np.sum(tones, axis=0))
    return np.concatenate(beats)


@pytest.mark.parametrize("name", STEREO)
def test_two_sides_are_two_sides(activity: VoiceActivity, name: str) -> None:
    """Nothing is corrected in an ordinary call."""
    layout = laid_out(activity, *recorded(name))
    assert (layout.kept, layout.dead, layout.notes) == ((0, 1), (), ())
    assert layout.not_listened == ()


@pytest.mark.parametrize("lag_s", [0.0, 0.005, 0.03, 0.12, 0.2])
@pytest.mark.parametrize("gain", [1.0, 0.7, -1.0, -0.3], ids=["equal", "-3 dB", "inverted", "-10"])
def test_a_recording_twice_is_one(activity: VoiceActivity, lag_s: float, gain: float) -> None:
    """A copy is found at any level, polarity and delay, and the copy has the kept one instead."""
    mono = recorded("lt-0020.flac").sum(axis=0) / 2
    layout = laid_out(activity, mono, gain * later(mono, lag_s))
    assert layout.kept == (0,)
    ((note),) = layout.notes
    assert note.code is ReasonCode.CHANNEL_COPIES
    assert note.values["lag_s"] == pytest.approx(lag_s, abs=0.002)
    assert note.values["gain_db"] == pytest.approx(20 * np.log10(abs(gain)), abs=0.5)
    assert note.values["correlation"] > 0.95
    (stretch,) = layout.not_listened
    assert (stretch.channel, stretch.start_s, stretch.instead) == (1, 0.0, 0)


@pytest.mark.parametrize("noise_db", [20, 15, 10])
@pytest.mark.parametrize("lag_s", [0.04, 0.12, 0.19])
def test_noise_of_its_own_makes_no_second_side(
    activity: VoiceActivity, noise_db: float, lag_s: float
) -> None:
    """Both copies went over a noisy line of their own."""
    mono = recorded("lt-0014.mp3").sum(axis=0) / 2
    speech = np.sqrt(np.mean(mono[np.abs(mono) > 300] ** 2))
    noises = np.random.default_rng(8).normal(0, speech * 10 ** (-noise_db / 20), (2, len(mono)))
    assert laid_out(activity, mono + noises[0], later(mono, lag_s) + noises[1]).kept == (0,)


@pytest.mark.parametrize("echo_db", [8, 12, 20, 30])
@pytest.mark.parametrize("lag_s", [0.01, 0.06, 0.2])
def test_line_echo_leaves_two_sides(activity: VoiceActivity, echo_db: float, lag_s: float) -> None:
    """Each channel carries an echo of the other: both are transcribed throughout."""
    agent, customer = recorded("lt-0001.flac")
    gain = 10 ** (-echo_db / 20)
    layout = laid_out(
        activity, agent + gain * later(customer, lag_s), customer + gain * later(agent, lag_s)
    )
    assert (layout.kept, layout.dead, layout.not_listened) == ((0, 1), (), ())


@pytest.mark.parametrize("duration_s", [60, 300])
def test_hold_music_on_both_channels_makes_no_copy(
    activity: VoiceActivity, duration_s: float
) -> None:
    """However long it is, both sides that talk after it are transcribed."""
    played = music(duration_s)
    layout = laid_out(
        activity, *(np.concatenate([played, side]) for side in recorded("lt-0023.wav"))
    )
    assert layout.kept == (0, 1)
    after_s = len(played) / SAMPLE_RATE_HZ
    assert all(stretch.end_s <= after_s + 0.5 for stretch in layout.not_listened)


@pytest.mark.parametrize("repeats", [1, 5])
def test_an_announcement_on_both_channels_is_played(activity: VoiceActivity, repeats: int) -> None:
    """One channel is transcribed while it lasts, and both afterwards; the stretch is noted."""
    spoken = np.tile(recorded("lt-0020.flac").sum(axis=0) / 2, repeats)
    layout = laid_out(
        activity, *(np.concatenate([spoken, side]) for side in recorded("lt-0023.wav"))
    )
    assert layout.kept == (0, 1)
    assert {note.code for note in layout.notes} == {ReasonCode.PLAYED_ON_BOTH}
    ends_s = len(spoken) / SAMPLE_RATE_HZ
    played_s = sum(end_s - start_s for start_s, end_s in layout.played)
    assert played_s > 0.85 * ends_s
    assert layout.played[-1][1] == pytest.approx(ends_s, abs=1.5)
    assert {(stretch.channel, stretch.instead) for stretch in layout.not_listened} == {(1, 0)}


@pytest.mark.parametrize(("lag_s", "gain"), [(0.0, 1.0), (0.02, 0.7)])
def test_a_short_notice_is_played(activity: VoiceActivity, lag_s: float, gain: float) -> None:
    """Eight seconds before the call, as menus and recording notices last."""
    notice = recorded("lt-0020.flac")[0, : NOTICE_S * SAMPLE_RATE_HZ]
    left, right = recorded("lt-0001.flac")
    layout = laid_out(
        activity,
        np.concatenate([notice, left]),
        np.concatenate([gain * later(notice, lag_s), right]),
    )
    ((start_s, end_s),) = layout.played
    assert start_s < 1.5
    assert end_s == pytest.approx(NOTICE_S, abs=1.0)


@pytest.mark.parametrize("name", ["lt-0004.opus", "lt-0024.opus"])
@pytest.mark.parametrize("pause_s", [0.0, 4.0])
def test_a_short_sentence_of_an_announcement_is_played(
    activity: VoiceActivity, name: str, pause_s: float
) -> None:
    """Alone, or after a pause of the announcement: nobody says what both channels carry."""
    speech = recorded(name)[0]
    start = int(np.argmax(np.abs(speech) > 500))
    short = speech[start : start + 2 * SAMPLE_RATE_HZ]
    before = speech[start : start + 5 * SAMPLE_RATE_HZ] if pause_s else short[:0]
    pause = np.zeros(int(pause_s * SAMPLE_RATE_HZ))
    notice = np.concatenate([before, pause, short])
    layout = laid_out(
        activity, *(np.concatenate([notice, side]) for side in recorded("lt-0023.wav"))
    )
    assert layout.kept == (0, 1)
    at_s = len(notice) / SAMPLE_RATE_HZ
    first_s, last_s = layout.played[-1]
    assert first_s <= at_s - 1.5
    assert last_s == pytest.approx(at_s, abs=0.6)


@pytest.mark.parametrize("trouble", ["offset", "hum", "hum and offset"])
def test_what_lines_add_to_both_channels_counts_for_nothing(
    activity: VoiceActivity, trouble: str
) -> None:
    """A constant offset, and hum louder than a quiet call."""
    sides = recorded("lt-0001.flac") * 0.1
    if "offset" in trouble:
        sides = sides + 0.1 * 32768
    if "hum" in trouble:
        sides = sides + hum(sides.shape[1], 2000, 50.0)
    layout = laid_out(activity, *sides)
    assert layout.kept == (0, 1)
    assert not any(stretch.instead is not None for stretch in layout.not_listened)


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 0, 1), (1, 2, 0)])
def test_the_mix_beside_its_sides_is_left_out(
    activity: VoiceActivity, order: tuple[int, ...]
) -> None:
    """Whatever its position, the two sides are transcribed and the mix is in no copy."""
    agent, customer = recorded("lt-0014.mp3")
    channels = (agent, customer, (agent + customer) / 2)
    layout = laid_out(activity, *(channels[at] for at in order))
    mix = order.index(2)
    assert layout.kept == tuple(at for at in range(3) if at != mix)
    (stretch,) = layout.not_listened
    assert (stretch.channel, stretch.instead) == (mix, None)
    assert [note.code for note in layout.notes] == [ReasonCode.CHANNEL_IS_MIX]
    assert layout.notes[0].values["channel"] == mix


def test_a_third_channel_that_copies_or_is_silent_is_left_out(activity: VoiceActivity) -> None:
    """Two sides are what is left."""
    agent, customer = recorded("lt-0001.flac")
    assert laid_out(activity, agent, customer, 0.5 * customer).kept == (0, 1)
    assert laid_out(activity, agent, 0 * agent, customer).kept == (0, 2)


def test_three_people_on_three_channels_are_refused(activity: VoiceActivity) -> None:
    """Their roles cannot be known; the reason says what to export."""
    with pytest.raises(AudioError, match="3 channels carry speech of their own; expected one per"):
        laid_out(activity, *recorded("lt-0001.flac"), recorded("lt-0020.flac")[0])


@pytest.mark.parametrize("side", [0, 1])
def test_a_silent_channel_is_dead(activity: VoiceActivity, side: int) -> None:
    """It is noted by its number, stays a channel of the call, and is in no copy."""
    channels = recorded("lt-0001.flac").copy()
    channels[side] = 0
    layout = laid_out(activity, *channels)
    assert (layout.kept, layout.dead) == ((0, 1), (side,))
    assert [(note.code, note.values) for note in layout.notes] == [
        (ReasonCode.CHANNEL_SILENT, {"channel": side})
    ]
    assert [stretch.channel for stretch in layout.not_listened] == [side]


@pytest.mark.parametrize("level", [10, 40, 60, 100])
@pytest.mark.parametrize("base_hz", [49.9, 60.0, 60.15])
def test_a_channel_with_nothing_but_hum_is_dead(
    activity: VoiceActivity, level: float, base_hz: float
) -> None:
    """Faint or loud, it is no speech, and nobody is blamed for what the other side did not say."""
    agent, _ = recorded("lt-0005.opus")
    samples = without_hum(np.stack([agent, hum(len(agent), level, base_hz)]).astype(np.int16))
    assert laid_out(activity, *samples.astype(np.float64)).dead == (1,)


@pytest.mark.parametrize("noise", [0, 5])
def test_a_channel_with_nothing_but_echo_is_dead(activity: VoiceActivity, noise: float) -> None:
    """What it carries is the other side, 26 dB down."""
    agent, _ = recorded("lt-0001.flac")
    echo = 0.05 * later(agent, 0.08) + np.random.default_rng(2).normal(0, noise, len(agent))
    layout = laid_out(activity, agent, echo)
    assert layout.dead == (1,)
    (note,) = layout.notes
    assert note.code is ReasonCode.CHANNEL_ONLY_ECHOES
    assert note.values["lag_s"] == pytest.approx(0.08, abs=0.002)
    assert note.values["gain_db"] == pytest.approx(-26, abs=1)


def test_a_recording_without_speech_has_no_dead_channel(activity: VoiceActivity) -> None:
    """A recording without speech has no dead side."""
    silence = np.zeros(20 * SAMPLE_RATE_HZ)
    layout = laid_out(activity, silence, silence)
    assert (layout.kept, layout.dead, layout.notes) == ((0, 1), (), ())


def test_mono_has_nothing_to_compare(activity: VoiceActivity) -> None:
    """One channel is transcribed as it is."""
    layout = laid_out(activity, recorded("lt-0001.flac").sum(axis=0) / 2)
    assert (layout.kept, layout.notes) == ((0,), ())
