"""One Pulumi program for each resource type, shown in its documentation; the tests run them."""

from __future__ import annotations

from pathlib import Path

from components.resources.resource_type import ResourceType
from components.sdk_generation.type_texts import python_name

EXAMPLES = Path(__file__).parent
"""The folder of the programs, one `NAME.py` for each resource type."""


def example(resource: ResourceType) -> str:
    """Return the text of the program that shows *resource*, without its docstring."""
    text = (EXAMPLES / f"{python_name(resource.name)}.py").read_text(encoding="utf-8")
    return text.partition('"""\n\n')[2]
