"""Messages to the user, through the engine: what a plugin prints by itself is hidden."""

from __future__ import annotations

import threading
import traceback

import grpc
from pulumi.runtime.proto import engine_pb2, engine_pb2_grpc

from components.provider.errors import Subject


class Messages:
    """Sends messages to the engine, once its address is known; before that, they are lost.

    A message is a courtesy: that it cannot be delivered is no reason to fail.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._engine: engine_pb2_grpc.EngineStub | None = None
        self._channel: grpc.Channel | None = None

    def connect(self, address: str) -> None:
        """Send to the engine at *address*, `host:port`."""
        with self._lock:
            if self._channel is not None:
                self._channel.close()
            self._channel = grpc.insecure_channel(address)
            self._engine = engine_pb2_grpc.EngineStub(self._channel)

    def info(self, subject: Subject, text: str) -> None:
        """Say something that stays on the screen, beside the resource."""
        self._send(engine_pb2.LogRequest(severity=engine_pb2.INFO, message=text, urn=subject.urn))

    def warning(self, subject: Subject, text: str) -> None:
        """Say something that the user should look at."""
        self._send(engine_pb2.LogRequest(severity=engine_pb2.WARNING, message=text, urn=subject.urn))

    def status(self, subject: Subject, text: str) -> None:
        """Say what is going on at the moment; the next message takes its place."""
        self._send(engine_pb2.LogRequest(severity=engine_pb2.INFO, message=text, urn=subject.urn, ephemeral=True))

    def debug_trace(self, subject: Subject, error: Exception) -> None:
        """Keep the stack of a defect for those who ask for it (`pulumi up --debug`)."""
        text = "".join(traceback.format_exception(error))
        self._send(engine_pb2.LogRequest(severity=engine_pb2.DEBUG, message=text, urn=subject.urn))

    def close(self) -> None:
        """Give up the connection."""
        with self._lock:
            if self._channel is not None:
                self._channel.close()
            self._channel = self._engine = None

    def _send(self, request: engine_pb2.LogRequest) -> None:
        with self._lock:
            engine = self._engine
        if engine is None:
            return
        try:
            engine.Log(request, timeout=5)
        except (grpc.RpcError, ValueError):  # ValueError: the channel was closed meanwhile
            return
