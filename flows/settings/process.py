"""What each process of ours does first: say what kind of process it is."""

from __future__ import annotations

from enum import StrEnum


class Kind(StrEnum):
    """The kinds of processes."""

    COMMAND = "command"
    DEPLOYMENT = "deployment"
    WORKER = "worker"
    OTHER = "other"  # a script or a test that calls our functions


_kind = Kind.OTHER


def begin(kind: Kind) -> None:
    """Begin as a process of a kind."""
    global _kind  # noqa: PLW0603  a process has one kind
    _kind = kind


def process_kind() -> Kind:
    """The kind of this process."""
    return _kind
