"""Gates: checks that data must pass before publication, one SQL file each.

The head comment of a gate states the condition; its select returns the `id` of each row that
violates it. Rows of a call are checked once, when they are loaded: `added` lists those calls.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from warehouse.errors import GateError

if TYPE_CHECKING:
    import duckdb

GATES = Path(__file__).parents[1] / "gates"

_SHOWN = 20


def check_gates(connection: duckdb.DuckDBPyConnection, folder: Path = GATES) -> None:
    """Run every gate.

    Raises:
        GateError: A gate is violated; lists all gates and rows.
    """
    faults = [fault for path in sorted(folder.glob("*.sql")) if (fault := _fault(connection, path))]
    if faults:
        raise GateError(faults)


def _fault(connection: duckdb.DuckDBPyConnection, path: Path) -> str | None:
    sql = path.read_text()
    ids = [str(row[0]) for row in connection.execute(sql).fetchall()]
    if not ids:
        return None
    promise = " ".join(
        line.removeprefix("--").strip() for line in sql.splitlines() if line.startswith("--")
    )
    more = f" and {len(ids) - _SHOWN} more" if len(ids) > _SHOWN else ""
    return f"{path.stem}: {promise} Broken by {', '.join(sorted(ids)[:_SHOWN])}{more}"
