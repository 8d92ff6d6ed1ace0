"""What the engine remembers between runs: resources in the order in which they depend on each other, in a JSON file."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from tests.pulumi_engine.wire import Values

PROVIDER = "pulumi:providers:"


@dataclass
class Resource:
    """A resource of the last run."""

    urn: str
    type: str
    custom: bool
    parent: str = ""
    id: str = ""
    inputs: Values = field(default_factory=dict)
    outputs: Values = field(default_factory=dict)
    provider: str = ""
    dependencies: list[str] = field(default_factory=list)
    protect: bool = False
    retain: bool = False
    init_errors: list[str] = field(default_factory=list)
    replaced: bool = False
    refresh_first: bool = False

    @property
    def name(self) -> str:
        return self.urn.rpartition("::")[2]

    @property
    def is_provider(self) -> bool:
        return self.type.startswith(PROVIDER)

    @property
    def needs(self) -> set[str]:
        """The URNs that must exist as long as this one does."""
        return {*self.dependencies, self.parent, self.provider.rpartition("::")[0]} - {""}


class State:
    """The resources of a stack. A resource that was replaced stays, marked, until its end."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.resources: list[Resource] = []
        if path.is_file():
            self.resources = [Resource(**each) for each in json.loads(path.read_text())]

    def get(self, urn: str) -> Resource | None:
        """Return the resource of a URN that is not replaced."""
        return next((each for each in self.resources if each.urn == urn and not each.replaced), None)

    def named(self, name: str) -> Resource:
        """Return the only resource of a name."""
        (found,) = (each for each in self.resources if each.name == name and not each.replaced)
        return found

    def dependants(self, resource: Resource) -> Iterator[Resource]:
        """Yield what needs a resource, the last first."""
        for each in reversed(self.resources):
            if resource.urn in each.needs and not each.replaced:
                yield from self.dependants(each)
                yield each

    def save(self) -> None:
        text = json.dumps([vars(each) for each in self.resources], indent=1)
        self.path.write_text(text)
