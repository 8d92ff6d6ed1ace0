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

from components.provider.aws.requests import request_of
from components.provider.engine import Engine
from components.provider.errors import MissingError, ProviderError, RefusedError, Subject
from components.provider.guards.dependents import refuse_leaving
from components.provider.properties.differences import differences
from components.resources.resource_type import ChangeRequest, ResourceType
from declarations.naming import listed

OPEN: Final = frozenset({"PENDING", "APPROVED"})
"""The statuses in which a change request can still have an effect."""

APPROVED: Final = "APPROVED"
_READ: Final = "GetCollaborationChangeRequest"
_ACT: Final = "UpdateCollaborationChangeRequest"


def is_open(kind: ResourceType, outputs: Mapping[str, Any]) -> bool:
    """Tell whether the members have not all answered, or have approved what is not committed."""
    return kind.change_request is not None and outputs.get(kind.change_request.status) in OPEN


def waits_for_commit(kind: ResourceType, outputs: Mapping[str, Any]) -> bool:
    """Tell whether all members have approved."""
    return kind.change_request is not None and outputs.get(kind.change_request.status) == APPROVED


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


@dataclass(frozen=True)
class ChangeRequests:
    """The change requests about one resource.

    Attributes:
        engine: What to call with.
        kind: The resource type.
        subject: The resource, for messages.
        outputs: What it showed last.
    """

    engine: Engine
    kind: ResourceType
    subject: Subject
    outputs: Mapping[str, Any]

    def last(self) -> dict[str, str]:
        """Return the outputs about the last change request, as it is now; none when there was none."""
        request, outputs = self.kind.change_request, self.outputs
        if request is None or not outputs.get(request.identifier):
            return {}
        known = {request.identifier: str(outputs[request.identifier]), request.status: str(outputs.get(request.status))}
        if known[request.status] not in OPEN:
            return known
        try:
            answer = self.engine.caller.call(self.kind.service, _READ, self._address(request, outputs), self.subject)
        except MissingError:
            return {}
        return {**known, request.status: _status(request, answer)}

    def ask(self, old: Mapping[str, Any], new: Mapping[str, Any], left: Callable[[str], None]) -> dict[str, str]:
        """Remove the members that shall leave, and ask for all other differences; return the outputs about the request.

        A request that is still open is cancelled: the new one asks for everything that is wanted now, and when nothing
        differs from what there is, the wish is withdrawn.

        Args:
            old: The resource's inputs before.
            new: Its inputs as they shall be.
            left: Told the account of each member that has been removed.

        Raises:
            RefusedError: The members were changed outside the program, or one would have to leave and may not.
            ProviderError: The service refuses, or no change request can do this.
        """
        kind, request = self.kind, self.kind.change_request
        if request is None:
            return {}
        live = self._as_last_seen()
        refuse_leaving(kind, self.subject, self.engine.configuration, live, (old, new))
        changes = self._changes(request, live, new)
        last = self.last()
        if last.get(request.status) in OPEN:
            last = self._act(request, self.outputs, "CANCEL")
        for account in _leaving(request, live, old, new):
            address = request_of(kind, kind.read, live, kind.identity)
            self.engine.caller.call(kind.service, request.leave.name, {**address, "accountId": account}, self.subject)
            left(account)
        return self._submitted(request, live, changes) if changes else last

    def commit(self) -> dict[str, str]:
        """Carry out what all members have approved; return the outputs about the request."""
        request = self.kind.change_request
        return {} if request is None else self._act(request, self.outputs, "COMMIT")

    def _as_last_seen(self) -> dict[str, Any]:
        """Return what the resource shows; whatever the program has not seen, it must not undo unseen."""
        live = self.engine.live(self.kind, self.outputs, self.subject)
        if found := outside_changes(self.kind, self.outputs, live):
            raise RefusedError(
                f"{self.subject}: {listed(found)} was changed outside the program since the last run; run `pulumi "
                "refresh` first, which shows what differs"
            )
        return live

    def _changes(
        self, request: ChangeRequest, live: Mapping[str, Any], wanted: Mapping[str, Any]
    ) -> tuple[Mapping[str, Any], ...]:
        try:
            changes = request.changes(live, wanted)
        except ValueError as error:
            raise ProviderError(f"{self.subject}: {error}", StatusCode.FAILED_PRECONDITION) from error
        if len(changes) > request.most:
            raise ProviderError(
                f"{self.subject}: at most {request.most} changes fit into one change request; found {len(changes)}: "
                "make some of them first",
                StatusCode.FAILED_PRECONDITION,
            )
        return changes

    def _submitted(
        self, request: ChangeRequest, live: Mapping[str, Any], changes: tuple[Mapping[str, Any], ...]
    ) -> dict[str, str]:
        kind, caller = self.kind, self.engine.caller
        asked = {**request_of(kind, kind.read, live, kind.identity), "changes": list(changes)}
        answer = caller.call(kind.service, request.operation.name, asked, self.subject)
        found = answer[str(request.operation.answer)]
        outputs = {request.identifier: found["id"], request.status: found["status"]}
        if outputs[request.status] == APPROVED:
            return self._act(request, {**live, **outputs}, "COMMIT")
        caller.messages.info(
            self.subject,
            f"change request {found['id']} waits for the approval of the members (changes: {len(changes)}); "
            "the next `pulumi up` after it commits them",
        )
        return outputs

    def _act(self, request: ChangeRequest, outputs: Mapping[str, Any], action: str) -> dict[str, str]:
        asked = {**self._address(request, outputs), "action": action}
        answer = self.engine.caller.call(self.kind.service, _ACT, asked, self.subject)
        return {request.identifier: str(outputs[request.identifier]), request.status: _status(request, answer)}

    def _address(self, request: ChangeRequest, outputs: Mapping[str, Any]) -> dict[str, Any]:
        address = request_of(self.kind, self.kind.read, outputs, self.kind.identity)
        return {**address, "changeRequestIdentifier": outputs[request.identifier]}


def _leaving(
    request: ChangeRequest, live: Mapping[str, Any], old: Mapping[str, Any], new: Mapping[str, Any]
) -> tuple[str, ...]:
    """Return the accounts that the program named and names no longer, of those that do take part."""
    shown = request.leaving(old, new)
    return tuple(account for account in request.leaving(live, new) if account in shown)


def _status(request: ChangeRequest, answer: Mapping[str, Any]) -> str:
    return str(answer[str(request.operation.answer)]["status"])
