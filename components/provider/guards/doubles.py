"""Refuse to create a second resource that looks the same as a live one.

The engine may replace without asking Diff, and the answer to a creation may get lost.

`pulumi up --target-replace`, another explicit provider and a new name in the program all make a new resource first and
end the old one later.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from components.provider.aws.identity import address
from components.provider.engine import Engine
from components.provider.errors import ProviderError, RefusedError, Subject
from components.provider.guards.adoption import adopting
from components.provider.guards.dependents import permission
from components.provider.values import has_unknowns
from components.resources.resource_type import ResourceType


def refuse_guarded_double(engine: Engine, kind: ResourceType, subject: Subject, inputs: Mapping[str, Any]) -> None:
    """Refuse at preview what its creation will refuse, so that nothing is made beside it in vain.

    Only of what is guarded: a stack has few of them, and a preview of many tables shall not ask about each.

    Args:
        engine: What to call with.
        kind: The resource type.
        subject: The resource.
        inputs: Its inputs; while some are not known, it is not judged.

    Raises:
        RefusedError: There is such a one, and the resource is not named in allowDestroying.
    """
    if kind.guarded is None or any(has_unknowns(value) for value in inputs.values()):
        return
    try:
        refuse_double(engine, kind, subject, inputs)
    except RefusedError:
        raise
    except ProviderError:
        return  # a preview needs no permissions; the creation asks again


def refuse_double(engine: Engine, kind: ResourceType, subject: Subject, inputs: Mapping[str, Any]) -> None:
    """Refuse to make a resource beside one that says the same.

    Args:
        engine: What to call with.
        kind: The resource type.
        subject: The resource.
        inputs: Its inputs, all known.

    Raises:
        RefusedError: There is such a one, and the resource is not named in allowDestroying.
        ProviderError: It could not be found out.
    """
    find = kind.find_double
    if find is None or subject.name in engine.configuration.allow_destroying:
        return
    found = engine.caller.with_client(kind.service, lambda client: find(client, inputs), subject, kind.read.name)
    if found is not None:
        why = kind.guarded or "nothing uses the first, which a creation may have left whose answer was lost"
        raise RefusedError(
            f"{subject}: there is one already, {found!r}; "
            f"{adopting(kind, subject, engine.caller.provider, address(kind, found))}. "
            f"A second one is refused: {why}. {permission(subject)}"
        )
