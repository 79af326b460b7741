"""Scores of the robustness benchmark: what stays audible, what is muted, word errors."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from models.call import Role
from models.metrics import conversation_metrics
from models.transcript import Transcript, Word
from models.turns import Voice, take_turns
from tests.bench.pii.audio import FRAME_S, PROTECTED, SILENT, loudness
from tests.bench.speech.calls import SIDES, Said, side_of
from tests.bench.speech.scores import Tally

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from qa_rules.pii_detection.redaction.muting import Muted

TIME_LIMIT_S = 0.5
"""Tolerance of the start of a word, in seconds."""
APART = frozenset({"person_name", "address", "date_of_birth", "card_expiry"})
"""Names, addresses and dates: harmless words muted for these alone are counted apart."""
_RECOGNISED_RATIO = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Truth:
    """The ground truth of a recording, at the times of that recording.

    Attributes:
        words: Every word.
        pii: The personal data among them: `type`, `role`, `start_s`, `end_s`.
        duration_s: Length of the recording.
        language: For the choice of the text normaliser.
    """

    words: Sequence[Said]
    pii: Sequence[dict[str, Any]]
    duration_s: float
    language: str | None


@dataclass
class Sums:
    """Sums over the calls of one condition."""

    calls: int = 0
    protected_frames: int = 0
    silent_frames: int = 0
    numbers: int = 0
    missed: list[str] = field(default_factory=list)
    harmless_s: float = 0.0
    muted_s: float = 0.0
    muted_apart_s: float = 0.0
    overtalk_s: float = 0.0
    overtalk_truth_s: float = 0.0
    overtalk_worst_s: float = 0.0
    tally: Tally = field(default_factory=Tally)

    def add(self, truth: Truth, heard: Transcript, muted: Sequence[Muted], copy: Path) -> None:
        """Score one call."""
        self.calls += 1
        self._add_numbers(truth, heard, copy)
        self._add_harmless(truth, muted)
        said = [
            Said(side_of(turn, SIDES[: heard.channel_count]), word.text, word.start_s, word.end_s)
            for turn in heard.turns
            for word in turn.words
        ]
        if heard.channel_count == len(SIDES):
            self.tally.add_stereo(list(truth.words), said, truth.language)
        else:
            self.tally.add_mono(list(truth.words), said, truth.language, truth.duration_s)
        overtalk_s, expected_s = _overtalk_s(heard), _overtalk_s(_transcript(truth))
        self.overtalk_s += overtalk_s
        self.overtalk_truth_s += expected_s
        self.overtalk_worst_s = max(self.overtalk_worst_s, abs(overtalk_s - expected_s))

    def _add_numbers(self, truth: Truth, heard: Transcript, copy: Path) -> None:
        loud = loudness(copy)
        for said in truth.pii:
            if said["type"] not in PROTECTED:
                continue
            first, last = round(said["start_s"] / FRAME_S) + 1, round(said["end_s"] / FRAME_S) - 1
            silent = int((loud[first:last] < SILENT).sum())
            self.numbers += 1
            self.protected_frames += last - first
            self.silent_frames += silent
            if silent * 2 < last - first:
                is_known = _is_recognised(said, heard)
                why = "recognised, not detected" if is_known else "not recognised"
                self.missed.append(
                    f"{heard.call_id} {said['type']} at {said['start_s']:.1f} s: {why}"
                )

    def _add_harmless(self, truth: Truth, muted: Sequence[Muted]) -> None:
        """Seconds of words that are no personal data, and how many of them are muted."""
        for word in truth.words:
            middle_s = (word.start_s + word.end_s) / 2
            if any(said["start_s"] <= middle_s <= said["end_s"] for said in truth.pii):
                continue
            self.harmless_s += word.end_s - word.start_s
            for stretch in muted:
                both_s = min(word.end_s, stretch.end_s) - max(word.start_s, stretch.start_s)
                if both_s > 0 and APART.issuperset(stretch.types):
                    self.muted_apart_s += both_s
                elif both_s > 0:
                    self.muted_s += both_s

    def row(self) -> dict[str, Any]:
        """The figures of a condition; shares as percentages, None where nothing could be scored."""
        times_s = self.tally.time_errors_s
        far = sum(time_s > TIME_LIMIT_S for time_s in times_s)
        known = sum(missed.endswith("not detected") for missed in self.missed)
        return {
            "calls": self.calls,
            "silent %": _percent(self.silent_frames, self.protected_frames),
            "missed": len(self.missed),
            "of": self.numbers,
            "not detected": known,
            "harmless muted %": _percent(self.muted_s, self.harmless_s),
            "apart %": _percent(self.muted_apart_s, self.harmless_s),
            "WER %": _percent(
                sum(one.errors for one in self.tally.channels),
                sum(one.words for one in self.tally.channels),
            ),
            "overtalk s": round(self.overtalk_s, 1),
            "truth s": round(self.overtalk_truth_s, 1),
            "worst s": round(self.overtalk_worst_s, 1),
            "far words %": _percent(far, len(times_s)),
        }


def _percent(part: float, whole: float) -> float | None:
    return round(100 * part / whole, 2) if whole else None


def _is_recognised(said: dict[str, Any], heard: Transcript) -> bool:
    """Whether there are words for at least half of the time in which a number is said."""
    covered_s: float = sum(
        max(0.0, min(word.end_s, said["end_s"]) - max(word.start_s, said["start_s"]))
        for turn in heard.turns
        if turn.role in (said["role"], Role.UNKNOWN)
        for word in turn.words
    )
    spoken_s: float = said["end_s"] - said["start_s"]
    return covered_s >= _RECOGNISED_RATIO * spoken_s


def _overtalk_s(transcript: Transcript) -> float:
    metrics = conversation_metrics(transcript)
    return next(metric.value for metric in metrics if metric.name == "overtalk_s")


def _transcript(truth: Truth) -> Transcript:
    voices = [
        Voice(channel, tuple(_words(truth.words, role)), role, 1.0)
        for channel, role in enumerate((Role.AGENT, Role.CUSTOMER))
    ]
    return Transcript(
        call_id="truth",
        language=truth.language or "en",
        language_confidence=1.0,
        duration_s=truth.duration_s,
        channel_count=2,
        turns=take_turns(voices),
        model_pin="truth",
    )


def _words(said: Iterable[Said], role: Role) -> list[Word]:
    own = sorted((one.start_s, one.end_s, one.text) for one in said if one.role == role)
    return [Word(text, start_s, end_s, 1.0) for start_s, end_s, text in own]
