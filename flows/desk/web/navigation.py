"""The parts of the desk, and who sees them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from flows.desk.person import Role

if TYPE_CHECKING:
    from flows.desk.person import Person


class Entry(NamedTuple):
    """An entry of the navigation.

    Attributes:
        path: Where it leads.
        title: Its text, a message of the catalogues.
        roles: Who sees it.
    """

    path: str
    title: str
    roles: frozenset[Role]


def N_(message: str) -> str:  # noqa: N802  the usual name of what marks a message
    """Mark a message for the catalogues."""
    return message


_MANAGER = frozenset({Role.MANAGER})

_OFFICER = frozenset({Role.DPO})

ENTRIES = (
    Entry("/flags", N_("Flags"), frozenset({Role.SUPERVISOR})),
    Entry("/sample", N_("Random sample"), frozenset({Role.SUPERVISOR})),
    Entry("/calibration", N_("Calibration"), frozenset({Role.SUPERVISOR, Role.ANALYST})),
    Entry("/search", N_("Search"), frozenset({Role.SUPERVISOR, Role.ANALYST})),
    Entry("/rules", N_("Rules"), frozenset({Role.ANALYST})),
    Entry("/labels", N_("Labels"), frozenset({Role.ANALYST})),
    Entry("/reports", N_("Reports"), _MANAGER),
    Entry("/alerts", N_("Alerts"), _MANAGER),
    Entry("/runs", N_("Runs"), _MANAGER),
    Entry("/my-calls", N_("My calls"), frozenset({Role.AGENT})),
    Entry("/disputes", N_("Disputes"), frozenset({Role.SUPERVISOR})),
    Entry("/follow-ups", N_("Follow-ups"), frozenset({Role.SUPERVISOR, Role.ANALYST})),
    Entry("/coaching", N_("Coaching"), frozenset({Role.SUPERVISOR, Role.AGENT})),
    Entry("/originals", N_("Originals"), _OFFICER),
    Entry("/erasure", N_("Erasure"), _OFFICER),
    Entry("/holds", N_("Legal holds"), _OFFICER),
    Entry("/subject-access", N_("Subject access"), _OFFICER),
    Entry("/audit", N_("Audit trail"), _OFFICER),
)
"""In the order of the page; the first entry of a role is where it begins."""


def entries_for(person: Person) -> tuple[Entry, ...]:
    """The entries of a person."""
    return tuple(entry for entry in ENTRIES if person.role in entry.roles)
