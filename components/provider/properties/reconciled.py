"""What a service shows as the inputs that a program would have stated: what refresh and import keep.

The rule is the same on every level. What the program stated is compared with what the service shows: the same stays as
it was written, another value is drift and comes from the service. What the program did not state is drift only if the
service shows something other than what absence stands for, and other than what it fills in by itself; of that, another
value than before is drift where the next run would put it back. Members that a request does not have are no inputs.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from botocore.model import ListShape, Shape, StructureShape

from components.provider.properties.differences import Filled
from components.provider.properties.equality import ABSENT, equal, means_absent, paired
from components.provider.values import Path, pattern
from components.resources import service_model
from components.resources.resource_type import ResourceType


def reconciled(kind: ResourceType, stated: Mapping[str, Any], live: Mapping[str, Any]) -> dict[str, Any]:
    """Return the inputs that describe *live*, written as *stated* wherever both mean the same.

    Args:
        kind: The resource type.
        stated: The inputs before, `completed` with what the service had filled in; empty for an import.
        live: What the service shows, by property.
    """
    known = {}
    for name, found in service_model.inputs(kind).items():
        before = stated.get(name, ABSENT)
        if name in kind.write_only:
            known[name] = before
        else:
            known[name] = _reconciled(kind, (name,), found.shape, before, live.get(name, ABSENT), found.required)
    return _present(known)


def _reconciled(
    kind: ResourceType,
    path: Path,
    shape: Shape,
    stated: Any,  # noqa: ANN401 - any property value
    live: Any,  # noqa: ANN401 - any property value
    required: bool,  # noqa: FBT001 - what the shape around it says
) -> Any:  # noqa: ANN401 - any property value
    if isinstance(stated, Filled):
        drifted = pattern(path) in kind.kept_stated and not equal(kind, path, stated.value, live)
        return live if drifted else ABSENT
    if stated is ABSENT and not required and (pattern(path) in kind.filled_in or means_absent(kind, path, live)):
        return ABSENT
    if live is ABSENT or live is None:
        return stated if stated is not ABSENT and means_absent(kind, path, stated) else ABSENT
    return _as_written(kind, path, shape, stated, live)


def _as_written(
    kind: ResourceType,
    path: Path,
    shape: Shape,
    stated: Any,  # noqa: ANN401 - any property value
    live: Any,  # noqa: ANN401 - any property value
) -> Any:  # noqa: ANN401 - any property value
    if isinstance(shape, StructureShape) and isinstance(live, Mapping) and not shape.is_document_type:
        return _structure(kind, path, shape, stated if isinstance(stated, Mapping) else {}, live)
    if isinstance(shape, ListShape) and isinstance(live, list):
        pairs = paired(kind, path, stated if isinstance(stated, list) else [], live)
        return [
            _as_written(kind, (*path, pair.place), shape.member, pair.first, pair.second)
            for pair in pairs
            if pair.second is not ABSENT
        ]
    return stated if equal(kind, path, stated, live) else live


def _structure(
    kind: ResourceType, path: Path, shape: StructureShape, stated: Mapping[str, Any], live: Mapping[str, Any]
) -> dict[str, Any]:
    names = [
        *(name for name in stated if name in shape.members),
        *(name for name in shape.members if name not in stated),
    ]
    return _present(
        {
            name: _reconciled(
                kind,
                (*path, name),
                shape.members[name],
                stated.get(name, ABSENT),
                live.get(name, ABSENT),
                name in shape.required_members,
            )
            for name in names
        }
    )


def _present(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not ABSENT}
