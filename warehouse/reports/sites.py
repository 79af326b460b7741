"""Publication for everybody, for those who may see restricted calls, and for each audience.

Each gets a snapshot, pages and lists of the same code in a folder of their own. Restricted calls
are in the files of nobody else. Which calls a folder shows is kept in it, so that a call that comes
or goes later changes its older lists and reports as well, also after a crash.
"""

from __future__ import annotations

import json
import os
import shutil
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from warehouse.audio_folder import RESTRICTED
from warehouse.files import point_atomically, private_folder, replace_atomically
from warehouse.reports.flags.originals import Look, days_of, look_for_originals, share_days
from warehouse.snapshot.connection import open_database
from warehouse.snapshot.deleted_originals import keep_days, paths_of_card_data
from warehouse.snapshot.publish import CURRENT, current_snapshot, forget_older, publish
from warehouse.snapshot.share import share

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from pathlib import Path

    from warehouse.reports.publishing import Publisher
    from warehouse.reports.site.layout import Site
    from warehouse.snapshot.share import Audience

_WAREHOUSE = "warehouse"
_RECORD = "calls.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sites:
    """The folders of a centre's readers.

    Attributes:
        publisher: Writes the pages that everybody sees.
        warehouse: Folder of the snapshots that everybody sees.
        keep: Number of snapshots to keep.
        audiences: People who see some calls, in a folder of their own.
    """

    publisher: Publisher
    warehouse: Path
    keep: int = 5
    audiences: Sequence[Audience] = ()

    def publish(self, *, anew: bool = False) -> Path:
        """Publish the lake's state for all of them; returns the snapshot that everybody sees.

        Args:
            anew: Whether to build every snapshot from the lake alone, in the place of all others.
        """
        lake, site = self.publisher.lake, self.publisher.site
        results = lake.index.restricted()
        restricted = {one.call_id for one in results}
        record = site.restricted.root / _RECORD
        shown = published_as_restricted(site)
        affected = restricted ^ shown
        if record.exists():  # new calls that were always restricted were never shown to others
            affected &= shown | {one.call_id for one in results if not one.restricted}
        self._look_for_originals()
        snapshot = publish(lake, self.warehouse, self.keep, anew=anew)
        if affected:
            forget_older(self.warehouse)
            private_folder(site.restricted.root)
            share_days(site.deleted_originals, site.restricted.deleted_originals)
        self.publisher.publish(snapshot, affected)
        behind = None
        if restricted or shown:
            behind = self._publish_restricted(affected, anew=anew)
            replace_atomically(record, _json(sorted(restricted)))
        for audience in self.audiences:
            self._publish_audience(audience, snapshot, behind)
        self._remove_others()
        return snapshot

    def _look_for_originals(self) -> None:
        """Keep for the snapshots which originals are gone, of the calls that were published before.

        Those of new calls were there when they were heard.
        """
        own, days = self.publisher, dict[str, date]()
        today = datetime.now(ZoneInfo(own.lake.time_zone)).date()
        behind = own.site.restricted
        for site, folder in ((own.site, self.warehouse), (behind, behind.root / _WAREHOUSE)):
            record, snapshot = site.deleted_originals, current_snapshot(folder)
            paths = paths_of_card_data(snapshot) if snapshot else None
            if paths is None:  # nothing is known of them, so what was found stays
                days |= days_of(record)
            else:
                found = look_for_originals(paths, Look(record, today, own.locate, own.listed))
                days |= {path: of.deleted_on for path, of in found.items() if of.deleted_on}
        keep_days(own.lake, days)

    def rewrite_calls(self, calls: Mapping[date, Collection[str]]) -> None:
        """Write the pages of some calls again, where there are some, each from its own snapshot.

        Args:
            calls: The calls by day.
        """
        own = self.publisher
        named = [(own.site.restricted.root, RESTRICTED)]
        named += [(own.site.audience(one.name).root, one.name) for one in self.audiences]
        theirs = [(self._publisher(root, name), root / _WAREHOUSE) for root, name in named]
        for publisher, folder in [(own, self.warehouse), *theirs]:
            if snapshot := current_snapshot(folder):
                publisher.rewrite_calls(snapshot, calls)

    def _publish_restricted(self, affected: Collection[str], *, anew: bool) -> Path:
        root = self.publisher.site.restricted.root
        private_folder(root)
        folder = root / _WAREHOUSE
        snapshot = publish(self.publisher.lake, folder, self.keep, anew=anew, restricted=True)
        if affected:
            forget_older(folder)
        theirs = self._publisher(root, RESTRICTED)
        theirs.publish(snapshot, affected)
        return snapshot

    def _publish_audience(self, audience: Audience, snapshot: Path, behind: Path | None) -> None:
        root = self.publisher.site.audience(audience.name).root
        private_folder(root)
        folder, record = root / _WAREHOUSE, root / _RECORD
        folder.mkdir(exist_ok=True)
        out = folder / snapshot.name
        inputs = [path.stat().st_mtime_ns for path in (snapshot, behind) if path]
        made_of = repr((snapshot.name, behind and behind.name, inputs, audience))
        shown = _read(record)
        stamp = folder / ".made_of"
        if not out.exists() or not stamp.exists() or stamp.read_text() != made_of:
            out.unlink(missing_ok=True)
            share(snapshot, out, audience, behind, is_kept=True)
            out.chmod(0o400)
            stamp.write_text(made_of)
        point_atomically(folder / CURRENT, out.name)
        forget_older(folder)
        publisher = self._publisher(root, audience.name)
        now = self._copy_audio(publisher, out)
        publisher.publish(out, now ^ shown if record.exists() else ())
        replace_atomically(record, _json(sorted(now)))

    def _publisher(self, root: Path, name: str) -> Publisher:
        """Writes pages into a folder; they are never mailed."""
        own = self.publisher
        return replace(
            own,
            site=type(own.site)(root),
            audio=own.audio.of_audience(root),
            pages_url=None,
            audience=name,
        )

    def _copy_audio(self, publisher: Publisher, snapshot: Path) -> set[str]:
        """Give an audience the redacted copies of its calls, and no others; returns the calls."""
        with open_database(snapshot, read_only=True) as connection:
            calls = connection.execute(
                "select call_id, call_date, restricted from core.call"
            ).fetchall()
        kept: set[Path] = set()
        own = self.publisher.audio
        for call_id, call_date, is_restricted in calls:
            source = (own.restricted if is_restricted else own).path_on(call_date, call_id)
            copy = publisher.audio.path_on(call_date, call_id)
            if source.exists():
                kept.add(copy)
                _link(source, copy)
        for copy in publisher.audio.root.rglob("*.opus"):
            if copy not in kept:
                copy.unlink()
        return {call_id for call_id, _, _ in calls}

    def _remove_others(self) -> None:
        """Remove the folders of audiences that there are no more."""
        names = {audience.name for audience in self.audiences}
        for site in self.publisher.site.audiences():
            if site.root.name not in names:
                shutil.rmtree(site.root)


def published_as_restricted(site: Site) -> set[str]:
    """The calls that are restricted in what is published."""
    return _read(site.restricted.root / _RECORD)


def _link(source: Path, copy: Path) -> None:
    """Let a file be in two places; where the file system cannot do that, copy it."""
    copy.parent.mkdir(parents=True, exist_ok=True)
    if copy.exists():
        old, new = copy.stat(), source.stat()
        if (old.st_size, old.st_mtime_ns) == (new.st_size, new.st_mtime_ns):
            return
        copy.unlink()
    with suppress(OSError):
        os.link(source, copy)
        return
    shutil.copy2(source, copy)


def _read(record: Path) -> set[str]:
    return set(json.loads(record.read_bytes())) if record.exists() else set()


def _json(call_ids: Sequence[str]) -> bytes:
    return json.dumps(call_ids, ensure_ascii=False, indent=1).encode()
