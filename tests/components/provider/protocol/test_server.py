"""The plugin as a process: how the engine starts it, and how it ends."""

from __future__ import annotations

import json
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import grpc
import pytest
from google.protobuf import empty_pb2
from pulumi.runtime.proto import plugin_pb2, provider_pb2_grpc
from pulumi.runtime.proto import provider_pb2 as pb

from cli.provider import judge_sql
from components.provider.protocol.server import LateProvider, served
from components.provider.protocol.servicer import Servicer
from tests.pulumi_engine.monitor import Log, listening
from tests.pulumi_engine.wire import struct_of

PLUGIN = Path(__file__).parents[4] / "components" / "provider" / "pulumi-resource-cleanrooms"
ENOUGH_MEMORY = 200 * 1024
"""Kilobytes."""


@contextmanager
def running(*arguments: str) -> Iterator[tuple[subprocess.Popen[str], provider_pb2_grpc.ResourceProviderStub]]:
    """Run the plugin's executable, as the engine does."""
    command = [str(PLUGIN), *arguments]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd="/") as process:  # noqa: S603 - our own
        assert process.stdout is not None
        port = int(process.stdout.readline())
        try:
            with grpc.insecure_channel(f"127.0.0.1:{port}") as channel:
                yield process, provider_pb2_grpc.ResourceProviderStub(channel)
        finally:
            process.kill()


@pytest.mark.parametrize(
    "arguments", [(), ("--logtostderr", "-v=9", "--tracing", "127.0.0.1:2"), ("--logflow", "--logtostderr")]
)
def test_it_prints_its_port_whatever_else_the_engine_says(arguments: tuple[str, ...]) -> None:
    with listening(Log()) as engine, running(*arguments, engine) as (_, plugin):
        assert plugin.GetPluginInfo(empty_pb2.Empty()).version == "0.1.0"


def test_an_engine_can_attach_to_it() -> None:
    with listening(Log()) as engine, running() as (_, plugin):
        plugin.Attach(plugin_pb2.PluginAttach(address=engine))
        assert plugin.Handshake(pb.ProviderHandshakeRequest(engine_address=engine)).accept_secrets


def test_it_ends_when_the_engine_says_so() -> None:
    with running("127.0.0.1:9") as (process, plugin):
        plugin.GetPluginInfo(empty_pb2.Empty())
        process.send_signal(signal.SIGINT)
        assert process.wait(10) == 0


def test_it_needs_little_memory() -> None:
    with running("127.0.0.1:9") as (process, plugin):
        plugin.CheckConfig(pb.CheckRequest())
        lines = Path(f"/proc/{process.pid}/status").read_text().splitlines()
        (peak,) = (int(line.split()[1]) for line in lines if line.startswith("VmHWM"))
        assert peak < ENOUGH_MEMORY


def test_the_schema_names_every_resource_and_function() -> None:
    from components.resources import RESOURCE_TYPES
    from components.resources.functions import FUNCTIONS

    with running("127.0.0.1:9") as (_, plugin):
        schema = json.loads(plugin.GetSchema(pb.GetSchemaRequest()).schema)
    assert set(schema["resources"]) == {kind.token for kind in RESOURCE_TYPES}
    assert set(schema["functions"]) == {function.token for function in FUNCTIONS}


def test_what_it_does_not_know_is_named() -> None:
    with running("127.0.0.1:9") as (_, plugin):
        plugin.Configure(pb.ConfigureRequest())
        urn = "urn:pulumi:test::project::cleanrooms:index:Colaboration::room"
        with pytest.raises(grpc.RpcError) as caught:
            plugin.Check(pb.CheckRequest(urn=urn))
        assert caught.value.code() == grpc.StatusCode.INVALID_ARGUMENT
        assert caught.value.details() == (
            "'cleanrooms:index:Colaboration' is not a resource type of this provider; did you mean "
            "'cleanrooms:index:Collaboration'?"
        )
        with pytest.raises(grpc.RpcError) as caught:
            plugin.Parameterize(pb.ParameterizeRequest())
        assert caught.value.code() == grpc.StatusCode.UNIMPLEMENTED


def test_without_configuration_nothing_is_done() -> None:
    with running("127.0.0.1:9") as (_, plugin), pytest.raises(grpc.RpcError) as caught:
        plugin.Check(pb.CheckRequest(urn="urn:pulumi:test::project::cleanrooms:index:Collaboration::room"))
    assert caught.value.details() == "the provider was called before it was configured"


def test_what_an_engine_has_cancelled_is_over_for_the_next_one() -> None:
    with listening(Log()) as engine, listening(Log()) as next_engine:
        servicer = Servicer(judge_sql, engine)
        with served(LateProvider(lambda: servicer)) as port, grpc.insecure_channel(f"127.0.0.1:{port}") as channel:
            plugin = provider_pb2_grpc.ResourceProviderStub(channel)
            plugin.Cancel(empty_pb2.Empty())
            assert servicer.is_stopped
            plugin.Attach(plugin_pb2.PluginAttach(address=next_engine))
            assert not servicer.is_stopped


def test_an_attached_process_is_one_provider() -> None:
    with (
        listening(Log()) as engine,
        listening(Log()) as next_engine,
        served(LateProvider(lambda: Servicer(judge_sql))) as port,
    ):
        plugin = provider_pb2_grpc.ResourceProviderStub(grpc.insecure_channel(f"127.0.0.1:{port}"))
        for address, region in ((engine, "us-east-1"), (engine, "us-east-1"), (next_engine, "eu-west-1")):
            plugin.Attach(plugin_pb2.PluginAttach(address=address))
            plugin.Configure(_configured(region))
        plugin.Attach(plugin_pb2.PluginAttach(address=next_engine))
        with pytest.raises(grpc.RpcError, match="this process is another provider already"):
            plugin.Configure(_configured("us-east-1"))


def _configured(region: str) -> pb.ConfigureRequest:
    urn = "urn:pulumi:dev::project::pulumi:providers:cleanrooms::mine"
    return pb.ConfigureRequest(args=struct_of({"region": region}), urn=urn, name="mine")
