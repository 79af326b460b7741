"""Templates for new rules, and new versions of existing rules."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING

from qa_rules.errors import RuleFilesError
from qa_rules.rule_files.folder import PROJECT_PII, rule_folders
from qa_rules.rule_files.operators import ID_PATTERN
from qa_rules.rule_files.rulebook import read_rule_files
from qa_rules.versions import EARLIER_FOLDER, is_earlier

if TYPE_CHECKING:
    import datetime as dt

_ID = re.compile(ID_PATTERN)
_VERSION = re.compile(r"^(version:[ ]*)\d+", re.MULTILINE)
_SCHEMA_NAME = "rule.schema.json"
_SCHEMA_LINE = re.compile(r"^(# yaml-language-server: \$schema=)(\S+)", re.MULTILINE)
_EFFECTIVE_FROM = re.compile(r"^(effective_from:[ ]*)[\d-]+", re.MULTILINE)

_RULE = """\
# yaml-language-server: $schema={schema}
id: {rule_id}
version: 1
title: What the agent does, as a short sentence
title_failed: What a failure means, such as "Did not say so"
why: Why it matters to the customer or to us.
coaching: What an agent could say or do instead.
status: draft # not applied until it is active
effective_from: {day}
severity: minor # minor, major or critical
tags: [] # of {tags}
speaker: agent # agent, customer or anyone
expect: present # present, absent or observe
match:
  phrases:
    - words as people say them
examples:
  hit: A call in which the words as people say them are heard.
  miss: A call in which nothing of the kind is said.
  near_miss: A call with people and words that only come close.
"""
_LANGUAGE = """\
  {language}:
    title: The same sentence in this language.
    title_failed: What a failure means, in this language.
    why: The same reason in this language.
    coaching: The same suggestion in this language.
    match:
      phrases:
        - words as people say them
    examples:
      hit: A call in which the words as people say them are heard.
      miss: A call in which nothing of the kind is said.
      near_miss: A call with people and words that only come close.
"""


def new_rule(folder: Path, rule_id: str, day: dt.date) -> tuple[Path, str]:
    """A valid draft with a section for every language of the centre.

    Returns:
        Its path, in the folder with which its id begins, and its text.

    Raises:
        RuleFilesError: The id is invalid, or does not begin with a folder of rules.
    """
    if not _ID.fullmatch(rule_id):
        what = f"`{rule_id}` is not an id; expected lower-case letters, digits and single hyphens"
        raise RuleFilesError([f"{folder}:1: {what}"])
    folders = {path.name: path for path in rule_folders(folder)}
    home = folders.get(rule_id.partition("-")[0], folder)
    if home == folder and len(folders) > 1:
        begins = " or ".join(sorted(f"{name}-" for name in folders.keys() - {folder.name}))
        what = f"`{rule_id}` does not begin with a folder of rules; expected {begins}"
        raise RuleFilesError([f"{folder}:1: {what}"])
    files = read_rule_files(folder)
    languages = files.centre.languages[1:]
    others = "".join(_LANGUAGE.format(language=code) for code in languages)
    schema = _path_from(home, _schema(folder))
    tags = ", ".join(files.tags)
    text = _RULE.format(schema=schema, rule_id=rule_id, day=day.isoformat(), tags=tags)
    return home / f"{rule_id}.yaml", f"{text}languages:\n{others}" if others else text


def _schema(folder: Path) -> Path:
    """The schema of rules in a folder, or else the bundled one."""
    own = folder / "schemas" / _SCHEMA_NAME
    return own if own.exists() else PROJECT_PII.parent / "schemas" / _SCHEMA_NAME


def _path_from(home: Path, target: Path) -> str:
    return Path(os.path.relpath(target.resolve(), home.resolve())).as_posix()


def _moved(text: str, source: Path, target: Path) -> str:
    """The text of a file in another folder, with the path of its schema from there."""

    def from_target(found: re.Match[str]) -> str:
        schema = source / found[2]
        return found[1] + (_path_from(target, schema) if schema.exists() else found[2])

    return _SCHEMA_LINE.sub(from_target, text, count=1)


def begin_version(folder: Path, record_id: str, day: dt.date) -> tuple[Path, Path]:
    """Keep the current version for the calls of its time, and start the next one on a day.

    Returns:
        The path of the kept version, and the file to edit.

    Raises:
        RuleFilesError: Unknown id, or the current version does not begin before that day.
    """
    current = {
        item.record.id: item for item in read_rule_files(folder).records if not is_earlier(item)
    }
    located = current.get(record_id)
    if located is None:
        raise RuleFilesError(
            [f"{folder}:1: no `{record_id}`; expected the id of a rule, scorecard or PII type"]
        )
    record, path = located.record, located.path
    if day <= record.effective_from:
        what = f"version {record.version} begins on {record.effective_from}"
        raise RuleFilesError([located.fault(("effective_from",), f"{what}; expected a later day")])
    earlier = path.parent / EARLIER_FOLDER / f"{record.id}@{record.version}.yaml"
    text = path.read_text(encoding="utf-8")
    earlier.parent.mkdir(exist_ok=True)
    earlier.write_text(_moved(text, path.parent, earlier.parent), encoding="utf-8")
    text = _VERSION.sub(rf"\g<1>{record.version + 1}", text, count=1)
    text = _EFFECTIVE_FROM.sub(rf"\g<1>{day}", text, count=1)
    path.write_text(text, encoding="utf-8")
    return earlier, path
