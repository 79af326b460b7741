"""The real listener on real and made audio."""

from __future__ import annotations

import pickle
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import numpy as np
import pytest

from models.audio import probe
from models.call import Call, Direction, Recording, Role
from models.catalog import resolve
from models.errors import ListeningError
from models.listening import UNDETERMINED, WhisperListener
from models.transcript import Transcript

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@pytest.fixture(scope="module")
def listener() -> WhisperListener:
    """Whisper base, loaded once."""
    return WhisperListener(resolve())


def call(*roles: Role, language: str | None = None) -> Call:
    """Make an invented call with this channel map."""
    return Call(
        call_id="lt-test",
        started_at=datetime(2026, 3, 10, tzinfo=UTC),
        agent_id="ag-1",
        agent_name="Laura",
        team="North",
        supervisor_id="su-1",
        supervisor_name="Ines",
        queue="billing",
        direction=Direction.INBOUND,
        language=language,
        channel_roles=roles or None,
    )


def test_silence_has_no_words(listener: WhisperListener, write_wav: Callable[..., Path]) -> None:
    """Digital silence is an empty transcript of the full length that says why."""
    path = write_wav(np.zeros(8000 * 20), np.zeros(8000 * 20))
    transcript = listener.listen(call(Role.AGENT, Role.CUSTOMER), probe(path))
    assert transcript.turns == ()
    assert transcript.language == UNDETERMINED
    assert transcript.duration_s == pytest.approx(20)
    assert any("No speech" in note for note in transcript.notes)


def test_one_bad_recording_spoils_nothing(
    listener: WhisperListener, write_wav: Callable[..., Path], tmp_path: Path
) -> None:
    """In a batch, what cannot be heard is an error in its place, and the rest is heard."""
    good = probe(write_wav(np.zeros(16000)))
    gone = Recording(
        path=tmp_path / "gone.wav",
        audio_sha256="0" * 64,
        duration_s=1.0,
        channel_count=1,
        sample_rate_hz=8000,
    )
    heard = list(listener.listen_many([(call(), good), (call(), gone), (call(), good)]))
    assert [type(outcome) for outcome in heard] == [Transcript, ListeningError, Transcript]


def test_errors_travel_between_processes() -> None:
    """What a worker could not hear reaches the flow with its call and its reason."""
    error = pickle.loads(pickle.dumps(ListeningError("lt-1", "nothing decodes")))  # noqa: S301  # ours
    assert (error.call_id, str(error)) == ("lt-1", "nothing decodes")
