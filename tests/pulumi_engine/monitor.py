"""The two services that a program talks to, over gRPC: the resource monitor and the engine."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import grpc
from google.protobuf import empty_pb2
from pulumi.runtime.proto import engine_pb2, engine_pb2_grpc, resource_pb2, resource_pb2_grpc
from pulumi.runtime.proto import provider_pb2 as pb

from tests.pulumi_engine.deployment import Deployment, Step
from tests.pulumi_engine.plugins import FailedError, called
from tests.pulumi_engine.state import Resource
from tests.pulumi_engine.wire import struct_of, values_of

_FEATURES = (
    resource_pb2.RESOURCE_MONITOR_FEATURE_SECRETS,
    resource_pb2.RESOURCE_MONITOR_FEATURE_OUTPUT_VALUES,
    resource_pb2.RESOURCE_MONITOR_FEATURE_RESOURCE_REFERENCES,
)


class Log(engine_pb2_grpc.EngineServicer):
    """Keeps what plugins and the program say."""

    def __init__(self) -> None:
        self.messages: list[str] = []
        self._root = ""

    def Log(self, request: engine_pb2.LogRequest, context: grpc.ServicerContext) -> empty_pb2.Empty:
        if request.severity != engine_pb2.DEBUG:
            self.messages.append(request.message)
        return empty_pb2.Empty()

    def GetRootResource(self, request: Any, context: grpc.ServicerContext) -> engine_pb2.GetRootResourceResponse:
        return engine_pb2.GetRootResourceResponse(urn=self._root)

    def SetRootResource(
        self, request: engine_pb2.SetRootResourceRequest, context: grpc.ServicerContext
    ) -> engine_pb2.SetRootResourceResponse:
        self._root = request.urn
        return engine_pb2.SetRootResourceResponse()


class Monitor(resource_pb2_grpc.ResourceMonitorServicer):
    """Makes the program's requests steps of a deployment; a failure ends the program."""

    def __init__(self, deployment: Deployment) -> None:
        self._deployment = deployment

    def GetDeploymentInfo(self, request: empty_pb2.Empty, context: grpc.ServicerContext) -> resource_pb2.DeploymentInfo:
        return resource_pb2.DeploymentInfo(
            project=self._deployment.project,
            stack=self._deployment.stack,
            dryRun=self._deployment.preview,
            supportedFeatures=_FEATURES,
        )

    def SupportsFeature(
        self, request: resource_pb2.SupportsFeatureRequest, context: grpc.ServicerContext
    ) -> resource_pb2.SupportsFeatureResponse:
        return resource_pb2.SupportsFeatureResponse(hasSupport=request.id in {"secrets", "outputValues"})

    def RegisterResource(
        self, request: resource_pb2.RegisterResourceRequest, context: grpc.ServicerContext
    ) -> resource_pb2.RegisterResourceResponse:
        made = self._done(context, lambda: self._deployment.register(request))
        return resource_pb2.RegisterResourceResponse(urn=made.urn, id=made.id, object=struct_of(made.outputs))

    def RegisterResourceOutputs(
        self, request: resource_pb2.RegisterResourceOutputsRequest, context: grpc.ServicerContext
    ) -> empty_pb2.Empty:
        if request.urn.split("::")[2] == "pulumi:pulumi:Stack":
            self._deployment.outputs = values_of(request.outputs)
        return empty_pb2.Empty()

    def ReadResource(
        self, request: resource_pb2.ReadResourceRequest, context: grpc.ServicerContext
    ) -> resource_pb2.ReadResourceResponse:
        deployment = self._deployment
        reference = request.provider or deployment.default_provider(request.type.partition(":")[0])
        urn = deployment.urn(request.type, request.name, request.parent)
        wanted = Resource(urn, request.type, custom=True, id=request.id, inputs=values_of(request.properties))
        found = self._done(context, lambda: deployment.read(deployment.plugin(reference), wanted))
        if found is None:
            context.abort(grpc.StatusCode.NOT_FOUND, f"{urn}: there is no resource {request.id!r}")
        deployment.steps.append(Step("read", request.name))
        return resource_pb2.ReadResourceResponse(urn=urn, properties=struct_of(found.outputs))

    def Invoke(
        self, request: resource_pb2.ResourceInvokeRequest, context: grpc.ServicerContext
    ) -> resource_pb2.ResourceInvokeResponse:
        deployment = self._deployment
        reference = request.provider or deployment.default_provider(request.tok.partition(":")[0])
        asked = pb.InvokeRequest(tok=request.tok, args=request.args, preview=deployment.preview)
        told = self._done(context, lambda: called(deployment.plugin(reference).Invoke, asked))
        return resource_pb2.ResourceInvokeResponse(**{"return": getattr(told, "return"), "failures": told.failures})

    def SignalAndWaitForShutdown(self, request: empty_pb2.Empty, context: grpc.ServicerContext) -> empty_pb2.Empty:
        return empty_pb2.Empty()

    def _done(self, context: grpc.ServicerContext, work: Callable[[], Any]) -> Any:
        try:
            return work()
        except FailedError as error:
            self._deployment.failures.append(str(error))
            context.abort(grpc.StatusCode.UNKNOWN, str(error))


@contextmanager
def listening(*services: engine_pb2_grpc.EngineServicer | resource_pb2_grpc.ResourceMonitorServicer) -> Iterator[str]:
    """Serve while the block runs; give the address."""
    server = grpc.server(ThreadPoolExecutor(max_workers=64))
    for service in services:
        if isinstance(service, engine_pb2_grpc.EngineServicer):
            engine_pb2_grpc.add_EngineServicer_to_server(service, server)
        else:
            resource_pb2_grpc.add_ResourceMonitorServicer_to_server(service, server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    try:
        yield f"127.0.0.1:{port}"
    finally:
        server.stop(grace=None).wait()
