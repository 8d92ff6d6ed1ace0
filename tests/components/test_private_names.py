"""No component overwrites what its base class keeps: Pulumi hands `_protect` of a parent on to its children."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pulumi
import pytest

from tests.components.conftest import Declared

SOURCES = sorted((Path(__file__).parents[2] / "components").glob("*.py"))


def set_by_components() -> Iterator[tuple[str, str]]:
    """File and name of every attribute that a component sets on itself."""
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
                yield path.name, node.attr


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_components_overwrite_nothing_of_pulumi(declared: Declared) -> None:
    known: set[str] = set()

    def program() -> None:
        known.update(dir(pulumi.ComponentResource("tests:index:Bare", "bare")))

    pulumi.runtime.test(program)()
    assert {"_name", "_protect"} <= known
    ours = set(set_by_components())
    assert ("clean_room.py", "membership") in ours
    assert {(file, name) for file, name in ours if name in known} == set()
