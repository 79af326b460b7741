"""The intake of a centre's source, with what the centre says itself of its calls."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flows.sources.centre.customers import Customers
from flows.sources.centre.kept_names import KeptNames
from flows.sources.centre.key import HomeKey
from flows.sources.centre.roster import roster_of
from flows.sources.centre.vips import vips_of

if TYPE_CHECKING:
    from flows.settings.centre import Settings
    from flows.sources.centre.roster import Roster
    from flows.sources.centre.vips import Vips
    from flows.sources.folder import Intake
    from qa_rules.pii_detection.types.catalogue import PiiRules


@dataclass(frozen=True, slots=True)
class Centre:
    """What a centre says itself of its calls, and what it keeps of others' words.

    Attributes:
        roster: Completes metadata.
        vips: The customers whose calls are restricted.
        customers: Hashes references of customers.
        names: What is kept of the names of files.
        pii: What to look for in free text.
    """

    roster: Roster
    vips: Vips
    customers: Customers
    names: KeptNames
    pii: PiiRules


def centre_of(settings: Settings, pii: PiiRules) -> Centre:
    """What the settings of a centre name.

    Raises:
        MetadataError: A file has errors; names all of them.
    """
    customers = Customers(settings.home, settings.home_country)
    names = KeptNames(HomeKey(settings.home), pii, settings.source)
    return Centre(roster_of(settings), vips_of(settings, customers), customers, names, pii)


def kept_of(found: Intake, centre: Centre) -> Intake:
    """What was found in the source of a centre, with what it says itself, without personal data."""
    complete = found.completed(centre.roster).screened(centre.pii)
    return complete.hashed(centre.customers, centre.vips).named(centre.names)
