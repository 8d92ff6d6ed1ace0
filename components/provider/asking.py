"""Changes that all members must agree to: asked for by a change request, committed once everybody has approved.

An update asks and goes on; nothing waits for people. While the request is open, the engine refreshes the resource
before every update: what was asked for is no drift, an approval is a change to carry out (the next `pulumi up`
commits), and after a refusal the difference shows again.

Source: API CreateCollaborationChangeRequest, UpdateCollaborationChangeRequest; userguide/change-requests.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from grpc import StatusCode

from components.provider.differences import differences
from components.provider.engine import Engine
from components.provider.errors import MissingError, ProviderError, RefusedError, Subject
from components.provider.guarding import refuse_leaving
from components.provider.requests import request_of
from components.resources.resource_type import ChangeRequest, ResourceType
from declarations.naming import listed

OPEN: Final = frozenset({"PENDING", "APPROVED"})
"""The statuses in which a change request can still have an effect."""

APPROVED: Final = "APPROVED"
_READ: Final = "GetCollaborationChangeRequest"
_ACT: Final = "UpdateCollaborationChangeRequest"


@dataclass(frozen=True)
class Wish:
    """What the members shall agree to.

    Attributes:
        kind: The resource type.
        subject: The resource, for messages.
        outputs: What it showed last.
        old: Its inputs before.
        new: Its inputs as they shall be.
    """

    kind: ResourceType
    subject: Subject
    outputs: Mapping[str, Any]
    old: Mapping[str, Any]
    new: Mapping[str, Any]


def is_open(kind: ResourceType, outputs: Mapping[str, Any]) -> bool:
    """Tell whether the members have not all answered, or have approved what is not committed."""
    return kind.change_request is not None and outputs.get(kind.change_request.status) in OPEN


def waits_for_commit(kind: ResourceType, outputs: Mapping[str, Any]) -> bool:
    """Tell whether all members have approved."""
    return kind.change_request is not None and outputs.get(kind.change_request.status) == APPROVED


def last_request(engine: Engine, kind: ResourceType, outputs: Mapping[str, Any], subject: Subject) -> dict[str, str]:
    """Return the outputs about the last change request, as it is now; none when there was none."""
    request = kind.change_request
    if request is None or not outputs.get(request.identifier):
        return {}
    known = {request.identifier: str(outputs[request.identifier]), request.status: str(outputs.get(request.status))}
    if known[request.status] not in OPEN:
        return known
    try:
        answer = engine.caller.call(kind.service, _READ, _address(kind, request, outputs), subject)
    except MissingError:
        return {}
    return {**known, request.status: _status(request, answer)}


def outside_changes(kind: ResourceType, known: Mapping[str, Any], live: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the properties in the members' hands that somebody else has changed.

    Args:
        kind: The resource type.
        known: What it showed last.
        live: What it shows now.
    """
    request = kind.change_request
    if request is None:
        return ()
    before, now = ({name: value for name, value in values.items() if name in request.paths} for values in (known, live))
    return tuple(sorted({difference.top for difference in differences(kind, before, now, now)}))


def ask(engine: Engine, wish: Wish, left: Callable[[str], None]) -> dict[str, str]:
    """Remove the members that shall leave, and ask for all other differences; return the outputs about the request.

    A request that is still open is cancelled: the new one asks for everything that is wanted now, and when nothing
    differs from what there is, the wish is withdrawn.

    Args:
        engine: What to call with.
        wish: What is wanted.
        left: Told the account of each member that has been removed.

    Raises:
        RefusedError: The members were changed outside the program, or one would have to leave and may not.
        ProviderError: The service refuses, or no change request can do this.
    """
    kind, subject, outputs, request = wish.kind, wish.subject, wish.outputs, wish.kind.change_request
    if request is None:
        return {}
    live = _as_last_seen(engine, wish)
    refuse_leaving(kind, subject, engine.configuration, live, (wish.old, wish.new))
    changes = _changes(request, live, wish.new, subject)
    last = last_request(engine, kind, outputs, subject)
    if last.get(request.status) in OPEN:
        last = _act(engine, kind, request, outputs, "CANCEL", subject)
    for account in _leaving(request, live, wish):
        address = request_of(kind, kind.read, live, kind.identity)
        engine.caller.call(kind.service, request.leave.name, {**address, "accountId": account}, subject)
        left(account)
    return _submitted(engine, kind, request, live, changes, subject) if changes else last


def commit(engine: Engine, kind: ResourceType, outputs: Mapping[str, Any], subject: Subject) -> dict[str, str]:
    """Carry out what all members have approved; return the outputs about the request."""
    request = kind.change_request
    return {} if request is None else _act(engine, kind, request, outputs, "COMMIT", subject)


def _as_last_seen(engine: Engine, wish: Wish) -> dict[str, Any]:
    """Return what the resource shows; whatever the program has not seen, it must not undo unseen."""
    live = engine.live(wish.kind, wish.outputs, wish.subject)
    if found := outside_changes(wish.kind, wish.outputs, live):
        raise RefusedError(
            f"{wish.subject}: {listed(found)} was changed outside the program since the last run; run `pulumi refresh` "
            "first, which shows what differs"
        )
    return live


def _leaving(request: ChangeRequest, live: Mapping[str, Any], wish: Wish) -> tuple[str, ...]:
    """Return the accounts that the program named and names no longer, of those that do take part."""
    shown = request.leaving(wish.old, wish.new)
    return tuple(account for account in request.leaving(live, wish.new) if account in shown)


def _changes(
    request: ChangeRequest, live: Mapping[str, Any], wanted: Mapping[str, Any], subject: Subject
) -> tuple[Mapping[str, Any], ...]:
    try:
        changes = request.changes(live, wanted)
    except ValueError as error:
        raise ProviderError(f"{subject}: {error}", StatusCode.FAILED_PRECONDITION) from error
    if len(changes) > request.most:
        raise ProviderError(
            f"{subject}: at most {request.most} changes fit into one change request; found {len(changes)}: "
            "make some of them first",
            StatusCode.FAILED_PRECONDITION,
        )
    return changes


def _submitted(
    engine: Engine,
    kind: ResourceType,
    request: ChangeRequest,
    live: Mapping[str, Any],
    changes: tuple[Mapping[str, Any], ...],
    subject: Subject,
) -> dict[str, str]:
    asked = {**request_of(kind, kind.read, live, kind.identity), "changes": list(changes)}
    answer = engine.caller.call(kind.service, request.operation.name, asked, subject)
    found = answer[str(request.operation.answer)]
    outputs = {request.identifier: found["id"], request.status: found["status"]}
    if outputs[request.status] == APPROVED:
        return _act(engine, kind, request, {**live, **outputs}, "COMMIT", subject)
    engine.caller.messages.info(
        subject,
        f"change request {found['id']} waits for the approval of the members (changes: {len(changes)}); "
        "the next `pulumi up` after it commits them",
    )
    return outputs


def _act(
    engine: Engine,
    kind: ResourceType,
    request: ChangeRequest,
    outputs: Mapping[str, Any],
    action: str,
    subject: Subject,
) -> dict[str, str]:
    asked = {**_address(kind, request, outputs), "action": action}
    answer = engine.caller.call(kind.service, _ACT, asked, subject)
    return {request.identifier: str(outputs[request.identifier]), request.status: _status(request, answer)}


def _address(kind: ResourceType, request: ChangeRequest, outputs: Mapping[str, Any]) -> dict[str, Any]:
    address = request_of(kind, kind.read, outputs, kind.identity)
    return {**address, "changeRequestIdentifier": outputs[request.identifier]}


def _status(request: ChangeRequest, answer: Mapping[str, Any]) -> str:
    return str(answer[str(request.operation.answer)]["status"])
