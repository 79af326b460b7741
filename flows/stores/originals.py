"""The original recordings of a source, also of one by URL, whose files are fetched as needed."""

from __future__ import annotations

import hashlib
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar
from zoneinfo import ZoneInfo

from flows.settings.places import copied_url, shown_place
from flows.sources.centre.key import HomeKey
from flows.sources.centre.personal_ids import PersonalIds
from flows.sources.file_names import may_be_recording
from flows.sources.folder import take_in
from flows.sources.known_files import KnownFiles
from flows.sources.opening import Problem, open_in_children
from flows.stores.mirror import AT_ONCE, Mirror, empty, quarantined
from flows.stores.opening import open_store
from models.call import QuarantineReason
from warehouse.files import sha256_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from flows.settings.centre import Settings
    from flows.sources.folder import Intake, Pair
    from models.call import Quarantined, Recording
    from qa_rules.results import CallResult
    from warehouse.lake.store import Store

Result = TypeVar("Result")

_CHANGED = "it changed while the run was going on; the next run hears it"


def originals_of(source: Path) -> Originals:
    """The recordings of a folder or, if it is the working copy of one, of a store."""
    url = copied_url(source)
    return StoredOriginals(source, url) if url else Originals(source)


class Originals:
    """The recordings of a folder of this machine, which are read where they are.

    Attributes:
        folder: The folder.
        name: The source as people named it.
    """

    def __init__(self, folder: Path) -> None:
        """Use a folder; nothing is read yet."""
        self.folder, self.name = folder, shown_place(folder)

    def exist(self) -> bool:
        """Whether there is such a source."""
        return self.folder.is_dir()

    def take_in(self, settings: Settings, known_audio: Mapping[str, str]) -> Intake:
        """Scan the source.

        Args:
            settings: Settings of the centre.
            known_audio: As for `flows.sources.folder.take_in`.

        Raises:
            FlowsError: There is no such source.
            StoreError: It cannot be reached.
        """
        key = HomeKey(settings.home)
        known = KnownFiles(settings.home / "known-files", self.folder, key)
        limits, zone = settings.only_limits(), ZoneInfo(settings.time_zone)
        ids = PersonalIds(key, settings.home_country)
        return take_in(self.folder, known_audio, known, limits, open_in_children, zone, ids)

    def keep_only(self, pairs: Iterable[Pair]) -> None:
        """Remove the copies of all other recordings."""

    def fetched(self, batch: Sequence[Pair]) -> tuple[list[Pair], list[Quarantined]]:
        """The calls of a batch whose recordings are here now, and those that cannot be fetched."""
        return list(batch), []

    def shared(self, batch: Sequence[Pair]) -> list[Pair]:
        """The calls of a batch as workers on other machines are told of them."""
        return list(batch)

    def placed(self, batch: Sequence[Pair]) -> list[Pair]:
        """On another machine: the calls that it was told of, with where their recordings are."""
        return list(batch)

    def remove(self, batch: Iterable[Pair]) -> None:
        """Remove the copies of recordings that were heard."""

    def evaluated(
        self, batch: Sequence[Pair], evaluate: Callable[[Sequence[Pair]], Iterable[Result]]
    ) -> Iterator[Result | Quarantined]:
        """Evaluate a batch while its recordings are here."""
        here, failed = self.fetched(batch)
        yield from failed
        yield from evaluate(here)
        self.remove(batch)

    def named(self, results: Sequence[CallResult]) -> list[CallResult]:
        """Results that say where their recordings are kept, not where they were worked on."""
        return list(results)

    def items_named(self, items: Iterable[Quarantined]) -> tuple[Quarantined, ...]:
        """The same for what is quarantined."""
        return tuple(items)


class StoredOriginals(Originals):
    """The recordings of a store.

    Metadata are mirrored. Of each recording there is an empty file, which holds its content only
    from when it is new, changed or to be heard until its batch is done.
    """

    def __init__(self, folder: Path, url: str) -> None:
        """Use a store with a working folder; nothing is read yet."""
        super().__init__(folder)
        self._url = url
        self._mirror = Mirror(folder, url)

    def exist(self) -> bool:
        """Whether there is anything."""
        return bool(open_store(self._url).files())

    def take_in(self, settings: Settings, known_audio: Mapping[str, str]) -> Intake:
        """Mirror the metadata, fetch new and changed recordings, and scan the source."""
        set_aside = self._mirror.refresh()
        versions = {path: one.version for path, one in self._mirror.stored.items()}
        home, key = settings.home / "known-files", HomeKey(settings.home)
        known = KnownFiles(home, self.folder, key, self._url, versions)
        limits, zone = settings.only_limits(), ZoneInfo(settings.time_zone)
        ids = PersonalIds(key, settings.home_country)
        found = take_in(self.folder, known_audio, known, limits, self._mirror.opened, zone, ids)
        return replace(found, quarantined=(*found.quarantined, *set_aside))

    def keep_only(self, pairs: Iterable[Pair]) -> None:
        """Remove the copies of all other recordings."""
        kept = {path for _, recording in pairs for path in _files_of(recording)}
        for path in self._mirror.stored.keys() - kept:
            if may_be_recording(path):
                empty(path)

    def fetched(self, batch: Sequence[Pair]) -> tuple[list[Pair], list[Quarantined]]:
        """Fetch what an earlier run opened and did not come to hear."""
        store, ready, failed = open_store(self._url), [], []
        with ThreadPoolExecutor(AT_ONCE) as threads:
            problems = list(threads.map(lambda pair: self._recording_here(store, pair[1]), batch))
        for pair, problem in zip(batch, problems, strict=True):
            if problem is None:
                ready.append(pair)
            else:
                failed.append(quarantined(pair[1].path, problem, pair[0].call_id))
        return ready, failed

    def shared(self, batch: Sequence[Pair]) -> list[Pair]:
        """Calls with paths in the store: the folder of another machine is elsewhere."""
        return [
            (call, replace(_moved(one, self._relative), kept_path=self._kept(one)))
            for call, one in batch
        ]

    def placed(self, batch: Sequence[Pair]) -> list[Pair]:
        """Calls with paths in this folder."""
        return [(call, _moved(recording, self.folder.joinpath)) for call, recording in batch]

    def remove(self, batch: Iterable[Pair]) -> None:
        """Remove the copies of recordings that were heard."""
        for _, recording in batch:
            for path in _files_of(recording):
                empty(path)

    def named(self, results: Sequence[CallResult]) -> list[CallResult]:
        """Results with the URLs of their recordings."""
        return [
            replace(one, recording=replace(one.recording, kept_path=self._kept(one.recording)))
            for one in results
        ]

    def _kept(self, recording: Recording) -> str:
        return self._named(recording.kept_path or recording.path)

    def items_named(self, items: Iterable[Quarantined]) -> tuple[Quarantined, ...]:
        """Items with their URLs."""
        return tuple(replace(one, item=self._named(one.item)) for one in items)

    def _relative(self, path: Path) -> Path:
        return path.relative_to(self.folder)

    def _named(self, path: str | Path) -> str:
        return str(path).replace(str(self.folder), self._url, 1)

    def _recording_here(self, store: Store, recording: Recording) -> Problem | None:
        paths = list(_files_of(recording))
        missing = [path for path in paths if not path.exists() or path.stat().st_size == 0]
        for path in missing:
            if problem := self._mirror.get(store, path):
                return problem
        if missing and _audio_sha256(paths) != recording.audio_sha256:
            return Problem(QuarantineReason.UNREADABLE, _CHANGED)
        return None


def _moved(recording: Recording, to: Callable[[Path], Path]) -> Recording:
    other = recording.other_side
    return replace(recording, path=to(recording.path), other_side=other and to(other))


def _files_of(recording: Recording) -> Iterator[Path]:
    yield recording.path
    if recording.other_side:
        yield recording.other_side


def _audio_sha256(paths: Sequence[Path]) -> str:
    """The hash of a recording, as `probe` and `join_sides` compute it."""
    hashes = [sha256_of(path) for path in paths]
    return hashes[0] if len(hashes) == 1 else hashlib.sha256("".join(hashes).encode()).hexdigest()
