"""Editors complete rule files from schemas that say what the loader accepts."""

from __future__ import annotations

import json

import pytest
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]  # ships no types
from ruamel.yaml import YAML

from models.language.pack import PARTS
from qa_rules.authoring.json_schemas import schema_texts
from tests.qa_rules.rule_folders import RULES


@pytest.mark.parametrize(("name", "text"), schema_texts().items())
def test_the_schema_files_are_fresh(name: str, text: str) -> None:
    """Run `callqa rules schemas` when a record changes."""
    assert (RULES / "schemas" / name).read_text(encoding="utf-8") == text


@pytest.mark.parametrize(
    ("schema", "pattern"),
    [
        ("rule", "script/*.yaml"),
        ("rule", "conduct/*.yaml"),
        ("rule", "reason/*.yaml"),
        ("scorecard", "scorecards/*.yaml"),
        ("centre", "centre.yaml"),
        ("tags", "tags.yaml"),
        *((f"language-{part}", f"../models/language/packs/*/{part}.yaml") for part in PARTS),
    ],
)
def test_every_file_fits_its_schema(schema: str, pattern: str) -> None:
    """A file that loads is valid by its schema."""
    validator = Draft202012Validator(json.loads(schema_texts()[f"{schema}.schema.json"]))
    paths = sorted(RULES.glob(pattern))
    assert paths
    for path in paths:
        record = json.loads(json.dumps(YAML(typ="safe").load(path), default=str))
        assert [error.message for error in validator.iter_errors(record)] == [], path
