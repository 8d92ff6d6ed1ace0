"""Delete: refused for what others depend on, done when it is gone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from components.provider.aws.identity import address
from components.provider.aws.requests import addressed
from components.provider.aws.waiting import wait_until_gone
from components.provider.engine import Engine
from components.provider.errors import MissingError, Subject
from components.provider.guards.access_budgets import refuse_lost_limit
from components.provider.guards.dependents import guard
from components.resources.resource_type import ResourceType


def delete(
    engine: Engine,
    kind: ResourceType,
    subject: Subject,
    resource_id: str,
    outputs: Mapping[str, Any],
    timeout: float,
) -> None:
    """End a resource; one that does not exist has ended already.

    Args:
        engine: What to call with.
        kind: The resource type.
        subject: The resource.
        resource_id: Its id.
        outputs: What it showed last.
        timeout: Seconds to wait until it is gone; 0 takes as long as such a resource usually needs.

    Raises:
        RefusedError: It is guarded or has an access budget, and is not named in allowDestroying; or another resource
            of the program stands for it, too.
        ProviderError: It could not be ended.
    """
    guard(kind, subject, engine.configuration, "deleting it")
    engine.declared.refuse_shared(kind, resource_id, subject)
    if kind.delete is None:
        return
    values = {**outputs, **address(kind, resource_id)}
    try:
        refuse_lost_limit(engine, kind, subject, values, "deleting it")
        if kind.delete.while_in and engine.live(kind, values, subject).get("status") not in kind.delete.while_in:
            return
        engine.caller.call(kind.service, kind.delete.name, addressed(kind, kind.delete, values), subject)
    except MissingError:
        return
    if kind.waits is not None:
        patience = engine.caller.patience
        wait_until_gone(kind.waits, lambda: engine.live(kind, values, subject), patience, timeout, subject)
