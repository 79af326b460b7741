"""All tables of the desk, for migrations, which have to know each of them."""

from flows.desk.records.accounts import Account, FailedLogin, LoginSession

TABLES = {table.__tablename__ for table in (Account, FailedLogin, LoginSession)}
"""Names of the tables."""
