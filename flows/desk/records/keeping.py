"""Keep a change unless somebody else was faster."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.exc import StaleDataError

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from flows.desk.records.database import Record


class FasterError(Exception):
    """Somebody else changed the same first."""


def keep(session: Session, *rows: Record) -> None:
    """Write what was changed, and new rows.

    Raises:
        FasterError: Another person added or changed the same in the meantime.
    """
    session.add_all(rows)
    try:
        session.flush()
    except (IntegrityError, StaleDataError):
        raise FasterError from None
