"""What a run would take of a folder or of a store by URL; nothing is stored."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, TypeAlias
from zoneinfo import ZoneInfo

from flows.settings.places import copied_url
from flows.sources.centre.check import check_of
from flows.sources.centre.personal_ids import known_ids
from flows.sources.centre.roster import roster_of
from flows.sources.folder import take_in
from flows.stores.mirror import Mirror
from flows.stores.own_folder import own_folder
from qa_rules.rule_files.rulebook import load_rulebook
from warehouse.lake.lake import Lake

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from flows.settings.centre import Settings
    from flows.sources.centre.check import SourceCheck
    from flows.sources.opening import Opened
    from models.call import Quarantined
    from models.limits import Limits

    Opener: TypeAlias = Callable[[Sequence[Path], Limits], list[Opened]]


def source_check(settings: Settings, open_all: Opener) -> SourceCheck:
    """Open each recording, and match it with its metadata.

    Args:
        settings: Settings of the centre; the recordings of a source by URL are fetched into a
            private folder, a few at a time.
        open_all: Opens the recordings of a folder.

    Raises:
        FlowsError: There is nothing.
        StoreError: The store cannot be used.
    """
    zone = ZoneInfo(settings.time_zone)
    known = Lake(settings.lake, settings.time_zone).identities().calls_by_audio
    ids = known_ids(settings.home, settings.home_country)
    with _here(settings.source, open_all) as (folder, opener, set_aside):
        found = take_in(folder, known, None, settings.only_limits(), opener, zone, ids)
    found = replace(found, quarantined=(*found.quarantined, *set_aside))
    found = found.completed(roster_of(settings)).screened(load_rulebook(settings.rules).pii)
    return check_of(found, folder, zone)


@contextmanager
def _here(source: Path, open_all: Opener) -> Iterator[tuple[Path, Opener, list[Quarantined]]]:
    """A folder that shows the source, how to open its recordings, and what cannot be shown."""
    url = copied_url(source)
    if url is None:
        yield source, open_all, []
        return
    with own_folder() as folder:
        mirror = Mirror(folder / "source", url)
        set_aside = mirror.refresh()
        yield mirror.folder, mirror.looked_into, set_aside
