"""A provider that makes nothing: resources of other packages are kept as the program states them.

What it shows is what is registered: types, inputs, parents, dependencies. Whether the real provider would take it, only
a run with that provider shows.
"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import grpc
from google.protobuf import empty_pb2
from pulumi.runtime.proto import provider_pb2 as pb
from pulumi.runtime.proto import provider_pb2_grpc

from tests.pulumi_engine.wire import UNKNOWN, struct_of, values_of

_ACCOUNT = "111111111111"


class Opaque(provider_pb2_grpc.ResourceProviderServicer):
    """Takes every input; the outputs are the inputs, an id and an ARN, which are unknown at preview."""

    def Handshake(self, request: pb.ProviderHandshakeRequest, context: object) -> pb.ProviderHandshakeResponse:
        return pb.ProviderHandshakeResponse(accept_secrets=True)

    def CheckConfig(self, request: pb.CheckRequest, context: object) -> pb.CheckResponse:
        return pb.CheckResponse(inputs=request.news)

    def Configure(self, request: pb.ConfigureRequest, context: object) -> pb.ConfigureResponse:
        return pb.ConfigureResponse(acceptSecrets=True, supportsPreview=True)

    def Check(self, request: pb.CheckRequest, context: object) -> pb.CheckResponse:
        return pb.CheckResponse(inputs=request.news)

    def Diff(self, request: pb.DiffRequest, context: object) -> pb.DiffResponse:
        old, new = values_of(request.old_inputs), values_of(request.news)
        changed = sorted(name for name in {*old, *new} if old.get(name) != new.get(name))
        response = pb.DiffResponse(diffs=changed, hasDetailedDiff=True, changes=pb.DiffResponse.DIFF_NONE)
        for name in changed:
            response.changes = pb.DiffResponse.DIFF_SOME
            response.detailedDiff[name].CopyFrom(pb.PropertyDiff(kind=pb.PropertyDiff.UPDATE))
        return response

    def Create(self, request: pb.CreateRequest, context: object) -> pb.CreateResponse:
        service, _, kind = request.type.split(":")[1].partition("/")
        made = {"id": request.name, "arn": f"arn:aws:{service}::{_ACCOUNT}:{kind}/{request.name}"}
        outputs = dict.fromkeys(made, UNKNOWN) if request.preview else made
        properties = struct_of({**outputs, **values_of(request.properties)})
        return pb.CreateResponse(id="" if request.preview else request.name, properties=properties)

    def Update(self, request: pb.UpdateRequest, context: object) -> pb.UpdateResponse:
        return pb.UpdateResponse(properties=struct_of({**values_of(request.olds), **values_of(request.news)}))

    def Delete(self, request: pb.DeleteRequest, context: object) -> empty_pb2.Empty:
        return empty_pb2.Empty()


@contextmanager
def opaque() -> Iterator[int]:
    """Serve such a provider while the block runs; give the port."""
    server = grpc.server(ThreadPoolExecutor(max_workers=16))
    provider_pb2_grpc.add_ResourceProviderServicer_to_server(Opaque(), server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    try:
        yield port
    finally:
        server.stop(grace=None).wait()
