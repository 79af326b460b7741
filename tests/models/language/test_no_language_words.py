"""Words of a language are in its pack, never in the code: a further language needs no code."""

from __future__ import annotations

import ast
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING

from models.language import pack

if TYPE_CHECKING:
    from collections.abc import Iterator

CHECKOUT = Path(__file__).parents[3]
ROOMS = ("flows", "models", "qa_rules", "warehouse")
LISTENING = (
    "models/language/",
    "models/speakers/",
    "models/speech/",
    "qa_rules/matching/",
    "qa_rules/phrase_search/",
    "qa_rules/pii_detection/",
)
"""Folders that process what was said; there each word needs a reason of its own."""

FILE_KEY = "a key or a choice of files that people write"
COLUMN = "a column or a value of the warehouse"
ANSWER = "an answer of a scorecard or of a person"
SCREEN = "what the command line shows"
DESK = "a key of a request or template of the desk"
MAIL = "a field of mails"
CODE = "the code of a language"
PATTERN = "a key of spaCy's patterns"
MODULE = "a name inside the code"

ELSEWHERE = {
    "about": DESK,
    "after": FILE_KEY,
    "all": FILE_KEY,
    "any": FILE_KEY,
    "at": COLUMN,
    "before": FILE_KEY,
    "between": "the code of a reason",
    "broken": COLUMN,
    "by": FILE_KEY,
    "customers": FILE_KEY,
    "day": COLUMN,
    "days": MODULE,
    "en": CODE,
    "error": FILE_KEY,
    "failed": SCREEN,
    "first": FILE_KEY,
    "from": FILE_KEY,
    "hours": MODULE,
    "in": "a value of telephone systems",
    "kind": COLUMN,
    "month": FILE_KEY,
    "never": "how data leave a place: not at all",
    "no": ANSWER,
    "nothing": SCREEN,
    "of": FILE_KEY,
    "now": MODULE,
    "ok": SCREEN,
    "past": DESK,
    "queue": COLUMN,
    "rate": COLUMN,
    "refused": "an outcome in the audit trail",
    "right": FILE_KEY,
    "seconds": MODULE,
    "set": SCREEN,
    "texts": FILE_KEY,
    "th": "an element of HTML",
    "then": DESK,
    "there": COLUMN,
    "to": MAIL,
    "until": SCREEN,
    "us": "microseconds",
    "week": COLUMN,
    "weeks": MODULE,
    "why": FILE_KEY,
    "wrong": SCREEN,
    "year": FILE_KEY,
    "yellow": SCREEN,
    "yes": ANSWER,
}
"""Literals that are also words of a language, in code that does not process what was said."""

WHERE_WE_LISTEN = {
    ("models/audio/headers/completeness.py", "au"): "a container's name",
    ("models/limits.py", "mb"): "a unit",
    ("models/language/entities.py", "in"): PATTERN,
    ("models/language/entities.py", "per"): "a label of spaCy's pipelines",
    ("models/language/pack_gaps.py", "months"): FILE_KEY,
    ("models/language/spoken/atoms.py", "hundred"): MODULE,
    ("models/language/spoken/atoms.py", "thousand"): MODULE,
    ("models/language/spoken/symbols.py", "correction"): MODULE,
    ("models/language/spoken/symbols.py", "month"): MODULE,
    ("models/speakers/diarization.py", "right"): "a side of numpy's search",
    ("models/speech/whisper.py", "lo"): CODE,
    ("models/speech/whisper.py", "my"): CODE,
    ("models/speech/whisper.py", "th"): CODE,
    ("qa_rules/matching/compiler.py", "all"): FILE_KEY,
    ("qa_rules/matching/compiler.py", "any"): FILE_KEY,
    ("qa_rules/pii_detection/evidence/features.py", "echo"): "a feature's name",
    ("qa_rules/pii_detection/redaction/second_hearing.py", "all"): "a choice of a setting",
    ("qa_rules/pii_detection/recognizers/postal_addresses.py", "after"): FILE_KEY,
    ("qa_rules/pii_detection/types/pii_type.py", "after"): FILE_KEY,
    ("qa_rules/pii_detection/types/pii_type.py", "before"): FILE_KEY,
}
"""The same by file, in code that processes what was said."""


def _words(value: object) -> Iterator[str]:
    """Every word or phrase of a value: items of lists, and keys that stand for a number or letter.

    Single letters and signs belong to no language.
    """
    if isinstance(value, str):
        if len(value) > 1 and any(map(str.isalpha, value)):
            yield value.casefold()
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield from _words(key)
            yield from _words(inner)
    elif isinstance(value, tuple):
        for inner in value:
            yield from _words(inner)


def _pack_words() -> frozenset[str]:
    """Every entry of every pack, but for what other libraries call the language."""
    parts = (
        pack.load_spoken_language,
        pack.load_role_phrases,
        pack.load_engine_vocabulary,
        pack.load_name_words,
        pack.load_hallucinations,
        pack.load_sentiment_phrases,
    )
    records = (load(code) for code in pack.known_languages() for load in parts)
    return frozenset(
        word
        for record in records
        for name in type(record).model_fields
        if name not in ("tens_and_units", "sounds")  # a choice of grammar, and spellings
        for word in _words(getattr(record, name))
    )


def _literals(text: str) -> Iterator[str]:
    """Every string literal of a module but its docstrings."""
    tree = ast.parse(text)
    documentation = {
        id(node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }
    for node in ast.walk(tree):
        if not isinstance(node, ast.Constant) or id(node) in documentation:
            continue
        if isinstance(node.value, str):
            yield node.value


def _found() -> dict[str, set[str]]:
    """The literals that are words of a language, with the files in which they stand."""
    words = _pack_words()
    found: dict[str, set[str]] = defaultdict(set)
    for room in ROOMS:
        for path in sorted((CHECKOUT / room).rglob("*.py")):
            for literal in _literals(path.read_text(encoding="utf-8")):
                if literal.casefold() in words:
                    found[literal.casefold()].add(path.relative_to(CHECKOUT).as_posix())
    return found


def test_no_literal_is_a_word_of_a_language() -> None:
    """But for names of other things, each with its reason."""
    wrong = [
        f"{path}: {word!r}"
        for word, paths in _found().items()
        for path in paths
        if (path, word) not in WHERE_WE_LISTEN
        and (path.startswith(LISTENING) or word not in ELSEWHERE)
    ]
    assert sorted(wrong) == []


def test_no_exception_is_left_over() -> None:
    """Exceptions that are no longer needed must be removed."""
    found = _found()
    places = {(path, word) for word, paths in found.items() for path in paths}
    assert WHERE_WE_LISTEN.keys() - places == set()
    elsewhere = {word for path, word in places if not path.startswith(LISTENING)}
    assert ELSEWHERE.keys() - elsewhere == set()


def test_a_word_in_the_code_would_be_found() -> None:
    """The search sees through calls, sets and comparisons, and not into docstrings."""
    said = '"""Maybe."""\nA = frozenset({"della"})\nif word != "at":\n    pass\n'
    assert set(_literals(said)) == {"della", "at"}
    assert {"della", "at", "thank you for watching."} <= _pack_words()
