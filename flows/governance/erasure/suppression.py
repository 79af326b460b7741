"""The suppression list: whose recordings are not heard, since they were erased.

`governance/suppressed.jsonl` of the home folder has a line per customer, agent or call, with keyed
hashes alone. They are other ones than the pseudonyms in the lake, of which nothing may be left.
A copy elsewhere survives the restore of a backup that is older than an erasure.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING

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
        self._known: dict[str, str] = {}
        for path in self._paths:
            self._known |= self._read(path)

    def __bool__(self) -> bool:
        """Whether anything is listed."""
        return bool(self._known)

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
        new = [one for one in self.hashes(kind, subjects) if one not in self._known]
        self._known |= dict.fromkeys(new, kind)
        self.even_out()

    def even_out(self) -> None:
        """Write into each copy of the list what only another one has."""
        for path in self._paths:
            there = self._read(path)
            missing = {one: kind for one, kind in self._known.items() if one not in there}
            if not missing:
                continue
            private_folder(path.parent)
            with one_writer(path.parent):
                for one, kind in missing.items():
                    now = datetime.now(UTC).isoformat(timespec="seconds")
                    fields = {"kind": kind, "hash": one, "key": self._mark, "at": now}
                    line = json.dumps(fields)
                    append_line(path, line.encode())
            path.chmod(0o600)

    @property
    def _mark(self) -> str:
        """What tells this key from another one, with which the list would know nobody."""
        return self._key.hash("suppression list")

    def _read(self, path: Path) -> dict[str, str]:
        found = {}
        for number, line in enumerate(whole_lines(path)[0], start=1):
            try:
                fields = json.loads(line)
                one, kind, mark = (str(fields[name]) for name in ("hash", "kind", "key"))
            except (ValueError, TypeError, KeyError):
                what = "no line of a suppression list; restore it from a backup or from its copy"
                raise FlowsError(f"{path}:{number}: {what}{_UNTIL}") from None
            if mark != self._mark:
                what = "made with another key; restore customers.key of the home folder"
                raise FlowsError(f"{path}:{number}: {what}{_UNTIL}")
            found[one] = kind
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
                if subject and any(one in self._known for one in self.hashes(kind, [subject]))
            ),
            None,
        )


def suppressions_of(settings: Settings) -> Suppressions:
    """The suppression list of a centre, with the copy that the settings name.

    Raises:
        FlowsError: A list is damaged.
    """
    return Suppressions(settings.home, settings.home_country, settings.suppression_copy)
