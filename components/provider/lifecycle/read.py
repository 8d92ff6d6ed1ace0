"""Read: what the service shows as state and as inputs, for refresh and import."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from grpc import StatusCode

from components.provider.aws.identity import address, id_of
from components.provider.aws.requests import state
from components.provider.aws.tags import own_tags
from components.provider.engine import Engine
from components.provider.errors import MissingError, ProviderError, Subject
from components.provider.lifecycle.change_requests import ChangeRequests, is_open, outside_changes
from components.provider.properties.differences import completed, refilled
from components.provider.properties.reconciled import reconciled
from components.provider.values import Properties, pattern, shown
from components.resources.resource_type import ResourceType
from components.resources.service_model import TAGS


@dataclass(frozen=True)
class Found:
    """A resource that exists.

    Attributes:
        id: Its id.
        state: Its outputs.
        inputs: The inputs that describe it.
    """

    id: str
    state: Properties
    inputs: Properties


def read(
    engine: Engine, kind: ResourceType, subject: Subject, resource_id: str, before: Properties, inputs: Properties
) -> Found | None:
    """Return a resource as it is; None when it does not exist.

    Args:
        engine: What to call with.
        kind: The resource type.
        subject: The resource.
        resource_id: Its id.
        before: Its outputs before; empty for an import.
        inputs: Its inputs before; empty for an import.

    Raises:
        InvalidPropertyError: The id has not the form of ids of this type.
        ProviderError: It could not be read.
    """
    values = address(kind, resource_id)
    try:
        live = engine.live(kind, values, subject)
        all_tags = engine.tags(kind, live, subject)
    except MissingError:
        return None
    except ProviderError as error:
        if kind.has_ended is None or not before.values or error.status is not StatusCode.PERMISSION_DENIED:
            raise
        if _has_ended(engine, kind, subject, {**before.values, **values}):
            return None
        raise ProviderError(
            f"{error.message}. If it was deleted elsewhere, forget it with `pulumi state delete '{subject.urn}'`",
            error.status,
        ) from error
    _warn_of_end(engine, kind, subject, live)
    live |= ChangeRequests(engine, kind, subject, {**before.values, **live}).last()
    known = _with_filled_in(engine, kind, subject, before.values, inputs.values, live)
    found = reconciled(kind, known, live) | _still_asked(kind, live, before.values, inputs.values)
    tags = own_tags(engine.configuration.default_tags, all_tags, inputs.values.get(TAGS))
    stated = inputs.with_values({**found, TAGS: tags} if tags else _without_tags(found, inputs.values))
    return Found(id_of(kind, live), state(kind, live, stated, all_tags), stated)


def _has_ended(engine: Engine, kind: ResourceType, subject: Subject, before: Mapping[str, Any]) -> bool:
    """Tell whether a resource that may not be read is known to be gone."""
    has_ended = kind.has_ended
    if has_ended is None:
        return False
    try:
        return engine.caller.with_client(
            kind.service, lambda client: has_ended(client, before), subject, kind.read.name
        )
    except ProviderError:
        return False


def _warn_of_end(engine: Engine, kind: ResourceType, subject: Subject, live: Mapping[str, Any]) -> None:
    happened = kind.ended.get(str(live.get("status")))
    if happened:
        engine.caller.messages.warning(
            subject,
            f"{happened}: nothing in it can be used or changed any more. When you need its history no longer, take it "
            f"out of the program, or forget it with `pulumi state delete '{subject.urn}'`",
        )


def _with_filled_in(
    engine: Engine,
    kind: ResourceType,
    subject: Subject,
    before: Mapping[str, Any],
    stated: Mapping[str, Any],
    live: Mapping[str, Any],
) -> Mapping[str, Any]:
    """Return the inputs before with what the service had filled in; warn of what is another now and stays so."""
    if not before:
        return stated
    known = completed(kind, stated, before)
    for path in refilled(kind, known, completed(kind, stated, live)):
        if pattern(path) not in kind.kept_stated:
            engine.caller.messages.warning(
                subject,
                f"{shown(path)} was changed outside the program, which does not state it: it stays as it is now; state "
                "it to decide yourself",
            )
    return known


def _still_asked(
    kind: ResourceType, live: Mapping[str, Any], before: Mapping[str, Any], stated: Mapping[str, Any]
) -> dict[str, Any]:
    """Return the inputs that an open change request has asked for: they are no drift, while nothing else changes."""
    if kind.change_request is None or not is_open(kind, live) or outside_changes(kind, before, live):
        return {}
    return {name: stated[name] for name in kind.change_request.paths if name in stated}


def _without_tags(found: Mapping[str, Any], stated: Mapping[str, Any]) -> dict[str, Any]:
    """Return inputs without tags; a program that states none on purpose keeps its empty object."""
    kept: dict[str, Any] = {TAGS: {}} if stated.get(TAGS) == {} else {}
    return {**{name: value for name, value in found.items() if name != TAGS}, **kept}
