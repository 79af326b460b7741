"""People of the recorded calls, where a test needs no browser."""

from flows.desk.person import Person, Role

SUPERVISOR = Person(
    account_id=1, subject="sv-2", name="Tommaso Grassi", role=Role.SUPERVISOR, language="en"
)
AGENT = Person(account_id=2, subject="ag-102", name="Daniel Okoye", role=Role.AGENT, language="en")
