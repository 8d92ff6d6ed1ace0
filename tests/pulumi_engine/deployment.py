"""One run: every registration of the program becomes a step, and what is not registered any more is deleted."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from pulumi.runtime.proto import provider_pb2 as pb
from pulumi.runtime.proto import resource_pb2

from tests.pulumi_engine.plugins import FailedError, PartlyDoneError, Plugin, Plugins, called
from tests.pulumi_engine.state import PROVIDER, Resource, State
from tests.pulumi_engine.wire import Values, ignoring, secret, struct_of, values_of

_REPLACING = (pb.PropertyDiff.ADD_REPLACE, pb.PropertyDiff.DELETE_REPLACE, pb.PropertyDiff.UPDATE_REPLACE)


@dataclass(frozen=True)
class Step:
    """What was done with a resource: same, create, update, replace, delete, import, read."""

    does: str
    name: str
    paths: tuple[str, ...] = ()


@dataclass(frozen=True)
class Wanted:
    """A registration, ready to be compared with the state."""

    resource: Resource
    request: resource_pb2.RegisterResourceRequest
    plugin: Plugin


class Deployment:
    """A run of a program against a state.

    Args:
        state: What the last run left; changed as this one goes on, unless it is a preview.
        plugins: The plugins.
        stack: The names of project and stack.
        config: Settings of the default provider.
        preview: Whether nothing is to be done.
    """

    def __init__(
        self, state: State, plugins: Plugins, stack: tuple[str, str], config: Values, *, preview: bool
    ) -> None:
        self.state, self.plugins, self.preview = state, plugins, preview
        self.project, self.stack = stack
        self.config = config
        self.steps: list[Step] = []
        self.failures: list[str] = []
        self.outputs: Values = {}
        self._registered: dict[str, Resource] = {}
        self._deleted_before: set[str] = set()
        self._lock = threading.RLock()

    def register(self, request: resource_pb2.RegisterResourceRequest) -> Resource:
        """Do what it takes so that a resource is as the program wants it.

        Raises:
            FailedError: It could not be done.
        """
        urn = self.urn(request.type, request.name, request.parent)
        with self._lock:
            if urn in self._registered:
                raise FailedError(f"Duplicate resource URN '{urn}'")
            wanted = Resource(
                urn,
                request.type,
                request.custom,
                request.parent,
                inputs=values_of(request.object),
                provider=request.provider,
                dependencies=sorted(request.dependencies),
                protect=request.protect,
                retain=request.retainOnDelete,
            )
            self._registered[urn] = wanted
        if not request.custom:
            wanted.outputs = wanted.inputs
        elif wanted.is_provider:
            self._provide(wanted)
        else:
            self._manage(wanted, request)
        self._keep(wanted)
        return wanted

    def finish(self) -> None:
        """Delete what was replaced, and what the program does not register any more; the last first."""
        for resource in reversed(self.state.resources.copy()):
            if resource.replaced or resource.urn not in self._registered:
                self.delete(resource)
        if not self.preview:
            order = {urn: number for number, urn in enumerate(self._registered)}
            self.state.resources.sort(key=lambda each: order.get(each.urn, -1))

    def delete(self, resource: Resource) -> None:
        """End a resource and forget it.

        Raises:
            FailedError: It is protected, or its provider could not end it.
        """
        if resource.protect and not resource.replaced:
            raise FailedError(f"{resource.urn} is protected: unprotect it first")
        self.steps.append(Step("delete", resource.name))
        if self.preview:
            return
        if resource.custom and not resource.is_provider and not resource.retain:
            request = pb.DeleteRequest(
                id=resource.id,
                urn=resource.urn,
                name=resource.name,
                type=resource.type,
                properties=struct_of(resource.outputs),
                old_inputs=struct_of(resource.inputs),
            )
            called(self.plugin(resource.provider).Delete, request)
        self.state.resources.remove(resource)

    def plugin(self, reference: str) -> Plugin:
        """Return the plugin of a provider; one that only the state knows is started."""
        with self._lock:
            plugin = self.plugins.of(reference)
            if plugin is None:
                (known,) = (each for each in self.state.resources if f"{each.urn}::{each.id}" == reference)
                plugin = self.plugins.configure(reference, known.inputs)
            return plugin

    def default_provider(self, package: str) -> str:
        """Return the reference of the default provider, which is made when the first resource needs it."""
        with self._lock:
            urn = self.urn(PROVIDER + package, "default", "")
            if urn not in self._registered:
                wanted = Resource(urn, PROVIDER + package, custom=True, inputs=dict(self.config))
                self._registered[urn] = wanted
                self._provide(wanted)
                self._keep(wanted)
            return f"{urn}::{self._registered[urn].id}"

    def urn(self, kind: str, name: str, parent: str) -> str:
        outer = parent.split("::")[2] if parent else ""
        types = f"{outer}${kind}" if outer and outer != "pulumi:pulumi:Stack" else kind
        return f"urn:pulumi:{self.stack}::{self.project}::{types}::{name}"

    def _provide(self, wanted: Resource) -> None:
        old = self.state.get(wanted.urn)
        plugin = self.plugins.start(wanted.type)
        wanted.inputs = _checked(plugin.CheckConfig, wanted, old)
        wanted.outputs = wanted.inputs
        wanted.id = old.id if old else str(uuid.uuid4())
        does = "same" if old else "create"
        if old and old.inputs != wanted.inputs:
            request = pb.DiffRequest(
                id=old.id,
                urn=old.urn,
                olds=struct_of(old.outputs),
                old_inputs=struct_of(old.inputs),
                news=struct_of(wanted.inputs),
            )
            diff = called(plugin.DiffConfig, request)
            does = "replace" if diff.replaces else "update" if diff.changes == pb.DiffResponse.DIFF_SOME else "same"
            if does == "replace":
                wanted.id = str(uuid.uuid4())
                self._replace_later(old)
        self.steps.append(Step(does, wanted.name))
        self.plugins.configure(f"{wanted.urn}::{wanted.id}", wanted.inputs, plugin)

    def _manage(self, wanted: Resource, request: resource_pb2.RegisterResourceRequest) -> None:
        wanted.provider = request.provider or self.default_provider(request.type.partition(":")[0])
        registration = Wanted(wanted, request, self.plugin(wanted.provider))
        old = self.state.get(wanted.urn)
        if request.importId and (old is None or old.id != request.importId):
            self._adopt(registration)
            return
        if old is not None and old.urn in self._deleted_before:
            old = None
        if old is not None and old.refresh_first:
            old = self.refreshed(old) or None
        if old is not None:
            wanted.inputs = ignoring(request.ignoreChanges, old.inputs, wanted.inputs)
        wanted.inputs = _checked(registration.plugin.Check, wanted, old)
        if old is None:
            self._create(registration, "create")
        else:
            self._change(registration, old)
        for name in request.additionalSecretOutputs:
            if name in wanted.outputs:
                wanted.outputs[name] = secret(wanted.outputs[name])

    def _change(self, registration: Wanted, old: Resource) -> None:
        wanted, request = registration.resource, registration.request
        if old.provider != wanted.provider:
            # As the real engine: no Diff is asked, and the new one comes first.
            self._replace(registration, old, ("provider",), delete_first=request.deleteBeforeReplace)
            return
        diff = self.diff(registration.plugin, old, wanted.inputs, request.ignoreChanges)
        paths = tuple(sorted(diff.detailedDiff))
        replacing = {path for path, each in diff.detailedDiff.items() if each.kind in _REPLACING}
        replacing |= {path for path in paths if path.partition("[")[0].partition(".")[0] in request.replaceOnChanges}
        if replacing:
            first = request.deleteBeforeReplace if request.deleteBeforeReplaceDefined else diff.deleteBeforeReplace
            self._replace(registration, old, paths, delete_first=first)
        elif paths or old.init_errors:
            self._update(registration, old, paths)
        else:
            self.steps.append(Step("same", wanted.name))
            wanted.id, wanted.outputs, wanted.refresh_first = old.id, old.outputs, old.refresh_first

    def _create(self, registration: Wanted, does: str, paths: tuple[str, ...] = ()) -> None:
        wanted = registration.resource
        self.steps.append(Step(does, wanted.name, paths))
        request = pb.CreateRequest(
            urn=wanted.urn,
            name=wanted.name,
            type=wanted.type,
            properties=struct_of(wanted.inputs),
            preview=self.preview,
        )
        try:
            made = called(registration.plugin.Create, request)
        except PartlyDoneError as failure:
            self._keep_partly(wanted, failure)
            raise
        wanted.id, wanted.outputs = made.id, values_of(made.properties)
        wanted.refresh_first = made.refresh_before_update

    def _update(self, registration: Wanted, old: Resource, paths: tuple[str, ...]) -> None:
        wanted = registration.resource
        self.steps.append(Step("update", wanted.name, paths))
        request = pb.UpdateRequest(
            id=old.id,
            urn=wanted.urn,
            name=wanted.name,
            type=wanted.type,
            olds=struct_of(old.outputs),
            old_inputs=struct_of(old.inputs),
            news=struct_of(wanted.inputs),
            ignoreChanges=registration.request.ignoreChanges,
            preview=self.preview,
        )
        wanted.id = old.id
        try:
            made = called(registration.plugin.Update, request)
        except PartlyDoneError as failure:
            self._keep_partly(wanted, failure)
            raise
        wanted.outputs, wanted.refresh_first = values_of(made.properties), made.refresh_before_update

    def _replace(self, registration: Wanted, old: Resource, paths: tuple[str, ...], *, delete_first: bool) -> None:
        if old.protect:
            raise FailedError(f"{old.urn} is protected: unprotect it first")
        registration.resource.inputs = _checked(registration.plugin.Check, registration.resource, None)
        if delete_first:
            with self._lock:
                for dependant in self.state.dependants(old):
                    if dependant.custom and dependant.urn not in self._deleted_before:
                        self._deleted_before.add(dependant.urn)
                        self.delete(dependant)
                self.delete(old)
        else:
            self._replace_later(old)
        self._create(registration, "replace", paths)

    def _adopt(self, registration: Wanted) -> None:
        """Import: what the program states must be what there is."""
        wanted, request = registration.resource, registration.request
        found = self.read(registration.plugin, replace(wanted, id=request.importId, inputs={}, outputs={}))
        if found is None:
            raise FailedError(f"{wanted.urn}: there is no resource {request.importId!r} to import")
        wanted.inputs = ignoring(request.ignoreChanges, found.inputs, wanted.inputs)
        wanted.inputs = _checked(registration.plugin.Check, wanted, found)
        diff = self.diff(registration.plugin, found, wanted.inputs, request.ignoreChanges)
        if diff.detailedDiff:
            paths = ", ".join(sorted(diff.detailedDiff))
            raise FailedError(f"{wanted.urn}: inputs to import do not match the existing resource: {paths}")
        self.steps.append(Step("import", wanted.name))
        wanted.id, wanted.outputs, wanted.refresh_first = found.id, found.outputs, found.refresh_first

    def refreshed(self, old: Resource) -> Resource | None:
        """Return a resource as it is now, and remember it; None when it is gone."""
        found = self.read(self.plugin(old.provider), old)
        if not self.preview:
            index = self.state.resources.index(old)
            self.state.resources[index : index + 1] = [found] if found else []
        return found

    def read(self, plugin: Plugin, resource: Resource) -> Resource | None:
        """Return a resource as its provider shows it; None when there is none."""
        request = pb.ReadRequest(
            id=resource.id,
            urn=resource.urn,
            name=resource.name,
            type=resource.type,
            properties=struct_of(resource.outputs),
            inputs=struct_of(resource.inputs),
        )
        found = called(plugin.Read, request)
        if not found.id:
            return None
        outputs, inputs = values_of(found.properties), values_of(found.inputs)
        return replace(resource, id=found.id, outputs=outputs, inputs=inputs, refresh_first=found.refresh_before_update)

    def diff(self, plugin: Plugin, old: Resource, inputs: Values, ignored: Sequence[str] = ()) -> pb.DiffResponse:
        """Return how the inputs of a resource differ from those before."""
        request = pb.DiffRequest(
            id=old.id,
            urn=old.urn,
            name=old.name,
            type=old.type,
            olds=struct_of(old.outputs),
            old_inputs=struct_of(old.inputs),
            news=struct_of(inputs),
            ignoreChanges=ignored,
        )
        response: pb.DiffResponse = called(plugin.Diff, request)
        assert (response.changes == pb.DiffResponse.DIFF_SOME) == bool(response.detailedDiff)
        tops = {path.partition("[")[0].partition(".")[0] for path in response.detailedDiff}
        assert tops == set(response.diffs), "the protocol asks for one top-level name for each path, and the reverse"
        return response

    def _replace_later(self, old: Resource) -> None:
        with self._lock:
            self.state.resources[self.state.resources.index(old)] = replace(old, replaced=True)

    def _keep_partly(self, wanted: Resource, failure: PartlyDoneError) -> None:
        wanted.id, wanted.outputs, wanted.init_errors = failure.id, failure.outputs, failure.reasons
        wanted.inputs = failure.inputs
        self._keep(wanted)

    def _keep(self, wanted: Resource) -> None:
        with self._lock:
            if self.preview:
                return
            old = self.state.get(wanted.urn)
            if old is None:
                self.state.resources.append(wanted)
            else:
                self.state.resources[self.state.resources.index(old)] = wanted


def _checked(method: Any, wanted: Resource, old: Resource | None) -> Values:
    request = pb.CheckRequest(
        urn=wanted.urn,
        name=wanted.name,
        type=wanted.type,
        olds=struct_of(old.inputs if old else {}),
        news=struct_of(wanted.inputs),
    )
    answer = called(method, request)
    if answer.failures:
        assert not any(each.property for each in answer.failures), "the engine would show its value, even of a secret"
        raise FailedError("; ".join(f"{wanted.name}: {each.reason}" for each in answer.failures))
    return values_of(answer.inputs)
