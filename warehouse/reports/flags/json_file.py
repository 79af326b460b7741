"""Flag lists as JSON."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict
from typing import TYPE_CHECKING

from warehouse.reports.site.reasons import reason_in

if TYPE_CHECKING:
    from warehouse.reports.flags.records import RunNight, SupervisorNight
    from warehouse.reports.site.translation import Language

SCHEMA_VERSION = 3
"""Version of the format: incremented when a field is removed or changes its meaning."""


_REPLACES = "replaces_sha256"


def identity_of(content: bytes) -> str:
    """What tells a list from others; a list that was written again keeps that of the first one."""
    return str(json.loads(content).get(_REPLACES) or hashlib.sha256(content).hexdigest())


def in_place_of(content: bytes, earlier: bytes) -> bytes:
    """A list that was written again, with the identity of the earlier one."""
    fields = {**json.loads(content), _REPLACES: identity_of(earlier)}
    return json.dumps(fields, ensure_ascii=False, indent=1).encode()


def flag_json(
    night: SupervisorNight, run: RunNight | None, subject: str, locale: Language
) -> bytes:
    """The flags, the sample and the counts; times as 2026-03-02 10:00:00, on the site's clock.

    Args:
        night: The content of the supervisor's list.
        run: The run of the list.
        subject: The list in one line, in the reader's language.
        locale: That language; a flag's `why` is in it, beside the code and values of its reason.
    """
    fields = asdict(night)
    # Reviews change from day to day; with them, the list would be sent again.
    del fields["last_list"], fields["judged"]
    for row, flag in zip(fields["flags"], night.flags, strict=True):
        del row["reason"]
        row["why"] = reason_in(locale, flag.reason)
        row["reason_code"] = str(flag.reason.code)
        row["reason_values"] = flag.reason.plain_values
    for call in fields["sample"]:
        call["score"] = call.pop("machine_score")
    content = {
        "schema_version": SCHEMA_VERSION,
        "run_id": run.run_id if run else None,
        "subject": subject,
        **fields,
    }
    return json.dumps(content, default=str, ensure_ascii=False, indent=1).encode()
