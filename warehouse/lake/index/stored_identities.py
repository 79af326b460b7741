"""What the lake's current results depend on, looked up call by call instead of held in memory."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from warehouse.lake.index.lake_index import CURRENT
from warehouse.lake.index.refresh import IDENTITY
from warehouse.lake.index.result_identity import ResultIdentity

if TYPE_CHECKING:
    import sqlite3

_COLUMNS = ", ".join(IDENTITY)


class StoredIdentities(Mapping[str, ResultIdentity]):
    """The identity of every call's current result, by call id, as of one moment."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        """Use a connection to the lake's index."""
        self._connection = connection

    def __getitem__(self, call_id: str) -> ResultIdentity:
        """The identity of a call's result."""
        row = self._connection.execute(
            f"select {_COLUMNS} from result where call_id = ? order by commit_no desc limit 1",
            [call_id],
        ).fetchone()
        if row is None:
            raise KeyError(call_id)
        return ResultIdentity(**dict(zip(IDENTITY, row, strict=True)))

    def __iter__(self) -> Iterator[str]:
        """The ids of all calls."""
        rows = self._connection.execute("select distinct call_id from result order by call_id")
        return (call_id for (call_id,) in rows)

    def __len__(self) -> int:
        """Number of calls."""
        (count,) = self._connection.execute("select count(distinct call_id) from result").fetchone()
        return int(count)

    @property
    def calls_by_audio(self) -> Mapping[str, str]:
        """The call of each recording, by the recording's hash."""
        return _CallsByAudio(self._connection)


class _CallsByAudio(Mapping[str, str]):
    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def __getitem__(self, audio_sha256: str) -> str:
        row = self._connection.execute(
            f"select call_id from result where audio_sha256 = ? and {CURRENT}"
            " order by commit_no desc limit 1",
            [audio_sha256],
        ).fetchone()
        if row is None:
            raise KeyError(audio_sha256)
        return str(row[0])

    def __iter__(self) -> Iterator[str]:
        rows = self._connection.execute("select distinct audio_sha256 from result")
        return (audio for (audio,) in rows)

    def __len__(self) -> int:
        (count,) = self._connection.execute(
            "select count(distinct audio_sha256) from result"
        ).fetchone()
        return int(count)
