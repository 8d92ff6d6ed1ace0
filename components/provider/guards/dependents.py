"""Resources that others depend on, whom the program does not know: they end only when they are named."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from components.provider.configuration import ALLOW_DESTROYING_VARIABLE, Configuration
from components.provider.errors import RefusedError, Subject
from components.provider.values import has_unknowns
from components.resources.resource_type import ResourceType
from declarations.naming import listed


def guard(kind: ResourceType, subject: Subject, configuration: Configuration, doing: str) -> None:
    """Refuse to end a guarded resource.

    Args:
        kind: Its type.
        subject: The resource.
        configuration: What may be ended.
        doing: What would end it, as the beginning of a sentence: "deleting it", "changing members[0].displayName".

    Raises:
        RefusedError: It is guarded and not named.
    """
    if kind.guarded is None or subject.name in configuration.allow_destroying:
        return
    raise RefusedError(f"{subject}: {doing} is refused: {kind.guarded}. {permission(subject)}")


def refuse_moving(subject: Subject, replacing: Collection[str], allowed: Collection[str]) -> None:
    """Refuse to make everything anew elsewhere.

    Args:
        subject: The provider.
        replacing: The settings whose change leads to another region, endpoint or account.
        allowed: The names of what may be ended.

    Raises:
        RefusedError: There are such settings, and the provider is not named.
    """
    if replacing and subject.name not in allowed:
        raise RefusedError(
            f"{subject}: changing {listed(sorted(replacing))} is refused: it replaces all its resources, and ends "
            f"the existing collaborations, memberships and budgets. {permission(subject)}"
        )


def refusal(kind: ResourceType, subject: Subject, because: str = "") -> str:
    """Return the end of the sentence that refuses to make a guarded resource anew; it begins with the property.

    Args:
        kind: Its type.
        subject: The resource.
        because: Why nothing less would do, in parentheses with a space before; "" when that is clear.
    """
    return f"can change only by replacing {subject}{because}, which is refused: {kind.guarded}. {permission(subject)}"


def permission(subject: Subject) -> str:
    """Return the sentence that says how to do it nevertheless."""
    return (
        f"If you mean it, add {subject.name!r} to the provider's allowDestroying, or set "
        f"{ALLOW_DESTROYING_VARIABLE}={subject.name} for this command"
    )


def refuse_leaving(
    kind: ResourceType,
    subject: Subject,
    configuration: Configuration,
    shown: Mapping[str, Any],
    stated: tuple[Mapping[str, Any], Mapping[str, Any]],
) -> None:
    """Refuse to let members go whom the program no longer names.

    Who is only asked for by an open change request is no member yet, and whom the program has never named it does not
    remove.

    Args:
        kind: The resource type.
        subject: The resource.
        configuration: What may be ended.
        shown: What the resource shows.
        stated: Its inputs before, and as they shall be.

    Raises:
        RefusedError: There are such members, and the resource is not named.
    """
    before, after = stated
    request = kind.change_request
    if request is None or subject.name in configuration.allow_destroying:
        return
    if any(has_unknowns(after.get(name)) for name in request.paths):
        return
    gone = set(request.leaving(before, after)) & set(request.leaving(shown, after))
    if gone:
        raise RefusedError(
            f"{subject}: members no longer has account {', '.join(sorted(gone))}, whose data would be lost for the "
            f"others. {permission(subject)}"
        )
