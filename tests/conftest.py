"""What every test starts from."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

if TYPE_CHECKING:
    from collections.abc import Iterator

# The duration of an example depends on the load of the machine, not on the code's correctness.
settings.register_profile("callqa", deadline=None)
settings.load_profile("callqa")


@pytest.fixture(autouse=True)
def _same_umask() -> Iterator[None]:
    """Commands close new files to others for their whole process, which all tests share."""
    umask = os.umask(0o022)
    os.umask(umask)
    yield
    os.umask(umask)
