"""Redacted copies of the night's calls, from the command line and from the nightly workers."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from typer.testing import CliRunner

from flows.cli.app import app
from flows.settings import CHECKOUT, Settings
from flows.sources.folder import Pair, take_in
from flows.workers.listener import listener_of
from flows.workers.pool import Workers
from models.audio.decoding import SAMPLE_RATE_HZ, decode
from models.call import Quarantined, QuarantineReason
from warehouse.audio_folder import AudioFolder

NIGHT = CHECKOUT / "tests" / "night"
CARD_CALLS = ("lt-0001", "lt-0022")
EDGE_S = 0.05  # how exact the truth's times are, and what a lossy codec smears
SILENT = 33  # of 32768: 60 dB below full scale


def truth(call_id: str) -> dict[str, Any]:
    """What was said in a call."""
    told: dict[str, Any] = json.loads((NIGHT / "truth" / f"{call_id}.json").read_bytes())
    return told


def assert_cards_are_silent(copy: Path, call_id: str) -> None:
    """Every second in which a card number is spoken is silent on all channels; others are not."""
    pcm = decode(copy).astype(np.float64)
    spans = truth(call_id)["pii"]
    cards = [span for span in spans if span["type"] == "card_number"]
    assert cards
    for card in cards:
        first, last = (
            int(at_s * SAMPLE_RATE_HZ)
            for at_s in (card["start_s"] + EDGE_S, card["end_s"] - EDGE_S)
        )
        assert np.sqrt(np.mean(pcm[:, first:last] ** 2, axis=1)).max() < SILENT, card["start_s"]
    assert np.sqrt(np.mean(pcm**2)) > SILENT


@pytest.fixture(scope="module")
def pairs() -> dict[str, Pair]:
    """The night's calls by id."""
    ready = take_in(NIGHT / "calls", {}).ready
    return {call.call_id: (call, recording) for call, recording in ready}


def test_the_nightly_worker_writes_copies_in_which_cards_are_silent(
    pairs: dict[str, Pair], tmp_path: Path
) -> None:
    """One copy for each call, in the place where the call pages look for it."""
    folder = AudioFolder(tmp_path / "audio", "Europe/Rome")
    chosen = [pairs[call_id] for call_id in CARD_CALLS]
    with Workers(
        listener_of(Settings.with_overrides()), CHECKOUT / "qa_rules", folder, 1
    ) as workers:
        results = list(workers.evaluate(chosen))
    paths = [folder.path_of(call.call_id, call.started_at) for call, _ in chosen]
    assert not any(isinstance(result, Quarantined) for result in results)
    assert sorted(folder.root.rglob("*.*")) == sorted(paths)
    for path, call_id in zip(paths, CARD_CALLS, strict=True):
        assert_cards_are_silent(path, call_id)


def test_a_call_whose_copy_cannot_be_written_is_quarantined(
    pairs: dict[str, Pair], tmp_path: Path
) -> None:
    """With a reason that a person can act on; its result is not kept."""
    blocked = tmp_path / "audio"
    blocked.write_bytes(b"")
    with Workers(
        listener_of(Settings.with_overrides()),
        CHECKOUT / "qa_rules",
        AudioFolder(blocked, "UTC"),
        1,
    ) as workers:
        (result,) = workers.evaluate([pairs["lt-0023"]])
    assert isinstance(result, Quarantined)
    assert result.reason is QuarantineReason.REDACTION_FAILED
    assert result.call_id == "lt-0023"
    assert "cannot be written" in result.detail


def test_redact_prints_what_is_muted_and_proof_hears_nothing_more(tmp_path: Path) -> None:
    """The original fails the proof, its redacted copy passes, and the copy's seconds are told."""
    runner = CliRunner()
    recording = NIGHT / "calls" / "lt-0001.flac"
    options = ["--language", "en", "--agent-channel", "left", "--json"]
    done = runner.invoke(app, ["redact", str(recording), "--out", str(tmp_path), *options])
    assert done.exit_code == 0
    told = json.loads(done.stdout)
    assert told["audio"] == str(tmp_path / "lt-0001.redacted.opus")
    assert set(told) == {"audio", "muted"}
    assert {"card_number", "cvv"} <= {row["type"] for row in told["muted"]}
    assert all(set(row) == {"type", "start_s", "end_s"} for row in told["muted"])
    assert_cards_are_silent(Path(told["audio"]), "lt-0001")

    assert runner.invoke(app, ["pii", "proof", str(recording), *options]).exit_code == 1
    proof = runner.invoke(app, ["pii", "proof", told["audio"], *options])
    found = json.loads(proof.stdout)["found"]
    assert found == []
    assert proof.exit_code == 0


def test_scan_answers_each_line_in_order() -> None:
    """Words, a transcript and a faulty line; the fault is told in place and at the end."""
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
