"""The registry of places: everything below a home folder in which data of calls may lie.

Whoever keeps something new in a home folder adds a line here; a test lists the files of a run and
fails on one that no place claims. Erasure, the retention policy and the proof by byte scan go by
this list.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from warehouse.audio_folder import AUDIENCES, RESTRICTED

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


_OWN_FOLDERS = re.compile(rf"({RESTRICTED}|{AUDIENCES}/[^/]+)/")
"""Folders of readers of their own, with the places of the others."""


class Removal(StrEnum):
    """How what belongs to a call leaves a place."""

    ROWS = "rows"  # its rows are left out, and the files that had them are deleted
    FILES = "files"  # files that name it are deleted, and written again as far as runs write them
    ANEW = "anew"  # everything is deleted, and written again from the lake or by the next run
    NEVER = "never"  # nothing leaves it; it says why


class Class(StrEnum):
    """Class of what a place keeps, for the periods of a retention policy."""

    AUDIO = "audio"
    CALL = "call"  # results of calls: transcripts and scores have periods of their own
    REPORT = "report"
    LEDGER = "ledger"
    LOG = "log"
    SYSTEM = "system"  # of no person; without a period


@dataclass(frozen=True, slots=True)
class Place:
    """One place below a home folder.

    Attributes:
        name: Unique; receipts name it.
        keeps: What it keeps.
        retention: Its class.
        removal: How what belongs to a call leaves it.
        paths: Files and, ending in `/`, folders with all that is below, relative to the home
            folder. A name that ends in `*` stands for all that begin so.
        why: Why nothing leaves it; empty if something does.
    """

    name: str
    keeps: str
    retention: Class
    removal: Removal
    paths: tuple[str, ...]
    why: str = ""

    def claims(self, path: str) -> bool:
        """Whether a file, relative to the home folder, is of this place."""
        plain = _OWN_FOLDERS.sub("", path, count=1) if _OWN_FOLDERS.match(path) else path
        return any(
            plain.startswith(one.rstrip("*")) if one[-1] in "/*" else plain == one
            for one in self.paths
        )

    def files(self, home: Path) -> Iterator[Path]:
        """Its files in a home folder; links are not followed."""
        return (path for path in files_below(home) if place_of(home, path) is self)


_R, _C = Removal, Class

PLACES = (
    Place("audit trail", "who did what, with ids of calls", _C.LEDGER, _R.NEVER, ("audit/",),
          "proof of what was done; it holds no customer's reference and no words"),
    Place("governance", "legal holds, suppression list, receipts", _C.SYSTEM, _R.NEVER,
          ("governance/",), "keyed hashes, without which a restored backup would bring back what"
          " was erased; no reference, no id of an erased call"),
    Place("runs", "records of runs with quarantined items", _C.LEDGER, _R.ROWS, ("lake/run/",)),
    Place("rules", "rules of the runs", _C.SYSTEM, _R.NEVER, ("lake/catalogue/",),
          "rule files, of no call"),
    Place("uploads", "reviews, surveys, schedules and other uploads", _C.CALL, _R.ROWS,
          ("lake/supplied/",)),
    Place("labels", "labels of findings, for rule authors", _C.CALL, _R.FILES,
          ("desk/labels/",)),
    Place("desk", "what people decided, disputed and agreed at the desk", _C.CALL, _R.ROWS,
          ("desk/",)),
    Place("index of results", "ids and hashes of the lake's results", _C.CALL, _R.ANEW,
          ("lake/index.sqlite*",)),
    Place("results", "transcripts, findings and scores", _C.CALL, _R.ROWS, ("lake/",)),
    Place("snapshots", "published DuckDB files", _C.CALL, _R.ANEW, ("warehouse/",)),
    Place("redacted audio", "redacted copies of recordings", _C.AUDIO, _R.FILES, ("audio/",)),
    Place("call pages", "a page per listed call", _C.CALL, _R.FILES, ("calls/",)),
    Place("lists", "flag lists by night and supervisor", _C.REPORT, _R.FILES, ("lists/",)),
    Place("shown calls", "ids of the calls that a folder of named people shows",
          _C.CALL, _R.ANEW, ("calls.json",)),
    Place("alerts", "alerts by run and reader", _C.REPORT, _R.FILES, ("alerts/",)),
    Place("pages of agents", "pages and coaching sheets of agents and teams", _C.REPORT, _R.ANEW,
          ("agents/", "coaching/", "teams/")),
    Place("reports", "management reports of weeks and months", _C.REPORT, _R.FILES, ("reports/",)),
    Place("pages for auditors", "counts, rules and hashes of runs", _C.REPORT, _R.NEVER,
          ("auditor/",), "no ids and no words of calls"),
    Place("search", "texts of calls for the search page", _C.CALL, _R.ANEW,
          ("search/", "search.html")),
    Place("overviews", "start page, open flags, originals with card data", _C.REPORT, _R.FILES,
          ("index.html", "open/", "open.html", "card-data*", "dictionary.html")),
    Place("deliveries", "which list was sent to whom", _C.LEDGER, _R.NEVER, ("delivered/",),
          "runs, supervisors and hashes of lists, of no call"),
    Place("uploaded files", "files that were taken in, and those with errors", _C.CALL, _R.ROWS,
          ("reviews/",)),
    Place("known files", "hashes and lengths of the recordings of a source", _C.CALL, _R.ANEW,
          ("known-files/",)),
    Place("batches", "what machines tell each other during a run", _C.CALL, _R.ANEW,
          ("batches/",)),
    Place("logs", "steps, counts and codes of runs", _C.LOG, _R.NEVER, ("log/", "metrics.prom"),
          "no names, numbers or words of calls are written there"),
    Place("Prefect", "states and counts of runs", _C.LOG, _R.ANEW, ("prefect/",)),
    Place("key", "the key of all keyed hashes", _C.SYSTEM, _R.NEVER, ("customers.key*",),
          "without it the suppression list knows nobody"),
    Place("lock", "the process that runs", _C.SYSTEM, _R.NEVER, ("run.lock",), "of no call"),
)  # fmt: skip
"""The first that claims a file has it."""


def place_of(home: Path, path: Path) -> Place | None:
    """The place of a file below a home folder; None if none claims it."""
    relative = path.relative_to(home).as_posix()
    return next((place for place in PLACES if place.claims(relative)), None)


def files_below(home: Path) -> Iterator[Path]:
    """Every file and link below a folder; links are not followed."""
    for parent, folders, names in os.walk(home):
        folder = home / os.path.relpath(parent, home)
        yield from (folder / name for name in sorted(names))
        yield from (folder / name for name in folders if (folder / name).is_symlink())
