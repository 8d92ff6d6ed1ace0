"""Provider plugins: each provider of a program has one of its own, spoken to over gRPC."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack
from typing import Any

import grpc
from google.protobuf import empty_pb2
from pulumi.runtime.proto import provider_pb2 as pb
from pulumi.runtime.proto import provider_pb2_grpc

from cli.provider import judge_sql
from components.provider.protocol.failure_details import KEY, status_message
from components.provider.protocol.server import LateProvider, served
from components.provider.protocol.servicer import Servicer
from components.sdk._declaring import PACKAGE
from tests.pulumi_engine.opaque import opaque
from tests.pulumi_engine.wire import Values, struct_of, values_of

Plugin = provider_pb2_grpc.ResourceProviderStub
Serve = Callable[[str], AbstractContextManager[int]]
"""Serves our provider, told the engine's address, while the block runs; gives the port."""


def in_this_process(engine: str) -> AbstractContextManager[int]:
    """Serve our provider in the process of the test, where it can be measured and debugged."""
    return served(LateProvider(lambda: Servicer(judge_sql, engine)))


class FailedError(Exception):
    """An operation of a provider failed."""


class PartlyDoneError(FailedError):
    """A resource exists, but is not as it was asked for."""

    def __init__(self, failure: pb.ErrorResourceInitFailed) -> None:
        self.id = failure.id
        self.outputs = values_of(failure.properties)
        self.inputs = values_of(failure.inputs)
        self.reasons = list(failure.reasons)
        super().__init__("; ".join(self.reasons))


class Plugins:
    """The plugins of one run, by the reference of their provider."""

    def __init__(self, engine: str, serve: Serve = in_this_process) -> None:
        self._engine, self._serve = engine, serve
        self._running = ExitStack()
        self._plugins: dict[str, Plugin] = {}

    def start(self, kind: str) -> Plugin:
        """Start the plugin for a type of provider and shake hands with it; those of others are opaque."""
        ours = kind.rpartition(":")[2] == PACKAGE
        port = self._running.enter_context(self._serve(self._engine) if ours else opaque())
        channel = self._running.enter_context(grpc.insecure_channel(f"127.0.0.1:{port}"))
        plugin = Plugin(channel)
        accepted = plugin.Handshake(pb.ProviderHandshakeRequest(engine_address=self._engine)).accept_secrets
        assert accepted
        return plugin

    def configure(self, reference: str, inputs: Values, plugin: Plugin | None = None) -> Plugin:
        """Make a plugin the provider of a reference, `URN::ID`."""
        name, kind = reference.split("::")[-2], reference.split("::")[2].rpartition("$")[2]
        made = plugin or self.start(kind)
        told = {key: value for key, value in inputs.items() if key != "version"}
        args = struct_of(told)
        called(made.Configure, pb.ConfigureRequest(args=args, name=name, type=kind, urn=reference.rpartition("::")[0]))
        self._plugins[reference] = made
        return made

    def of(self, reference: str) -> Plugin | None:
        return self._plugins.get(reference)

    def cancel(self) -> None:
        for plugin in self._plugins.values():
            plugin.Cancel(empty_pb2.Empty())

    def close(self) -> None:
        self._running.close()


def called(method: Callable[[Any], Any], request: Any) -> Any:
    """Call a plugin; its failures are raised as ours.

    Raises:
        PartlyDoneError: The resource exists, but is not as it was asked for.
        FailedError: Nothing was done.
    """
    try:
        return method(request)
    except grpc.RpcError as error:
        for key, value in error.trailing_metadata() or ():
            if key == KEY:
                for detail in status_message().FromString(value).details:
                    failure = pb.ErrorResourceInitFailed()
                    if detail.Unpack(failure):
                        raise PartlyDoneError(failure) from error
        raise FailedError(error.details()) from error
