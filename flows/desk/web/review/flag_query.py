"""Filters of flags as an address has them."""

# No `from __future__ import annotations`: FastAPI reads the parameters' types at run time.

from typing import Annotated

from fastapi import Depends, Query

from flows.desk.reading.flags import FlagFilter

DAYS = (1, 7, 28, 91)
"""The spans of days to choose from."""

_Text = Annotated[str, Query(max_length=200)]


def _asked(  # noqa: PLR0913, PLR0917  the filters
    decided: _Text = "",
    rule: _Text = "",
    severity: _Text = "",
    agent: _Text = "",
    team: _Text = "",
    queue: _Text = "",
    language: _Text = "",
    days: _Text = "",
    text: _Text = "",
) -> FlagFilter:
    return FlagFilter(
        decided=bool(decided),
        rule=rule,
        severity=severity,
        agent=agent,
        team=team,
        queue=queue,
        language=language,
        days=next((span for span in DAYS if days == str(span)), 0),
        text=text,
    )


AskedFlags = Annotated[FlagFilter, Depends(_asked)]
"""The filter that an address asks for; a field that was left empty does not filter."""
