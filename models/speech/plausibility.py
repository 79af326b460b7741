"""Whether recognised words can be what was said, or are made of sound that nobody can understand.

A recording whose header states another sample rate than its samples have is played too fast or too
slow. Recognition makes words of that, too: either far more in a second than people say, or words
of which it is not confident. To judge an agent by such words would be wrong.
"""

from __future__ import annotations

from statistics import fmean
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from models.call import Recording
    from models.transcript import Transcript

# Seven calls of the invented night and of real people, as they are and with half and double rate:
# confidence of the words at least 0.76 as they are, 0.67 at most with a wrong rate, but for one of
# 0.69 with 8.7 words a second. As they are people say at most 3.7 words a second, and the
# detected language has a confidence of at least 0.93; with a wrong rate of less than 0.5, mostly.
LEAST_CONFIDENCE = 0.55
DOUBTFUL_CONFIDENCE = 0.75
MOST_WORDS_A_SECOND = 5.0
LEAST_LANGUAGE_CONFIDENCE = 0.6
LEAST_WORDS = 15
"""Of the confidence of fewer words nothing can be said."""
MOST_UNHEARD_S = 20.0
MOST_UNHEARD_RATIO = 4.0
"""Of speech without recognised words to recognised words, if it lasts longer than the former."""


def why_implausible(transcript: Transcript, recording: Recording) -> str | None:
    """Why the words of a call cannot be what was said, and what to do; None if they can."""
    words = [word for turn in transcript.turns for word in turn.words]
    said_s = sum(word.end_s - word.start_s for word in words)
    unheard_s = sum(stretch.end_s - stretch.start_s for stretch in transcript.unheard)
    remedy = (
        f"the sample rate in the header, {recording.sample_rate_hz} Hz, may be wrong: listen to "
        "the recording and export it with its own rate"
    )
    if unheard_s > max(MOST_UNHEARD_S, MOST_UNHEARD_RATIO * said_s):
        return f"somebody speaks for {unheard_s:.0f} s, but hardly any word is recognised; {remedy}"
    if len(words) < LEAST_WORDS:
        return None
    confidence = fmean(word.confidence for word in words)
    is_doubtful = (
        len(words) > MOST_WORDS_A_SECOND * said_s
        or transcript.language_confidence < LEAST_LANGUAGE_CONFIDENCE
    )
    if confidence >= (DOUBTFUL_CONFIDENCE if is_doubtful else LEAST_CONFIDENCE):
        return None
    pace = f"{len(words) / said_s:.1f} a second, " if said_s else ""
    return f"the recognised words are implausible ({pace}confidence {confidence:.2f}); {remedy}"
