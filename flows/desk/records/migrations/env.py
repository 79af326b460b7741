"""Run by Alembic: applies the migrations on the connection that the database gives it."""

from alembic import context

from flows.desk.records import every_table
from flows.desk.records.database import Record

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Record.metadata,
    render_as_batch=True,  # SQLite changes tables by writing them anew
    user_module_prefix="",
)
assert set(Record.metadata.tables) >= every_table.TABLES
with context.begin_transaction():
    context.run_migrations()
