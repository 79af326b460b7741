"""The largest items that are taken in: one absurd file must not cost a night."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, TypeVar

from pydantic import BaseModel, Field

from models.errors import AudioError, TooLargeError

if TYPE_CHECKING:
    from collections.abc import Iterable

_Part = TypeVar("_Part")


class Limits(BaseModel):
    """Limits that a centre can set."""

    max_call_s: float = Field(
        14_400.0, gt=0, description="Longest recording in seconds; four stereo hours need 0.9 GB"
    )
    max_recording_mb: int = Field(4096, gt=0, description="Largest recording file, in MiB")
    max_sidecar_kb: int = Field(1024, gt=0, description="Largest JSON sidecar, in KiB")
    max_csv_mb: int = Field(64, gt=0, description="Largest calls.csv or export, in MiB")

    def only_limits(self) -> Limits:
        """The same limits without the settings beside them, some of which are secret."""
        return Limits(**self.model_dump(include={*Limits.model_fields}))

    def check(self, setting: str, amount: float) -> None:
        """Check an item against the limit of this name.

        Args:
            setting: Name of the limit.
            amount: Bytes of a file, or seconds of audio.

        Raises:
            TooLargeError: It exceeds the limit.
        """
        limit = getattr(self, setting)
        unit, factor = _UNITS[setting.rsplit("_", 1)[1]]
        if amount > limit * factor:
            raise TooLargeError(
                f"larger than {limit:g} {unit}; export one call per item and plain fields only, or"
                f" raise CALLQA_{setting.upper()}"
            )


_UNITS = {"s": ("s", 1), "kb": ("KiB", 1 << 10), "mb": ("MiB", 1 << 20)}
_RATES_HZ = range(2000, 768_001)
_MOST_PARTS = 1000
DEFAULT_LIMITS = Limits()


def check_rate(rate_hz: int) -> None:
    """Check a sample rate: a short file that claims 1 Hz would become hours of audio.

    Raises:
        AudioError: No recorder uses it.
    """
    if rate_hz not in _RATES_HZ:
        raise AudioError(f"the file claims {rate_hz} samples a second; export it at 8 or 16 kHz")


def checked_parts(starts: Iterable[_Part]) -> list[_Part]:
    """What is known of the files that were joined into one; each is opened by itself.

    Raises:
        AudioError: There are too many.
    """
    found = [*islice(starts, _MOST_PARTS + 1)]
    if len(found) > _MOST_PARTS:
        raise AudioError(f"more than {_MOST_PARTS} files joined into one; export one per call")
    return found
