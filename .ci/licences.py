"""List the licence of every package that callqa installs; fail on the GPL, and on silence.

    python .ci/licences.py

Packages are those that `pyproject.toml` names as dependencies, and what they need in turn, as they
are installed. What only tests, benchmarks or extras need is not distributed with callqa.
"""

from __future__ import annotations

import re
import sys
import tomllib
from importlib import metadata
from pathlib import Path

PROJECT = Path(__file__).parents[1] / "pyproject.toml"
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_GPL = re.compile(r"(?<!L)\bA?GPL|(?<!Lesser )General Public License|GNU Affero", re.IGNORECASE)
_EXTRA = re.compile(r"extra\s*==")
_SHORT = 60
CHOSEN = {
    "pyphen": "MPL-1.1, of GPL, LGPL and MPL at choice",
    "text-unidecode": "Artistic License, of that and the GPL at choice",
}
"""Packages whose metadata list several licences without saying that one may be chosen."""


def packages() -> dict[str, metadata.Distribution]:
    """Every hard dependency by name, as it is installed."""
    wanted = list(tomllib.loads(PROJECT.read_text(encoding="utf-8"))["project"]["dependencies"])
    found: dict[str, metadata.Distribution] = {}
    while wanted:
        requirement = wanted.pop()
        name = _NAME.match(requirement)
        if name is None or _EXTRA.search(requirement) or _plain(name[0]) in found:
            continue
        try:
            found[_plain(name[0])] = package = metadata.distribution(name[0])
        except metadata.PackageNotFoundError:
            continue  # for another system, or overridden in pyproject.toml
        wanted += package.requires or []
    return found


def licence_of(package: metadata.Distribution) -> str:
    """What a package says of its licence, the surest statement first; empty if nothing."""
    said = package.metadata
    if expression := said.get("License-Expression"):
        return str(expression)
    classifiers = [
        one.rpartition(" :: ")[2]
        for one in said.get_all("Classifier") or []
        if one.startswith("License :: ") and one.count(" :: ") > 1
    ]
    if classifiers:
        return " AND ".join(classifiers)
    return str(said.get("License") or "").strip().partition("\n")[0][:_SHORT]


def is_gpl(licence: str) -> bool:
    """Whether a licence leaves no choice but the GPL or AGPL; the LGPL is none of them."""
    return all(_GPL.search(one) for one in licence.split(" OR "))


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def main() -> int:
    """Print the list; returns the exit status."""
    faults = []
    for name, package in sorted(packages().items()):
        licence = CHOSEN.get(name) or licence_of(package)
        print(f"{name}\t{package.version}\t{licence or 'unknown'}")
        if not licence:
            faults.append(f"{name}: says nothing of its licence; find it out, or do without it")
        elif name not in CHOSEN and is_gpl(licence):
            faults.append(f"{name}: {licence}; expected none that binds callqa to the GPL")
    print("\n".join(faults), file=sys.stderr)
    return int(bool(faults))


if __name__ == "__main__":
    sys.exit(main())
