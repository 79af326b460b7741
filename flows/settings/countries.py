"""Countries of time zones."""

from __future__ import annotations

from importlib.resources import files


def country_of_zone(name: str) -> str | None:
    """ISO 3166 code of the country that a time zone is in; None for zones of none, such as UTC."""
    table = files("tzdata").joinpath("zoneinfo", "zone.tab").read_text(encoding="utf-8")
    lines = (line.split("\t") for line in table.splitlines() if not line.startswith("#"))
    return next((country for country, _, zone, *_ in lines if zone == name), None)
