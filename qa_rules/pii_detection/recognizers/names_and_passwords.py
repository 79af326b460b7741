"""Values in ordinary words: names and passwords, after an announcement or in an answer."""

from __future__ import annotations

from operator import attrgetter
from typing import TYPE_CHECKING

from models.call import Role
from models.language.spoken.language import fold
from qa_rules.pii_detection.context.cues import CueKind
from qa_rules.pii_detection.context.word_view import is_among
from qa_rules.pii_detection.evidence.weights import weights
from qa_rules.pii_detection.recognizers.run_segmentation import Candidate
from qa_rules.pii_detection.recognizers.secret_answers import (
    AnswerWords,
    dictated_end,
    secret_answers,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from qa_rules.pii_detection.context.cues import Cue
    from qa_rules.pii_detection.context.word_view import Particles, WordView
    from qa_rules.pii_detection.types.pii_type import Cues, PiiRule

PERSON_NAME = "person_name"
ANSWER_WORDS = 12
"""This many words of an answer are searched for its value."""
ANSWER_S = 20.0
"""An answer that begins later is none, in seconds."""
WHOLE_SCORE = weights().recognizers.words
UNSURE_SCORE = weights().recognizers.unsure_words
MIN_NAME_LETTERS = 3
"""Letters that a spelled name and a said one have in common."""
MAX_COPULA_WORDS = 4
"""Words between a cue and its "is"."""


class WordSpotter:
    """Finds the values of one type that consists of ordinary words.

    Args:
        rule: The type.
        cues: Its cues in the language.
        openers: Words that an answer may begin with ("yes", "it's", "um").
        particles: Words inside of values.

    Attributes:
        stops: Words that are not part of a value, bare.
        determiners: Words before things that are written like names, bare.
        openers: Words that an answer may begin with, bare.
        given_names: Names that people are given, bare.
        sure_names: Those that are no words of the language.
    """

    def __init__(
        self, rule: PiiRule, cues: Cues, openers: Collection[str], particles: Particles
    ) -> None:
        self._rule = rule
        self._is_name = rule.id == PERSON_NAME
        self._particles = particles.names
        self._word_names = particles.openers
        self.given_names = particles.given_names
        self.sure_names = particles.given_names - particles.openers
        self._inner = particles.names if self._is_name else particles.passwords
        self.stops = frozenset(map(fold, cues.stops))
        self.determiners = frozenset(map(fold, cues.determiners))
        self._articles = frozenset(map(fold, cues.articles))
        self._copulas = frozenset(map(fold, cues.copulas))
        self.openers = frozenset(openers) | self._copulas | frozenset(map(fold, cues.openers))

    def asks(self, cue: Cue) -> bool:
        """Whether a value of this type may answer the cue of another side."""
        is_request = cue.kind is CueKind.REQUEST and not self._is_name
        return is_request or (cue.is_name and (self._is_name or cue.is_question))

    def candidates(
        self, reading: WordView, cues: Sequence[Cue], questions: Sequence[Cue]
    ) -> Iterator[Candidate]:
        """Values in no particular order; they may overlap.

        Args:
            reading: The side's words.
            cues: This side's cues of this type.
            questions: The other sides' questions for this type.
        """
        starts = {cue.last for cue in cues if self._introduces(cue, reading)}
        starts |= set(self._after_copulas(reading, cues))
        for first in starts:
            last = self.value_end(reading, first)
            if last > first:
                if not self._is_name:
                    last = dictated_end(reading, last, self.openers)
                yield self._candidate(reading, first, last, "announced")
        for cue in cues:
            last = self._titled_end(reading, cue) if cue.kind is CueKind.TITLE else cue.last
            if last > cue.last:
                one = self._candidate(reading, cue.first, last, "with a title")
                yield one if reading.is_cased else one._replace(score=UNSURE_SCORE)
            first = self.followed_start(reading, cue)
            if first < cue.first and not self._is_agents(reading):
                yield self._candidate(reading, first, cue.first, "as speakers announce themselves")
        for first, last, is_sure in self._answers(reading, questions):
            one = self._candidate(reading, first, last, "asked before")
            yield one._replace(asked=True, score=WHOLE_SCORE if is_sure else UNSURE_SCORE)

    def _introduces(self, cue: Cue, reading: WordView) -> bool:
        """Whether the value follows; agents should give their own name."""
        return cue.kind is CueKind.INTRODUCER or (
            cue.kind is CueKind.OWN_INTRODUCER and not (self._is_name and self._is_agents(reading))
        )

    def _is_agents(self, reading: WordView) -> bool:
        return reading.stream.role is Role.AGENT

    def followed_start(self, reading: WordView, cue: Cue) -> int:
        """First word of the value before a phrase that follows one; the phrase if there is none."""
        is_follower = cue.kind is CueKind.FOLLOWER
        return self._value_start(reading, cue.first) if is_follower else cue.first

    def _after_copulas(self, reading: WordView, cues: Sequence[Cue]) -> Iterator[int]:
        """Where values begin that are announced less directly: "my password for it is …"."""
        for cue in cues if self._copulas else ():
            if cue.is_name:
                for word in range(cue.last, min(cue.last + MAX_COPULA_WORDS, len(reading.folded))):
                    if reading.folded[word] in self._copulas:
                        yield word + 1
                        break

    def _answers(
        self, reading: WordView, questions: Sequence[Cue]
    ) -> Iterator[tuple[int, int, bool]]:
        """The value in the first words after each question, and whether it is certain."""
        if not self._is_name:
            answer_words = AnswerWords(
                self.stops, self.openers, self._articles, self._rule.max_words
            )
            yield from secret_answers(reading, questions, answer_words)
            return
        words = reading.stream.words
        start = 0
        for question in sorted(questions, key=attrgetter("end_s")):
            while start < len(words) and words[start].start_s < question.end_s:
                start += 1
            if start == len(words) or words[start].start_s - question.end_s > ANSWER_S:
                continue
            for first in range(start, min(start + ANSWER_WORDS, len(words))):
                last = self.value_end(reading, first) if self.begins(reading, first) else first
                if last > first:
                    first = reading.with_particles(first, self._particles)  # noqa: PLW2901
                    is_sure = reading.is_answer(range(first, last), self.openers, self.given_names)
                    if is_sure or not self.holds(reading, last):
                        yield first, last, is_sure
                    break
                if first in reading.barred and not reading.is_cased:
                    break

    def begins(self, reading: WordView, word: int) -> bool:
        """Whether a value may begin here; a name needs its capital letter, if any has."""
        folded = reading.folded[word]
        if self._is_name and self._opens(reading, word):
            return True
        if is_among(folded, self.stops) or folded in self.openers or word in reading.barred:
            return False
        return not self._is_name or (folded not in self._particles and reading.is_name_like(word))

    def _opens(self, reading: WordView, word: int) -> bool:
        """Whether a turn is a name that begins with a word of the language: "Will Young."."""
        is_possible = reading.is_free(word, ()) and reading.folded[word] in self._word_names
        if not (reading.is_cased and reading.begins_turn(word) and is_possible):
            return False
        if reading.ends_turn(word):
            return reading.is_name_like(word)
        return (
            not reading.ends(word)
            and reading.is_free(word + 1, ())
            and reading.is_name_like(word + 1)
            and reading.folded[word + 1] not in self.stops
        )

    def _titled_end(self, reading: WordView, title: Cue) -> int:
        """End of the name after a title; without capitals one word alone."""
        if reading.stream.words[title.last - 1].text.endswith(","):
            return title.last  # "yes sir, Jane Hill" is no title of hers
        most = len(reading.folded) if reading.is_cased else title.last + 1
        return min(self.value_end(reading, title.last), most)

    def _value_start(self, reading: WordView, last: int) -> int:
        """First word of the name before a phrase such as "speaking"; one bare word is none."""
        first = last
        while (
            last - first < self._rule.max_words
            and self.holds(reading, first - 1)
            and reading.same_turn(first - 1, last)
            # A password may end with a mark, as no word before another one does.
            and (not reading.ends(first - 1) or (first == last and not self._is_name))
        ):
            first -= 1
        least = 1 if reading.is_cased or not self._is_name else 2
        return first if last - first >= least else last

    def value_end(self, reading: WordView, first: int) -> int:
        """Index after the last word of the value that begins with a word."""
        end, said = first, 0
        while end < len(reading.folded) and said < self._rule.max_words:
            if not self.holds(reading, end) and not (end == first and self._opens(reading, end)):
                break
            said += not reading.is_cased or reading.folded[end] not in self._particles
            end += 1
            if reading.ends(end - 1):
                break
        while end > first and reading.folded[end - 1] in self._particles:
            end -= 1
        if self._is_name and end > first:
            while end > first + 1 and reading.is_spelled(end - 1):
                end -= 1  # spelled letters are not part of the name that they spell
            rest = range(end, len(reading.folded))
            spelled = next((at for at in rest if not reading.is_spelled(at)), rest.stop)
            if self._spells(reading, range(first, end), range(end, spelled)):
                end = spelled
        return end

    def _spells(self, reading: WordView, name: range, letters: range) -> bool:
        """Whether letters spell a word of the name, and not the code that comes next."""
        spelled = fold("".join(reading.symbol_at[word].text for word in letters))
        rest = ("".join(reading.folded[word : name.stop]) for word in name)  # "De Luca": "deluca"
        start = spelled[:MIN_NAME_LETTERS]
        return len(start) == MIN_NAME_LETTERS and any(part.startswith(start) for part in rest)

    def holds(self, reading: WordView, word: int) -> bool:
        """Whether a value may go on over a word."""
        if not 0 <= word < len(reading.folded) or word in reading.barred:
            return False
        if reading.folded[word] in self._inner:
            return True
        is_stop = is_among(reading.folded[word], self.stops)
        return not is_stop and (not self._is_name or reading.is_name_like(word))

    def _candidate(self, reading: WordView, first: int, last: int, why: str) -> Candidate:
        return Candidate(
            type=self._rule.id,
            first=first,
            last=last,
            score=WHOLE_SCORE,
            checksum_valid=None,
            asked=False,
            text=" ".join(reading.folded[first:last]),
            why=f"words, {why}",
        )
