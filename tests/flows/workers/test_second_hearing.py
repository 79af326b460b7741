"""A number that only the second pass recognises is muted in the copy and counted in the run."""

from __future__ import annotations

import shutil
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import duckdb

from flows.night.night import Night
from flows.settings.centre import Settings
from qa_rules.pii_detection.redaction.second_hearing import Extent
from tests.flows.silence import assert_cards_are_silent
from tests.night.ground_truth import truth_of
from tests.night.recognitions.recorded import RecordedListener, recognitions
from tests.night.recognitions.recorded_night import CALLS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from models.call import Call, Recording
    from models.speech.listener import Heard
    from models.transcript import Transcript

WITH_CARD, HARMLESS = "lt-0001", "lt-0010"
RENDERING = "generic"


class TwoPassListener(RecordedListener):
    """Recognises card numbers only in the second pass, as recognition does with some answers."""

    def listen_many(self, calls: Iterable[tuple[Call, Recording]]) -> Iterator[Heard]:
        """The first pass."""
        for call, recording in calls:
            yield _without_cards(super().listen(call, recording))

    def listen(self, call: Call, recording: Recording) -> Transcript:
        """The second pass, which hears a whole copy."""
        assert recording.path.is_relative_to("/proc/self/fd")  # in memory only
        return recognitions(RENDERING)[call.call_id].transcript


@dataclass(frozen=True, slots=True)
class TwoPassFactory:
    """Makes such a listener in a worker process."""

    model_pin: str = "fake@000000000000"
    model_pins: tuple[str, ...] = ("fake@000000000000",)

    def __call__(self) -> TwoPassListener:
        """Read the recorded recognitions."""
        return TwoPassListener(RENDERING)


def _without_cards(heard: Transcript) -> Transcript:
    cards = [span for span in truth_of(heard.call_id)["pii"] if span["type"] == "card_number"]
    turns = [
        replace(
            turn,
            words=tuple(
                word
                for word in turn.words
                if not any(
                    card["start_s"] <= (word.start_s + word.end_s) / 2 <= card["end_s"]
                    for card in cards
                )
            ),
        )
        for turn in heard.turns
    ]
    return replace(heard, turns=tuple(turn for turn in turns if turn.words), unheard=())


def test_a_number_of_the_second_pass_is_muted_and_counted(tmp_path: Path) -> None:
    """Of two copies that were transcribed again, one needed it; its card numbers are silent."""
    source, home = tmp_path / "calls", tmp_path / "home"
    source.mkdir()
    for stem in (WITH_CARD, HARMLESS):
        for path in CALLS.glob(f"{stem}.*"):
            shutil.copy(path, source)
    settings = Settings.with_overrides(source=source, home=home, workers=1, prove=Extent.ALL)
    night = Night(settings, listener=TwoPassFactory())
    night.take_in()
    with night.workers() as workers:
        for batch in night.batches():
            night.evaluate(batch, workers, lambda: None)
    summary = night.publish()
    assert (summary.run.proven_count, summary.run.remuted_count) == (2, 1)
    assert "muted in 1 of them (50.0%)" in summary.proven
    with duckdb.connect(summary.snapshot, read_only=True) as connection:
        counts = connection.execute("select proven_count, remuted_count from meta.run").fetchall()
        calls = connection.execute(
            "select call_id, remuted_count > 0, is_copy_proven from core.call"
            " left join mart.pci_evidence using (call_id) order by call_id"
        ).fetchall()
    assert counts == [(2, 1)]
    proofs = {WITH_CARD: (True, True), HARMLESS: (False, None)}
    assert calls == [(stem, *proofs[stem]) for stem in sorted(proofs)]
    (copy,) = settings.audio.root.rglob(f"{WITH_CARD}-*.opus")
    assert_cards_are_silent(copy, WITH_CARD)
