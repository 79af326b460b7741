"""Check the sizes of CONTRIBUTING.md: they are limits here, so that nobody has to remember them."""

from __future__ import annotations

import ast
import sys
from pathlib import Path

MODULE_LINES = 250
FUNCTION_LINES = 40
EMPTY_NAMES = {"utils", "helpers", "common", "misc"}


def faults(path: Path) -> list[str]:
    """Say what is too long in one Python file, or badly named about it."""
    text = path.read_text(encoding="utf-8")
    found = []
    if "migrations" in path.parts:  # as long as what they change
        return found
    if text.count("\n") > MODULE_LINES and path.parts[0] != "tests":
        found.append(f"{path}:1: {text.count(chr(10))} lines; expected at most {MODULE_LINES}")
    if path.stem in EMPTY_NAMES:
        found.append(f"{path}:1: the name says nothing; expected what lives in it")
    if path.name == "__init__.py" and path.parts[0] == "tests":
        found.append(f"{path}:1: shadows our packages; expected no __init__.py under tests")
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.end_lineno:
            length = node.end_lineno - node.lineno + 1
            if length > FUNCTION_LINES:
                found.append(
                    f"{path}:{node.lineno}: {node.name} has {length} lines; "
                    f"expected at most {FUNCTION_LINES}"
                )
    return found


if __name__ == "__main__":
    rooms = ("flows", "models", "qa_rules", "tests", "warehouse")
    all_faults = [
        fault
        for room in rooms
        for path in sorted(Path(room).rglob("*.py"))
        for fault in faults(path)
    ]
    print("\n".join(all_faults))
    sys.exit(bool(all_faults))
