"""The audio part of the PII benchmark: recognition of the night and of its redacted copies."""

from __future__ import annotations

import json
import tempfile
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from flows.sources.folder import take_in
from models.audio.decoding import SAMPLE_RATE_HZ, decode, probe
from models.audio.redacted_copy import write_redacted
from models.catalog import resolve
from models.speech.listener import WhisperListener
from models.transcript import Transcript
from qa_rules.pii_detection.detector import find_pii
from qa_rules.pii_detection.redaction.muting import mute_spans
from qa_rules.pii_detection.redaction.proof import left_over
from qa_rules.pii_detection.types.catalogue import load_pii_rules

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from qa_rules.pii_detection.redaction.muting import Muted
    from qa_rules.pii_detection.types.catalogue import PiiRules
    from qa_rules.results import PiiSpan

PROTECTED = frozenset(
    {"card_number", "cvv", "iban", "us_ssn", "uk_nino", "es_dni", "es_nie", "it_codice_fiscale"}
)
FRAME_S = 0.02
SILENT = 33
"""Of 32768: 60 dB below full scale."""


def measure_audio(calls: Path, truths: Path, rules: Path) -> dict[str, Any]:
    """How well the redacted copies of a folder of calls hide personal data.

    Args:
        calls: Recordings with their metadata.
        truths: `<call_id>.json` with the words and the personal data that were spoken.
        rules: The PII rules.
    """
    pii = load_pii_rules(rules)
    pairs = take_in(calls, {}).ready
    listener = WhisperListener(resolve())
    counted: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as place:
        copies = []
        for (call, recording), heard in zip(pairs, listener.listen_many(pairs), strict=True):
            assert isinstance(heard, Transcript)
            truth = json.loads((truths / f"{call.call_id}.json").read_bytes())
            spans = find_pii(heard, pii)
            muted = mute_spans(heard, spans, pii)
            copy = Path(place) / f"{call.call_id}.opus"
            write_redacted(recording, [stretch.bounds_s for stretch in muted], copy)
            counted += _texts(truth, heard, spans) + _sounds(truth, copy, muted)
            copies.append((call, probe(copy)))
        heard_again = list(listener.listen_many(copies))
    for (call, _), again in zip(copies, heard_again, strict=True):
        assert isinstance(again, Transcript), call.call_id
        truth = json.loads((truths / f"{call.call_id}.json").read_bytes())
        counted += _proven(truth, again, pii)
    return _ratios(counted)


def _texts(truth: dict[str, Any], heard: Transcript, spans: Sequence[PiiSpan]) -> Counter[str]:
    """The spoken values that were reported with their type, and what else was masked."""
    counted: Counter[str] = Counter()
    for said in truth["pii"]:
        near = [
            span
            for span in spans
            if span.reported and span.start_s < said["end_s"] and said["start_s"] < span.end_s
        ]
        counted["values"] += 1
        counted["reported by type"] += said["type"] in {span.type for span in near}
        counted["right act"] += (said["type"], said["act"]) in {
            (span.type, str(span.act)) for span in near
        }
    for word in truth["words"]:
        middle_s = (word["start_s"] + word["end_s"]) / 2
        if any(said["start_s"] <= middle_s <= said["end_s"] for said in truth["pii"]):
            continue
        counted["harmless words"] += 1
        counted["harmless masked"] += any(
            span.start_s <= middle_s <= span.end_s
            and heard.turns[span.turn].role in (word["role"], "unknown")
            for span in spans
        )
    return counted


def _sounds(truth: dict[str, Any], copy: Path, muted: Sequence[Muted]) -> Counter[str]:
    """How many hundredths of a second of protected numbers are silent in the copy."""
    counted: Counter[str] = Counter()
    loud = loudness(copy)
    for said in truth["pii"]:
        if said["type"] not in PROTECTED:
            continue
        first, last = round(said["start_s"] / FRAME_S) + 1, round(said["end_s"] / FRAME_S) - 1
        silent = int(np.sum(loud[first:last] < SILENT))
        counted["protected numbers"] += 1
        counted["protected frames"] += last - first
        counted["silent frames"] += silent
        counted["missed whole"] += silent * 2 < last - first
    counted["muted stretches"] += len(muted)
    return counted


def loudness(copy: Path) -> NDArray[np.float64]:
    """Root mean square of each frame of the louder channel, of 32768."""
    pcm = decode(copy).astype(np.float64)
    frame = int(FRAME_S * SAMPLE_RATE_HZ)
    frames = pcm[:, : pcm.shape[1] // frame * frame].reshape(len(pcm), -1, frame)
    loud: NDArray[np.float64] = np.sqrt(np.mean(frames**2, axis=2)).max(axis=0)
    return loud


def _proven(truth: dict[str, Any], again: Transcript, rules: PiiRules) -> Counter[str]:
    """PII that is still recognised in a copy, and whether it lies in a PII span of the truth."""
    proof = left_over(again, rules)
    secret = [
        span
        for span in proof.numbers
        if any(
            span.start_s < said["end_s"] and said["start_s"] < span.end_s for said in truth["pii"]
        )
    ]
    return Counter(
        {
            "copies": 1,
            "copies with PII": bool(secret),
            "copies with numbers": bool(proof.numbers),
            "copies with names": bool(proof.words),
        }
    )


def _ratios(counted: Counter[str]) -> dict[str, Any]:
    def share(part: str, whole: str) -> float | None:
        return round(counted[part] / counted[whole], 4) if counted[whole] else None

    return {
        "values": counted["values"],
        "recall_of_type": share("reported by type", "values"),
        "recall_of_type_and_act": share("right act", "values"),
        "protected_numbers": counted["protected numbers"],
        "silent_ratio": share("silent frames", "protected frames"),
        "missed_whole": counted["missed whole"],
        "masked_harmless_ratio": share("harmless masked", "harmless words"),
        "copies": counted["copies"],
        "copies_with_pii": counted["copies with PII"],
        "copies_with_numbers": counted["copies with numbers"],
        "copies_with_names": counted["copies with names"],
    }
