"""The provider protocol over gRPC: what the engine calls, and how failures are answered.

Source: pulumi/pulumi proto/pulumi/provider.proto, docs/architecture/providers/implementers-guide.md.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, NoReturn, TypeVar

import grpc
from google.protobuf import any_pb2, empty_pb2
from pulumi.runtime.proto import plugin_pb2, provider_pb2_grpc
from pulumi.runtime.proto import provider_pb2 as pb

from components.provider.errors import PartialFailureError, ProviderError, Subject, sentence_of
from components.provider.messages import Messages
from components.provider.protocol.codec import encode
from components.provider.protocol.failure_details import KEY, status_message
from components.provider.schema import schema_text

if TYPE_CHECKING:
    from components.provider.lifecycle.contradictions import SqlJudge
    from components.provider.protocol.operations import Operations

Answer = TypeVar("Answer")
DISTRIBUTION = "cleanrooms-as-code"
"""The distribution whose version is the plugin's."""


class Servicer(provider_pb2_grpc.ResourceProviderServicer):
    """One provider. The engine runs a plugin for each that a program makes.

    Args:
        judge_sql: Judges the SQL of templates.
        engine: The engine's address; "" until Attach or Handshake tell it.
    """

    def __init__(self, judge_sql: SqlJudge, engine: str = "") -> None:
        self._judge_sql = judge_sql
        self._messages = Messages()
        self._stopped = threading.Event()
        self._lock = threading.Lock()
        self._operations: Operations | None = None
        self._attached = ""
        if engine:
            self._messages.connect(engine)

    def ready(self) -> Operations:
        """Return what does the work; the first call imports it, which takes a while."""
        with self._lock:
            if self._operations is None:
                from components.provider.protocol.operations import operations

                self._operations = operations(self._messages, self._stopped, self._judge_sql)
            return self._operations

    @property
    def is_stopped(self) -> bool:
        """Whether the user wants to stop."""
        return self._stopped.is_set()

    def stop(self) -> None:
        """End every wait and give up the connection to the engine."""
        self._stopped.set()
        self._messages.close()

    def Handshake(
        self, request: pb.ProviderHandshakeRequest, context: grpc.ServicerContext
    ) -> pb.ProviderHandshakeResponse:
        """Agree on what both sides can: secrets are marked, resources and outputs come as plain values."""
        self._messages.connect(request.engine_address)
        return pb.ProviderHandshakeResponse(accept_secrets=True)

    def Attach(self, request: plugin_pb2.PluginAttach, context: grpc.ServicerContext) -> empty_pb2.Empty:
        """Work for an engine that has not started this process (PULUMI_DEBUG_PROVIDERS).

        What an earlier one has cancelled or configured is over. One engine attaches once for each of its providers.
        """
        self._stopped.clear()
        if request.address != self._attached:
            self.ready().forget()
        self._attached = request.address
        self._messages.connect(request.address)
        return empty_pb2.Empty()

    def GetPluginInfo(self, request: empty_pb2.Empty, context: grpc.ServicerContext) -> plugin_pb2.PluginInfo:
        """Tell the version."""
        from importlib import metadata

        return plugin_pb2.PluginInfo(version=metadata.version(DISTRIBUTION))

    def GetSchema(self, request: pb.GetSchemaRequest, context: grpc.ServicerContext) -> pb.GetSchemaResponse:
        """Tell what there is: resources, functions and settings."""
        return pb.GetSchemaResponse(schema=schema_text())

    def GetMapping(self, request: pb.GetMappingRequest, context: grpc.ServicerContext) -> pb.GetMappingResponse:
        """Tell that nothing is known about converting from other tools."""
        return pb.GetMappingResponse()

    def GetMappings(self, request: pb.GetMappingsRequest, context: grpc.ServicerContext) -> pb.GetMappingsResponse:
        """Tell that nothing is known about converting from other tools."""
        return pb.GetMappingsResponse()

    def Cancel(self, request: empty_pb2.Empty, context: grpc.ServicerContext) -> empty_pb2.Empty:
        """End every wait: what was made is kept, and said to be unfinished."""
        self._stopped.set()
        return empty_pb2.Empty()

    def CheckConfig(self, request: pb.CheckRequest, context: grpc.ServicerContext) -> pb.CheckResponse:
        """Check the provider's configuration."""
        return self._answered(context, lambda: self.ready().check_config(request))

    def DiffConfig(self, request: pb.DiffRequest, context: grpc.ServicerContext) -> pb.DiffResponse:
        """Tell which changes of the configuration replace the provider."""
        return self._answered(context, lambda: self.ready().diff_config(request))

    def Configure(self, request: pb.ConfigureRequest, context: grpc.ServicerContext) -> pb.ConfigureResponse:
        """Take over the configuration."""
        return self._answered(context, lambda: self.ready().configure(request))

    def Check(self, request: pb.CheckRequest, context: grpc.ServicerContext) -> pb.CheckResponse:
        """Check the inputs of a resource."""
        return self._answered(context, lambda: self.ready().check(request))

    def Diff(self, request: pb.DiffRequest, context: grpc.ServicerContext) -> pb.DiffResponse:
        """Compare the inputs of a resource with those before."""
        return self._answered(context, lambda: self.ready().diff(request))

    def Create(self, request: pb.CreateRequest, context: grpc.ServicerContext) -> pb.CreateResponse:
        """Make a resource."""
        return self._answered(context, lambda: self.ready().create(request))

    def Read(self, request: pb.ReadRequest, context: grpc.ServicerContext) -> pb.ReadResponse:
        """Show a resource as it is."""
        return self._answered(context, lambda: self.ready().read(request))

    def Update(self, request: pb.UpdateRequest, context: grpc.ServicerContext) -> pb.UpdateResponse:
        """Change a resource."""
        return self._answered(context, lambda: self.ready().update(request))

    def Delete(self, request: pb.DeleteRequest, context: grpc.ServicerContext) -> empty_pb2.Empty:
        """End a resource."""
        self._answered(context, lambda: self.ready().delete(request))
        return empty_pb2.Empty()

    def Invoke(self, request: pb.InvokeRequest, context: grpc.ServicerContext) -> pb.InvokeResponse:
        """Call a function."""
        return self._answered(context, lambda: self.ready().invoke(request))

    def _answered(self, context: grpc.ServicerContext, work: Callable[[], Answer]) -> Answer:
        try:
            return work()
        except PartialFailureError as failure:
            _abort_keeping(context, failure)
        except ProviderError as error:
            context.abort(error.status, error.message)
        except Exception as error:  # noqa: BLE001 - a defect must not look like a failure of the network
            self._messages.debug_trace(Subject("Provider", ""), error)
            context.abort(grpc.StatusCode.INTERNAL, sentence_of(error))
        raise AssertionError  # abort has raised


def _abort_keeping(context: grpc.ServicerContext, failure: PartialFailureError) -> NoReturn:
    """Answer with a failure from which the engine takes the resource's id and state over."""
    kept = pb.ErrorResourceInitFailed(
        id=failure.id, properties=encode(failure.state), inputs=encode(failure.inputs), reasons=failure.reasons
    )
    detail = any_pb2.Any()
    detail.Pack(kept)
    status = status_message()(code=failure.status.value[0], message=failure.message, details=[detail])
    context.set_trailing_metadata(((KEY, status.SerializeToString()),))
    context.abort(failure.status, failure.message)
    raise AssertionError  # abort has raised
