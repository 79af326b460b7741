"""A folder from which an operator runs callqa: settings, rules to edit, recordings, units."""

from __future__ import annotations

import getpass
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from flows.errors import FlowsError
from flows.governance.retention.policy import EXAMPLE
from flows.operation.setting_table import setting_table
from flows.settings.centre import CHECKOUT
from qa_rules.rule_files.folder import DATA_FILES, SCORECARD_FOLDER, rule_folders
from qa_rules.rule_files.lock_file import write_lock
from qa_rules.rule_files.rulebook import read_rule_files
from warehouse.reports.alerts.records import EXAMPLES

if TYPE_CHECKING:
    from collections.abc import Iterator

_TEMPLATES = Path(__file__).parent / "templates"
_BUNDLED_RULES = CHECKOUT / "qa_rules"
_RULES = "rules"
_SCHEMAS = "schemas"
_ALERTS = "alerts.yaml"
_RETENTION = "retention.yaml"
_ENTRIES = (".env", "README.md", _ALERTS, "recordings", _RETENTION, _RULES, "systemd")
_PRIVATE = 0o600


def make_folder(folder: Path, time_zone: str) -> list[Path]:
    """Write a folder that is ready to run; overwrites nothing.

    Args:
        folder: Created if missing.
        time_zone: IANA name of the site's time zone.

    Returns:
        What was written.

    Raises:
        FlowsError: Something of it exists already, or the folder cannot be written.
    """
    existing = [name for name in _ENTRIES if (folder / name).exists()]
    if existing:
        raise FlowsError(
            f"{folder} has {', '.join(existing)} already, and nothing is overwritten; choose"
            " another folder, or move them away"
        )
    try:
        _write(folder, time_zone)
    except OSError as error:
        raise FlowsError(f"{folder} cannot be written: {error.strerror}") from None
    return [folder / name for name in _ENTRIES]


def _write(folder: Path, time_zone: str) -> None:
    (folder / "recordings").mkdir(parents=True)
    (folder / "systemd").mkdir()
    _copy_rules(folder / _RULES)
    shutil.copyfile(EXAMPLES, folder / _ALERTS)
    shutil.copyfile(EXAMPLE, folder / _RETENTION)
    settings = folder / ".env"
    settings.touch(_PRIVATE)  # passwords will be in it
    settings.write_text("\n".join(_settings_lines(time_zone)), encoding="utf-8")
    filled = {
        "@CALLQA@": str(Path(sys.executable).with_name("callqa")),
        "@CHECKOUT@": str(CHECKOUT),
        "@FOLDER@": str(folder.resolve()),
        "@USER@": getpass.getuser(),
        "@ZONE@": time_zone,
    }
    for template in _TEMPLATES.iterdir():
        text = template.read_text(encoding="utf-8")
        is_unit = template.suffix != ".md"
        for mark, value in filled.items():
            text = text.replace(mark, value.replace("%", "%%") if is_unit else value)
        path = folder / ("systemd" if is_unit else "") / template.name
        path.write_text(text, encoding="utf-8")


def _copy_rules(target: Path) -> None:
    """Copy rules and scorecards and lock them; the bundled types of personal data stay in force."""
    target.mkdir()
    folders = [path for path in rule_folders(_BUNDLED_RULES) if path != _BUNDLED_RULES]
    for path in (*folders, _BUNDLED_RULES / SCORECARD_FOLDER, _BUNDLED_RULES / _SCHEMAS):
        shutil.copytree(path, target / path.name, copy_function=shutil.copyfile)
    for name in DATA_FILES:
        shutil.copyfile(_BUNDLED_RULES / name, target / name)
    # The bundled lock would call the types of personal data missing.
    write_lock(target, read_rule_files(target).records)


def _settings_lines(time_zone: str) -> Iterator[str]:
    yield "# Settings of callqa. Remove the # before a line to change the value in it."
    yield "# Paths are relative to this folder. `callqa config` shows what is in force."
    chosen = {
        "CALLQA_RULES": _RULES,
        "CALLQA_TIME_ZONE": time_zone,
        "CALLQA_ALERTS": _ALERTS,
        "CALLQA_RETENTION": _RETENTION,
    }
    for row in setting_table().rows:
        yield f"\n# {row.meaning}"
        if row.name in chosen:
            yield f"{row.name}={chosen[row.name]}"
        else:
            yield f"#{row.name}={row.default}"
    yield ""
