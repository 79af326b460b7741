"""Whether the values of a column can be those of a field, and how they are written."""

from __future__ import annotations

import json
import re
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, NamedTuple

from flows.sources.exports.values import direction_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from flows.sources.centre.proposal import Sample

_TIME_FORMS = (
    "%d/%m/%Y %H:%M:%S",
    "%m/%d/%Y %H:%M:%S",
    "%d/%m/%Y %H:%M",
    "%m/%d/%Y %H:%M",
    "%d/%m/%Y %I:%M:%S %p",
    "%m/%d/%Y %I:%M:%S %p",
    "%d-%m-%Y %H:%M:%S",
    "%m-%d-%Y %H:%M:%S",
    "%d.%m.%Y %H:%M:%S",
    "%d.%m.%Y %H:%M",
    "%Y/%m/%d %H:%M:%S",
    "%Y%m%d%H%M%S",
)
_LENGTH_FORMS = ("%H:%M:%S", "%M:%S", "%H:%M")
_SECONDS = re.compile(r"\d+([.,]\d+)?")
_EPOCH = re.compile(r"\d{10}(\.\d+)?|\d{13}")
_WHOLE_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_LANGUAGE = re.compile(r"[A-Za-z]{2}([-_].*)?")
_ID = re.compile(r"\S{1,100}")
_SHOWABLE = re.compile(r"[^\W\d_]+([ _-][^\W\d_]+)*")
_PLAIN = re.compile(r"[^\W\d][\w.]*")
_NO_TEXT = ("true", "false", "null")
_MOST_DIRECTIONS = 8
_YES, _NO = True, False


def quoted(text: str) -> str:
    """A text as YAML: in quotes unless it is a plain name."""
    if _PLAIN.fullmatch(text) and text.casefold() not in _NO_TEXT:
        return text
    return "'" + text.replace("'", "''") + "'" if text.isprintable() else json.dumps(text)


class Fit(NamedTuple):
    """How the values of a column fit a field.

    Attributes:
        fits: Whether they can be its values.
        ways: Further keys of the mapping, one text for each way to read them; "" for none.
        why: What speaks for it or against it, without any value.
    """

    fits: bool
    ways: tuple[str, ...]
    why: str


def _times(sample: Sample, column: str) -> Fit:
    values = sample.columns[column]
    if not values:
        return Fit(_NO, (), "the name; but it is empty")
    if all(_EPOCH.fullmatch(value) for value in values):
        epochs = ("format: epoch_s", "format: epoch_ms")
        return Fit(_YES, epochs, "the name; only you know whether numbers are seconds")
    if all(map(_has_zone, values)):
        return Fit(_YES, ("",), "the name, and times with their zone")
    return _local_times(values, f"zone: {sample.zone}")


def _local_times(values: Sequence[str], zone: str) -> Fit:
    guessed = "the name, and times without a zone: is it the centre's?"
    if all(_parses(datetime.fromisoformat, value) for value in values):
        if any(_WHOLE_DAY.fullmatch(value) for value in values):
            return Fit(_NO, (), "the name; but it has days without a time")
        return Fit(_YES, (zone,), guessed)
    forms = [form for form in _TIME_FORMS if all(_is_time(value, form) for value in values)]
    ways = tuple(f"format: '{form}', {zone}" for form in forms)
    if len(forms) > 1:
        return Fit(_YES, ways, "the name; day and month may be either way round")
    return Fit(bool(forms), ways, guessed if forms else "the name; but no known form of a time")


def _has_zone(value: str) -> bool:
    try:
        return datetime.fromisoformat(value).tzinfo is not None
    except ValueError:
        return _parses(parsedate_to_datetime, value)


def _parses(parse: Callable[[str], object], value: str) -> bool:
    try:
        parse(value)
    except ValueError:
        return False
    return True


def _is_time(value: str, form: str) -> bool:
    return _parses(lambda text: datetime.strptime(text, form), value)  # noqa: DTZ007


def _recordings(sample: Sample, column: str) -> Fit:
    values = sample.columns[column]
    document = sample.recordings.files[0].parent / sample.file if sample.recordings.files else None
    found = sum(1 for value in values if document and _is_there(sample, value, document))
    if found:
        return Fit(_YES, ("",), f"the name, and {found} of {len(values)} recordings are there")
    return Fit(_NO, ("",), "the name; but no such recording is beside the file")


def _is_there(sample: Sample, value: str, document: Path) -> bool:
    return sample.recordings.known_as(value, document) is not None


def _call_ids(sample: Sample, column: str) -> Fit:
    values = sample.columns[column]
    if len(values) < sample.row_count:
        return Fit(_NO, ("",), "the name; but it is empty in some rows")
    if len({*values}) < len(values):
        return Fit(_NO, ("",), "the name; but values repeat, as those of a contact do")
    return Fit(_YES, ("",), "the name, and each value occurs once")


def _agents(sample: Sample, column: str) -> Fit:
    values = sample.columns[column]
    if not values or not all(_ID.fullmatch(value) for value in values):
        return Fit(_NO, ("",), "the name; but it is empty or has words as names have")
    return Fit(_YES, ("",), f"the name, and {len({*values})} ids; is it whoever spoke?")


def _directions(sample: Sample, column: str) -> Fit:
    """Only words are shown, and only if there are few of them: a column may be another one."""
    seen = sorted({value.casefold(): value for value in sample.columns[column]}.values())
    if not seen or len(seen) > _MOST_DIRECTIONS or not all(map(_SHOWABLE.fullmatch, seen)):
        return Fit(_NO, ("",), "the name; but its values are no directions")
    known = {word: ours for ours, words in sample.directions.items() for word in words}
    table = {value: known.get(value.casefold(), direction_of(value)) for value in seen}
    if all(direction_of(value) in sample.directions for value in seen):
        return Fit(_YES, ("",), "the name and the values")
    table = {value: ours if ours in sample.directions else None for value, ours in table.items()}
    if not any(table.values()):
        return Fit(_NO, ("",), "the name; but its values are no directions")
    listed = ", ".join(f"{quoted(value)}: {ours}" for value, ours in table.items() if ours)
    way = f"values: {{{listed}}}"
    if rest := [value for value, ours in table.items() if not ours]:
        why = f"the name; but nothing is known of {', '.join(rest)}: add them to `values`"
        return Fit(_NO, (way,), why)
    return Fit(_YES, (way,), "the name and the values")


def _lengths(sample: Sample, column: str) -> Fit:
    values = sample.columns[column]
    if values and all(_SECONDS.fullmatch(value) for value in values):
        return Fit(_YES, ("",), "the name, and numbers: are they seconds?")
    forms = [form for form in _LENGTH_FORMS if all(_is_time(value, form) for value in values)]
    ways = tuple(f"format: '{form}'" for form in forms if values)
    return Fit(bool(ways), ways, "the name and the form of the values" if ways else "the name only")


def _languages(sample: Sample, column: str) -> Fit:
    values = sample.columns[column]
    fits = bool(values) and all(_LANGUAGE.fullmatch(value) for value in values)
    return Fit(
        fits, ("",), "the name and codes" if fits else "the name; but its values are no codes"
    )


FITS: Mapping[str, Callable[[Sample, str], Fit]] = {
    "recording": _recordings,
    "call_id": _call_ids,
    "started_at": _times,
    "agent_id": _agents,
    "direction": _directions,
    "language": _languages,
    "duration_s": _lengths,
    "after_call_work_s": _lengths,
    "hold_s": _lengths,
    "queue_wait_s": _lengths,
}
"""Fields whose values are looked at; of the others, the name is all that is known."""
