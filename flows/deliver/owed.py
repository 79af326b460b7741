"""Deliver what is owed after a run: its lists and alerts, and those of earlier runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flows.deliver.delivering import deliverer_of

if TYPE_CHECKING:
    from pathlib import Path

    from flows.deliver.delivering import Delivery
    from flows.settings.centre import Settings


def deliver_owed(settings: Settings, lists: Path) -> list[Delivery]:
    """Deliver a night's lists and alerts, and those of earlier nights that were never delivered.

    Args:
        settings: Settings of the centre.
        lists: The night's folder of lists; its alerts are in a folder of the same name.

    Raises:
        FlowsError: A setting of delivery is invalid.
    """
    deliverer = deliverer_of(settings)
    done = deliverer.deliver_owed(lists)
    return done + deliverer.deliver_owed(settings.site.alerts / lists.name)
