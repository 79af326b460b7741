"""What a result depends on, so that a run knows what to hear and what to judge again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from qa_rules.assessing import RESULTS_VERSION

if TYPE_CHECKING:
    from models.call import Call, Recording
    from qa_rules.results import CallResult
    from qa_rules.rule_files.rulebook import RuleBook


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultIdentity:
    """What a result depends on: the call, how it was heard and masked, and how it was judged.

    Attributes:
        transcript_removed_on: Day on which its words were removed, as ISO 8601; None if they are
            there. Without them it can neither be judged again nor should it be heard again.
        audio_removed_on: The same of its redacted copy.
    """

    audio_sha256: str
    hearing_metadata_sha256: str | None
    model_pin: str
    masking_sha256: str | None
    metadata_sha256: str
    rules_sha256: str
    results_version: int
    transcript_removed_on: str | None = None
    audio_removed_on: str | None = None

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


def identity_now(
    pair: tuple[Call, Recording], model_pin: str, rulebook: RuleBook
) -> ResultIdentity:
    """The identity that the result of a call would have if it were evaluated now."""
    call, recording = pair
    return ResultIdentity(
        audio_sha256=recording.audio_sha256,
        hearing_metadata_sha256=call.hearing_metadata_sha256,
        model_pin=model_pin,
        masking_sha256=rulebook.masking_sha256,
        metadata_sha256=call.metadata_sha256,
        rules_sha256=rulebook.sha256,
        results_version=RESULTS_VERSION,
    )
