"""What a run takes from the desk."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

from sqlalchemy.exc import SQLAlchemyError

from flows.desk.records.database import database_of
from flows.desk.records.hand_over import hand_over
from flows.governance.audit import Act, record
from flows.settings.desk import DeskSettings

if TYPE_CHECKING:
    from flows.settings.centre import Settings
    from warehouse.lake.lake import Lake


def take_from_desk(settings: Settings, lake: Lake) -> list[str]:
    """Take what people did at the desk into the lake, with an entry in the audit trail per kind.

    Returns:
        Why it could not be done, if so; the next run takes it then.
    """
    desk = DeskSettings.read()
    try:
        database = database_of(settings.home, desk)
        if database is None:
            return []
        with closing(database):
            database.migrate()
            kept, refused = hand_over(database, lake)
    except SQLAlchemyError as error:
        # Of the error only its type: its text may quote what people wrote.
        what = f"the database of the desk cannot be read ({type(error).__name__})"
        return [f"{what}; expected what CALLQA_DESK_DATABASE names, or the file in the home"]
    for kind, rows in kept.items():
        counts = {"new": rows.new, "changed": rows.changed, "same": rows.same}
        record(settings.home, Act.RECORDED, what=f"desk:{kind}", counts=counts)
    return [
        f"{count} of the desk's {kind} cannot be kept, such as for a number as long as a card"
        " number; expected what its forms take"
        for kind, count in refused.items()
    ]
