"""SQL statements in files: one per file, in the folder `sql` beside the module that runs them."""

from __future__ import annotations

from functools import cache
from pathlib import Path


@cache
def sql_of(module_file: str, name: str) -> str:
    """The statement `sql/<name>.sql`.

    Args:
        module_file: `__file__` of the module that runs it.
        name: Name of the file, without its suffix.
    """
    return (Path(module_file).parent / "sql" / f"{name}.sql").read_text(encoding="utf-8")
