"""Check that SQL longer than two lines stands in `.sql` files, which sqlfluff checks."""

from __future__ import annotations

import ast
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

LINES = 2
ROOMS = ("flows", "models", "qa_rules", "warehouse")
_SQL = re.compile(
    r"\s*(with\s+\w+\s+as\b|select\s|from\s+[\w.]+|insert\s+into\s|update\s+[\w.]+\s+set\s"
    r"|where\s|(semi|anti|inner|left|cross)\s+join\s|delete\s+from\s|create\s+(or\s+replace\s+)?(temp|table|view|index|macro|schema)\b)",
    re.IGNORECASE,
)


def faults(path: Path) -> list[str]:
    """Say which strings of a Python file are SQL of too many lines."""
    return [
        f"{path}:{node.lineno}: SQL of {count} lines; expected at most {LINES}, or a file in `sql`"
        " beside the module"
        for node, text in _strings(ast.parse(path.read_text(encoding="utf-8")))
        if _SQL.match(text) and (count := _lines(node, text)) > LINES
    ]


def _strings(tree: ast.AST) -> Iterator[tuple[ast.expr, str]]:
    """The strings of a module but its docstrings; f-strings with a word for each value in them."""
    others: set[ast.AST] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr):
            others.add(node.value)
        elif isinstance(node, ast.JoinedStr):
            others.update(node.values)
            texts = (one.value if isinstance(one, ast.Constant) else "value" for one in node.values)
            yield node, "".join(map(str, texts))
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and node not in others:
            yield node, node.value


def _lines(node: ast.expr, text: str) -> int:
    """Lines of a string, whether they are in its text or it is put together from a string each."""
    written = (node.end_lineno or node.lineno) - node.lineno + 1
    return text.strip().count("\n") + 1 if "\n" in text else written


if __name__ == "__main__":
    paths = (path for room in ROOMS for path in sorted(Path(room).rglob("*.py")))
    all_faults = [fault for path in paths for fault in faults(path)]
    print("\n".join(all_faults))
    sys.exit(bool(all_faults))
