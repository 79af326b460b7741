"""The files that set up several machines fit each other, and what they name exists."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import yaml  # type: ignore[import-untyped]

CHECKOUT = Path(__file__).parents[3]
SERVERS = CHECKOUT / "flows/deployments/servers"
COMPOSE = SERVERS / "compose.yaml"
UNITS = sorted(SERVERS.glob("*.service"))


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    """The compose file, with its anchors resolved."""
    content: dict[str, Any] = yaml.safe_load(COMPOSE.read_text())
    return content


def test_the_compose_file_fits_the_specification() -> None:
    """By the JSON schema of the Compose specification."""
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec"]
    checked = subprocess.run([*command, COMPOSE], capture_output=True, text=True, check=False)  # noqa: S603  ours
    assert checked.returncode == 0, checked.stdout


def test_all_that_the_compose_file_names_is_in_it(compose: dict[str, Any]) -> None:
    """Services, volumes, configs and networks; and none is there that nothing uses."""
    services = compose["services"]
    for kind, used in {
        "services": {one for of in services.values() for one in of.get("depends_on", ())},
        "volumes": {one.split(":")[0] for of in services.values() for one in of.get("volumes", ())},
        "configs": {one["source"] for of in services.values() for one in of.get("configs", ())},
        "networks": {one for of in services.values() for one in of["networks"]},
    }.items():
        assert used <= compose[kind].keys()
        assert kind == "services" or used == compose[kind].keys()


def test_addresses_are_those_of_services(compose: dict[str, Any]) -> None:
    """Of PostgreSQL, the object store, the Prefect server and the Dask scheduler."""
    texts = re.sub(r"\$\{[^}]*\}", "x", yaml.safe_dump(compose["services"]))
    urls = re.findall(r"(?:https?|tcp|postgresql(?:\+asyncpg)?)://[^\s'\"]+", texts)
    hosts = {urlsplit(url).hostname for url in urls}
    assert hosts == {"postgres", "objects", "prefect", "dask-scheduler"}
    assert hosts <= compose["services"].keys()


def test_every_variable_is_in_the_example() -> None:
    """`compose` asks for nothing that the example does not have, but for the image."""
    wanted = set(re.findall(r"(?<!\$)\$\{([A-Z_0-9]+)", COMPOSE.read_text()))
    lines = (SERVERS / "servers.env.example").read_text().splitlines()
    given = {line.split("=")[0] for line in lines if not line.startswith("#")}
    assert wanted == given | {"CALLQA_IMAGE"}


def test_every_setting_is_explained() -> None:
    """A setting that was renamed would be ignored."""
    readme = (CHECKOUT / "README.md").read_text()
    texts = "\n".join(path.read_text() for path in (COMPOSE, *UNITS))
    for name in set(re.findall(r"\bCALLQA_[A-Z_]+[A-Z]", texts)) - {"CALLQA_IMAGE"}:
        assert f"`{name}`" in readme, name


def test_every_file_is_there() -> None:
    """Of this checkout, that comments and commands name; the Containerfile takes the argument."""
    for path in ("Containerfile", "prefect.yaml", "flows/deployments/servers/servers.env.example"):
        assert path in COMPOSE.read_text()
        assert (CHECKOUT / path).is_file()
    assert "ARG SETUP" in (CHECKOUT / "Containerfile").read_text()
    assert re.search("^setup-scale:", (CHECKOUT / "Makefile").read_text(), re.MULTILINE)


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="no systemd on this machine")
def test_systemd_accepts_the_units(tmp_path: Path) -> None:
    """With commands that exist on this machine in the place of /opt/callqa."""
    for unit in UNITS:
        text = re.sub(r"/opt/callqa/\.venv/bin/\w+", sys.executable, unit.read_text())
        (tmp_path / unit.name).write_text(text.replace("/opt/callqa", str(CHECKOUT)))
    checked = subprocess.run(  # noqa: S603  ours
        [str(shutil.which("systemd-analyze")), "verify", *sorted(tmp_path.glob("*.service"))],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (checked.returncode, checked.stderr) == (0, "")
