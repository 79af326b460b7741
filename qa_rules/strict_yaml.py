"""Read a rule file strictly; its errors are raised as `RuleFilesError`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from models.data_files import strict_yaml
from models.data_files.strict_yaml import Located, Record, StrictRecord
from models.data_files.yaml_faults import expected, unknown_key
from models.errors import DataFilesError
from qa_rules.errors import RuleFilesError

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["Located", "StrictRecord", "expected", "read_located", "read_record", "unknown_key"]


def read_record(path: Path, kind: type[Record]) -> Record:
    """Read one YAML 1.2 file as a record.

    Raises:
        RuleFilesError: With every error of the file, each naming path and line.
    """
    return read_located(path, kind).record


def read_located(path: Path, kind: type[Record]) -> Located[Record]:
    """Read one file as `read_record` does, and keep where its keys stand.

    Raises:
        RuleFilesError: With every error of the file, each naming path and line.
    """
    try:
        return strict_yaml.read_located(path, kind)
    except DataFilesError as error:
        raise RuleFilesError(error.faults) from None
