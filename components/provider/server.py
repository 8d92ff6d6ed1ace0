"""The plugin's process: serve on loopback, print the port, and do what the engine says until it ends us."""

from __future__ import annotations

import argparse
import signal
import sys
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Final

import grpc
from pulumi.runtime._grpc_settings import _GRPC_CHANNEL_OPTIONS
from pulumi.runtime.proto import provider_pb2_grpc

from components.provider.servicer import Servicer

HOST: Final = "127.0.0.1"
_THREADS: Final = 256
"""As many resources as can wait at once, and one for Cancel; threads are made when they are needed."""


@contextmanager
def served(servicer: Servicer, port: int = 0) -> Iterator[int]:
    """Serve while the block runs; give the port.

    Args:
        servicer: The provider.
        port: The port; 0 takes a free one.
    """
    server = grpc.server(ThreadPoolExecutor(max_workers=_THREADS), options=_GRPC_CHANNEL_OPTIONS)
    provider_pb2_grpc.add_ResourceProviderServicer_to_server(servicer, server)
    bound = server.add_insecure_port(f"{HOST}:{port}")
    server.start()
    try:
        yield bound
    finally:
        servicer.stop()
        server.stop(grace=None).wait()


def main(arguments: Sequence[str]) -> None:
    """Run the plugin until it is ended.

    Args:
        arguments: As the engine gives them: flags about logs and traces, which say nothing here, and its address.
            Without an address the plugin waits for an engine to attach (PULUMI_DEBUG_PROVIDERS=cleanrooms:PORT).
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
    servicer = Servicer(told.engine)
    ended = threading.Event()
    # The engine ends a plugin by SIGINT. It runs in a process group of its own: Ctrl-C in the terminal is not for it.
    for ending in (signal.SIGINT, signal.SIGTERM):
        signal.signal(ending, lambda *_: ended.set())
    with served(servicer, told.port) as port:
        sys.stdout.write(f"{port}\n")
        sys.stdout.flush()
        servicer.ready()  # the engine is busy with the program: time to import boto3's models
        ended.wait()
