"""A call is found by what was said in it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import duckdb
import pytest

from models.call import Role
from tests.warehouse.factory import NIGHT, TIME_ZONE, night, result, turn
from warehouse.errors import QueryError
from warehouse.lake.lake import Lake
from warehouse.query.reader import Snapshot, open_snapshot
from warehouse.query.search import SearchFilter, search
from warehouse.snapshot.publish import current_snapshot, publish

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from qa_rules.results import CallResult


def _saying(call_id: str, language: str, *texts: str, **of_call: Any) -> CallResult:
    """A call in which the agent says the first text, the customer the second, and so on."""
    plain = result(call_id, **of_call)
    turns = tuple(
        turn(text, 5.0 * number + 1, Role.CUSTOMER if number % 2 else Role.AGENT)
        for number, text in enumerate(texts)
    )
    heard = replace(plain.transcript, language=language, turns=turns)
    return replace(plain, transcript=heard, pii_spans=(), findings=(), evaluations=())


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two nights of calls in three languages; one call was evaluated again."""
    home = tmp_path_factory.mktemp("home")
    lake = Lake(home / "lake", TIME_ZONE)
    later = {"started_at": NIGHT + timedelta(days=1), "queue": "sales", "agent_id": "a2"}
    first = [
        _saying("en-1", "en", "we cancelled it", "Cancelling my contract was hard, I mean hard"),
        _saying("es-1", "es", "buenos días", "quiero cancelar la suscripción"),
        _saying("it-1", "it", "buongiorno", "vorrei annullare il contratto"),
        _saying("old", "en", "a giraffe", "my card is [card_number]"),
    ]
    night(lake, "night-1", first)
    publish(lake, home / "warehouse")
    second = [
        _saying("en-2", "en", "your contract was cancelled", "thanks", **later),
        _saying("old", "en", "an elephant", "my card is [card_number]"),
    ]
    night(lake, "night-2", second)
    publish(lake, home / "warehouse")
    return home / "warehouse"


@pytest.fixture(scope="module")
def snapshot(folder: Path) -> Iterator[Snapshot]:
    """What they are published as."""
    with open_snapshot(folder) as opened:
        yield opened


def _found(snapshot: Snapshot, words: str, where: SearchFilter | None = None) -> list[str]:
    columns, rows = search(snapshot, words, where or SearchFilter())
    return [row[columns.index("call_id")] for row in rows]


@pytest.mark.parametrize(
    ("words", "calls"),
    [
        ("cancel", {"en-1", "en-2", "es-1"}),
        ("cancelaron suscripciones", {"es-1"}),
        ("suscripcion", {"es-1"}),
        ("annullato", {"it-1"}),
        ("CONTRACTS", {"en-1", "en-2"}),
        ("card_number", {"old"}),
        ("elephant", {"old"}),
        ("giraffe", set()),
        ("cancelled elephants", set()),
        ("'; drop table core.turn; --", set()),
    ],
)
def test_words_are_found_in_every_form(snapshot: Snapshot, words: str, calls: set[str]) -> None:
    """Each call is searched in its own language, and only what it says now."""
    assert set(_found(snapshot, words)) == calls


@pytest.mark.parametrize(
    ("where", "calls"),
    [
        (SearchFilter(language="es"), {"es-1"}),
        (SearchFilter(role="customer"), {"en-1", "es-1"}),
        (SearchFilter(role="agent", queue="billing"), {"en-1"}),
        (SearchFilter(queue="sales"), {"en-2"}),
        (SearchFilter(agent_id="a2"), {"en-2"}),
        (SearchFilter(first_date=date(2026, 3, 3)), {"en-2"}),
        (SearchFilter(last_date=date(2026, 3, 2)), {"en-1", "es-1"}),
    ],
)
def test_a_search_can_be_narrowed(snapshot: Snapshot, where: SearchFilter, calls: set[str]) -> None:
    """Each filter excludes what it should, and nothing else."""
    assert set(_found(snapshot, "cancel", where)) == calls


def test_the_shorter_turn_comes_first(snapshot: Snapshot) -> None:
    """Of turns that say it equally often, the one that says little else tells more."""
    assert _found(snapshot, "cancelled")[0] == "en-1"
    columns, rows = search(snapshot, "cancelled", SearchFilter())
    assert next(rows)[columns.index("text")] == "we cancelled it"


def test_only_as_many_as_asked_for_are_told(snapshot: Snapshot) -> None:
    """They are the first ones."""
    _, rows = search(snapshot, "cancel", SearchFilter())
    _, first = search(snapshot, "cancel", SearchFilter(), at_most=1)
    assert list(first) == list(rows)[:1]


def test_more_words_than_anybody_types_are_refused(snapshot: Snapshot) -> None:
    """A pasted page is no search, and the message says what would be one."""
    with pytest.raises(QueryError, match="expected at most 20"):
        search(snapshot, "cancel " * 21, SearchFilter())


def test_any_client_opens_the_snapshot(folder: Path) -> None:
    """Without the extension every relation can still be read, the index too."""
    path = current_snapshot(folder)
    assert path is not None
    config: dict[str, Any] = {
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
    }
    with duckdb.connect(path, read_only=True, config=config) as connection:
        relations = connection.execute(
            "select schema_name || '.' || table_name from duckdb_tables() union all"
            " select schema_name || '.' || view_name from duckdb_views() where not internal"
        ).fetchall()
        for (relation,) in relations:
            connection.execute(f"select * from {relation} limit 1").fetchall()
        assert ("core.call_stem",) in relations
