"""How exactly a phrase must be heard."""

from __future__ import annotations

from enum import StrEnum


class Strictness(StrEnum):
    """How far recognition may bend a phrase before it no longer counts as said."""

    EXACT = "exact"
    NORMAL = "normal"
    LOOSE = "loose"
    NAME = "name"
    """For names, which recognition knows least; a phrase that is a {variable} has it anyway."""
