"""What an access budget limits neither ends before the budget, nor gets a twin beside it: both would have no limit.

A rule stays with its configured table: a new association of the table can be queried at once. Diff judges what the
engine replaces. What has another name in the program and in SQL is a new resource to the engine: Create judges it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from components.provider.engine import Engine
from components.provider.errors import MissingError, RefusedError, Subject
from components.provider.guards.dependents import permission
from components.provider.values import has_unknowns
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


def refuse_unlimited_twin(engine: Engine, kind: ResourceType, subject: Subject, inputs: Mapping[str, Any]) -> None:
    """Refuse to make what shows the same rows as a limited table, before it could have a limit of its own.

    Args:
        engine: What to call with.
        kind: The resource type.
        subject: The resource.
        inputs: Its inputs; those that are not known at preview are judged when it is made.

    Raises:
        RefusedError: There is such a table, and the resource is not named in allowDestroying.
        ProviderError: It could not be found out.
    """
    find = kind.find_limited_twin
    if find is None or subject.name in engine.configuration.allow_destroying:
        return
    known = {name: value for name, value in inputs.items() if not has_unknowns(value)}
    try:
        found = engine.caller.with_client(kind.service, lambda client: find(client, known), subject, kind.create.name)
    except MissingError:
        return  # nothing can be beside it in a membership that is not there, or of a table that is not
    if found is not None:
        raise RefusedError(
            f"{subject}: making it is refused: it shows the same rows as {found.name!r}, whose uses the privacy budget "
            f"template {found.budget!r} limits, and can be used without that limit. If it takes the place of "
            f"{found.name!r}, end that and its budget first; if it stands beside it, withdraw the analysis rule of the "
            f"table until both have a budget. {permission(subject)}"
        )
