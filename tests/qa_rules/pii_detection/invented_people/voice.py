"""How people say numbers and letters; seeded."""

from __future__ import annotations

import random
import string
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

FOLDER = Path(__file__).parent


class Voice:
    """Says numbers in one language.

    Args:
        language: Has a file of words and sentences.
        seed: The same one says the same.

    Attributes:
        language: Its code.
        data: The file.
        draw: Where chance comes from.
    """

    def __init__(self, language: str, seed: int) -> None:
        self.language = language
        self.data: dict[str, Any] = YAML(typ="safe").load(FOLDER / f"{language}.yaml")
        self.draw = random.Random(f"{language} {seed}")  # noqa: S311  the same each time, no secret

    def number(self, digits: str) -> str:
        """Digits in one of the ways in which people say and recognisers write them."""
        way = self.draw.choice([self.singly, self.singly, self.in_pairs, self._doubled])
        if len(digits) > 4 and self.chance(0.25):
            return self._in_figures(digits)
        words = way(digits)
        if len(digits) > 4 and self.chance(0.12):
            wrong = self._pick_digit(digits[0])
            return " ".join([words[0], wrong, self.pick("corrections"), *words[1:]])
        if len(words) > 3 and self.chance(0.3):
            words.insert(self.draw.randint(1, len(words) - 1), self.pick("fillers"))
        return " ".join(words)

    def _pick_digit(self, but: str) -> str:
        return str(
            self.draw.choice([w for at, w in enumerate(self.data["digits"]) if at != int(but)])
        )

    def digit(self, digit: str) -> str:
        """One digit as people say it."""
        return self.pick("zeros") if digit == "0" else str(self.data["digits"][int(digit)])

    def singly(self, digits: str) -> list[str]:
        """Digit by digit."""
        return [self.digit(digit) for digit in digits]

    def in_pairs(self, digits: str) -> list[str]:
        """Two by two: "forty one eleven"."""
        start = len(digits) % 2
        words = self.singly(digits[:start])
        for at in range(start, len(digits), 2):
            pair = digits[at : at + 2]
            words += self.singly(pair) if pair[0] == "0" else [self.two(int(pair))]
        return words

    def _doubled(self, digits: str) -> list[str]:
        words, at = [], 0
        while at < len(digits):
            run = len(digits[at:]) - len(digits[at:].lstrip(digits[at]))
            times = min(run, 3)
            if times > 1:
                words.append(self.data["double" if times == 2 else "triple"])
            words.append(self.digit(digits[at]))
            at += times
        return words

    def _in_figures(self, digits: str) -> str:
        size = self.draw.choice([2, 3, 4, len(digits)])
        groups = [digits[at : at + size] for at in range(0, len(digits), size)]
        return self.draw.choice([" ", "-", ", ", ". "]).join(groups)

    def two(self, number: int) -> str:
        """A number of two digits as one or more words."""
        if number < 20:
            return str(self.data["teens"][number - 10])
        tens, unit = divmod(number, 10)
        if tens == 2 and "twenties" in self.data:
            return str(self.data["twenties"][unit])
        word = str(self.data["tens"][tens - 2])
        if not unit:
            return word
        joiner = str(self.data["tens_joiner"])
        one = str(self.data["digits"][unit])
        elided = word[:-1] if not joiner and one[0] in "uo" else word
        return elided + joiner + one

    def amount(self, least: int, most: int) -> str:
        """A number as figures or words."""
        number = self.draw.randint(least, most)
        if self.chance(0.5):
            return str(number)
        return self.digit(str(number)) if number < 10 else self.two(number)

    def letter(self, letter: str) -> str:
        """A letter's name."""
        return str(self.draw.choice(self.data["letters"][letter.upper()]))

    def digits(self, count: int) -> str:
        """So many random digits."""
        return "".join(self.draw.choices(string.digits, k=count))

    def pick(self, key: str) -> str:
        """One entry of a list of the language."""
        return str(self.draw.choice(self.data[key]))

    def chance(self, share: float) -> bool:
        """True in this share of the times."""
        return self.draw.random() < share
