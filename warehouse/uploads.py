"""Read an uploaded file, and check it against the warehouse.

All errors are reported at once, as `file:line: what; expected what`, without content of cells.
"""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING

from pydantic import ValidationError

from qa_rules.strict_yaml import expected
from warehouse.errors import UploadError
from warehouse.lake.upload_records import KINDS, Review
from warehouse.upload_checks import NO_SUBJECT, Fault, Known, Line, faults_between, values_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from warehouse.lake.upload import Upload


def read_uploads(path: Path, kind: str, known: Known) -> list[Upload]:
    """Read and check a file.

    Args:
        path: A CSV file in UTF-8, with a header.
        kind: Its kind, a name of `KINDS`.
        known: What it is checked against.

    Raises:
        UploadError: The file is invalid; lists all errors.
    """
    lines, faults = _parsed(path, KINDS[kind])
    if not faults:
        lines, faults = _completed(lines, known)
        faults += faults_between(lines, known)
    if faults:
        raise UploadError([f"{path.name}:{number}: {what}" for number, what in sorted(faults)])
    return [line.record for line in lines]


def _parsed(path: Path, kind: type[Upload]) -> tuple[list[Line], list[Fault]]:
    lines, faults = [], []
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            # Spreadsheets separate by semicolons where the decimal separator is a comma.
            head = file.readline()
            file.seek(0)
            reader = csv.DictReader(file, delimiter=";" if ";" in head else ",")
            if fault := _head_fault(reader.fieldnames or [], kind):
                return [], [(1, fault)]
            for row in reader:
                if None in row:
                    faults.append((reader.line_num, "more cells than columns; expected one each"))
                    continue
                cells = {name: cell for name, cell in row.items() if cell}
                try:
                    record = kind.model_validate_strings(cells)
                except ValidationError as error:
                    faults += [(reader.line_num, text) for text in _texts(error)]
                else:
                    lines.append(Line(reader.line_num, record))
    except (UnicodeDecodeError, csv.Error):
        return [], [(1, "cannot be read; expected CSV in UTF-8")]
    return lines, faults


def _head_fault(names: Sequence[str], kind: type[Upload]) -> str | None:
    fields = kind.model_fields
    made = kind.group[:1] if kind.identity else ()
    missing = [name for name, field in fields.items() if field.is_required() and name not in made]
    wrong = [f"no column {name}" for name in missing if name not in names]
    # By position: in a file without a header, the name would be content of a cell.
    wrong += [
        f"unknown column {place}" for place, name in enumerate(names, 1) if name not in fields
    ]
    return f"{', '.join(wrong)}; expected {', '.join(fields)}" if wrong else None


def _texts(error: ValidationError) -> Iterator[str]:
    for fault in error.errors(include_url=False, include_input=False):
        column = ".".join(str(part) for part in fault["loc"][:1])
        yield f"{column}: expected {expected(fault)}" if column else f"expected {expected(fault)}"


def _completed(lines: list[Line], known: Known) -> tuple[list[Line], list[Fault]]:
    """Add the machine's value to reviews: the one recorded first, or else the current one."""
    reviews = [line.record for line in lines if isinstance(line.record, Review)]
    if not reviews:
        return lines, []
    stored = known.uploads.frame("review")
    before = dict(zip(stored["review_id"], stored["machine_value"], strict=True))
    now = values_of(known, [review.call_id for review in reviews])
    complete, faults = [], []
    for number, record in lines:
        assert isinstance(record, Review), "a file holds one kind"
        if record.subject not in now and record.review_id not in before:
            faults.append((number, NO_SUBJECT))
        value = record.machine_value or before.get(record.review_id) or now.get(record.subject)
        complete.append(Line(number, record.model_copy(update={"machine_value": value})))
    return complete, faults
