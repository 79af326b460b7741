"""Invented people who give invented data, in the ways that people do; seeded.

The sentences and the ways of saying a number come from `<language>.yaml` beside this file; nothing
in them was taken from the detector's own rule files or examples.
"""

from __future__ import annotations

from dataclasses import dataclass

from models.call import Role
from models.transcript import Transcript, Turn, Word
from tests.qa_rules.pii_detection.invented_people.values import Values

WORD_S = 0.35
CUT = 0.3
LONG = 8
_Line = tuple[Role, str, str]
"""Who says it, the line with `{}` for the value, and the value."""


@dataclass(frozen=True, slots=True)
class Example:
    """A short dialogue and the value in it.

    Attributes:
        transcript: A question and its answer, or one sentence.
        type: The type of the value; None in a sentence without any.
        places: Turn and word of every word of the value.
    """

    transcript: Transcript
    type: str | None
    places: frozenset[tuple[int, int]]

    @property
    def words(self) -> int:
        """Words of all turns."""
        return sum(len(turn.words) for turn in self.transcript.turns)


class Speaker:
    """Says values and sentences of one language.

    Args:
        language: Has a file of sentences.
        seed: The same one makes the same examples.
    """

    def __init__(self, language: str, seed: int) -> None:
        self.language = language
        self._values = Values(language, seed)

    def examples(self, per_type: int) -> list[Example]:
        """So many examples of each type that the language knows."""
        return [
            self._example(type_) for type_ in self._values.data["types"] for _ in range(per_type)
        ]

    def harmless(self, count: int) -> list[Example]:
        """Sentences full of numbers and of the types' names, without any value."""
        return [self._harmless() for _ in range(count)]

    def _example(self, type_: str) -> Example:
        carrier = self._values.draw.choice(self._values.data["types"][type_])
        lines = carrier.split(" | ")
        value = self._values.of_type[type_]()
        roles = [Role.AGENT, Role.CUSTOMER][-len(lines) :]
        said = [(role, line, value) for role, line in zip(roles, lines, strict=True)]
        if len(said) > 1 and len(value.split()) >= LONG and self._values.chance(CUT):
            said = self._over_turns(said)
        return self._spoken(said, "password" if type_ == "pin" else type_)

    def _over_turns(self, said: list[_Line]) -> list[_Line]:
        """The answer in two parts, with the agent's back-channel between them."""
        (agent, question, _), (customer, answer, value) = said
        words = value.split()
        cut = self._values.draw.randint(3, len(words) - 3)
        return [
            (agent, question, ""),
            (customer, answer.partition("{}")[0] + "{}", " ".join(words[:cut])),
            (agent, self._values.pick("back_channels"), ""),
            (customer, "{}" + answer.partition("{}")[2], " ".join(words[cut:])),
        ]

    def _harmless(self) -> Example:
        return self._spoken([(Role.CUSTOMER, self._values.harmless(), "")], None)

    def _spoken(self, said: list[_Line], type_: str | None) -> Example:
        """Turns with times; in half of the examples as a recogniser without capitals writes."""
        is_bare = self._values.chance(0.5)
        clock_s, turns, places = 0.0, [], set()
        for number, (role, line, value) in enumerate(said):
            before, found, after = line.partition("{}")
            parts = [before.split(), value.split() if found else [], after.split()]
            start, end = len(parts[0]), len(parts[0]) + len(parts[1])
            places |= {(number, word) for word in range(start, end)}
            words = []
            for text in self._written([word for part in parts for word in part], is_bare=is_bare):
                words.append(Word(text, clock_s, clock_s + 0.9 * WORD_S, 0.9))
                clock_s += WORD_S
            turns.append(Turn(role, 1.0, 0 if role is Role.AGENT else 1, tuple(words)))
            clock_s += 0.4
        transcript = Transcript(
            call_id="call-1",
            language=self.language,
            language_confidence=1.0,
            duration_s=clock_s,
            channel_count=2,
            turns=tuple(turns),
            model_pin="invented",
        )
        return Example(transcript, type_, frozenset(places))

    def _written(self, words: list[str], *, is_bare: bool) -> list[str]:
        if is_bare:
            return [word.lower().strip("¿?.,") or word for word in words]
        first = words[0][0].upper() + words[0][1:]
        last = words[-1] if words[-1][-1] in "?.," else words[-1] + "."
        return [first, *words[1:-1], last] if len(words) > 1 else [first]
