"""Draw harmless calls: references, prices, times and the firm's own contacts, no personal data."""

from __future__ import annotations

import datetime as dt
import random
import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from models.metrics import conversation_metrics
from qa_rules.authoring.example_calls import invented_call, invented_transcript
from qa_rules.evaluation.judging import judge
from qa_rules.pii_detection.detector import find_pii
from qa_rules.pii_detection.redaction.text import redact
from qa_rules.rule_files.rule import Expect
from qa_rules.strict_yaml import StrictRecord, read_record

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from qa_rules.rule_files.rulebook import RuleBook

FOLDER = Path(__file__).parent
LANGUAGES = ("en", "es", "it")
MAX_EXCHANGES = 3
CALL = replace(invented_call(dt.date(2026, 3, 10)), queue="support")
_SLOT = re.compile(r"\{(\w+)(?::(\d+))?\}")


class Source(StrictRecord):
    """The material from which calls of one language are drawn.

    Attributes:
        digits: Names of the figures 0 to 9.
        opening: Opening lines.
        closing: Closing lines.
        exchanges: Exchanges between them, with slots for numbers.
    """

    digits: tuple[str, ...]
    opening: tuple[str, ...]
    closing: tuple[str, ...]
    exchanges: tuple[str, ...]


class HarmlessCall(NamedTuple):
    """A call in one language, as lines `agent: …` and `customer: …`."""

    language: str
    text: str


class Flag(NamedTuple):
    """A flag of an agent, with its rule, severity and call."""

    rule_id: str
    severity: str
    call: HarmlessCall


def harmless_calls(count: int, seed: int) -> Iterator[HarmlessCall]:
    """This many calls, alternating between languages; the same for the same seed."""
    draw = random.Random(seed)  # noqa: S311  the same calls every time, no secret
    sources = {code: read_record(FOLDER / f"{code}.yaml", Source) for code in LANGUAGES}
    for number in range(count):
        language = LANGUAGES[number % len(LANGUAGES)]
        source = sources[language]
        exchanges = draw.sample(source.exchanges, draw.randint(1, MAX_EXCHANGES))
        parts = [
            draw.choice(source.opening),
            *(_filled(exchange, source.digits, draw) for exchange in exchanges),
            draw.choice(source.closing),
        ]
        yield HarmlessCall(language, "\n".join(part.strip() for part in parts))


def flags(call: HarmlessCall, rulebook: RuleBook) -> Iterator[Flag]:
    """Flags for what was said; those for something missing do not count here."""
    heard = replace(invented_transcript(call.text, language=call.language), call_id="harmless")
    spans = find_pii(heard, rulebook.pii)
    redacted = redact(heard, spans)
    metrics = conversation_metrics(redacted)
    findings = judge(replace(CALL, language=call.language), redacted, spans, metrics, rulebook)
    expected = {(rule.id, rule.version): rule.expect for rule in rulebook.rules}
    for finding in findings:
        said = expected[finding.rule_id, finding.rule_version] is not Expect.PRESENT
        if finding.flagged and said:
            yield Flag(finding.rule_id, str(finding.severity), call)


def _filled(exchange: str, names: Sequence[str], draw: random.Random) -> str:
    """An exchange with its slots drawn; `{same}` is the last number once more."""
    said = ""

    def one(slot: re.Match[str]) -> str:
        nonlocal said
        if slot[1] != "same":
            said = _drawn(slot[1], int(slot[2] or 0), names, draw)
        return said

    return _SLOT.sub(one, exchange)


def _drawn(kind: str, size: int, names: Sequence[str], draw: random.Random) -> str:
    if kind == "small":
        return str(draw.randint(2, 99))
    if kind == "hour":
        return str(draw.randint(1, 12))
    if kind == "letters":
        return "".join(draw.choices("ABCDEFGHKLMNPRSTVXZ", k=size))
    figures = draw.choices(range(10), k=size)
    if kind == "digits" and draw.random() < 0.5:
        return " ".join(names[figure] for figure in figures)
    return "".join(map(str, figures))
