"""JSON Schemas of the files that people edit, for completion and validation in editors."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from models.language.pack import PARTS
from qa_rules.jsonl.transcripts import LineCall
from qa_rules.pii_detection.types.pii_type import PiiRule
from qa_rules.rule_files.centre import Centre
from qa_rules.rule_files.rule import Rule
from qa_rules.rule_files.scorecard import Scorecard
from qa_rules.rule_files.tags import TagList

if TYPE_CHECKING:
    from pathlib import Path

    from pydantic import BaseModel

SCHEMAS: dict[str, type[BaseModel]] = {
    "rule": Rule,
    "scorecard": Scorecard,
    "pii": PiiRule,
    "centre": Centre,
    "tags": TagList,
    "transcript": LineCall,
    **{f"language-{part}": record for part, record in PARTS.items()},
}
"""The record of each schema; those of language packs are named after the pack's files."""


def schema_texts() -> dict[str, str]:
    """Text of each schema file, by file name."""
    texts = {}
    for name, record in SCHEMAS.items():
        schema = {
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            **record.model_json_schema(),
        }
        texts[f"{name}.schema.json"] = json.dumps(schema, indent=2, ensure_ascii=False) + "\n"
    return texts


def write_schemas(folder: Path) -> None:
    """Write all schema files into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in schema_texts().items():
        (folder / name).write_text(text, encoding="utf-8")
