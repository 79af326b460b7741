"""What an entry of the audit trail may say: acts, and facts without personal data of customers."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from flows.errors import FlowsError

if TYPE_CHECKING:
    from collections.abc import Callable


class Act(StrEnum):
    """What was done."""

    RUN_BEGUN = "run_begun"
    RUN_ENDED = "run_ended"
    RULES_CHANGED = "rules_changed"
    RECORDED = "recorded"  # reviews, overrides and other files taken in
    EXPORTED = "exported"
    SHARED = "shared"
    DELIVERED = "delivered"
    ERASED = "erased"
    SUPPRESSED = "suppressed"
    UNSUPPRESSED = "unsuppressed"  # heard again
    HELD = "held"
    RELEASED = "released"  # from a hold
    RETENTION = "retention"
    ORIGINALS_DELETED = "originals_deleted"
    SUBJECT_ACCESS = "subject_access"
    RESTRICTED = "restricted"
    KEY_CHANGED = "key_changed"
    REPAIRED = "repaired"
    DESK_LOGIN = "desk_login"
    DESK_ACCOUNT = "desk_account"
    LISTENED = "listened"
    DECIDED = "decided"
    ACKNOWLEDGED = "acknowledged"  # a call, by its agent
    DISPUTED = "disputed"  # raised by an agent, or decided by a supervisor
    COACHED = "coached"
    FOLLOWED_UP = "followed_up"
    CALIBRATED = "calibrated"
    LABELLED = "labelled"
    VIEWED = "viewed"  # a page of the desk with what is confidential


class Outcome(StrEnum):
    """How it ended."""

    DONE = "done"
    PLANNED = "planned"  # a dry run
    PARTLY = "partly"
    REFUSED = "refused"  # such as by a hold
    FAILED = "failed"


_HASH = r"[0-9a-f]{12,64}"
Code = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_.:-]{0,63}$")]
"""A word of ours, such as the name of a class, table, channel or reason."""
Hash = Annotated[str, StringConstraints(pattern=rf"^(?:(?:tel|ref|id)-)?{_HASH}$")]
"""A hash; of what is personal, one with the key of the home."""
SubjectId = Annotated[str, StringConstraints(min_length=1)]
"""The id of a call or an agent; kept as its keyed hash where it could be a number of a customer."""
Ticket = Annotated[str, StringConstraints(pattern=r"^[A-Z]{1,8}-[0-9]{1,6}(?:-[0-9]{1,6})?$")]
"""The number of a request or case in another system, such as DSR-2026-17."""
Day = Annotated[str, StringConstraints(pattern=r"^\d{4}-\d{2}-\d{2}$")]
Count = Annotated[int, Field(ge=0, strict=True)]

_PLAIN_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_DATE = re.compile(r"(?<!\d)20\d\d[-_.]?(?:0[1-9]|1[0-2])[-_.]?(?:0[1-9]|[12]\d|3[01])(?!\d)")
_LONG_NUMBER = re.compile(r"\d(?:[._-]?\d){7}")


class Facts(BaseModel):
    """The facts of an act; what is no id, hash, code or count is refused, so none can hold words.

    Attributes:
        outcome: How the act ended.
        run: Id of the run in the warehouse.
        what: What it was done to or with: a flow, a kind of upload, a table, a class of data.
        why: Codes of causes.
        calls: Ids of calls.
        agents: Ids of agents.
        supervisors: Ids of supervisors.
        customers: Keyed hashes of customers.
        files: Hashes of the bytes of files.
        places: Keyed hashes of where something was written or sent.
        rules: Hash of the rule files.
        rules_before: That of the run before.
        counts: Numbers by code.
        ticket: Number of the request or case.
        until: A day, such as the end of a hold.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    outcome: Outcome = Outcome.DONE
    run: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{1,64}$")] | None = None
    what: Code | None = None
    why: tuple[Code, ...] = ()
    calls: tuple[SubjectId, ...] = ()
    agents: tuple[SubjectId, ...] = ()
    supervisors: tuple[SubjectId, ...] = ()
    customers: tuple[Hash, ...] = ()
    files: tuple[Hash, ...] = ()
    places: tuple[Hash, ...] = ()
    rules: Hash | None = None
    rules_before: Hash | None = None
    counts: dict[Code, Count] = {}
    ticket: Ticket | None = None
    until: Day | None = None


def checked(facts: dict[str, Any], keyed: Callable[[str], str]) -> dict[str, Any]:
    """The facts as JSON values, without those that are not given.

    Args:
        facts: As the caller has them.
        keyed: The hash of an id with the key of the home.

    Raises:
        FlowsError: A fact is unknown, or of a kind that could hold personal data; names the fact,
            and never its value.
    """
    try:
        read = Facts(**facts)
    except ValidationError as error:
        wrong = sorted({".".join(map(str, one["loc"][:1])) for one in error.errors()})
        raise FlowsError(
            f"the audit trail takes no such value of: {', '.join(wrong)}; expected ids, hashes,"
            " codes and counts"
        ) from None
    kept = read.model_dump(mode="json", exclude_defaults=True) | {"outcome": str(read.outcome)}
    for name in {"calls", "agents", "supervisors"} & kept.keys():
        kept[name] = [kept_id(one, keyed) for one in kept[name]]
    return kept


def kept_id(subject: str, keyed: Callable[[str], str]) -> str:
    """An id as it is, or its keyed hash where it could be a number or a name of a customer."""
    is_plain = _PLAIN_ID.fullmatch(subject) and not _LONG_NUMBER.search(_DATE.sub("d", subject))
    return subject if is_plain else f"id-{keyed(subject)}"
