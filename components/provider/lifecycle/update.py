"""Update: each changed property by the one call that carries it, tags by theirs, and members by a change request."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from components.provider.aws.requests import request_of, state
from components.provider.aws.tags import merged, tag_changes
from components.provider.engine import Engine
from components.provider.errors import PartialFailureError, Subject, UnreadyError, sentence_of
from components.provider.guards.dependents import refuse_leaving
from components.provider.lifecycle.change_requests import ChangeRequests, waits_for_commit
from components.provider.lifecycle.diff import Comparison, PropertyChange, changes_of
from components.provider.properties.equality import ABSENT, default_of
from components.provider.values import Properties
from components.resources import service_model
from components.resources.resource_type import Operation, ResourceType
from components.resources.service_model import TAGS, TAGS_ALL
from declarations.unknown import UNKNOWN


@dataclass(frozen=True)
class Update:
    """A resource that shall change.

    Attributes:
        kind: Its type.
        subject: The resource, for messages.
        id: Its id.
        outputs: What it showed last, with its identity.
        old: Its inputs before.
        new: Its inputs as they shall be.
        ignored: Property paths that the program wants to be ignored.
    """

    kind: ResourceType
    subject: Subject
    id: str
    outputs: Mapping[str, Any]
    old: Properties
    new: Properties
    ignored: Collection[str] = ()

    def changes(self, engine: Engine) -> tuple[PropertyChange, ...]:
        """Return what shall change."""
        compared = Comparison(self.kind, self.outputs, self.old.values, self.new.values)
        return changes_of(compared, engine.configuration, self.ignored)


def preview_of_update(engine: Engine, update: Update) -> Properties:
    """Return the outputs that an update will lead to; unknown is what only the service can tell.

    Raises:
        RefusedError: A member would have to leave and may not.
    """
    kind, new = update.kind, update.new.values
    _refuse_leaving(engine, update)
    changes = update.changes(engine)
    if not changes:
        return update.new.with_values({**update.outputs, **new})
    kept = {
        name: value for name, value in update.outputs.items() if name in new or name not in service_model.inputs(kind)
    }
    unknown = {name: UNKNOWN for name in kind.refreshed if name in update.outputs}
    tags = {TAGS_ALL: merged(engine.configuration.default_tags, new.get(TAGS))} if kind.tagged else {}
    request = kind.change_request
    if request and any(change.difference.top in {*request.paths, request.status} for change in changes):
        unknown |= {request.identifier: UNKNOWN, request.status: UNKNOWN}
    return update.new.with_values({**kept, **unknown, **new, **tags})


def update(engine: Engine, wanted: Update, timeout: float) -> Properties:
    """Change a resource and return its outputs.

    Args:
        engine: What to call with.
        wanted: The change.
        timeout: Seconds to wait until it is ready again; 0 takes as long as such a resource usually needs.

    Raises:
        RefusedError: A member would have to leave and may not.
        PartialFailureError: Some of it was applied; the rest is tried again by the next run.
        ProviderError: Nothing was applied.
    """
    _refuse_leaving(engine, wanted)
    applied, outputs = dict(wanted.old.values), dict(wanted.outputs)
    try:
        return _updated(engine, wanted, timeout, applied, outputs)
    except Exception as error:
        if applied == wanted.old.values:
            raise
        if isinstance(error, UnreadyError):
            outputs |= error.live
        # What the program no longer marks as a secret is one as long as the old value is kept.
        inputs = Properties(applied, wanted.old.secrets | wanted.new.secrets)
        kept = state(wanted.kind, {**outputs, **applied}, inputs, outputs.get(TAGS_ALL, {}))
        raise PartialFailureError(wanted.id, kept, inputs, [sentence_of(error)]) from error


def _refuse_leaving(engine: Engine, wanted: Update) -> None:
    stated = (wanted.old.values, wanted.new.values)
    refuse_leaving(wanted.kind, wanted.subject, engine.configuration, wanted.outputs, stated)


def _updated(
    engine: Engine, wanted: Update, timeout: float, applied: dict[str, Any], outputs: dict[str, Any]
) -> Properties:
    """Make the calls, one after the other; *applied* and *outputs* tell how far it came."""
    kind, subject, new = wanted.kind, wanted.subject, wanted.new.values
    changed = {change.difference.top for change in wanted.changes(engine)}
    tags = merged(engine.configuration.default_tags, new.get(TAGS))
    # What no creation carries is an act, such as an answer; no longer to state it undoes nothing.
    undone = {name for name in kind.after_create if name not in new}
    for operation in kind.updates:
        mine = changed & service_model.carried(kind, operation).keys() - undone
        if mine:
            engine.caller.call(kind.service, operation.name, _request(wanted, operation, mine), subject)
            _take_over(applied, new, mine)
    if {TAGS, TAGS_ALL} & changed:
        _retag(engine, wanted, tags)
        _take_over(applied, new, {TAGS})
    asked = _asked(engine, wanted, changed, applied, outputs)
    _take_over(applied, new, changed)
    outputs |= asked
    return state(kind, {**engine.settled(kind, outputs, subject, timeout), **asked}, wanted.new, tags)


def _request(wanted: Update, operation: Operation, mine: Collection[str]) -> dict[str, Any]:
    """Return a request with the identity, what changed, what is required, and outputs that it carries."""
    kind, new = wanted.kind, wanted.new.values
    members = service_model.carried(kind, operation)
    required = service_model.request_shape(kind, operation).required_members
    inputs = service_model.inputs(kind)
    names = {name for name, member in members.items() if name in mine or member in required or name not in inputs}
    taken_away = {name: default_of(kind, (name,)) for name in mine if name not in new}
    values = {name: value for name, value in wanted.outputs.items() if name not in mine} | dict(new)
    values |= {name: value for name, value in taken_away.items() if value is not ABSENT}
    return request_of(kind, operation, values, {*names, *kind.identity})


def _retag(engine: Engine, wanted: Update, tags: Mapping[str, str]) -> None:
    arn = wanted.outputs.get(wanted.kind.arn or "")
    for operation, request in tag_changes(wanted.outputs.get(TAGS_ALL), tags):
        engine.caller.call(wanted.kind.service, operation, {"resourceArn": arn, **request}, wanted.subject)


def _asked(
    engine: Engine, wanted: Update, changed: Collection[str], applied: dict[str, Any], outputs: dict[str, Any]
) -> dict[str, str]:
    """Ask the members for what they must agree to, or carry out what they have; return the outputs about it."""
    request = wanted.kind.change_request
    if request is None:
        return {}
    requests = ChangeRequests(engine, wanted.kind, wanted.subject, wanted.outputs)

    def left(account: str) -> None:
        for values in (applied, outputs):
            values.update(request.without(values, account))

    if not request.paths.isdisjoint(changed):
        return requests.ask(wanted.old.values, wanted.new.values, left)
    return requests.commit() if waits_for_commit(wanted.kind, wanted.outputs) else requests.last()


def _take_over(applied: dict[str, Any], new: Mapping[str, Any], names: Collection[str]) -> None:
    for name in names:
        if name in new:
            applied[name] = new[name]
        else:
            applied.pop(name, None)
