"""Who of a call detail record of Asterisk is an agent, and who a line to the outside."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from flows.sources.exports.asterisk_names import (
    customer_number,
    endpoint,
    is_extension,
    is_local,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_FROM_OUTSIDE = re.compile(r"from-(trunk|pstn|did|zaptel|dahdi|digital|analog)|ext-did")
_FROM_INSIDE = re.compile(r"from-internal(?!-(no)?xfer)")
_TRANSFERRED = re.compile(r"from-internal-(no)?xfer")
"""After a transfer the context is no evidence: the channel may be either party's."""


class Sides(NamedTuple):
    """Who spoke in a record, as far as it says so.

    Attributes:
        agent: Endpoint of the agent; empty without one.
        direction: None of a call between two extensions.
        customer: Number of the customer.
    """

    agent: str
    direction: str | None
    customer: str | None


def is_transferred(record: Mapping[str, str]) -> bool:
    """Whether a record is of a channel that was transferred."""
    return bool(_TRANSFERRED.match(record.get("dcontext", "")))


def trunks_of(records: Iterable[Mapping[str, str]]) -> frozenset[str]:
    """Endpoints that are lines: calls come in from outside over them, or numbers are dialled."""
    found = set()
    for one in records:
        caller, called = endpoint(one["channel"]), endpoint(one.get("dstchannel", ""))
        if _FROM_OUTSIDE.match(one.get("dcontext", "")) and not is_local(one["channel"]):
            found.add(caller)
        if not is_local(one.get("dstchannel", "")) and _dials_out(one, called):
            found.add(called)
    return frozenset(found - {""})


def sides_of(record: Mapping[str, str], trunks: frozenset[str], *, is_from_queue: bool) -> Sides:
    """Agent, direction and customer of a record.

    Args:
        record: Its fields.
        trunks: Endpoints that are lines.
        is_from_queue: Whether a queue placed the call, whose caller is a customer.
    """
    caller, called = endpoint(record["channel"]), endpoint(record["dstchannel"])
    number = customer_number(record.get("src", ""))
    is_agent_called = _is_agent_called(record, trunks)
    if is_from_queue:
        is_line = called in trunks or customer_number(called)
        return Sides("" if is_line else called, "inbound", number)
    if _is_caller_inside(record, trunks, is_agent_called=is_agent_called):
        dialled = customer_number(record.get("dst", ""))
        if is_extension(called) and called not in trunks and not dialled:
            return Sides(caller, None, None)
        return Sides(caller, "outbound", dialled)
    is_sure = is_extension(called) or number or _is_from_outside(record, trunks)
    return Sides(called if is_agent_called and is_sure else "", "inbound", number)


def _is_from_outside(record: Mapping[str, str], trunks: frozenset[str]) -> bool:
    context = record.get("dcontext", "")
    return endpoint(record["channel"]) in trunks or bool(_FROM_OUTSIDE.match(context))


def _is_caller_inside(
    record: Mapping[str, str], trunks: frozenset[str], *, is_agent_called: bool
) -> bool:
    if _is_from_outside(record, trunks):
        return False
    if _FROM_INSIDE.match(record.get("dcontext", "")):
        return True
    has_number = customer_number(record.get("src", "")) is not None
    return is_extension(endpoint(record["channel"])) and not (has_number and is_agent_called)


def _is_agent_called(record: Mapping[str, str], trunks: frozenset[str]) -> bool:
    """Whether the called endpoint is inside: no line, and no number was dialled over it."""
    caller, called = endpoint(record["channel"]), endpoint(record["dstchannel"])
    if not called or called in trunks or called == caller or _dials_out(record, called):
        return False
    dialled = customer_number(record.get("dst", ""))
    return is_extension(called) or dialled is None or f"/{called}" in record.get("lastdata", "")


def _dials_out(record: Mapping[str, str], called: str) -> bool:
    """Whether a number was dialled over an endpoint: PJSIP/600000017@line or SIP/line/600000017."""
    name = re.escape(called)
    dialled = rf"/\+?\d+@{name}(?![\w.-])|/{name}/\+?\d"
    return bool(called and re.search(dialled, record.get("lastdata", "")))
