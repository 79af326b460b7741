"""Roles: identification of the agent by typical phrases.

Each language pack has phrases that only one side of a call uses (`roles.yaml`). The difference
between the speakers counts, so that quoting the other side does not swap the roles.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from itertools import groupby
from math import exp, inf
from typing import TYPE_CHECKING

from models.call import Role
from models.language.pack import load_role_phrases

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from models.transcript import Word
    from models.turns import Voice

_EVIDENCE_WEIGHT = 0.5  # a difference of one phrase gives confidence 0.70; three 0.89; six 0.98
_LEAST_CONFIDENCE = 0.6  # below it the roles stay unknown
_SWAP_CONFIDENCE = 0.95  # needed to overrule a channel map
_OPENING_WORDS = 4  # "Hello?" does not open a call; an agent's opening is longer
_MOST_PER_PHRASE = 2  # a phrase that is repeated often is a habit, not more evidence
_HINT = 3.0  # votes per phrase; the sound of a word has at most one vote


@dataclass(frozen=True, slots=True)
class Cues:
    """Normalised phrases of each side, and of played announcements."""

    agent: tuple[str, ...]
    customer: tuple[str, ...]
    system: tuple[str, ...] = ()

    def agent_score(self, text: str) -> int:
        """Number of agent phrases minus number of customer phrases in a text."""
        return _count(self.agent, text) - _count(self.customer, text)


@cache
def cues(language: str) -> Cues:
    """The phrases of a language; none if its pack has none."""
    phrases = load_role_phrases(language)
    return Cues(
        tuple(map(_plain, phrases.agent)),
        tuple(map(_plain, phrases.customer)),
        tuple(map(_plain, phrases.system)),
    )


def assign_roles(voices: tuple[Voice, Voice], language: str) -> tuple[Voice, Voice]:
    """Assign roles to two speakers; they stay unknown without enough evidence."""
    first_leads_by, confidence = _evidence(voices, language)
    if confidence < _LEAST_CONFIDENCE:
        return voices
    roles = (Role.AGENT, Role.CUSTOMER) if first_leads_by > 0 else (Role.CUSTOMER, Role.AGENT)
    first, second = (
        replace(voice, role=role, role_confidence=round(confidence, 3))
        for voice, role in zip(voices, roles, strict=True)
    )
    return first, second


def are_swapped(voices: tuple[Voice, Voice], language: str) -> bool:
    """Whether the words clearly contradict the channel map."""
    first_leads_by, confidence = _evidence(voices, language)
    mapped_first = voices[0].role is Role.AGENT
    return confidence >= _SWAP_CONFIDENCE and (first_leads_by > 0) != mapped_first


def hints(words: Sequence[Word], language: str) -> list[float]:
    """Evidence of the words for their speaker, which supports diarization by sound.

    Returns:
        Votes per word: above 0 for the agent, below 0 for the customer. The votes of a phrase
        are spread over its words.
    """
    text, owners = _owned_text(words)
    votes = [0.0] * len(words)
    sides = cues(language)
    for phrases, vote in ((sides.agent, _HINT), (sides.customer, -_HINT)):
        for first, last in _places(phrases, text):
            own = sorted(set(owners[first:last]))
            for at in own:
                votes[at] += vote / len(own)
    return votes


def is_announcement(words: Sequence[Word], language: str) -> bool:
    """Whether words hold a phrase of played announcements, some of which agents say as well."""
    text = _plain(" ".join(word.text for word in words))
    return _count(cues(language).system, text) > 0


def _owned_text(words: Sequence[Word]) -> tuple[str, list[int]]:
    """All words as normalised text, and the index of the word of each character."""
    text, owners = " ", [0]
    for at, word in enumerate(words):
        plain = _plain(word.text)
        if plain:
            text += f"{plain} "
            owners += [at] * (len(plain) + 1)
    return text, owners


def _places(phrases: Iterable[str], text: str) -> Iterator[tuple[int, int]]:
    for phrase in phrases:
        first = text.find(f" {phrase}")
        while first >= 0:
            yield first + 1, first + 1 + len(phrase)
            first = text.find(f" {phrase}", first + 1)


def _evidence(voices: tuple[Voice, Voice], language: str) -> tuple[int, float]:
    """Lead of the first speaker in agent phrases, and the confidence that follows from it.

    Opening the call counts as one agent phrase.
    """
    first, second = (
        cues(language).agent_score(_plain(" ".join(word.text for word in voice.words)))
        for voice in voices
    )
    opened_s, other_s = (_opens_s(voice) for voice in voices)
    lead = first - second + (opened_s < other_s) - (opened_s > other_s)
    return lead, 1 - 0.5 * exp(-abs(lead) * _EVIDENCE_WEIGHT)


def _opens_s(voice: Voice) -> float:
    """The time at which a speaker has said more than a greeting."""
    said = voice.words[_OPENING_WORDS - 1 : _OPENING_WORDS]
    return said[0].start_s if said else inf


def _count(phrases: Iterable[str], text: str) -> int:
    padded = f" {text} "
    return sum(min(padded.count(f" {phrase}"), _MOST_PER_PHRASE) for phrase in phrases)


def _plain(text: str) -> str:
    """Lower case; characters other than letters, digits and apostrophes become spaces."""
    runs = groupby(
        text.casefold().replace("\u2019", "'"), key=lambda sign: sign.isalnum() or sign == "'"
    )
    return " ".join("".join(signs) for is_word, signs in runs if is_word)
