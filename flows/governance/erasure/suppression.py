"""The suppression list: whose recordings are not heard, since they were erased.

`governance/suppressed.jsonl` of the home folder has a line per customer, agent or call, with keyed
hashes alone. They are other ones than the pseudonyms in the lake, of which nothing may be left.
A copy elsewhere survives the restore of a backup that is older than an erasure.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, NamedTuple

from flows.errors import FlowsError
from flows.sources.centre.customers import Customers
from flows.sources.centre.key import HomeKey
from warehouse.files import append_line, one_writer, private_folder, whole_lines

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from flows.settings.centre import Settings

_UNTIL = ": until then recordings of erased customers might be heard"

CUSTOMER, AGENT, CALL, CONTACT = "customer", "agent", "call", "contact"


class Entry(NamedTuple):
    """The last line about a subject.

    Attributes:
        at: When it was written, in UTC.
        kind: Kind of the subject.
        is_released: Whether its recordings are heard again.
    """

    at: str
    kind: str
    is_released: bool


class Suppressions:
    """Tells whose calls are not taken in.

    Args:
        home: The home folder, whose key hashes.
        country: ISO 3166 code of the country whose numbers are written without its code.
        copy: A second list, kept where restoring a backup of the home does not reach; None if
            there is none.
    """

    def __init__(self, home: Path, country: str | None = None, copy: Path | None = None) -> None:
        self._customers, self._key = Customers(home, country), HomeKey(home)
        self._own = home / "governance" / "suppressed.jsonl"
        self._paths = (self._own, copy) if copy else (self._own,)
        self._entries: dict[str, Entry] = {}
        for path in self._paths:
            for one, entry in self._read(path).items():
                self._entries[one] = max(entry, self._entries.get(one, entry))
        self._known = {one for one, entry in self._entries.items() if not entry.is_released}

    def __bool__(self) -> bool:
        """Whether anything is listed."""
        return bool(self._known)

    @property
    def listed(self) -> list[tuple[str, Entry]]:
        """The hashes whose recordings are not heard, the oldest first."""
        found = [(one, self._entries[one]) for one in self._known]
        return sorted(found, key=lambda pair: (pair[1].at, pair[0]))

    def hashes(self, kind: str, subjects: Iterable[str]) -> list[str]:
        """The hashes by which subjects are listed; of customers, references in any form."""
        names: set[str] = set()
        for subject in subjects:
            known = self._customers.pseudonyms(subject) if kind == CUSTOMER else {subject}
            names |= {one for one in known if one}
        return sorted(self._key.hash(f"suppressed {kind} {one}") for one in names)

    def name_of(self, kind: str, subject: str) -> str:
        """The one hash that names a subject, in whatever form a number is written."""
        one = self._customers.pseudonym(subject) if kind == CUSTOMER else subject
        return self._key.hash(f"suppressed {kind} {one}")

    def add(self, kind: str, subjects: Iterable[str]) -> None:
        """List subjects, in all copies of the list; those that are listed stay once."""
        new = set(self.hashes(kind, subjects)) - self._known
        self._entries |= dict.fromkeys(new, Entry(_now(), kind, is_released=False))
        self._known |= new
        self.even_out()

    def release(self, kind: str, subject: str) -> bool:
        """Hear later recordings of a subject again; whether it was listed."""
        listed = self._known.intersection(self.hashes(kind, [subject]))
        self._entries |= dict.fromkeys(listed, Entry(_now(), kind, is_released=True))
        self._known -= listed
        self.even_out()
        return bool(listed)

    def even_out(self) -> None:
        """Write into each copy of the list what only another one has."""
        for path in self._paths:
            there = self._read(path)
            missing = {one: new for one, new in self._entries.items() if there.get(one) != new}
            if not missing:
                continue
            private_folder(path.parent)
            with one_writer(path.parent):
                for one, new in sorted(missing.items()):
                    fields = {"kind": new.kind, "hash": one, "key": self._mark, "at": new.at}
                    line = json.dumps(fields | ({"released": True} if new.is_released else {}))
                    append_line(path, line.encode())
            path.chmod(0o600)

    @property
    def _mark(self) -> str:
        """What tells this key from another one, with which the list would know nobody."""
        return self._key.hash("suppression list")

    def _read(self, path: Path) -> dict[str, Entry]:
        found: dict[str, Entry] = {}
        for number, line in enumerate(whole_lines(path)[0], start=1):
            try:
                fields = json.loads(line)
                one, kind, mark, at = (str(fields[name]) for name in ("hash", "kind", "key", "at"))
            except (ValueError, TypeError, KeyError):
                what = "no line of a suppression list; restore it from a backup or from its copy"
                raise FlowsError(f"{path}:{number}: {what}{_UNTIL}") from None
            if mark != self._mark:
                what = "made with another key; restore customers.key of the home folder"
                raise FlowsError(f"{path}:{number}: {what}{_UNTIL}")
            entry = Entry(at, kind, is_released=fields.get("released") is True)
            found[one] = max(entry, found.get(one, entry))
        return found

    def why(
        self, call_id: str, agent_id: str, customer_ref: str | None, contact_id: str | None
    ) -> str | None:
        """What of a call is listed: its customer, agent, contact or id; None if nothing is."""
        # A leg of the contact that is said to be of somebody else is theirs.
        contact = None if customer_ref else contact_id
        given = {CUSTOMER: customer_ref, AGENT: agent_id, CONTACT: contact, CALL: call_id}
        if not self._known:
            return None
        return next(
            (
                CUSTOMER if kind == CONTACT else kind
                for kind, subject in given.items()
                if subject and self._known.intersection(self.hashes(kind, [subject]))
            ),
            None,
        )


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="microseconds")


def suppressions_of(settings: Settings) -> Suppressions:
    """The suppression list of a centre, with the copy that the settings name.

    Raises:
        FlowsError: A list is damaged.
    """
    return Suppressions(settings.home, settings.home_country, settings.suppression_copy)
