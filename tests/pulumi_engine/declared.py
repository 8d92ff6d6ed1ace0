"""Programs that are data: resources in YAML, with references to each other's outputs."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pulumi

from tests.pulumi_engine.made import Made
from tests.pulumi_engine.room_program import provider
from tests.yaml_text import from_yaml

ACCOUNTS = {"retailer": "111111111111", "brand": "222222222222"}
REFERENCE = re.compile(r"\$\{([\w-]+)\.(\w+)\}")
"""An output of a resource above: `${name.output}`."""


@dataclass(frozen=True)
class Declared:
    """A resource of a case file.

    Attributes:
        name: Its name in the program.
        type: Its type.
        account: Whose it is.
        properties: Its inputs.
        needs: What it depends on without naming it.
        write_only: Properties that an import cannot know.
        changes: `properties` that change in place, and the `paths` that the diff shows.
        replaces: A property that replaces.
    """

    name: str
    type: str
    account: str
    properties: dict[str, Any]
    needs: list[str] = field(default_factory=list)
    write_only: list[str] = field(default_factory=list)
    changes: dict[str, Any] = field(default_factory=dict)
    replaces: dict[str, Any] = field(default_factory=dict)


def read(path: Path) -> tuple[Declared, ...]:
    """Read a case file; unknown keys are an error."""
    return tuple(Declared(**each) for each in from_yaml(path.read_text(encoding="utf-8")))


def declare(
    endpoint: str,
    resources: tuple[Declared, ...],
    changed: Mapping[str, Mapping[str, Any]] | None = None,
    imports: Mapping[str, str] | None = None,
    **settings: Any,
) -> None:
    """Make the resources.

    Args:
        endpoint: Where the services are.
        resources: The resources.
        changed: Properties that differ, by the resource's name.
        imports: Ids of what exists already, by name.
        **settings: More settings of the providers.
    """
    providers = {who: provider(endpoint, account, who, **settings) for who, account in ACCOUNTS.items()}
    made: dict[str, Made] = {}
    for each in resources:
        opts = pulumi.ResourceOptions(
            depends_on=[made[name] for name in each.needs], import_=(imports or {}).get(each.name)
        )
        merged = pulumi.ResourceOptions.merge(providers[each.account], opts)
        stated = {**each.properties, **(changed or {}).get(each.name, {})}
        made[each.name] = Made(each.type, each.name, resolved(stated, made), merged)


def resolved(value: Any, made: Mapping[str, Made]) -> Any:
    """Return a value with outputs in place of references."""
    if isinstance(value, dict):
        return {name: resolved(inner, made) for name, inner in value.items()}
    if isinstance(value, list):
        return [resolved(inner, made) for inner in value]
    if not isinstance(value, str) or not REFERENCE.search(value):
        return value
    texts = REFERENCE.split(value)
    parts = [texts[0]]
    for index in range(1, len(texts), 3):
        parts += [made[texts[index]].output(texts[index + 1]), texts[index + 2]]
    return pulumi.Output.concat(*parts)
