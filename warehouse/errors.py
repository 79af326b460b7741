"""Errors of this package. Their messages name rows by id and contain no words of a call."""

from __future__ import annotations


class WarehouseError(Exception):
    """Base class of the errors of `warehouse`."""


class LakeError(WarehouseError):
    """An invalid use of the lake; the message says why and what to do."""


class EncryptionError(WarehouseError):
    """Something cannot be read with the keys given; the message says what to do, and no key."""


class TamperedError(EncryptionError):
    """An encrypted file is not what was written under its key."""


class SnapshotError(WarehouseError):
    """A published snapshot cannot be used; the message says what to do."""


class DuckLakeError(WarehouseError):
    """The DuckLake cannot be used; the message says what to do and contains no password."""


class QueryError(WarehouseError):
    """An invalid query; the message contains the hint of the database."""


class UnpublishedError(QueryError):
    """Nothing has been published yet."""


class ExportError(WarehouseError):
    """A relation cannot be exported; the message says what to do."""


class UploadError(WarehouseError):
    """An invalid uploaded file.

    Attributes:
        faults: One line each, `file:line: what; what was expected`.
    """

    def __init__(self, faults: list[str]) -> None:
        super().__init__("Nothing was recorded.\n" + "\n".join(faults))
        self.faults = faults


class GateError(WarehouseError):
    """The data of a new snapshot violate a gate, so it is not published.

    Attributes:
        faults: One line each, `gate: what must hold; broken by id, id, …`.
    """

    def __init__(self, faults: list[str]) -> None:
        super().__init__("The snapshot is not published.\n" + "\n".join(faults))
        self.faults = faults
