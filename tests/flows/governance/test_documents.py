"""What the governance documents state is what the code does, as far as code can say."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
import typer

from flows.cli.app import app
from flows.governance.data_flow import DOCUMENT, ENCRYPTED, with_table
from flows.governance.erasure.places import PLACES
from flows.operation.setting_table import setting_table
from models.catalog import catalog
from qa_rules.rule_files.rulebook import load_rulebook
from warehouse.lake.schema import SCHEMAS

CHECKOUT = Path(__file__).resolve().parents[3]
DOCUMENTS = sorted(DOCUMENT.parent.glob("*.md"))


def _code(document: Path) -> set[str]:
    """What stands in backquotes or in blocks of code."""
    text = document.read_text(encoding="utf-8")
    blocks = re.findall(r"^```\n(.*?)^```", text, re.DOTALL | re.MULTILINE)
    lines = [line for block in blocks for line in block.splitlines()]
    return {*re.findall(r"`([^`\n]+)`", text), *lines}


def _named(pattern: str) -> set[tuple[str, str]]:
    """What of a kind the documents name, with the document."""
    return {
        (document.name, name)
        for document in DOCUMENTS
        for text in _code(document)
        for name in re.findall(pattern, text)
    }


def _command(words: list[str]) -> Any:
    """The command that some words name; None if there is none."""
    found: Any = typer.main.get_command(app)
    for word in words:
        if not re.fullmatch(r"[a-z-]+", word) or not hasattr(found, "commands"):
            break
        found = found.commands.get(word)
    return found


def test_commands_exist() -> None:
    """Every command that a document names, with its subcommand and options, is one of callqa."""
    named = _named(r"^(?:callqa) ([a-z][^#]*)")
    assert len(named) > len(DOCUMENTS)
    for document, text in named:
        words = text.split()
        command = _command(words)
        assert command, f"{document}: callqa {text}"
        options = {name for one in command.params for name in one.opts}
        for option in (word for word in words if word.startswith("--")):
            assert option in options, f"{document}: callqa {text}"


def test_settings_exist() -> None:
    """Every variable that a document names is a setting."""
    known = {row.name for row in setting_table().rows}
    named = _named(r"CALLQA_[A-Z_]+")
    assert named
    assert not {name for _, name in named} - known


def test_marts_exist() -> None:
    """Every mart that a document names has its file."""
    named = _named(r"^mart\.(\w+)")
    assert named
    for document, name in named:
        assert (CHECKOUT / "warehouse" / "marts" / f"{name}.sql").exists(), f"{document}: {name}"


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda document: document.stem)
def test_links_lead_somewhere(document: Path) -> None:
    """Every link is a file of the checkout, and its anchor a heading of that file."""
    for target in re.findall(r"\]\(([^)]+)\)", document.read_text(encoding="utf-8")):
        name, _, anchor = target.partition("#")
        path = (document.parent / name).resolve()
        assert path.is_file(), target
        headings = re.findall(r"^#+ (.+)$", path.read_text(encoding="utf-8"), re.MULTILINE)
        assert not anchor or anchor in {one.lower().replace(" ", "-") for one in headings}, target


def test_the_data_flow_lists_every_place() -> None:
    """The table is that of the registry; `python -m flows.governance.data_flow` writes it."""
    text = DOCUMENT.read_text(encoding="utf-8")
    assert text == with_table(text)
    assert {place.name for place in PLACES} >= ENCRYPTED


def test_types_of_card_data_exist() -> None:
    """The types of personal data that the PCI DSS page names are rule files, none a draft."""
    text = (DOCUMENT.parent / "pci-dss.md").read_text(encoding="utf-8")
    for name in ("cvv", "card_number", "card_expiry"):
        assert f"`{name}`" in text
        assert (CHECKOUT / "qa_rules" / "pii" / f"{name}.yaml").exists()


def test_every_model_is_named() -> None:
    """A model that joins the catalogue has to be explained in the note on the EU AI Act."""
    text = (DOCUMENT.parent / "ai-act.md").read_text(encoding="utf-8")
    assert [name for name in catalog() if f"`{name}`" not in text] == []


def test_no_voice_is_evaluated_or_stored() -> None:
    """The lake has no column for a property of a voice, and no rule can ask for one."""
    voice = re.compile(r"embedding|pitch|loudness|emotion|timbre|voiceprint|arousal|valence")
    columns = {name for schema in SCHEMAS.values() for name in schema}
    assert "call_id" in columns
    assert [name for name in columns if voice.search(name)] == []
    schemas = [json.loads(path.read_text()) for path in (CHECKOUT / "qa_rules/schemas").iterdir()]
    fields = {name for schema in schemas for name in _properties(schema)}
    assert "severity" in fields
    assert [name for name in fields if voice.search(name)] == []


def test_no_rule_of_ours_judges_the_tone_of_words() -> None:
    """The operator exists; a rule that joins with it has to be explained in the note."""
    rules = load_rulebook(CHECKOUT / "qa_rules")
    texts = {path: path.read_text() for path in (CHECKOUT / "qa_rules").glob("*/*.yaml")}
    assert len(texts) > len(rules.rules)
    assert [path.name for path, text in texts.items() if re.search(r"\btone:", text)] == []


def _properties(schema: object) -> set[str]:
    """Names of all fields that a JSON Schema describes."""
    if isinstance(schema, list):
        return {name for part in schema for name in _properties(part)}
    if not isinstance(schema, dict):
        return set()
    inside = {name for part in schema.values() for name in _properties(part)}
    return inside | set(schema.get("properties", {}))
