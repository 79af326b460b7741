"""How the channels of a recording are related: sides, copies, mixes, echoes, or silence.

Only blocks with speech are compared, so that hold music, hum, offsets and pauses, which unrelated
channels share as well, have no influence.
"""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np

from models.audio.blocks import (
    BLOCK_S,
    BLOCK_SAMPLES,
    block_powers,
    long_runs,
    spoken_blocks,
    touched_blocks,
)
from models.audio.decoding import SAMPLE_RATE_HZ
from models.audio.layout import Layout
from models.audio.likeness import Likeness, likeness
from models.audio.voice_activity import FRAME_SAMPLES, speech_spans
from models.errors import AudioError
from models.reasons.codes import ReasonCode
from models.reasons.reason import Reason, rounded
from models.transcript import NotListened

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from models.audio.blocks import Blocks
    from models.audio.decoding import Pcm
    from models.audio.voice_activity import SpeechProbabilities

_SIDES = 2
# Correlation of blocks: two sides of 22 calls stay below 0.7 (an echo under noise has most), one
# recording twice is above 0.75 in lossy codecs and above 0.68 under separate noise at 10 dB.
_ALIKE = 0.65
_UNLIKE = 0.4
_PLAYED_ALIKE = 0.75
_COPY_DB = 11.0  # a line's echo is further below what it echoes, a copy is seldom that far
_PLAYED_DB = 6.0
_SAME_LAG_S, _SAME_GAIN_DB = 0.01, 4.0
_STRAY_BLOCKS, _STRAY_RATIO = 3, 0.02  # of speech that differs in copies, at cuts and clicks
_LEAST_BLOCKS = 2
_PART_RATIO = 0.8  # of a side's speech that its mix carries alone; the rest is double talk
_COVERED_RATIO = 0.9
_PLAYED_BLOCKS = 2  # of calls and of their echoes, not a single block is as equal
_PLAYED_GAP_BLOCKS = 4


def lay_out(pcm: Pcm, probabilities: Sequence[SpeechProbabilities]) -> Layout:
    """Decide which channels hold sides of a call.

    Args:
        pcm: Shape (channels, samples).
        probabilities: Of speech, of each channel's frames.

    Raises:
        AudioError: More than two channels carry speech of their own.
    """
    finder = _Finder(pcm, probabilities)
    finder.drop_copies()
    if len(finder.live) > _SIDES:
        finder.drop_sums()
    if len(finder.live) > _SIDES:
        raise AudioError(
            f"{len(finder.live)} channels carry speech of their own; expected one per side: "
            "export the agent and the customer as two channels"
        )
    if len(finder.live) == _SIDES:
        finder.find_echo()
    return finder.layout()


class _Finder:
    """Compares the remaining channels pairwise and drops those without speech of their own."""

    def __init__(self, pcm: Pcm, probabilities: Sequence[SpeechProbabilities]) -> None:
        self._pcm, self._probabilities = pcm, probabilities
        count = pcm.shape[1] // BLOCK_SAMPLES
        self._speech = [spoken_blocks(channel, count) for channel in probabilities]
        spans = [speech_spans(channel, pcm.shape[1]) for channel in probabilities]
        self.live = [channel for channel, spoken in enumerate(spans) if spoken]
        self._dead = [channel for channel, spoken in enumerate(spans) if not spoken]
        self._instead: dict[int, int | None] = {}
        self._notes = [
            Reason(
                ReasonCode.CHANNEL_SILENT if len(pcm) == _SIDES else ReasonCode.CHANNEL_LEFT_OUT,
                {"channel": channel},
            )
            for channel in self._dead
            if self.live
        ]
        self._pairs = {
            (one, other): likeness(
                pcm[one], pcm[other], touched_blocks((*spans[one], *spans[other]), count)
            )
            for one, other in combinations(self.live, 2)
        }

    def drop_copies(self) -> None:
        """Drop each channel that carries what another carries, and nothing else."""
        for (one, other), pair in self._pairs.items():
            if one in self.live and other in self.live and self._is_copy(one, other):
                same = self._same(one, other)
                self._drop(other, one)
                values = {"channel": other, "other": one, **_evidence(pair, same)}
                spoken = self._speech[one] | self._speech[other]
                values["blocks_ratio"] = rounded(float(same.sum() / max(spoken.sum(), same.sum())))
                self._notes.append(Reason(ReasonCode.CHANNEL_COPIES, values))

    def drop_sums(self) -> None:
        """Drop a channel that is a mix of others, which are transcribed individually."""
        audible = {channel: self._audible(channel) for channel in self.live}
        for mix in tuple(self.live):
            parts = [part for part in self.live if part != mix and self._is_part(part, mix)]
            if len(parts) < _SIDES:
                continue
            said = [self._same(part, mix) for part in parts]
            covered = np.any([*said], axis=0)[audible[mix]].mean()
            if covered >= _COVERED_RATIO:
                self._drop(mix, None)
                values = {"channel": mix, "blocks_ratio": rounded(float(covered))}
                self._notes.append(Reason(ReasonCode.CHANNEL_IS_MIX, values))
                return

    def find_echo(self) -> None:
        """Mark a channel as dead that carries nothing but the other one's speech, far below it."""
        first, second = self.live
        pair = self._pairs[first, second]
        for own, other, sign in ((first, second, -1), (second, first, 1)):
            echo = (pair.correlation >= _ALIKE) & (sign * pair.gain_db < -_COPY_DB)
            said = self._speech[own]
            if said.sum() >= _LEAST_BLOCKS and not _more_than_stray(said & ~echo, said):
                self.live.remove(own)
                self._dead.append(own)
                values = {"channel": own, "other": other, **_evidence(pair, echo & said)}
                values["blocks_ratio"] = rounded(float(echo[said].mean()))
                self._notes.append(Reason(ReasonCode.CHANNEL_ONLY_ECHOES, values))
                return

    def layout(self) -> Layout:
        """The resulting layout."""
        is_stereo = len(self._pcm) == _SIDES
        kept = [*self.live, *(self._dead if is_stereo or not self.live else ())]
        played: list[tuple[float, float]] = []
        if len(self.live) == _SIDES:
            for start_s, end_s, note in self._played(*self.live):
                played.append((start_s, end_s))
                self._notes.append(note)
        not_listened = [
            NotListened(channel, 0.0, self._end_s, self._instead.get(channel))
            for channel in range(len(self._pcm))
            if self.live and channel not in self.live
        ]
        not_listened += [
            NotListened(self.live[1], start_s, end_s, self.live[0]) for start_s, end_s in played
        ]
        return Layout(
            kept=tuple(sorted(kept)),
            dead=tuple(sorted(self._dead)) if self.live else (),
            played=tuple(played),
            not_listened=tuple(not_listened),
            notes=tuple(self._notes),
        )

    @property
    def _end_s(self) -> float:
        """A time after the end of the recording, at any sample rate of a copy."""
        return float(self._pcm.shape[1] / SAMPLE_RATE_HZ + 1)

    def _drop(self, channel: int, instead: int | None) -> None:
        self.live.remove(channel)
        self._instead[channel] = instead

    def _pair(self, one: int, other: int) -> Likeness:
        return self._pairs[min(one, other), max(one, other)]

    def _same(self, one: int, other: int) -> Blocks:
        """Blocks in which two channels carry the same at about the same level."""
        pair = self._pair(one, other)
        spoken = self._speech[one] | self._speech[other]
        return spoken & (pair.correlation >= _ALIKE) & (np.abs(pair.gain_db) <= _COPY_DB)

    def _is_copy(self, one: int, other: int) -> bool:
        same = self._same(one, other)
        if same.sum() < _LEAST_BLOCKS:
            return False
        pair = self._pair(one, other)
        lag_s = float(np.median(pair.lag_s[same]))
        gain_db = float(np.median(pair.gain_db[same]))
        # Crosstalk between two sides goes both ways; a copy has one delay and one level.
        is_steady = (np.abs(pair.lag_s - lag_s) <= _SAME_LAG_S) & (
            np.abs(pair.gain_db - gain_db) <= _SAME_GAIN_DB
        )
        later = np.roll(self._probabilities[other], -round(lag_s * SAMPLE_RATE_HZ / FRAME_SAMPLES))
        spoken = self._speech[one] | spoken_blocks(later, len(same))
        spoken &= self._speech[one] | self._speech[other]  # only these were compared
        differs = spoken & ~(is_steady & (pair.correlation >= _UNLIKE))
        is_mostly_same = 2 * (same & is_steady).sum() >= spoken.sum()
        return bool(is_mostly_same) and not _more_than_stray(differs, same)

    def _audible(self, channel: int) -> Blocks:
        """Blocks in which a channel carries speech that no other is far above."""
        levels = np.stack(
            [block_powers(self._pcm[each], len(self._speech[0])) for each in self.live]
        )
        own = levels[self.live.index(channel)]
        near_loudest = own >= levels.max(axis=0) * 10.0 ** (-_COPY_DB / 10)
        return np.asarray(self._speech[channel] & near_loudest)

    def _is_part(self, part: int, mix: int) -> bool:
        audible = self._audible(part)
        return bool(audible.any() and self._same(part, mix)[audible].mean() >= _PART_RATIO)

    def _played(self, first: int, second: int) -> Iterator[tuple[float, float, Reason]]:
        """Stretches that both sides carry, each with its evidence."""
        pair = self._pairs[first, second]
        same = (pair.correlation >= _PLAYED_ALIKE) & (np.abs(pair.gain_db) <= _PLAYED_DB)
        spoken = self._speech[first] | self._speech[second]
        for start, end in long_runs(same, spoken & ~same, _PLAYED_BLOCKS, _PLAYED_GAP_BLOCKS):
            if (same & spoken)[start:end].sum() < _PLAYED_BLOCKS:
                continue
            blocks = np.zeros_like(same)
            blocks[start:end] = same[start:end]
            before = start - (start > 0 and not spoken[start - 1])
            after = end + (end < len(same) and not spoken[end])
            start_s, end_s = float(before * BLOCK_S), float(after * BLOCK_S)
            values = {"start_s": start_s, "end_s": end_s, **_evidence(pair, blocks)}
            heard = (spoken | same)[start:end]
            values["blocks_ratio"] = rounded(float(same[start:end][heard].mean()))
            yield start_s, end_s, Reason(ReasonCode.PLAYED_ON_BOTH, values)


def _more_than_stray(differing: Blocks, of: Blocks) -> bool:
    return bool(differing.sum() > min(_STRAY_BLOCKS, of.sum() // 4) + _STRAY_RATIO * of.sum())


def _evidence(pair: Likeness, blocks: Blocks) -> dict[str, float]:
    return {
        "correlation": rounded(float(np.median(pair.correlation[blocks]))),
        "lag_s": rounded(float(np.median(pair.lag_s[blocks]))),
        "gain_db": round(float(np.median(pair.gain_db[blocks])), 1),
    }
