"""How the desk answers many supervisors at once: `make bench-desk`.

    python -m tests.bench.pages.bench_desk CALLS SUPERVISORS OUT.json

On a seeded warehouse, each supervisor logs in, reads their list of flags and opens and decides some
of them, all at once and as fast as the desk answers, from another process on this machine. Beside
each page is what the statements behind it take alone. Seeded calls have no words, so call pages are
not measured.
"""

from __future__ import annotations

import json
import os
import platform
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter, defaultdict
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import duckdb
import fastapi
import httpx
import sqlalchemy

from flows.desk.access.accounts import add_account
from flows.desk.access.passwords import new_password
from flows.desk.desk import Desk
from flows.desk.person import Person, Role
from flows.settings.centre import Settings
from flows.settings.desk import DeskSettings
from tests.seed.seed import SeedPlan, write_seed
from warehouse.lake.lake import Lake
from warehouse.snapshot.publish import publish

_AGENTS_OF_A_TEAM = 12
_ROUNDS, _DECISIONS = 3, 4
_ADDRESS = "http://127.0.0.1:8411"
_START_S = 60


def main(call_count: int, supervisor_count: int, out: Path) -> None:
    """Measure and write the figures."""
    with tempfile.TemporaryDirectory(prefix="bench-desk-") as folder:
        home = Path(folder)
        plan = SeedPlan(call_count=call_count, agent_count=supervisor_count * _AGENTS_OF_A_TEAM)
        lake = Lake(home / "lake", "Europe/Rome")
        write_seed(lake, plan)
        publish(lake, home / "warehouse", keep=1)
        desk = Desk(Settings.with_overrides(home=home), DeskSettings.read())
        people = {f"supervisor-{number}": new_password() for number in range(supervisor_count)}
        for login, password in people.items():
            _add(desk, login, password)
        alone = _alone(desk)
        desk.close()
        figures = {
            "cores": len(os.sched_getaffinity(0)),
            "python": platform.python_version(),
            "duckdb": duckdb.__version__,
            "fastapi": fastapi.__version__,
            "sqlalchemy": sqlalchemy.__version__,
            "calls": call_count,
            "supervisors": supervisor_count,
            "statement_alone_s": alone,
            **_together(home, people),
        }
    out.write_text(json.dumps(figures, indent=2) + "\n")
    print(json.dumps(figures, indent=2))


def _add(desk: Desk, login: str, password: str) -> None:
    add_account(
        desk.database,
        login=login,
        subject=login,
        name=login,
        role=Role.SUPERVISOR,
        language="en",
        password=password,
    )


def _alone(desk: Desk) -> dict[str, float]:
    """Median seconds of the statements behind the pages, one at a time."""
    person = Person(
        account_id=1, subject="supervisor-1", name="", role=Role.SUPERVISOR, language="en"
    )
    flag = desk.calls.ask(person, "open_flags", language="en")[0]
    asked = {
        "open_flags": {"language": "en"},
        "findings_of_call": {"call_id": flag["call_id"]},
    }
    found: dict[str, float] = {}
    for query, values in asked.items():
        times = []
        for _ in range(7):
            begin_s = time.perf_counter()
            desk.calls.ask(person, query, **values)
            times.append(time.perf_counter() - begin_s)
        found[query] = round(statistics.median(times), 4)
    return found


def _together(home: Path, people: dict[str, str]) -> dict[str, object]:
    """What all of them see at once: seconds by page, and answers by status."""
    environment = {**os.environ, "CALLQA_DESK_PORT": _ADDRESS.rpartition(":")[2]}
    line = [str(Path(sys.executable).with_name("callqa")), "desk", "serve", "--home", str(home)]
    server = subprocess.Popen(line, env=environment, stdout=subprocess.DEVNULL)  # noqa: S603
    try:
        _wait()
        with ThreadPoolExecutor(len(people)) as pool:
            visits = list(pool.map(_visit, people.items()))
    finally:
        server.terminate()
        server.wait()
    seconds: dict[str, list[float]] = defaultdict(list)
    statuses: Counter[int] = Counter()
    for visit in visits:
        for page, status, took_s in visit:
            seconds[page].append(took_s)
            statuses[status] += 1
    return {
        "answers": dict(statuses),
        "pages": {
            page: {
                "count": len(times),
                "median_s": round(statistics.median(times), 3),
                "p95_s": round(statistics.quantiles(times, n=20)[-1], 3),
            }
            for page, times in seconds.items()
        },
    }


def _visit(account: tuple[str, str]) -> list[tuple[str, int, float]]:
    """What one supervisor does."""
    done: list[tuple[str, int, float]] = []
    with httpx.Client(base_url=_ADDRESS, timeout=120) as client:

        def timed(page: str, method: str, path: str, **form: object) -> httpx.Response:
            begin_s = time.perf_counter()
            answer = client.request(method, path, **form)  # type: ignore[arg-type]
            done.append((page, answer.status_code, time.perf_counter() - begin_s))
            return answer

        login, password = account
        timed("log-in", "POST", "/login", data={"login": login, "password": password})
        for _ in range(_ROUNDS):
            text = timed("flags", "GET", "/flags").text
            token = re.search(r'data-csrf="([^"]+)"', text)
            for call_id, rule_id in _flags_in(text)[:_DECISIONS]:
                path = f"/decisions/{rule_id}/{call_id}"
                timed("decisions", "GET", path)
                form = {"seen": "0", "value": "pass", "reason": "It is said at 0:12."}
                headers = {"X-CSRF-Token": token[1] if token else ""}
                timed("decide", "POST", path, data=form, headers=headers)
    return done


def _flags_in(page: str) -> list[tuple[str, str]]:
    """Calls and rules of the flags of a list."""
    return re.findall(r'href="[^"]*/calls/([^"?#]+)\?flag=([^"#&]+)', page)


def _wait() -> None:
    until_s = time.monotonic() + _START_S
    while True:
        try:
            httpx.get(f"{_ADDRESS}/login")
        except httpx.ConnectError:
            assert time.monotonic() < until_s, "the desk does not answer"
            time.sleep(0.2)
        else:
            return


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3]))
