"""Regular expressions of rules, with an engine of linear run time."""

from __future__ import annotations

import re
from string import ascii_lowercase, digits
from typing import Any

import re2

from qa_rules.phrase_search.tokens import unaccented


def compile_pattern(text: str) -> Any:
    """Compile a pattern with RE2, to be run on folded words.

    Raises:
        re2.error: The pattern is invalid, or not possible in linear time.
    """
    options = re2.Options()
    options.log_errors = False
    options.case_sensitive = False
    return re2.compile(unaccented(text), options)


_COMPARED = (*ascii_lowercase, *digits, " ", "a b")
"""Characters of folded words, and a border between words."""
_PARTS = re.compile(
    r"""(?x)
    (?: (?P<open> \(\?P?<\w+> | \(\?[\w-]*:? | \( ) | (?P<close> \) )
    | [|^$*+?] | \{\d*,?\d*\}
    | (?P<part>
        \\Q.*?(?:\\E|$) | \\[pPx]\{[^}]*\} | \\x[0-9a-fA-F]{2} | \\[pP]\w | \\.
        | \[\^?\]?(?:\[:[^\]]*:\]|\\.|[^\]\\])*\]
        | [ ]{2,} | .
      ) )
    (?P<optional> (?=[*?]|\{0?,))?
    """,
    re.DOTALL,
)
_IS_CASE_SENSITIVE = re.compile(r"\(\?[a-zA-Z]*-[a-zA-Z]*i")


def unmatchable_part(pattern: str) -> str | None:
    """The first part of a valid pattern that matches nothing in folded words; None if all can.

    Words are compared in lower case, without accents and punctuation, with single spaces between.
    """
    flags = "(?-i)" if _IS_CASE_SENSITIVE.search(pattern) else ""
    found: list[str] = []
    groups: list[int] = []  # how many had been found where each open group begins
    for piece in _PARTS.finditer(unaccented(pattern)):
        part, begin = piece["part"], len(found)
        if piece["open"]:
            groups.append(begin)
        elif piece["close"] and groups:
            begin = groups.pop()
        elif part and not _may_match(part, flags):
            found.append(part)
        if piece["optional"] is not None:
            del found[begin:]
    return found[0] if found else None


def _may_match(part: str, flags: str) -> bool:
    """Whether one character, one class or one anchor of a pattern occurs in folded words."""
    if len(part) == 1 and part.isalnum():
        folded = unaccented(part.casefold())  # of ß it is ss
        return folded == part if flags else len(folded) == 1
    if len(part) == 1 or part.isspace():
        return part in {".", " "}
    compiled = compile_pattern(f"{flags}{part}")
    return any(compiled.search(text) for text in _COMPARED)
