"""What every test starts from."""

from __future__ import annotations

from hypothesis import settings

# The duration of an example depends on the load of the machine, not on the code's correctness.
settings.register_profile("callqa", deadline=None)
settings.load_profile("callqa")
