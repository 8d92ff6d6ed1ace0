"""Files and functions keep to the sizes that CONTRIBUTING.md states."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]
FOLDERS = (
    *("declarations", "policies", "simulator", "components", "cli"),
    *("benchmarks", "docs", "examples", "tests"),
)
GENERATED = ROOT / "components" / "sdk"
"""Written by components.sdk_generation, one file a resource type, as long as the type has properties."""

LINES_OF_A_FILE = 400
LINES_OF_A_FUNCTION = 60


def _files() -> Iterator[Path]:
    for folder in FOLDERS:
        for path in sorted((ROOT / folder).rglob("*.py")):
            if GENERATED not in path.parents:
                yield path


def _too_long(path: Path) -> Iterator[str]:
    text, name = path.read_text(encoding="utf-8"), path.relative_to(ROOT)
    lines = len(text.splitlines())
    if lines > LINES_OF_A_FILE:
        yield f"{name} has {lines} lines"
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and node.end_lineno is not None:
            length = node.end_lineno - node.lineno + 1
            if length > LINES_OF_A_FUNCTION:
                yield f"{name}:{node.lineno}: {node.name} has {length} lines"


def test_no_file_and_no_function_is_too_long() -> None:
    files = list(_files())
    assert len(files) > 500
    assert [found for path in files for found in _too_long(path)] == []


def test_the_limits_are_those_of_the_page() -> None:
    page = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    assert f"A file over {LINES_OF_A_FILE} lines, a function over {LINES_OF_A_FUNCTION}." in page
