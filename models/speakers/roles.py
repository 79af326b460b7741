"""Roles: who is the agent, told from what is said.

Each language pack has phrases that only one side of a call uses (`roles.yaml`). What counts is the
difference between two speakers, so that somebody who quotes the other side does not become the
other side.
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

_EVIDENCE_WEIGHT = 0.5  # one phrase of difference: 0.70 sure; three: 0.89; six: 0.98
_LEAST_CONFIDENCE = 0.6  # below it nobody knows
_SWAP_CONFIDENCE = 0.95  # a channel map is only overruled by clear words
_OPENING_WORDS = 4  # "Hello?" opens no call; who answers as a company, or calls as one, says more
_MOST_PER_PHRASE = 2  # a phrase repeated on and on is one habit, not more evidence
_HINT = 3.0  # votes of one phrase; the sound of a word has one vote at most


@dataclass(frozen=True, slots=True)
class Cues:
    """Phrases of each side, in plain form."""

    agent: tuple[str, ...]
    customer: tuple[str, ...]

    def agent_score(self, text: str) -> int:
        """How many more phrases of the agent's than of the customer's side a speaker said."""
        return _count(self.agent, text) - _count(self.customer, text)


@cache
def cues(language: str) -> Cues:
    """The phrases of a language; none if nobody has written them down yet."""
    phrases = load_role_phrases(language)
    return Cues(tuple(map(_plain, phrases.agent)), tuple(map(_plain, phrases.customer)))


def assign_roles(voices: tuple[Voice, Voice], language: str) -> tuple[Voice, Voice]:
    """Give two speakers their roles, or leave them unknown if their words do not tell."""
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
    """Whether the words say clearly that a channel map has the two sides the wrong way round."""
    first_leads_by, confidence = _evidence(voices, language)
    mapped_first = voices[0].role is Role.AGENT
    return confidence >= _SWAP_CONFIDENCE and (first_leads_by > 0) != mapped_first


def hints(words: Sequence[Word], language: str) -> list[float]:
    """What the words themselves tell of who says them, for speakers that only sound alike.

    Returns:
        Per word, in votes: above 0 an agent's words, below 0 a customer's. The votes of a phrase
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


def _owned_text(words: Sequence[Word]) -> tuple[str, list[int]]:
    """All words in plain form, and of which word each letter is."""
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
    """By how many phrases the first speaker is more of an agent, and how sure that is.

    To open the call counts as one of the agent's phrases.
    """
    first, second = (
        cues(language).agent_score(_plain(" ".join(word.text for word in voice.words)))
        for voice in voices
    )
    opened_s, other_s = (_opens_s(voice) for voice in voices)
    lead = first - second + (opened_s < other_s) - (opened_s > other_s)
    return lead, 1 - 0.5 * exp(-abs(lead) * _EVIDENCE_WEIGHT)


def _opens_s(voice: Voice) -> float:
    """When a speaker has said more than a hello."""
    said = voice.words[_OPENING_WORDS - 1 : _OPENING_WORDS]
    return said[0].start_s if said else inf


def _count(phrases: Iterable[str], text: str) -> int:
    padded = f" {text} "
    return sum(min(padded.count(f" {phrase}"), _MOST_PER_PHRASE) for phrase in phrases)


def _plain(text: str) -> str:
    """Lower case, apostrophes kept, everything else that is no letter or digit a space."""
    runs = groupby(
        text.casefold().replace("\u2019", "'"), key=lambda sign: sign.isalnum() or sign == "'"
    )
    return " ".join("".join(signs) for is_word, signs in runs if is_word)
