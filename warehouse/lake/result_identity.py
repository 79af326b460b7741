"""What a result depends on, so that a run knows what to hear and what to judge again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from qa_rules.results import CallResult


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultIdentity:
    """What a result depends on: the call, how it was heard and masked, and how it was judged."""

    audio_sha256: str
    hearing_metadata_sha256: str | None
    model_pin: str
    masking_sha256: str | None
    metadata_sha256: str
    rules_sha256: str
    results_version: int

    @property
    def call(self) -> tuple[str, str | None]:
        """Where these differ, the recording has to be heard."""
        return self.audio_sha256, self.hearing_metadata_sha256

    @property
    def hearing(self) -> tuple[str, str | None]:
        """Where these differ, the recording would be heard or masked otherwise now."""
        return self.model_pin, self.masking_sha256

    @property
    def judging(self) -> tuple[str, str, int]:
        """Where these differ, the stored transcript has to be judged again."""
        return self.metadata_sha256, self.rules_sha256, self.results_version


def identity_of(result: CallResult) -> ResultIdentity:
    """Equal identities mean equal results, so that nothing needs to be evaluated again."""
    return ResultIdentity(
        audio_sha256=result.recording.audio_sha256,
        hearing_metadata_sha256=result.call.hearing_metadata_sha256,
        model_pin=result.transcript.model_pin,
        masking_sha256=result.masking_sha256,
        metadata_sha256=result.call.metadata_sha256,
        rules_sha256=result.rules_sha256,
        results_version=result.results_version,
    )
