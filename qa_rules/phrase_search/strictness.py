"""Strictness of phrase matching."""

from __future__ import annotations

from enum import StrEnum


class Strictness(StrEnum):
    """How much a match may deviate from a phrase."""

    EXACT = "exact"
    NORMAL = "normal"
    LOOSE = "loose"
    NAME = "name"
    """For names, which are recognised worst; the default of phrases that are a {variable}."""
