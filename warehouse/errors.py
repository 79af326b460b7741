"""The errors of this package; their texts name rows by id and hold no words of a call."""

from __future__ import annotations


class WarehouseError(Exception):
    """Base of everything that `warehouse` raises on purpose."""


class LakeError(WarehouseError):
    """The lake cannot be used as asked; the text says why and what to do."""


class SnapshotError(WarehouseError):
    """A published snapshot cannot be used; the text says what to do."""


class QueryError(WarehouseError):
    """A question cannot be answered; the text holds the database's own hint."""


class ExportError(WarehouseError):
    """A relation cannot be written as asked; the text says what can be done instead."""


class UploadError(WarehouseError):
    """A file that people supply cannot be used.

    Attributes:
        faults: One line each, `file:line: what; what was expected`.
    """

    def __init__(self, faults: list[str]) -> None:
        super().__init__("Nothing was recorded.\n" + "\n".join(faults))
        self.faults = faults


class GateError(WarehouseError):
    """The data of a new snapshot break a promise, so it is not published.

    Attributes:
        faults: One line each, `gate: what must hold; broken by id, id, …`.
    """

    def __init__(self, faults: list[str]) -> None:
        super().__init__("The snapshot is not published.\n" + "\n".join(faults))
        self.faults = faults
