"""Read the calls of a centre's own files by its mapping."""

from __future__ import annotations

from datetime import datetime, timedelta
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from flows.sources.centre.columns import check_columns
from flows.sources.centre.mapping import EPOCHS, MAPPING_NAME, mapping_of
from flows.sources.documents import MetadataError, is_document
from flows.sources.exports.export import Described
from flows.sources.exports.values import direction_of, first_given, from_epoch, local_time
from flows.sources.exports.versions import version_of
from models.call import Direction

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import tzinfo
    from pathlib import Path

    from flows.sources.centre.mapping import Given, SourceMapping
    from flows.sources.documents import Document
    from flows.sources.exports.versions import Version

_ISO_LOCAL = "%Y-%m-%dT%H:%M:%S.%f"
_MIDNIGHT = "00:00:00"
_DIRECTIONS = f"`values` of `direction` in {MAPPING_NAME} says what each word of the file means"


class Mapped:
    """The files that a centre's mapping describes, as one form of export."""

    name = MAPPING_NAME

    def __init__(self, mapping: SourceMapping) -> None:
        self._mapping = mapping
        self._has_calls = False
        self._without_value = {*mapping.columns()}

    @property
    def lists_all_calls(self) -> bool:
        """Whether its files list calls without a recording, too."""
        return self._mapping.lists_all_calls

    def describes(self, path: Path) -> bool:
        """Whether the mapping is for a file, by its name."""
        return any(
            fnmatchcase(path.name.casefold(), pattern.casefold()) for pattern in self._mapping.files
        )

    def recognises(self, document: Document) -> bool:
        """Whether the mapping is for a document."""
        return self.describes(document.path)

    def calls(self, document: Document, zone: tzinfo) -> Iterator[Described]:
        """The calls of a file.

        Raises:
            MetadataError: It lacks a column of the mapping.
        """
        mapping = self._mapping
        if document.rows:
            names = {name.strip() for name in document.rows[0].cells}
            if missing := [name for name in mapping.columns() if name not in names]:
                listed = ", ".join(f"`{name}`" for name in missing)
                raise MetadataError(
                    f"{document.path.name}:1 has no column {listed}, which {MAPPING_NAME} names;"
                    " correct the one or the other"
                )
        check_columns(document.path.name, document.rows, {*mapping.columns()})
        for place, row in self._rows(document):
            self._has_calls = True
            self._without_value -= {
                name for name in self._without_value if _cell(row, name) is not None
            }
            fields = {name: _read(row, name, one, zone) for name, one in mapping.documented()}
            fields["fields"] = {
                name: _read(row, name, one, zone) for name, one in mapping.fields.items()
            }
            if mapping.channel_map:
                fields["channel_map"] = dict(mapping.channel_map)
            call_id = str(fields["call_id"] or "")
            yield Described(
                place=place,
                key=call_id,
                recordings=tuple(filter(None, [self._recording(row, document) or call_id])),
                fields=fields,
                version=_version(row, mapping.version, zone),
                lacks={"direction": _DIRECTIONS} if _is_odd(fields["direction"]) else {},
            )

    def found_nothing(self, files: Iterable[Path]) -> str:
        """What of the mapping found nothing in any file, for people; empty if all of it did.

        Args:
            files: All files of the source, of which those that it describes were read.
        """
        if not any(is_document(path) and self.describes(path) for path in files):
            return (
                f"`files` of {MAPPING_NAME} fits the name of no CSV or JSON file here; correct it."
            )
        if not self._has_calls or not self._without_value:
            return ""
        listed = ", ".join(f"`{name}`" for name in sorted(self._without_value))
        return f"No call has a value for {listed} of {MAPPING_NAME}; correct wrong names."

    def _rows(self, document: Document) -> list[tuple[str, Mapping[str, Any]]]:
        path = self._mapping.items
        if document.rows or path is None:
            return document.objects()
        name = document.path.name
        inner = _at(document.data, path)
        if not isinstance(inner, list):
            raise MetadataError(
                f"{name} has no list at `items` of {MAPPING_NAME}; correct the path, or leave"
                " `items` out where the file itself is the list"
            )
        items = enumerate(inner, start=1)
        return [(f"{name}, item {at}", one) for at, one in items if isinstance(one, dict)]

    def _recording(self, row: Mapping[str, Any], document: Document) -> str:
        """Name of the recording; without a column of it, that of a JSON file of one call."""
        if self._mapping.recording is None:
            is_one = isinstance(document.data, dict) and self._mapping.items is None
            return document.path.stem if is_one else ""
        return str(_cell(row, self._mapping.recording) or "").strip()


def mapped_of(folder: Path) -> Mapped | None:
    """The form that a source's mapping describes; None if it has no mapping.

    Raises:
        DataFilesError: The mapping has errors.
    """
    found = mapping_of(folder)
    return Mapped(found[1]) if found else None


def _at(data: Any, path: str) -> Any:
    """What lies at a path of names, also if it is empty."""
    for name in path.split("."):
        data = data.get(name) if isinstance(data, dict) else None
    return data


def _cell(row: Mapping[str, Any], column: str | None) -> Any:
    """The value of a column, or at a path of names; None if it is empty."""
    if column is None:
        return None
    found = row.get(column, first_given(row, column))
    return None if isinstance(found, dict | list) or found == "" else found


def _read(row: Mapping[str, Any], name: str, given: Given, zone: tzinfo) -> Any:
    if given.value is not None:
        return given.value
    found = _cell(row, given.column)
    if isinstance(found, bool):
        found = str(found).lower()
    if found is None:
        return None
    text = str(found).strip()
    if given.values:
        ours = {theirs.casefold(): value for theirs, value in given.values.items()}
        return ours.get(text.casefold(), text)
    if name == "started_at":
        return _instant(text, given, ZoneInfo(given.zone) if given.zone else zone)
    if name.endswith("_s") and given.format:
        return _seconds(text, given.format)
    return text


def _is_odd(direction: Any) -> bool:
    """Whether a direction is given in a word that has to be translated."""
    return direction is not None and direction_of(direction) not in {*Direction}


def _instant(text: str, given: Given, zone: tzinfo) -> str:
    """A time in ISO 8601; what cannot be read is returned as it is, and refused by the checks."""
    form = given.format
    try:
        if form in EPOCHS:
            return from_epoch(float(text) / EPOCHS[form])
        if form and "%z" in form:
            return datetime.strptime(text, form).isoformat()  # noqa: DTZ007  it has %z
        if form:
            return local_time(text, form, zone)
        written = datetime.fromisoformat(text)
    except (ValueError, OverflowError):
        return text
    return text if written.tzinfo else local_time(written.strftime(_ISO_LOCAL), _ISO_LOCAL, zone)


def _version(row: Mapping[str, Any], given: Given | None, zone: tzinfo) -> Version:
    if given is None or (found := _cell(row, given.column)) is None:
        return None
    own = ZoneInfo(given.zone) if given.zone else zone
    return version_of(_instant(str(found).strip(), given, own) if given.format else found, own)


def _seconds(text: str, form: str) -> float | str:
    """A length of time in seconds, such as 00:03:12 by %H:%M:%S."""
    try:
        length = datetime.strptime(text, form) - datetime.strptime(_MIDNIGHT, "%H:%M:%S")  # noqa: DTZ007
    except ValueError:
        return text
    return length / timedelta(seconds=1)
