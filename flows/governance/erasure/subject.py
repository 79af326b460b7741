"""Whose data are meant: a customer by reference, an agent or a call by id, and what is theirs."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

from flows.governance.erasure.traces import Traces, as_cells, names_of_calls
from flows.governance.holds import Scope
from flows.sources.centre.customers import Customers
from warehouse.lake.index.subject_calls import CallOf, calls_where, own_texts

if TYPE_CHECKING:
    from collections.abc import Iterable

    from flows.settings.centre import Settings
    from warehouse.lake.lake import Lake


GONE = "[erased]"
"""Stands in texts of others for what named an erased call."""


@dataclass(frozen=True, slots=True)
class Subject:
    """Whom a request is about.

    Attributes:
        scope: Customer, agent or call.
        ref: The reference as the centre writes it, or the id.
    """

    scope: Scope
    ref: str

    def names(self, settings: Settings) -> frozenset[str]:
        """What stands for it in the lake: of a customer, pseudonyms and the reference itself."""
        ref = self.ref.strip()
        if self.scope is Scope.CUSTOMER:
            customers = Customers(settings.home, settings.home_country)
            return frozenset({ref, *customers.pseudonyms(ref)})
        return frozenset({ref})

    def calls(self, settings: Settings, lake: Lake) -> list[CallOf]:
        """Every result of theirs; of a customer also the other calls of the same contacts."""
        names = self.names(settings)
        if self.scope is Scope.CALL:
            return list(calls_where(lake, lambda call: call.call_id in names))
        if self.scope is Scope.AGENT:
            return list(calls_where(lake, lambda call: call.agent_id in names))
        customers = Customers(settings.home, settings.home_country)
        known: dict[str, bool] = {}

        def is_theirs(call: CallOf) -> bool:
            ref = call.customer_ref or ""
            if ref not in known:
                known[ref] = not names.isdisjoint({ref, *customers.pseudonyms(ref)} - {""})
            return known[ref]

        found = list(calls_where(lake, is_theirs))
        contacts = {call.contact_id for call in found} - {None}
        # A leg of the contact may be without a reference; one of somebody else is theirs.
        return found + list(
            calls_where(lake, lambda call: not call.customer_ref and call.contact_id in contacts)
        )


@dataclass(frozen=True, slots=True)
class Owned:
    """What there is of subjects.

    Attributes:
        calls: Ids of calls.
        contacts: Ids of contacts.
        agents: Ids of erased agents.
        names: References, pseudonyms, names of agents and paths of recordings.
        quotes: Texts of turns that no other call has.
        recordings: What is kept of the paths of the original recordings.
    """

    calls: frozenset[str]
    contacts: frozenset[str] = frozenset()
    agents: frozenset[str] = frozenset()
    names: frozenset[str] = frozenset()
    quotes: frozenset[str] = frozenset()
    recordings: frozenset[str] = frozenset()

    def with_(self, other: Owned) -> Owned:
        """What there is of both."""
        both = {
            one.name: getattr(self, one.name) | getattr(other, one.name) for one in fields(self)
        }
        return Owned(**both)

    def left_out_of(self, texts: Iterable[str]) -> list[str]:
        """Texts in which nothing names the subject or its calls any more."""
        found = []
        for text in texts:
            for name in sorted(self.calls | self.names, key=len, reverse=True):
                text = text.replace(name, GONE)  # noqa: PLW2901  what is left of it
            found.append(text)
        return found

    @property
    def traces(self) -> Traces:
        """What to search for in files."""
        return Traces(frozenset(names_of_calls(self.calls) | as_cells(self.names)), self.quotes)


def owned_by(subject: Subject, calls: Iterable[CallOf], settings: Settings, lake: Lake) -> Owned:
    """What there is of a subject, from the results of its calls."""
    known = list(calls)
    call_ids = frozenset(call.call_id for call in known)
    names = {*subject.names(settings), *(call.recording_path for call in known)}
    is_agent = subject.scope is Scope.AGENT
    if is_agent:
        # A first name alone is also said of others.
        names |= {call.agent_name for call in known if " " in call.agent_name}
    elif subject.scope is Scope.CALL:
        call_ids |= subject.names(settings)
    contacts = {call.contact_id for call in known} if subject.scope is Scope.CUSTOMER else set()
    return Owned(
        calls=call_ids,
        contacts=frozenset(one for one in contacts if one),
        agents=frozenset({subject.ref.strip()}) if is_agent else frozenset(),
        names=frozenset(filter(None, names)),
        quotes=frozenset(own_texts(lake, call_ids)),
        recordings=frozenset(call.recording_path for call in known),
    )
