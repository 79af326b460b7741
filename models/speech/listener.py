"""From a recording to a transcript with turns and roles."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from itertools import chain
from typing import TYPE_CHECKING, Protocol, TypeAlias

from models.audio.channels import lay_out
from models.audio.echo import own_speech
from models.audio.echoed_words import without_echoed_stretches, without_echoed_words
from models.audio.keyed_digits import keyed_digits
from models.audio.line_noise import decode_clean
from models.audio.voice_activity import SpeechOptions, VoiceActivity, speech_spans
from models.catalog import DEFAULT_SPEAKER_MODEL, resolve
from models.errors import AudioError, ListeningError
from models.reasons.codes import ReasonCode
from models.reasons.reason import Reason, rounded
from models.speakers.embeddings import SpeakerEmbedder
from models.speech.call_groups import groups
from models.speech.languages import Speech
from models.speech.plausibility import at_other_rates, is_doubtful, why_implausible
from models.speech.recogniser import Recogniser
from models.speech.turn_languages import in_languages, language_notes
from models.speech.unheard import hear_again, turns_again, unheard_in
from models.speech.voices import voices_of
from models.speech.whisper import Decoding, Whisper
from models.speech.windows import pack
from models.transcript import Transcript
from models.turns import take_turns

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from models.audio.decoding import Pcm
    from models.audio.layout import Layout
    from models.audio.voice_activity import SpeechProbabilities
    from models.call import Call, Recording
    from models.catalog import Weights
    from models.speech.recogniser import Recognised
    from models.speech.windows import Window
    from models.transcript import KeyedDigits, Word

UNDETERMINED = "und"
"""Language of a call in which nobody says anything (ISO 639-2 has this code for it)."""
_ONE_ATTEMPT = (Decoding(),)  # at a wrong rate no attempt is plausible
_ANY_ERROR = (Exception,)  # native code raises anything: onnxruntime's errors have no other base
Heard: TypeAlias = "Transcript | ListeningError"
Again: TypeAlias = "Mapping[int, tuple[Word, ...]]"


class Listener(Protocol):
    """What turns recordings into transcripts; it keeps nothing of them."""

    def listen_many(self, calls: Iterable[tuple[Call, Recording]]) -> Iterator[Heard]:
        """Recognise a batch: one transcript or one error per call, in the order given."""

    def listen(self, call: Call, recording: Recording) -> Transcript:
        """Recognise one call.

        Raises:
            ListeningError: If the recording cannot be turned into words.
        """

    def listen_again(self, recording: Recording, heard: Transcript, turns: frozenset[int]) -> Again:
        """Recognise some turns of a transcript with other settings; what fails is missing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ListeningOptions:
    """Options of a listener.

    Attributes:
        speech: Thresholds of voice activity detection.
        window_s: Longest window and span; the encoder's cost grows faster than the length.
        batch_windows: Windows per batch.
        hotwords: Names that are likely to occur: company, products, agents.
        device: `cpu` or `cuda`.
        threads: Threads of this listener; on a CPU, one listener per core with one is fastest.
    """

    speech: SpeechOptions = field(default_factory=SpeechOptions)
    window_s: float = 15.0
    batch_windows: int = 16
    hotwords: tuple[str, ...] = ()
    device: str = "cpu"
    threads: int = 1


@dataclass(frozen=True, slots=True)
class _Opened:
    """A call that is ready to be recognised."""

    call: Call
    recording: Recording
    speech: Speech
    layout: Layout
    keyed: tuple[KeyedDigits, ...]
    ends_in_speech: bool


class WhisperListener:
    """Transcribes recordings: Silero VAD, then Whisper on the speech of each channel.

    Args:
        weights: The speech model.
        options: Options of the listener.
        speaker_weights: The speaker embedding model, for diarization.
    """

    def __init__(
        self,
        weights: Weights,
        options: ListeningOptions | None = None,
        speaker_weights: Weights | None = None,
    ) -> None:
        self._options = options or ListeningOptions()
        self._pin = weights.pin_with(self._options.hotwords)
        self._activity = VoiceActivity()
        self._embedder = SpeakerEmbedder(speaker_weights or resolve(DEFAULT_SPEAKER_MODEL))
        whisper = Whisper(weights, device=self._options.device, threads=self._options.threads)
        self._recogniser = Recogniser(whisper, self._options.batch_windows, self._options.hotwords)

    def listen_many(self, calls: Iterable[tuple[Call, Recording]]) -> Iterator[Heard]:
        """Transcribe several calls in common batches, as far as memory allows; see `Listener`."""
        for group in groups(calls):
            yield from self._listen_together(group)

    def listen(self, call: Call, recording: Recording) -> Transcript:
        """Transcribe one call; see `Listener`."""
        (heard,) = self.listen_many([(call, recording)])
        if isinstance(heard, ListeningError):
            raise heard
        return heard

    def listen_again(self, recording: Recording, heard: Transcript, turns: frozenset[int]) -> Again:
        """See `Listener`; a turn's words do not depend on which others are wanted."""
        try:
            pcm = decode_clean(recording)
            if len(pcm) != heard.channel_count:
                pcm = self._speech(pcm, heard.language)[0].pcm
            return turns_again(self._recogniser, pcm, heard, turns)
        except _ANY_ERROR:
            return {}  # the call is judged on its first recognition

    def _listen_together(self, group: Sequence[tuple[Call, Recording]]) -> Iterator[Heard]:
        opened = [self._opened(call, recording) for call, recording in group]
        speeches = [found.speech for found in opened if isinstance(found, _Opened)]
        try:
            heard = self._recogniser.recognise(speeches)
            recognised = iter(hear_again(self._recogniser, speeches, heard))
        except _ANY_ERROR as error:
            if len(group) == 1:
                yield _failed(group[0][0], error)
                return
            for pair in group:  # try each alone to find the one that fails
                yield from self._listen_together([pair])
            return
        for found in opened:
            yield self._heard(found, next(recognised)) if isinstance(found, _Opened) else found

    def _opened(self, call: Call, recording: Recording) -> _Opened | ListeningError:
        try:
            pcm = decode_clean(recording)
            keyed = keyed_digits(pcm)  # of every channel, also of those that are not recognised
            speech, layout = self._speech(pcm, call.language)
            is_cut = self._activity.ends_in_speech(pcm)
        except AudioError as error:
            return ListeningError(call.call_id, str(error))
        except _ANY_ERROR as error:
            return _failed(call, error)
        return _Opened(call, recording, speech, layout, keyed, is_cut)

    def _speech(self, pcm: Pcm, language: str | None) -> tuple[Speech, Layout]:
        probabilities = tuple(map(self._activity.speech_probabilities, pcm))
        layout = lay_out(pcm, probabilities)
        probabilities = layout.listened(probabilities)
        if len(layout.kept) < len(pcm):
            pcm = pcm[list(layout.kept)]
        return Speech(pcm, self._windows(pcm, layout, probabilities), language), layout

    def _heard(self, opened: _Opened, recognised: Recognised) -> Heard:
        try:
            heard = self._transcript(opened, recognised)
            is_in_doubt = is_doubtful(heard, opened.recording, opened.speech.pcm)
            why = self._why_implausible(opened, heard) if is_in_doubt else None
        except _ANY_ERROR as error:
            return _failed(opened.call, error)
        return ListeningError(opened.call.call_id, why) if why else heard

    def _why_implausible(self, opened: _Opened, heard: Transcript) -> str | None:
        pcm, windows, language = opened.speech
        first = min((span.start for window in windows for span in window.spans), default=0)
        tried = dict(at_other_rates(pcm, first, heard, opened.recording))
        speeches = [self._speech(part, language)[0] for part in tried.values()]
        recognised = self._recogniser.recognise(speeches, _ONE_ATTEMPT)
        again = ([*chain(*found.words)] for found in recognised)
        words = dict(zip(tried, again, strict=True))
        return why_implausible(heard, opened.recording, pcm, first, words)

    def _transcript(self, opened: _Opened, recognised: Recognised) -> Transcript:
        call, (pcm, windows, _) = opened.call, opened.speech
        language, confidence, words, stretches = recognised
        if language is None or not any(words):
            language, confidence = UNDETERMINED, 0.0
        words = without_echoed_words(pcm, words)
        voices, notes = voices_of(
            call, opened.speech, opened.layout, words, language, self._embedder
        )
        turns = in_languages(take_turns(voices), stretches, language)
        notes = (*notes, *language_notes(turns))
        if opened.ends_in_speech:
            end = {"end_s": rounded(opened.recording.duration_s)}
            notes = (*notes, Reason(ReasonCode.ENDS_IN_SPEECH, end))
        if language == UNDETERMINED:
            notes = (*notes, Reason(ReasonCode.NO_SPEECH_FOUND))
        return Transcript(
            call_id=call.call_id,
            language=language,
            language_confidence=confidence,
            duration_s=opened.recording.duration_s,
            channel_count=len(pcm),
            turns=turns,
            model_pin=self._pin,
            notes=notes,
            unheard=tuple(without_echoed_stretches(pcm, unheard_in(windows, words), words)),
            not_listened=opened.layout.not_listened,
            keyed_digits=opened.keyed,
        )

    def _windows(
        self, pcm: Pcm, layout: Layout, probabilities: Sequence[SpeechProbabilities]
    ) -> list[Window]:
        options = self._options
        speech = replace(options.speech, longest_s=options.window_s)
        if len(pcm) > 1:  # clear speech on a noisy or coded line has only 0.3 to 0.4
            speech = replace(speech, enter=min(speech.enter, 0.3), leave=min(speech.leave, 0.2))
        windows = []
        for number, own in enumerate(own_speech(pcm, probabilities)):
            spans = speech_spans(own, pcm.shape[1], speech)
            for group in layout.apart(spans):
                windows.extend(pack(number, group, options.window_s))
        return windows


def _failed(call: Call, error: Exception) -> ListeningError:
    """An error without the original message, which could contain words of the call."""
    kind = type(error).__name__
    return ListeningError(call.call_id, f"recognition stopped with {kind}; listen to the recording")
