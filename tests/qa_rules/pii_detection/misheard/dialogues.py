"""What the misheard corpus says: one value or harmless sentence per dialogue, dealt to three files.

Builds on `invented_people`; what is said in digits there is said in words here, since it is spoken.
The files share no speaker, name, secret, card or code.
"""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from ruamel.yaml import YAML

from tests.qa_rules.pii_detection.invented_people.values import Values

if TYPE_CHECKING:
    from collections.abc import Iterator

FOLDER = Path(__file__).parent / "sentences"
LANGUAGES = ("en", "es", "it")
SPLITS: Final = {"fit": (0, 1), "test": (2,), "held_out": (3,)}
"""Which quarters of the dialogues, and of every list, belong to a file."""
QUARTERS = 4
TYPE_OF = {"birth": "date_of_birth", "name_in_passing": "person_name", "postcode": "address"}
"""Types of kinds that are named otherwise."""
HARMLESS_EACH = 4
"""One dialogue of so many has no value."""
MOST_LETTERS = 260
"""The voice model takes 510 phonemes."""
LONG_WORDS, GROUP_WORDS = 6, (2, 4)
_WRITTEN = re.compile(r"[\d@/]")


@dataclass(frozen=True, slots=True)
class Dialogue:
    """A line of the agent and the customer's answer.

    Attributes:
        dialogue_id: Unique in the corpus.
        language: Code.
        split: `fit`, `test` or `held_out`.
        kind: What the sentence is about; None if it is harmless.
        type: Type of the value; None if there is none.
        question: What the agent says.
        before: What the customer says before the value; all of it without a value.
        value: The value in spoken form.
        after: What follows it.
        speaker: The customer's voice, fields of `tests.night.voices.Voice`.
        agent: The agent's.
    """

    dialogue_id: str
    language: str
    split: str
    kind: str | None
    type: str | None
    question: str
    before: str
    value: str
    after: str
    speaker: dict[str, Any]
    agent: dict[str, Any]

    def as_dict(self) -> dict[str, Any]:
        """All fields."""
        return asdict(self)


class SpokenValues(Values):
    """Values in words, from a file's own share of every list.

    Args:
        language: Has a file of sentences here and in `invented_people`.
        split: The file.
        seed: The same one says the same.
    """

    def __init__(self, language: str, split: str, seed: int) -> None:
        super().__init__(language, seed)
        further = YAML(typ="safe").load(FOLDER / f"{language}.yaml")
        self.data["harmless"] = [*self.data["harmless"], *further.pop("harmless")]
        self.data["types"] |= further.pop("types")
        self.data |= further
        for key in ("people", "addresses", "passwords", "secrets", "cards", "ibans", "postcodes"):
            self.data[key] = _share(self.data[key], split)
        self.of_type |= {
            "address": lambda: self.pick("addresses"),
            "reference": self._reference,
            "postcode": self._postcode,
            "licence_plate": self._plate,
            "security_answer": lambda: self.pick("secrets"),
            "birth": self._short_birthday,
            "name_in_passing": self._short_name,
        }

    def spoken(self, kind: str) -> str:
        """A value as it is spoken, with pauses between its groups."""
        while True:
            value = self.of_type[kind]()
            if not _WRITTEN.search(value) and len(value) <= MOST_LETTERS:
                return self._grouped(value) if kind not in ("birth", "email") else value

    def _grouped(self, value: str) -> str:
        words = value.split()
        if self.language == "en":  # a lone "a" would be spoken as the article
            words = [word.upper() if len(word) == 1 else word for word in words]
        if len(words) < LONG_WORDS or self.chance(0.4):
            return " ".join(words)
        size, since = self.draw.randint(*GROUP_WORDS), 0
        for at, (word, following) in enumerate(pairwise(words[:])):
            since += 1
            if since >= size and not {word.lower(), following.lower()} & {*self.data["joiners"]}:
                words[at], since = word.rstrip(",") + ",", 0
        return " ".join(words)

    def _card(self) -> str:
        return self.number(self.pick("cards"))

    def _iban(self) -> str:
        return self.pick("ibans")

    def _phone(self) -> str:
        start, _, count = self.pick("phones").rstrip("}").partition("{")
        return start + self.digits(int(count))

    def _reference(self) -> str:
        if self.chance(0.4):
            return self._code("".join(self.draw.choices("BCDFKLMNPRT", k=2)) + self.digits(6))
        return self.number(self.digits(self.draw.choice([6, 7, 8, 10])))

    def _postcode(self) -> str:
        if self.language == "en":
            inward = self.digits(1) + "".join(self.draw.choices("ABDEFHJLNPQRSTW", k=2))
            return self._code(self.pick("postcodes") + inward)
        return self.number(self.pick("postcodes") + self.digits(3))

    def _plate(self) -> str:
        letters = "BCDFGHJKLMNPRSTVWXYZ"
        pattern = self.pick("plates")
        return self._code(
            "".join(self.digits(1) if one == "D" else self.draw.choice(letters) for one in pattern)
        )

    def _short_birthday(self) -> str:
        day, month = self.draw.randint(1, 28), self.draw.randint(1, 12)
        said = {number: self.digit(str(number)) for number in range(1, 10)}
        said |= {number: self.two(number) for number in range(10, 29)}
        ordinals = self.data.get("ordinals", [""] * 28)
        return self.pick("births").format(
            day=said[day],
            month_number=said[month],
            month=self.data["months"][month - 1],
            ordinal=ordinals[day - 1],
            ordinal_month=ordinals[month - 1],
            year=self.two(self.draw.randint(42, 99)),
        )

    def _short_name(self) -> str:
        name = self.pick("people")
        return name.split()[0] if self.chance(0.4) else name


class Deal:
    """The dialogues of one language and file, in an order in which every kind comes up in turn.

    Args:
        language: Has a file of sentences.
        split: The file.
        seed: The same one says the same.
    """

    def __init__(self, language: str, split: str, seed: int) -> None:
        self._language, self._split = language, split
        number = list(SPLITS).index(split)
        self._values = SpokenValues(language, split, QUARTERS * seed + number)
        self._kinds = list(self._values.data["types"])
        self._values.draw.shuffle(self._kinds)
        cast = YAML(typ="safe").load(FOLDER / "speakers.yaml")
        self._agent = cast["agents"][language]
        self._customers = cast["customers"][language][split]

    def dialogues(self) -> Iterator[Dialogue]:
        """Without end."""
        turn = number = 0
        while True:
            is_harmless = number % HARMLESS_EACH == HARMLESS_EACH - 1
            kind = None if is_harmless else self._kinds[turn % len(self._kinds)]
            turn += not is_harmless
            yield self._dialogue(number, kind)
            number += 1

    def _dialogue(self, number: int, kind: str | None) -> Dialogue:
        question, before, value, after = self._said(kind)
        type_ = "password" if kind == "pin" else TYPE_OF.get(kind or "", kind)
        return Dialogue(
            dialogue_id=f"{self._language}-{self._split}-{number:04}",
            language=self._language,
            split=self._split,
            kind=kind,
            type=type_,
            question=question,
            before=before,
            value=value,
            after=after,
            speaker=self._customers[number % len(self._customers)],
            agent=self._agent,
        )

    def _said(self, kind: str | None) -> tuple[str, str, str, str]:
        """Question, words before the value, value, words after it."""
        opening = str(self._values.data["opening"])
        if kind is None:
            return opening, self._values.harmless(), "", ""
        carriers = self._values.data["types"][kind]
        carrier = str(self._values.draw.choice(carriers))
        question, _, line = carrier.rpartition(" | ")
        if question:  # the same one each time, so that it is rendered once
            first = next(one for one in carriers if " | " in one)
            question = first.partition(" | ")[0] if kind != "security_answer" else question
        before, _, after = line.partition("{}")
        return question or opening, before.strip(), self._values.spoken(kind), after.strip()


def _share(values: list[Any], split: str) -> list[Any]:
    """A file's share of a list: none of it is in another file's."""
    return [value for at, value in enumerate(values) if at % QUARTERS in SPLITS[split]]
