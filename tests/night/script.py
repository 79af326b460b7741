"""Dialogues as data: read `scripts/*.yaml` into turns and phrases."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from ruamel.yaml import YAML

if TYPE_CHECKING:
    from pathlib import Path

Role = Literal["agent", "customer"]

PII_TYPES = frozenset(
    {
        "card_number",
        "card_expiry",
        "cvv",
        "iban",
        "bank_account",
        "us_ssn",
        "uk_nino",
        "es_dni",
        "es_nie",
        "it_codice_fiscale",
        "phone",
        "email",
        "address",
        "date_of_birth",
        "person_name",
        "password",
    }
)
ACTS = frozenset({"asked", "volunteered", "repeated", "disclosed"})
RULES = {
    "script-greeting": "pass",
    "script-recording-notice": "pass",
    "script-identity-check": "pass",
    "script-needs-question": "pass",
    "script-further-help": "pass",
    "script-closing": "pass",
    "script-customer-on-hold": "none",
    "script-hold-announced": "not_applicable",
    "script-hold-thanks": "not_applicable",
    "script-transfer-announced": "none",
    "script-reference-number": "none",
    "script-empathy-after-complaint": "not_applicable",
    "conduct-complaint": "none",
    "conduct-dissatisfaction": "none",
    "conduct-repeat-contact": "none",
    "conduct-supervisor-request": "none",
    "conduct-churn-threat": "none",
    "conduct-legal-threat": "none",
    "conduct-vulnerability": "none",
    "conduct-customer-abuse": "none",
    "conduct-gratitude": "none",
    "conduct-apology": "none",
    "conduct-empathy": "none",
    "conduct-callback-promised": "none",
    "conduct-card-read-back": "none",
    "conduct-cvv-repeated": "pass",
    "conduct-dead-time": "pass",
    "conduct-forbidden-promise": "pass",
    "conduct-forbidden-words": "pass",
    "conduct-blame": "pass",
    "conduct-passes-the-buck": "pass",
}
"""What a listener says of most calls; a script names the rules that come out otherwise."""
UNLABELLED = "unsure"
"""Listeners may differ; the truth says nothing of such a rule."""
MARK = re.compile(r"\{(\w+) (\w+)(?: (\w+))?: ([^}]*)\}")
BORDER = re.compile(r"\s*\|\s*|(?<=[.!?])\s+")
BREATH_WORDS = 4
GROUP_BORDER = re.compile(r"(?<=,)\s+")


@dataclass(frozen=True, slots=True)
class Mark:
    """Sensitive stretch of a turn; `key` joins parts of the same value."""

    kind: str
    act: str
    key: str | None
    spoken: str
    value: str


@dataclass(frozen=True, slots=True)
class Phrase:
    """What is rendered in one breath; `mark` indexes `Turn.marks`."""

    text: str
    mark: int | None


@dataclass(frozen=True, slots=True)
class Turn:
    """One side's turn.

    `gap_s` is the pause before it (negative: it starts over the other side's
    speech; None: an ordinary pause is drawn), `event` says what that is.
    """

    role: Role
    phrases: tuple[Phrase, ...]
    marks: tuple[Mark, ...]
    gap_s: float | None = None
    event: str | None = None


@dataclass(frozen=True, slots=True)
class Rest:
    """A stretch without speech: `hold_music`, `long_silence` or `ringing`."""

    kind: str
    length_s: float


@dataclass(frozen=True, slots=True)
class Script:
    """One call as written by its author."""

    call_id: str
    shows: str
    language: str
    queue: str
    agent: str
    customer: dict[str, str]
    started_at: str
    audio: dict[str, Any]
    items: tuple[Turn | Rest, ...]
    direction: str = "inbound"
    declare_language: bool = True
    rules: dict[str, str] = field(default_factory=dict)

    @property
    def stereo(self) -> bool:
        """Whether each side has its own channel."""
        return bool(self.audio["layout"] == "stereo")


def parse_turn(item: dict[str, Any], values: dict[str, str]) -> Turn:
    """Read one turn, e.g. `{customer: "It's {phone asked: oh two}.", gap_s: 0.2}`."""
    role: Role = "agent" if "agent" in item else "customer"
    phrases: list[Phrase] = []
    marks: list[Mark] = []
    place = 0
    text = item[role]
    for found in MARK.finditer(text):
        kind, act, key, spoken = found.groups()
        if kind not in PII_TYPES or act not in ACTS:
            raise ValueError(f"unknown mark {kind} {act}")
        phrases += _plain(text[place : found.start()])
        phrases += [Phrase(part, len(marks)) for part in _groups(spoken)]
        marks.append(Mark(kind, act, key, spoken, values[key] if key else spoken))
        place = found.end()
    phrases += _plain(text[place:])
    return Turn(role, tuple(phrases), tuple(marks), item.get("gap_s"), item.get("mark"))


def _groups(spoken: str) -> list[str]:
    """Cut a spoken value at its commas into breaths of four words or one group."""
    breaths: list[str] = []
    for group in GROUP_BORDER.split(spoken):
        if breaths and len(f"{breaths[-1]} {group}".split()) <= BREATH_WORDS:
            breaths[-1] += f" {group}"
        else:
            breaths.append(group)
    return breaths


def _plain(text: str) -> list[Phrase]:
    """Cut harmless text at sentence ends and at `|`; drop bare punctuation."""
    return [Phrase(p.strip(), None) for p in BORDER.split(text) if re.search(r"\w", p)]


def _parse_item(item: dict[str, Any], values: dict[str, str]) -> Turn | Rest:
    """Read a turn or a rest."""
    for key, kind in (
        ("hold_music_s", "hold_music"),
        ("silence_s", "long_silence"),
        ("ringing_s", "ringing"),
    ):
        if key in item:
            return Rest(kind, float(item[key]))
    return parse_turn(item, values)


def load_script(path: Path) -> Script:
    """Read one dialogue file.

    Raises:
        ValueError: a turn or mark cannot be read; the message names the file.
    """
    data = YAML(typ="safe").load(path)
    values = data.pop("values", {})
    try:
        data["items"] = tuple(_parse_item(item, values) for item in data.pop("turns"))
        labels = {**RULES, **data.get("rules", {})}
        data["rules"] = {name: said for name, said in labels.items() if said != UNLABELLED}
        return Script(**data)
    except (KeyError, TypeError, ValueError) as error:
        raise ValueError(f"{path.name}: {error}") from error


def load_scripts(folder: Path) -> list[Script]:
    """Read every dialogue, in order of call id."""
    return [load_script(path) for path in sorted(folder.glob("*.yaml"))]
