"""The pack as Pulumi runs it: a process in the pack's own folder, asked over gRPC."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import grpc
from google.protobuf import json_format, struct_pb2
from pulumi.runtime.proto import analyzer_pb2, analyzer_pb2_grpc

PACK = Path(__file__).parents[3] / "policies" / "crossguard"


@contextmanager
def pack(folder: Path, **environment: str) -> Iterator[analyzer_pb2_grpc.AnalyzerStub]:
    """Start the pack as if Pulumi had been called in *folder*."""
    told = {**os.environ, "PWD": str(folder), **environment}
    process = subprocess.Popen(  # noqa: S603 - our own pack
        [sys.executable, "-u", str(PACK)], cwd=PACK, env=told, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    try:
        with grpc.insecure_channel(f"127.0.0.1:{process.stdout.readline().strip()}") as channel:
            yield analyzer_pb2_grpc.AnalyzerStub(channel)
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


def analyze(stub: analyzer_pb2_grpc.AnalyzerStub, one: Mapping[str, Any]) -> list[Any]:
    """Ask about one resource, before it is made; return the diagnostics."""
    request = analyzer_pb2.AnalyzeRequest(
        type=one["type"],
        urn=one["urn"],
        name=one["name"],
        properties=_struct(one["properties"]),
        provider=_provider(one),
    )
    return list(stub.Analyze(request).diagnostics)


def analyze_stack(stub: analyzer_pb2_grpc.AnalyzerStub, sent: Sequence[Mapping[str, Any]]) -> list[Any]:
    """Ask about a whole stack; return the diagnostics."""
    resources = [
        analyzer_pb2.AnalyzerResource(
            type=one["type"],
            urn=one["urn"],
            name=one["name"],
            properties=_struct(one["properties"]),
            provider=_provider(one),
            propertyDependencies={
                name: analyzer_pb2.AnalyzerPropertyDependencies(urns=urns)
                for name, urns in one["dependencies"].items()
                if urns
            },
        )
        for one in sent
    ]
    return list(stub.AnalyzeStack(analyzer_pb2.AnalyzeStackRequest(resources=resources)).diagnostics)


def configure(stub: analyzer_pb2_grpc.AnalyzerStub, policy: str, level: int, **properties: Any) -> None:  # noqa: ANN401 - what a policy lets a company set
    """Configure one policy as `--policy-pack-config` does."""
    config = analyzer_pb2.PolicyConfig(enforcementLevel=level, properties=_struct(properties))
    stub.Configure(analyzer_pb2.ConfigureAnalyzerRequest(policyConfig={policy: config}))


def _struct(values: Mapping[str, Any]) -> struct_pb2.Struct:
    return json_format.ParseDict(values, struct_pb2.Struct())


def _provider(one: Mapping[str, Any]) -> analyzer_pb2.AnalyzerProviderResource:
    role = f'{{"roleArn": "arn:aws:iam::{one["account"]}:role/pulumi"}}'
    settings = _struct({"region": "us-east-1", "assumeRole": role})
    kind = "pulumi:providers:cleanrooms"
    return analyzer_pb2.AnalyzerProviderResource(type=kind, properties=settings, urn="urn:provider", name="member")
