"""The plugin's process: serve on loopback, print the port, and do what the engine says until it ends us."""

from __future__ import annotations

import argparse
import signal
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

import grpc

if TYPE_CHECKING:
    from components.provider.lifecycle.contradictions import SqlJudge
    from components.provider.protocol.servicer import Servicer

HOST: Final = "127.0.0.1"
_LARGEST_MESSAGE: Final = 400 * 1024 * 1024
"""Bytes; what Pulumi's engine and SDKs take, too."""
_THREADS: Final = 256
"""As many resources as can wait at once, and one for Cancel; threads are made when they are needed."""


class LateProvider(grpc.GenericRpcHandler):  # type: ignore[misc]  # grpc has no types
    """Answers the provider protocol from the first call on; only that imports it, which takes longer than the start.

    Args:
        make: Makes the provider.
    """

    def __init__(self, make: Callable[[], Servicer]) -> None:
        self._make = make
        self._lock = threading.Lock()
        self._servicer: Servicer | None = None
        self._handler: grpc.GenericRpcHandler | None = None

    def loaded(self) -> Servicer:
        """Return the provider."""
        with self._lock:
            if self._servicer is None:
                from pulumi.runtime.proto.provider_pb2_grpc import add_ResourceProviderServicer_to_server

                self._servicer = self._make()
                add_ResourceProviderServicer_to_server(self._servicer, self)
            return self._servicer

    def add_generic_rpc_handlers(self, handlers: Sequence[grpc.GenericRpcHandler]) -> None:
        """Take over what a server would be given: the way from the protocol's names to the provider's methods."""
        (self._handler,) = handlers

    def service(self, handler_call_details: grpc.HandlerCallDetails) -> Any:  # noqa: ANN401 - gRPC's own interface
        """Return what answers a call."""
        self.loaded()
        return self._handler.service(handler_call_details) if self._handler else None

    def stop(self) -> None:
        """End every wait, if there is one."""
        if self._servicer is not None:
            self._servicer.stop()


@contextmanager
def served(provider: LateProvider, port: int = 0) -> Iterator[int]:
    """Serve while the block runs; give the port.

    Args:
        provider: The provider.
        port: The port; 0 takes a free one.
    """
    options = (("grpc.max_receive_message_length", _LARGEST_MESSAGE),)
    server = grpc.server(ThreadPoolExecutor(max_workers=_THREADS), handlers=(provider,), options=options)
    bound = server.add_insecure_port(f"{HOST}:{port}")
    server.start()
    try:
        yield bound
    finally:
        provider.stop()
        server.stop(grace=None).wait()


def main(arguments: Sequence[str], judge_sql: SqlJudge) -> None:
    """Run the plugin until it is ended.

    Args:
        arguments: As the engine gives them: flags about logs and traces, which say nothing here, and its address.
            Without an address the plugin waits for an engine to attach (PULUMI_DEBUG_PROVIDERS=cleanrooms:PORT).
        judge_sql: Judges the SQL of templates.
    """
    parser = argparse.ArgumentParser(
        "pulumi-resource-cleanrooms", description="The Pulumi provider for AWS Clean Rooms."
    )
    parser.add_argument("engine", nargs="?", default="", help="the engine's address; none: wait until one attaches")
    parser.add_argument("--port", type=int, default=0, help="the port to serve on; 0: a free one")
    for ignored in ("--logtostderr", "--logflow"):
        parser.add_argument(ignored, action="store_true", help=argparse.SUPPRESS)
    for ignored in ("--tracing", "-v"):
        parser.add_argument(ignored, help=argparse.SUPPRESS)
    told = parser.parse_args(arguments)
    provider = LateProvider(lambda: _servicer(judge_sql, told.engine))
    ended = threading.Event()
    # The engine ends a plugin by SIGINT. It runs in a process group of its own: Ctrl-C in the terminal is not for it.
    for ending in (signal.SIGINT, signal.SIGTERM):
        signal.signal(ending, lambda *_: ended.set())
    with served(provider, told.port) as port:
        sys.stdout.write(f"{port}\n")
        sys.stdout.flush()
        provider.loaded().ready()  # the engine is busy with the program: time to import boto3's models
        ended.wait()


def _servicer(judge_sql: SqlJudge, engine: str) -> Servicer:
    from components.provider.protocol.servicer import Servicer

    return Servicer(judge_sql, engine)
