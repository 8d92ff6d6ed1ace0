"""The protocol's messages as calls of our functions: properties decoded on the way in, encoded on the way out.

This module imports everything that takes long to import; `servicer` imports it when the first request arrives.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable
from typing import Final

from grpc import StatusCode
from pulumi.runtime.proto import provider_pb2 as pb

from components.provider import configuration as settings
from components.provider.aws.calls import Caller
from components.provider.aws.retries import Patience
from components.provider.aws.sessions import Clients
from components.provider.engine import Engine
from components.provider.errors import InvalidPropertyError, ProviderError, Subject, subject_of
from components.provider.guards.dependents import refuse_moving
from components.provider.lifecycle.change_requests import is_open
from components.provider.lifecycle.check import check
from components.provider.lifecycle.contradictions import SqlJudge
from components.provider.lifecycle.create import create, preview_of_creation
from components.provider.lifecycle.delete import delete
from components.provider.lifecycle.diff import Comparison, PropertyChange, changes_of
from components.provider.lifecycle.displayed import displayed
from components.provider.lifecycle.invoke import check_arguments, invoke
from components.provider.lifecycle.read import read
from components.provider.lifecycle.replacement import refuse_replacing
from components.provider.lifecycle.update import Update, preview_of_update, update
from components.provider.messages import Messages
from components.provider.properties.differences import Change
from components.provider.protocol.codec import decode, encode
from components.provider.protocol.hiding import hiding
from components.provider.values import Properties, has_unknowns, shown
from components.resources import RESOURCE_TYPES
from components.resources.functions import FUNCTIONS
from components.resources.resource_type import Function, ResourceType
from declarations.naming import did_you_mean

_TYPES: Final = {kind.token: kind for kind in RESOURCE_TYPES}
_FUNCTIONS: Final = {function.token: function for function in FUNCTIONS}

_KINDS: Final = {
    (Change.ADDED, False): pb.PropertyDiff.ADD,
    (Change.ADDED, True): pb.PropertyDiff.ADD_REPLACE,
    (Change.REMOVED, False): pb.PropertyDiff.DELETE,
    (Change.REMOVED, True): pb.PropertyDiff.DELETE_REPLACE,
    (Change.UPDATED, False): pb.PropertyDiff.UPDATE,
    (Change.UPDATED, True): pb.PropertyDiff.UPDATE_REPLACE,
}


class Operations:
    """A provider, as the engine calls it.

    Args:
        messages: Where to tell the user something.
        patience: How to wait.
        judge_sql: Judges the SQL of templates.
    """

    def __init__(self, messages: Messages, patience: Patience, judge_sql: SqlJudge) -> None:
        self._messages = messages
        self._patience = patience
        self._judge_sql = judge_sql
        self._engine: Engine | None = None

    def check_config(self, request: pb.CheckRequest) -> pb.CheckResponse:
        """Check the provider's configuration; the values are returned as they were written."""
        return pb.CheckResponse(inputs=request.news, failures=_failures(settings.problems(decode(request.news))))

    def diff_config(self, request: pb.DiffRequest) -> pb.DiffResponse:
        """Tell which changes of the configuration replace the provider and with it all its resources.

        They are refused here unless the provider is named: the engine asks no Diff of resources whose provider is
        replaced, so that nothing else would keep what is guarded.
        """
        old, new = decode(request.old_inputs or request.olds).values, decode(request.news).values
        replacing = settings.replacing(old, new)
        provider = Subject("Provider", subject_of(request.urn).name, request.urn)
        refuse_moving(provider, replacing, settings.destroyable(new))
        changed = sorted(name for name in {*old, *new} if old.get(name) != new.get(name))
        changed = [name for name in changed if name not in settings.ENGINES_OWN]
        response = pb.DiffResponse(diffs=changed, replaces=sorted(replacing), hasDetailedDiff=True)
        response.changes = pb.DiffResponse.DIFF_SOME if changed else pb.DiffResponse.DIFF_NONE
        for name in changed:
            change = Change.ADDED if name not in old else Change.REMOVED if name not in new else Change.UPDATED
            kind = _KINDS[change, name in replacing]
            response.detailedDiff[name].CopyFrom(pb.PropertyDiff(kind=kind, inputDiff=True))
        return response

    def configure(self, request: pb.ConfigureRequest) -> pb.ConfigureResponse:
        """Take over the configuration; nothing is called, unless the account is to be checked."""
        told = settings.configuration_of(decode(request.args).values)
        if self._engine is not None and self._engine.configuration != told:
            raise ProviderError(
                f"{subject_of(request.urn)}: this process is another provider already; an attached plugin "
                "(PULUMI_DEBUG_PROVIDERS) is one provider, so run this program without it",
                StatusCode.FAILED_PRECONDITION,
            )
        clients = Clients(told, Subject("Provider", request.name, request.urn))
        clients.check_account()
        self._engine = Engine(told, Caller(clients, self._patience, self._messages))
        return pb.ConfigureResponse(acceptSecrets=True, supportsPreview=True)

    def forget(self) -> None:
        """Give up the configuration: another engine has attached."""
        self._engine = None

    def check(self, request: pb.CheckRequest) -> pb.CheckResponse:
        """Check the inputs of a resource."""
        kind, subject = _kind(request.urn, request.type), subject_of(request.urn)
        new = decode(request.news)
        self._configured.declared.state(request.urn)
        found = check(self._configured, kind, subject, decode(request.olds).values, new, self._judge_sql)
        return pb.CheckResponse(inputs=encode(new), failures=_failures(found))

    def diff(self, request: pb.DiffRequest) -> pb.DiffResponse:
        """Compare the inputs of a resource with those before."""
        kind, subject = _kind(request.urn, request.type), subject_of(request.urn)
        outputs, new = decode(request.olds).values, decode(request.news).values
        self._configured.declared.identify(kind, request.id, request.urn, new)
        old = decode(request.old_inputs).values if request.HasField("old_inputs") else outputs
        compared = Comparison(kind, outputs, old, new)
        changes = changes_of(compared, self._configured.configuration, request.ignoreChanges)
        refuse_replacing(self._configured, subject, compared, changes)
        return _diff(kind, changes)

    def create(self, request: pb.CreateRequest) -> pb.CreateResponse:
        """Make a resource, or tell at preview what it will be."""
        kind, subject, inputs = _kind(request.urn, request.type), subject_of(request.urn), decode(request.properties)
        if request.preview:
            return pb.CreateResponse(properties=encode(preview_of_creation(self._configured, kind, subject, inputs)))
        _refuse_unknowns(inputs)
        with hiding(inputs):
            made, state = create(self._configured, kind, subject, inputs, request.timeout)
        refresh = is_open(kind, state.values)
        return pb.CreateResponse(id=made, properties=encode(state), refresh_before_update=refresh)

    def update(self, request: pb.UpdateRequest) -> pb.UpdateResponse:
        """Change a resource, or tell at preview what it will be."""
        kind, new = _kind(request.urn, request.type), decode(request.news)
        outputs = decode(request.olds).values
        old = decode(request.old_inputs if request.HasField("old_inputs") else request.olds)
        wanted = Update(kind, subject_of(request.urn), request.id, outputs, old, new, request.ignoreChanges)
        if request.preview:
            return pb.UpdateResponse(properties=encode(preview_of_update(self._configured, wanted)))
        _refuse_unknowns(new)
        with hiding(old, new):
            state = update(self._configured, wanted, request.timeout)
        return pb.UpdateResponse(properties=encode(state), refresh_before_update=is_open(kind, state.values))

    def read(self, request: pb.ReadRequest) -> pb.ReadResponse:
        """Show a resource as it is; no id means that there is none."""
        kind, before, inputs = _kind(request.urn, request.type), decode(request.properties), decode(request.inputs)
        found = read(self._configured, kind, subject_of(request.urn), request.id, before, inputs)
        if found is None:
            return pb.ReadResponse()
        return pb.ReadResponse(
            id=found.id,
            properties=encode(found.state),
            inputs=encode(found.inputs),
            refresh_before_update=is_open(kind, found.state.values),
        )

    def delete(self, request: pb.DeleteRequest) -> None:
        """End a resource."""
        kind, subject = _kind(request.urn, request.type), subject_of(request.urn)
        delete(self._configured, kind, subject, request.id, decode(request.properties).values, request.timeout)

    def invoke(self, request: pb.InvokeRequest) -> pb.InvokeResponse:
        """Call a function."""
        function, arguments = _function(request.tok), decode(request.args)
        problems = check_arguments(function, arguments)
        failures = [pb.CheckFailure(property=each.property, reason=each.reason) for each in problems]
        if failures:
            return pb.InvokeResponse(failures=failures)
        told = invoke(self._configured, function, arguments.values)
        return pb.InvokeResponse(**{"return": encode(Properties(told))})

    @property
    def _configured(self) -> Engine:
        if self._engine is None:
            raise ProviderError("the provider was called before it was configured", StatusCode.FAILED_PRECONDITION)
        return self._engine


def operations(messages: Messages, stopped: threading.Event, judge_sql: SqlJudge) -> Operations:
    """Return a provider that is not configured yet.

    Args:
        messages: Where to tell the user something.
        stopped: Set when the user wants to stop.
        judge_sql: Judges the SQL of templates.
    """
    return Operations(messages, Patience(stopped), judge_sql)


def _kind(urn: str, token: str) -> ResourceType:
    token = token or urn.split("::")[2].rpartition("$")[2]
    if token not in _TYPES:
        near = did_you_mean(token, _TYPES)
        raise ProviderError(f"{token!r} is not a resource type of this provider{near}", StatusCode.INVALID_ARGUMENT)
    return _TYPES[token]


def _function(token: str) -> Function:
    if token not in _FUNCTIONS:
        near = did_you_mean(token, _FUNCTIONS)
        raise ProviderError(f"{token!r} is not a function of this provider{near}", StatusCode.INVALID_ARGUMENT)
    return _FUNCTIONS[token]


def _failures(problems: Iterable[InvalidPropertyError]) -> list[pb.CheckFailure]:
    """Return what the engine shows; a failure that names its property is shown with the value, even of a secret."""
    return [pb.CheckFailure(reason=each.message) for each in problems]


def _diff(kind: ResourceType, changes: Iterable[PropertyChange]) -> pb.DiffResponse:
    response = pb.DiffResponse(changes=pb.DiffResponse.DIFF_NONE, hasDetailedDiff=True)
    response.stables.extend(name for name in (*kind.identity, kind.arn) if name)
    # A guarded resource is never made anew first: that would be half done when its end is refused.
    response.deleteBeforeReplace = kind.one_at_a_time or kind.guarded is not None
    diffs: dict[str, bool] = {}
    for change in displayed(changes):
        response.changes = pb.DiffResponse.DIFF_SOME
        name = change.difference.top
        diffs[name] = diffs.get(name, False) or change.replaces
        shape = pb.PropertyDiff(kind=_KINDS[change.difference.change, change.replaces], inputDiff=change.of_input)
        response.detailedDiff[shown(change.difference.path)].CopyFrom(shape)
    response.diffs.extend(diffs)
    response.replaces.extend(name for name, replaces in diffs.items() if replaces)
    return response


def _refuse_unknowns(inputs: Properties) -> None:
    for name, value in inputs.values.items():
        if has_unknowns(value):
            raise InvalidPropertyError(name, "is still unknown, so the resource cannot be created")
