"""Replacements that Diff refuses: it alone knows what the service shows, and its refusal fails the preview.

A refresh asks Diff, too, and must not fail. It never meets what is refused here: a value that the program states now
and the service had filled in otherwise, and properties of tables that nothing can change after their creation.
"""

from __future__ import annotations

from collections.abc import Iterable

from components.provider.engine import Engine
from components.provider.errors import RefusedError, Subject
from components.provider.guards.access_budgets import refuse_lost_limit
from components.provider.guards.dependents import refusal
from components.provider.lifecycle.check import left_to_diff
from components.provider.lifecycle.diff import Comparison, PropertyChange
from components.provider.properties.differences import Change
from components.provider.values import shown


def refuse_replacing(engine: Engine, subject: Subject, compared: Comparison, changes: Iterable[PropertyChange]) -> None:
    """Refuse to make anew what cannot be given back.

    Args:
        engine: What to call with.
        subject: The resource.
        compared: The resource before and after.
        changes: The lines of its diff.

    Raises:
        RefusedError: It is guarded or has an access budget, and is not named in allowDestroying.
        ProviderError: It could not be found out whether it has one.
    """
    replacing = [change.difference for change in changes if change.replaces]
    if not replacing or subject.name in engine.configuration.allow_destroying:
        return
    unjudged = left_to_diff(compared, engine.configuration) if compared.kind.guarded else ()
    for difference in replacing:
        other = difference.change is Change.UPDATED and any(difference.path[: len(path)] == path for path in unjudged)
        if other:
            raise RefusedError(f"{shown(difference.path)} {refusal(compared.kind, subject)}")
    refuse_lost_limit(engine, compared.kind, subject, compared.outputs, "replacing it")
