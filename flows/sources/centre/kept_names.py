"""What is kept of the names of files, which may hold customers' names and numbers.

Each part of a path that holds any is kept with their types in their place and a keyed hash of what
it was, such as `q-600-[phone]-20260310~1b2c3d4e5f607182.wav`, so that the file can be found again
in its folder by whoever has the key.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import replace
from itertools import pairwise
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, NamedTuple

from flows.sources.file_names import is_recording, may_be_recording
from flows.sources.listing import printable
from qa_rules.jsonl.transcripts import LineWords, transcript_of
from qa_rules.pii_detection.detector import find_pii
from warehouse.lake.columns import SIDES_SEPARATOR

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator
    from pathlib import Path

    from flows.sources.centre.key import HomeKey
    from models.call import Call, Quarantined, Recording
    from qa_rules.pii_detection.types.catalogue import PiiRules

_MIN_CONFIDENCE = 0.4  # as for other metadata: a name stands alone, without a question before it
_MARK_DIGITS, _NAME_DIGITS = 4, 12
_KEPT = re.compile(r".*~(?P<hash>[0-9a-f]{16})(?:\.[^.~]*)?", re.DOTALL)
_DAY = r"(?:0[1-9]|[12]\d|3[01])"
_MONTH = r"(?:0[1-9]|1[0-2])"
_CLOCK = r"(?:[T_\-. ]?(?:[01]\d|2[0-3])[-_.:]?[0-5]\d(?:[-_.:]?[0-5]\d(?:[.,]?\d{3})?)?Z?)?"
HARMLESS = re.compile(
    rf"(?<!\d)20\d\d[-_.]?{_MONTH}[-_.]?{_DAY}{_CLOCK}(?!\d)"
    rf"|(?<!\d){_DAY}[-_.]{_MONTH}[-_.]20\d\d{_CLOCK}(?!\d)"
    r"|(?<![\d+.])1\d{9}\.\d{1,8}(?!\d)"  # seconds since 1970 and a counter: ids of Asterisk
    r"|(?<![^\W_])[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}(?![^\W_])"
    # An id in hexadecimal has letters, unlike a number.
    r"|(?<![^\W_])[A-Z]{0,2}(?=[0-9]*[a-f][0-9]*[a-f])[0-9a-f]{24,}(?![^\W_])",
    re.IGNORECASE,
)
_HIDDEN = (
    ("email", re.compile(r"[^\s@_\[\]()]+@[\w-]+(?:\.[a-z]{2,}){1,3}", re.IGNORECASE)),
    ("phone", re.compile(r"(?:\+|%2b)[ (]*\d(?:[ ()._-]{0,2}\d){4,}", re.IGNORECASE)),
    (
        "number",
        re.compile(r"(?<![^\W_])(?:[A-Z]+\d|\d)[A-Z\d]*\d{7,}[A-Z\d]*|\d{7,}", re.IGNORECASE),
    ),
    ("number", re.compile(r"\d{2,4}(?:([ ._-])\d{2,4})(?:\1\d{2,5}){1,5}(?!\d)")),
    ("name", re.compile(r"(?<=\[)[^\]]*[^\W\d_][^\]]*(?=\])")),  # 3CX: the name of the other party
)
_LEAST_DIGITS = 8  # of a number in groups: fewer are dates, versions or extensions
_WORD = re.compile(r"[^\W_]+")
_ESCAPE = re.compile(r"%[0-9A-F]{2}")
_CAPITAL_INSIDE = re.compile(r"(?<=[^\W\d_a-z])(?=[^\W\d_a-z][a-z])|(?<=[a-z])(?=[^\W\d_a-z])")


class Part(NamedTuple):
    """A part of a name, and the type of personal data that it is."""

    start: int
    end: int
    type: str


class KeptNames:
    """Hides the personal parts of the paths of a source.

    Args:
        key: Hashes the names.
        pii: What to look for in them.
        root: The source. Its own path is the centre's, and is kept as it is.
    """

    def __init__(self, key: HomeKey, pii: PiiRules, root: Path) -> None:
        self._key, self._pii, self._root = key, pii, root
        self._words: dict[tuple[str, ...], tuple[tuple[int, int, str], ...]] = {}
        self._names: dict[tuple[str, frozenset[str]], str] = {}

    def of_source(self, root: Path) -> KeptNames:
        """The same for another source."""
        return KeptNames(self._key, self._pii, root)

    def path(self, path: str, ids: Iterable[str | None] = ()) -> str:
        """What is kept of a path; the same as before of one that went through here already.

        Args:
            path: Of two files, the second one's name follows.
            ids: Ids of its call, which are kept anyway.
        """
        known = frozenset(filter(None, ids))
        root = str(self._root)
        start = len(root) if path.startswith(f"{root.rstrip('/')}/") else 0
        parts = path[start:].split("/")
        *folders, last = parts
        names = SIDES_SEPARATOR.join(self._name(one, known) for one in last.split(SIDES_SEPARATOR))
        return path[:start] + "/".join([*(self._name(one, known) for one in folders), names])

    def recording(self, recording: Recording, call: Call) -> Recording:
        """The recording, with what is kept of its path."""
        other = recording.other_side
        path = f"{recording.path}{SIDES_SEPARATOR}{other.name}" if other else str(recording.path)
        return replace(recording, kept_path=self.path(path, (call.call_id, call.contact_id)))

    def quarantined(self, items: Iterable[Quarantined]) -> tuple[Quarantined, ...]:
        """The items, with what is kept of their paths, also where their details name them."""
        return tuple(map(self._quarantined, items))

    def _quarantined(self, one: Quarantined) -> Quarantined:
        item = self.path(one.item, [one.call_id])
        detail = one.detail
        for raw, kept in zip(one.item.split("/"), item.split("/"), strict=True):
            if raw != kept:
                stem, kept_stem = PurePosixPath(raw).stem, PurePosixPath(kept).stem
                detail = detail.replace(raw, kept).replace(stem, kept_stem)
        return replace(one, item=item, detail=detail)

    def _name(self, name: str, ids: frozenset[str]) -> str:
        known = frozenset(one for one in ids if one in name)
        if (name, known) not in self._names:
            self._names[name, known] = self._hidden(name, known)
        return self._names[name, known]

    def _hidden(self, name: str, ids: Collection[str]) -> str:
        if hash_in(name):
            return name
        found = sorted(self._personal(name, ids))
        if not found:
            return name
        text, at = "", 0
        for part in found:
            text += name[at : part.start] + f"[{part.type}]"
            at = part.end
        text = text.replace("[[name]]", "[name]") + name[at:]
        suffix = _suffix(name)
        return f"{text.removesuffix(suffix)}~{name_hash(self._key, name)}{suffix}"

    def _personal(self, name: str, ids: Collection[str]) -> Iterator[Part]:
        """The parts of a name that are personal, none twice."""
        left = name
        for one in sorted(ids, key=len, reverse=True):
            left = re.sub(rf"(?<![^\W_]){re.escape(one)}(?![^\W_])", _blank, left)
        left = HARMLESS.sub(_blank, left)
        for kind, pattern in _HIDDEN:
            for found in pattern.finditer(left):
                is_long = sum(map(str.isdigit, found[0])) >= _LEAST_DIGITS
                if found.lastindex is None or is_long:
                    yield Part(found.start(), found.end(), kind)
                    left = left[: found.start()] + _blank(found) + left[found.end() :]
        yield from self._said(_ESCAPE.sub(_blank, left))

    def _said(self, name: str) -> Iterator[Part]:
        """The parts that the detector finds among the words of a name."""
        places = [
            (found.start() + first, found.start() + last)
            for found in _WORD.finditer(name.removesuffix(_suffix(name)))
            for first, last in _pieces(found[0])
            if any(map(str.isalpha, found[0]))  # numbers alone are hidden by their length
        ]
        words = tuple(name[first:last] for first, last in places)
        if not any(len(word) > 1 for word in words):
            return
        titled = tuple(word.title() if word.isalpha() else word for word in words)
        hidden: dict[int, str] = {}
        for spelling in {words, titled}:
            for first, last, kind in self._spans(spelling):
                hidden |= dict.fromkeys(range(first, last), kind)
        for at, kind in hidden.items():
            yield Part(*places[at], kind)

    def _spans(self, words: tuple[str, ...]) -> tuple[tuple[int, int, str], ...]:
        if words not in self._words:
            line = LineWords(language="und", words=words)  # no language: all of them are searched
            spans = find_pii(transcript_of(line), self._pii)
            self._words[words] = tuple(
                (span.first, span.last, "name" if span.type == "person_name" else span.type)
                for span in spans
                if span.confidence >= _MIN_CONFIDENCE
            )
        return self._words[words]


def _suffix(name: str) -> str:
    """The suffix of a known kind of file; what else follows a dot may be a part of a name."""
    path = PurePosixPath(name)
    return path.suffix if is_recording(path) or not may_be_recording(path) else ""


def _blank(found: re.Match[str]) -> str:
    return "\0" * len(found[0])


def _pieces(word: str) -> list[tuple[int, int]]:
    """A word, or its parts where a capital begins each of them: MarioRossi."""
    ends = [found.start() for found in _CAPITAL_INSIDE.finditer(word)] if word.isalpha() else []
    bounds = [0, *ends, len(word)]
    return list(pairwise(bounds))


def hash_in(name: str) -> str | None:
    """The keyed hash in what is kept of a name; None in any other name."""
    kept = _KEPT.fullmatch(name)
    return kept["hash"] if kept else None


def key_mark(key: HomeKey) -> str:
    """The mark of a key, with which all of its hashes of names begin."""
    return key.hash("names", _MARK_DIGITS)


def name_hash(key: HomeKey, name: str) -> str:
    """The keyed hash of a name, after the mark of the key: a lost key must show."""
    normal = unicodedata.normalize("NFC", printable(name))
    return key_mark(key) + key.hash(f"name {normal}", _NAME_DIGITS)
