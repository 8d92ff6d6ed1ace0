"""What the program of this run declares, by id: what another resource stands for, too, is not ended.

A resource that was renamed in the program and then imported under its new name is in the state twice. The engine
deletes the old name, and knows nothing of ids.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from components.provider.errors import RefusedError, Subject, subject_of
from components.resources.resource_type import ResourceType


class Declared:
    """The resources of one provider that the program declares; a refresh or a destruction declares none."""

    def __init__(self) -> None:
        self._checked: set[str] = set()
        self._urns: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
        self._inputs: dict[tuple[str, str], Mapping[str, Any]] = {}

    def state(self, urn: str) -> None:
        """Take note that the program states a resource; the engine checks nothing else."""
        self._checked.add(urn)

    def identify(self, kind: ResourceType, resource_id: str, urn: str, inputs: Mapping[str, Any]) -> None:
        """Take note of the id of a resource that the engine compares, because of a program or of a refresh."""
        self._urns[kind.token, resource_id].add(urn)
        self._inputs[kind.token, resource_id] = inputs

    def inputs(self, kind: ResourceType, resource_id: str) -> Mapping[str, Any] | None:
        """Return the inputs that a resource shall have; None when this provider was not asked about it."""
        return self._inputs.get((kind.token, resource_id))

    def refuse_shared(self, kind: ResourceType, resource_id: str, subject: Subject) -> None:
        """Refuse to end what another resource of the program stands for, too.

        Args:
            kind: The resource type.
            resource_id: The id of what is to end.
            subject: The resource that is to end.

        Raises:
            RefusedError: There is such a resource.
        """
        others = self._urns[kind.token, resource_id] & self._checked - {subject.urn}
        for urn in sorted(others):
            raise RefusedError(
                f"{subject}: deleting it is refused: {subject_of(urn)} of this program is the same ({resource_id!r}). "
                f"If it has only been renamed, forget the old name with `pulumi state delete '{subject.urn}'`"
            )
