"""Invented values of every type, as people say them; seeded."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stdnum import luhn
from stdnum.es import dni
from stdnum.iso7064 import mod_97_10
from stdnum.it import codicefiscale

from tests.qa_rules.pii_detection.invented_people.voice import Voice

if TYPE_CHECKING:
    from collections.abc import Callable

CARDS = (  # the schemes' published test numbers
    "4111111111111111",
    "5555555555554444",
    "4012888888881881",
    "5105105105105100",
    "378282246310005",
    "6011111111111117",
    "4242424242424242",
    "2223003122003222",
    "30569309025904",
)
LEAST_YEAR, THIS_CENTURY = 1942, 2000


class Values(Voice):
    """Says values in one language.

    Attributes:
        of_type: For each type what says a value of it.
    """

    def __init__(self, language: str, seed: int) -> None:
        super().__init__(language, seed)
        self.of_type: dict[str, Callable[[], str]] = {
            "card_number": self._card,
            "card_expiry": self._expiry,
            "cvv": lambda: self.number(self.digits(3 if self.chance(0.85) else 4)),
            "iban": lambda: self._code(self._iban()),
            "bank_account": lambda: self.number(self.digits(8 if self.language == "en" else 12)),
            "us_ssn": lambda: self.number(f"5{self.digits(2)}{self.draw.randint(11, 98)}4711"),
            "uk_nino": lambda: self._code(f"AB{self.digits(6)}C"),
            "es_dni": lambda: self._code(self._dni()),
            "es_nie": lambda: self._code("X" + self._nie()),
            "it_codice_fiscale": lambda: self._code(self._tax_code()),
            "phone": lambda: self.number(self._phone()),
            "email": self._email,
            "date_of_birth": self._birthday,
            "person_name": lambda: self.pick("people"),
            "address": self._address,
            "password": lambda: self.pick("passwords"),
            "pin": lambda: self.number(self.digits(self.draw.choice([4, 4, 6]))),
        }

    def harmless(self) -> str:
        """A sentence full of numbers or of the types' names, without any value."""
        sentence = str(self.draw.choice(self.data["harmless"]))
        return sentence.format(
            n=self.amount(11, 89),
            m=self.amount(21, 59),
            p=self.amount(2, 9),
            h=self.amount(1, 12),
            y=self.amount(61, 99),
            weekday=self.pick("weekdays"),
            month=self.pick("months"),
            ordinal=self.draw.choice(self.data.get("ordinals", [""])),
            hundreds=self.pick("hundreds"),
            thousands=self.pick("thousands"),
        )

    def _card(self) -> str:
        card = self.draw.choice(CARDS)
        if self.chance(0.5):
            body = self.draw.choice("45") + "1" + self.digits(13)
            card = body + luhn.calc_check_digit(body)
        if self.chance(0.25):  # recognition lost or doubled a digit
            at = self.draw.randint(4, len(card) - 2)
            card = card[:at] + card[at + 1 :] if self.chance(0.5) else card[:at] + card[at - 1 :]
        groups = [self.number(card[at : at + 4]) for at in range(0, len(card), 4)]
        return " ".join(groups) if self.chance(0.3) else self.number(card)

    def _expiry(self) -> str:
        month, year = self.draw.randint(1, 12), self.draw.randint(26, 34)
        names = self.data["months"]
        spoken = self.two(year)
        named = {"es": "{} del {}", "it": "{} {}", "en": "{} {}"}[self.language]
        full = {"en": "twenty", "es": "dos mil", "it": None}[self.language]
        full_year = f"{full} {spoken}" if full else f"duemila{spoken}"
        figure = self.two(month) if month > 9 else f"{self.pick('zeros')} {self.digit(str(month))}"
        return str(
            self.draw.choice(
                [
                    named.format(names[month - 1], spoken),
                    named.format(names[month - 1], full_year),
                    f"{figure} {spoken}",
                    f"{month:02}/{year}",
                    f"{month}/{year}",
                ]
            )
        )

    def _birthday(self) -> str:
        day, month = self.draw.randint(1, 28), self.draw.randint(1, 12)
        year = self.draw.randint(LEAST_YEAR, 2004)
        name = self.data["months"][month - 1]
        figures = self.draw.choice([f"{day}/{month}/{year}", f"{day:02}-{month:02}-{year}"])
        if self.chance(0.2):
            return str(figures)
        spoken_day = self.digit(str(day)) if day < 10 else self.two(day)
        if self.language == "en":
            ordinal = self.data["ordinals"][day - 1]
            return str(
                self.draw.choice(
                    [
                        f"{ordinal} of {name} {self._year(year)}",
                        f"{name} {ordinal} {self._year(year)}",
                        f"{name} {spoken_day} {self._year(year)}",
                        f"{day} {name} {year}",
                        f"{ordinal} of the {self.data['ordinals'][month - 1]} {self._year(year)}",
                    ]
                )
            )
        joiner = {"es": " de ", "it": " "}[self.language]
        before_year = {"es": self.draw.choice([" de ", " del "]), "it": " "}[self.language]
        return f"{spoken_day}{joiner}{name}{before_year}{self._year(year)}"

    def _year(self, year: int) -> str:
        if self.chance(0.3):
            return str(year)
        since, rest = year - year % 100, year % 100
        two = (self.digit(str(rest)) if rest < 10 else self.two(rest)) if rest else ""
        if since == THIS_CENTURY:
            start = {"en": "two thousand and", "es": "dos mil", "it": "duemila"}[self.language]
            return (
                (start + ("" if self.language == "it" else " ") + two).removesuffix(" and ").strip()
            )
        start = {"en": "nineteen", "es": "mil novecientos", "it": "millenovecento"}[self.language]
        return start + ("" if self.language == "it" else " ") + two

    def _email(self) -> str:
        person = self.pick("people").lower().split()
        name, surname = person[0], person[-1]
        dot, dash, under = self.pick("dot"), self.pick("dash"), self.pick("underscore")
        at, domain = self.pick("at"), str(self.draw.choice(self.data["domains"]))
        years = self.number(self.digits(2))
        spelled = " ".join(self.letter(letter) for letter in _plain(name[:4]))
        local = self.draw.choice(
            [
                f"{name} {dot} {surname}",
                f"{name} {under} {surname}",
                f"{name} {dash} {surname} {years}",
                f"{self.letter(_plain(name)[0])} {dot} {surname}",
                f"{name}{surname}",
                f"{surname} {years}",
                spelled,
            ]
        )
        if self.chance(0.2):
            return f"{_plain(name).lower()}.{_plain(surname).lower()}@{domain}"
        return f"{local} {at} {domain.replace('.', f' {dot} ')}"

    def _address(self) -> str:
        address = str(self.draw.choice(self.data["addresses"]))
        return address.format(n=self.amount(11, 98), m=self.amount(2, 9))

    def _code(self, code: str) -> str:
        """Letters and digits, the letters named or explained, the digits as people say them."""
        if self.chance(0.15):
            return code if self.chance(0.5) else " ".join(_groups(code, 4))
        words, at = [], 0
        spells = self.chance(0.3)
        while at < len(code):
            end = at + 1
            if code[at].isdigit():
                while end < len(code) and code[end].isdigit():
                    end += 1
                words.append(" ".join(self.draw.choice([self.singly, self.in_pairs])(code[at:end])))
            else:
                words.append(self._explained(code[at]) if spells else self.letter(code[at]))
            at = end
        return " ".join(words)

    def _explained(self, letter: str) -> str:
        form = str(self.draw.choice(self.data["explained"]))
        return form.format(letter=self.letter(letter), word=self.data["alphabet"][letter])

    def _iban(self) -> str:
        bban = {
            "en": "NWBK" + self.digits(14),
            "es": self.digits(20),
            "it": "X" + self.digits(10) + "000000" + self.digits(6),
        }[self.language]
        country = {"en": "GB", "es": "ES", "it": "IT"}[self.language]
        return country + mod_97_10.calc_check_digits(bban + country) + bban

    def _dni(self) -> str:
        number = self.digits(8)
        return number + str(dni.calc_check_digit(number))

    def _nie(self) -> str:
        number = self.digits(7)
        return number + str(dni.calc_check_digit("0" + number))

    def _tax_code(self) -> str:
        letters = "".join(self.draw.choices("BCDFGLMNPRSTV", k=6))
        year, day = self.draw.randint(45, 99), self.draw.randint(10, 28)
        town = f"{self.draw.choice('ABCDEFGHL')}{self.draw.randint(100, 899)}"
        code = f"{letters}{year}{self.draw.choice('ABCDEHLMPRST')}{day}{town}"
        return code + str(codicefiscale.calc_check_digit(code))

    def _phone(self) -> str:
        plans = {
            "en": ["07{9}", "0207{7}", "415{7}", "+447{9}", "+1212{7}", "01{9}"],
            "es": ["6{8}", "7{8}", "91{7}", "+346{8}", "9{8}"],
            "it": ["3{9}", "34{8}", "02{8}", "+393{9}", "06{7}"],
        }[self.language]
        start, _, count = str(self.draw.choice(plans)).rstrip("}").partition("{")
        return start.lstrip("+") + self.digits(int(count))


def _groups(code: str, size: int) -> list[str]:
    return [code[at : at + size] for at in range(0, len(code), size)]


def _plain(name: str) -> str:
    return "".join(char for char in name if char.isascii())
