"""Errors of this package. Their messages contain no words of a call."""

from __future__ import annotations

from models.errors import ModelsError
from qa_rules.errors import RulesError
from warehouse.errors import WarehouseError


class FlowsError(Exception):
    """Base class of the errors of `flows`; the message says what to do."""


class TemporaryError(FlowsError):
    """An error that may not occur again in a minute."""


EXPECTED_ERRORS = (FlowsError, ModelsError, RulesError, WarehouseError)
"""Errors whose message says what to do, and contains no personal data."""


def message_of(error: Exception) -> str:
    """What an expected error says, or an error of the system with what to do."""
    if not isinstance(error, OSError):
        return str(error)
    where = f" ({error.filename})" if error.filename else ""
    return (
        f"{error.strerror or error}{where}. What is stored is whole; make room or give access,"
        " then run the command again"
    )


def internal_error(error: BaseException, where: str = "") -> str:
    """What to say of an unforeseen error: only its type, since its message may quote a call."""
    return f"internal error of callqa ({type(error).__name__}{where}); please report it"
