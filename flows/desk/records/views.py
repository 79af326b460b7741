"""Saved views: the filters that somebody named, to come back to them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import ForeignKey, String, UniqueConstraint, delete, select
from sqlalchemy.orm import Mapped, mapped_column

from flows.desk.records.database import Record

if TYPE_CHECKING:
    from flows.desk.person import Person
    from flows.desk.records.database import Database


class SavedView(Record):
    """A view of one account.

    Attributes:
        name: As its owner calls it.
        query: The filters, as in an address.
    """

    __tablename__ = "saved_view"
    __table_args__ = (UniqueConstraint("account_id", "name"),)

    view_id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.account_id"))
    name: Mapped[str] = mapped_column(String(100))
    query: Mapped[str] = mapped_column(String(2000))


def save_view(database: Database, person: Person, name: str, query: str) -> None:
    """Keep a view; one of the same name gets these filters."""
    with database.writing() as session:
        same = SavedView.account_id == person.account_id, SavedView.name == name
        if there := session.scalar(select(SavedView).where(*same)):
            there.query = query
        else:
            session.add(SavedView(account_id=person.account_id, name=name, query=query))


def remove_view(database: Database, person: Person, view_id: int) -> None:
    """Forget a view, if it is theirs."""
    own = SavedView.account_id == person.account_id
    with database.writing() as session:
        session.execute(delete(SavedView).where(own, SavedView.view_id == view_id))


def views_of(database: Database, person: Person) -> list[SavedView]:
    """The views of a person, by name."""
    own = SavedView.account_id == person.account_id
    with database.reading() as session:
        return list(session.scalars(select(SavedView).where(own).order_by(SavedView.name)))
