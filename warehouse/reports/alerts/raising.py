"""Ask a centre's alerts after a run, and write what is to be told, a file per reader."""

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING

from qa_rules.errors import RuleFilesError
from warehouse.files import replace_atomically
from warehouse.query.reader import open_snapshot
from warehouse.reports.alerts.breaches import BreachLog, Change, new_breaches, still_breached
from warehouse.reports.alerts.reader import ask_alerts, read_alerts
from warehouse.reports.site.layout import file_stem
from warehouse.reports.site.render import render
from warehouse.reports.site.translation import language
from warehouse.snapshot.publish import current_snapshot
from warehouse.spreadsheets import write_csv

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from warehouse.query.reader import Snapshot
    from warehouse.reports.alerts.breaches import Breach
    from warehouse.reports.alerts.records import Answer
    from warehouse.reports.site.translation import Language

SCHEMA_VERSION = 1
"""Version of the JSON: incremented when a field is removed or changes its meaning."""

_COLUMNS = ("alert_id", "title", "value", "limit", "is_above")
_RUN = "select run_id, strftime(timezone(time_zone, built_at), '%Y-%m-%d') from meta.snapshot"


def raise_alerts(
    alerts: Path, warehouse: Path, folder: Path, reader: Callable[[str], str]
) -> list[str]:
    """Ask every alert, and write those that have newly passed their limit for delivery.

    Args:
        alerts: The centre's file of alerts.
        warehouse: Folder of the published snapshots.
        folder: Where to write; has a subfolder per run that had something to tell.
        reader: Returns the language of a reader.

    Returns:
        What is wrong with the file or a query, as `path:line: what`.
    """
    log = BreachLog(folder / "breaches.jsonl")
    _write(folder, log.last, reader)  # what a killed run had recorded, and not written
    try:
        file = read_alerts(alerts)
    except RuleFilesError as error:
        return list(error.faults)
    with open_snapshot(warehouse) as snapshot:
        answers = ask_alerts(file, snapshot)
        change = _change(answers, log, snapshot, _free_name(folder, warehouse))
    if set(change.breached) != log.breached:
        log.add(change)
        _write(folder, change, reader)
    return [answer.fault for answer in answers if answer.fault]


def _change(answers: Sequence[Answer], log: BreachLog, snapshot: Snapshot, name: str) -> Change:
    ((run_id, day),) = snapshot.ask(_RUN).rows
    return Change(
        name=name,
        run_id=run_id or name,
        day=day,
        breached=still_breached(answers, log.breached),
        told=new_breaches(answers, log.breached),
    )


def _free_name(folder: Path, warehouse: Path) -> str:
    """The name of the snapshot, as of the lists; with a number if it has been asked before."""
    snapshot = current_snapshot(warehouse)
    assert snapshot is not None, "it has just been asked"
    names = [snapshot.stem]
    while (folder / names[-1]).exists():
        names.append(f"{snapshot.stem}-{len(names) + 1}")
    return names[-1]


def _write(folder: Path, change: Change | None, reader: Callable[[str], str]) -> None:
    """Write the files of a change that are not there: HTML, CSV, and JSON as the last."""
    if change is None:
        return
    for name, breaches in _by_reader(change.told):
        path = folder / change.name / f"alerts-{file_stem(name)}.json"
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            _write_one(path, name, change, breaches, language(reader(name)))


def _by_reader(told: Sequence[Breach]) -> Iterator[tuple[str, list[Breach]]]:
    for name in sorted({name for breach in told for name in breach.tell}):
        yield name, [breach for breach in told if name in breach.tell]


def _write_one(
    path: Path, reader: str, change: Change, breaches: Sequence[Breach], locale: Language
) -> None:
    rows = [
        {**breach.model_dump(include={*_COLUMNS}), "title": breach.title_in(locale.code)}
        for breach in breaches
    ]
    subject = locale.plural("Alert: %(titles)s", "Alerts: %(titles)s", len(rows)) % {
        "titles": "; ".join(row["title"] for row in rows)
    }
    page = render("alerts.html", locale.code, subject=subject, day=change.on, breaches=rows)
    fields = {
        "schema_version": SCHEMA_VERSION,
        "kind": "alerts",
        "run_id": change.run_id,
        "supervisor_id": reader,
        "subject": subject,
        "day": change.day,
        "alerts": rows,
    }
    text = io.StringIO()
    write_csv(text, _COLUMNS, ([row[name] for name in _COLUMNS] for row in rows))
    replace_atomically(path.with_suffix(".html"), page)
    replace_atomically(path.with_suffix(".mail.html"), page)
    replace_atomically(path.with_suffix(".csv"), text.getvalue().encode("utf-8-sig"))
    content = json.dumps(fields, ensure_ascii=False, indent=1).encode()
    replace_atomically(path, content)
