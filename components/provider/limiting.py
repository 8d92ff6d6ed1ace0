"""What an access budget limits does not end before the budget: what comes in its place would have no limit.

A rule stays with its configured table: a new association of the table can be queried at once.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from components.provider.engine import Engine
from components.provider.errors import RefusedError, Subject
from components.provider.guarding import permission
from components.resources.resource_type import ResourceType


def refuse_lost_limit(
    engine: Engine, kind: ResourceType, subject: Subject, shown: Mapping[str, Any], doing: str
) -> None:
    """Refuse to end what an access budget limits.

    Args:
        engine: What to call with.
        kind: The resource type.
        subject: The resource.
        shown: What it shows, with its identity.
        doing: What would end it, as the beginning of a sentence: "deleting it", "replacing it".

    Raises:
        RefusedError: There is such a budget, and the resource is not named in allowDestroying.
        ProviderError: It could not be found out.
    """
    find = kind.find_limit
    if find is None or subject.name in engine.configuration.allow_destroying:
        return
    found = engine.caller.with_client(kind.service, lambda client: find(client, shown), subject, "ListPrivacyBudgets")
    if found is not None:
        raise RefusedError(
            f"{subject}: {doing} is refused: the privacy budget template {found!r} limits how often it is used, and "
            f"would not limit what comes in its place. End that budget first. {permission(subject)}, and name the "
            "budget, too"
        )
