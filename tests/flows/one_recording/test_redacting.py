"""Redacted copies of the night's calls, from the command line and from the nightly workers."""

from __future__ import annotations

import json
import wave
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from flows.cli.app import app
from flows.one_recording import redacting
from flows.settings.centre import CHECKOUT
from flows.sources.folder import Pair, take_in
from flows.workers.pool import Workers
from models.audio.decoding import SAMPLE_RATE_HZ, decode
from models.audio.keyed_digits import keyed_digits
from models.call import Quarantined, QuarantineReason
from tests.flows.silence import assert_cards_are_silent
from tests.night.recognitions.recorded import RENDERINGS, RecordedFactory
from warehouse.audio_folder import AudioFolder

NIGHT = CHECKOUT / "tests" / "night"
RECORDING = NIGHT / "calls" / "lt-0001.flac"
OPTIONS = ["--language", "en", "--agent-channel", "left", "--json"]


@pytest.fixture(scope="module")
def pairs() -> dict[str, Pair]:
    """The night's calls by id."""
    ready = take_in(NIGHT / "calls", {}).ready
    return {call.call_id: (call, recording) for call, recording in ready}


def test_a_call_whose_copy_cannot_be_written_is_quarantined(
    pairs: dict[str, Pair], tmp_path: Path
) -> None:
    """With a reason that a person can act on; its result is not kept."""
    blocked = tmp_path / "audio"
    blocked.write_bytes(b"")
    folder = AudioFolder(blocked, "UTC")
    with Workers(RecordedFactory("generic"), CHECKOUT / "qa_rules", folder, 1) as workers:
        (result,) = workers.evaluate([pairs["lt-0023"]])
    assert isinstance(result, Quarantined)
    assert result.reason is QuarantineReason.REDACTION_FAILED
    assert result.call_id == "lt-0023"
    assert "cannot be written" in result.detail


@pytest.mark.parametrize("rendering", RENDERINGS)
def test_redact_prints_what_is_muted(
    rendering: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The copy's cards are silent, its muted seconds reported; the original fails the proof."""
    monkeypatch.setattr(redacting, "listener_of", lambda _: RecordedFactory(rendering))
    runner = CliRunner()
    done = runner.invoke(app, ["redact", str(RECORDING), "--out", str(tmp_path), *OPTIONS])
    assert done.exit_code == 0
    told = json.loads(done.stdout)
    assert told["audio"] == str(tmp_path / "lt-0001.redacted.opus")
    assert set(told) == {"audio", "muted"}
    assert {"card_number", "cvv"} <= {row["type"] for row in told["muted"]}
    assert all(set(row) == {"type", "start_s", "end_s"} for row in told["muted"])
    assert_cards_are_silent(Path(told["audio"]), "lt-0001")
    assert runner.invoke(app, ["pii", "proof", str(RECORDING), *OPTIONS]).exit_code == 1


def test_proof_hears_nothing_in_a_copy(tmp_path: Path) -> None:
    """The real listener finds no personal data in what it redacted itself."""
    runner = CliRunner()
    done = runner.invoke(app, ["redact", str(RECORDING), "--out", str(tmp_path), *OPTIONS])
    proof = runner.invoke(app, ["pii", "proof", json.loads(done.stdout)["audio"], *OPTIONS])
    assert json.loads(proof.stdout)["found"] == []
    assert proof.exit_code == 0


def test_keyed_digits_are_silent_in_a_copy(tmp_path: Path) -> None:
    """A number that the customer keys in is reported without digits, and no decoder reads it."""
    pcm = decode(RECORDING)[:, : 20 * SAMPLE_RATE_HZ]
    at = np.arange(SAMPLE_RATE_HZ // 10) / SAMPLE_RATE_HZ
    key = 4000 * (np.sin(2 * np.pi * 770 * at) + np.sin(2 * np.pi * 1477 * at))
    for digit in range(16):
        first = 8 * SAMPLE_RATE_HZ + digit * SAMPLE_RATE_HZ // 5
        pcm[1, first : first + len(key)] = key.astype(np.int16)
    source = tmp_path / "keyed.wav"
    with wave.open(str(source), "wb") as file:
        file.setnchannels(2)
        file.setsampwidth(2)
        file.setframerate(SAMPLE_RATE_HZ)
        file.writeframes(np.ascontiguousarray(pcm.T).tobytes())
    runner = CliRunner()
    proof = json.loads(runner.invoke(app, ["pii", "proof", str(source), *OPTIONS]).stdout)
    (stretch,) = proof["keyed_digits"]
    assert (stretch["channel"], stretch["digit_count"]) == (1, 16)
    assert set(stretch) == {"channel", "start_s", "end_s", "digit_count"}
    done = runner.invoke(app, ["redact", str(source), "--out", str(tmp_path), *OPTIONS])
    told = json.loads(done.stdout)
    assert "keyed_digits" in {row["type"] for row in told["muted"]}
    assert keyed_digits(decode(Path(told["audio"]))) == ()


def test_scan_answers_each_line_in_order() -> None:
    """Words, a transcript and a wrong line; its error is printed in place and at the end."""
    turn = {"role": "customer", "start_s": 0, "end_s": 9, "text": "my card is 4111 1111 1111 1111"}
    lines = [
        {"language": "en", "words": ["nothing", "here"]},
        {"call_id": "c1", "language": "en", "turns": [turn]},
        {"language": "en"},
    ]
    given = "\n".join(json.dumps(line) for line in lines)
    done = CliRunner().invoke(app, ["pii", "scan", "--json"], input=given)
    nothing, card, fault = (json.loads(line) for line in done.stdout.splitlines())
    assert nothing == {"spans": []}
    (span,) = card["spans"]
    assert (span["type"], span["turn"], span["first"], span["last"]) == ("card_number", 0, 3, 7)
    assert set(fault) == {"error"}
    assert done.exit_code == 1
