"""The endpoint as an HTTP server on the loopback interface, with a health path and one log line per request."""

from __future__ import annotations

import json
import logging
import os
import socket
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from moto.core.base_backend import BackendDict
from moto.moto_server.werkzeug_app import DomainDispatcherApplication
from werkzeug.serving import BaseWSGIServer, make_server

from simulator.api.connection import Connection
from simulator.api.dispatching import Application, Dispatching, signed_for
from simulator.api.guarding import Guarded
from simulator.api.moto_services import application_of
from simulator.api.registration import install
from simulator.api.replaying import Replaying
from simulator.api.service import CALL_NAME
from simulator.api.services import SERVICES, resume, service, stop_background
from simulator.api.state_file import StateFile
from simulator.api.world import WORLD
from simulator.execution.engines.limits import LOCAL_ENDPOINT, limits_from

HEALTH_PATH = "/_health"
"""Path that returns 200 as soon as the endpoint is up. No bucket can have that name."""

LOG = logging.getLogger("cleanroom.endpoint")
"""Logger with one line per request."""

_HOST = "127.0.0.1"
_WAITING = 256
_STOPPING_SECONDS = 5


class _Observed:
    """An application with a health path and a log."""

    def __init__(self, inner: Application) -> None:
        self._inner = inner

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        if environ.get("PATH_INFO") == HEALTH_PATH:
            body = json.dumps({"status": "ok"}).encode()
            start_response("200 OK", [("Content-Type", "application/json"), ("Content-Length", str(len(body)))])
            return [body]
        begun = time.perf_counter()
        status = "500"

        def observed(line: str, headers: list[tuple[str, str]], error: Any = None) -> Any:  # noqa: ANN401 - WSGI
            nonlocal status
            status = line.partition(" ")[0]
            return start_response(line, headers, error)

        try:
            return self._inner(environ, observed)
        finally:
            LOG.info("%s %s %.0f ms", status, _described(environ), (time.perf_counter() - begun) * 1000)


def _described(environ: dict[str, Any]) -> str:
    """Return a request in a few words: account, operation and error; for moto, service and action or path."""
    if CALL_NAME in environ:
        return str(environ[CALL_NAME]).strip()
    action = environ.get("HTTP_X_AMZ_TARGET", "").rpartition(".")[2]
    words = (signed_for(environ), environ["REQUEST_METHOD"], action or repr(environ.get("PATH_INFO", "")))
    return " ".join(word for word in words if word)


class LocalServer:
    """The endpoint in this process.

    Args:
        port: The port; 0 selects a free one.
        state: File that preserves the state across restarts; None keeps the state in memory only.

    Raises:
        OSError: The port is in use.
        StateFileError: The file is not a state file.
        WrongLimitError: An environment variable sets an invalid limit on queries.
    """

    def __init__(self, port: int = 0, state: Path | None = None) -> None:
        # Each query reads the limits again; an invalid one is reported here, before any query.
        limits_from(os.environ, LOCAL_ENDPOINT)
        install()
        self._state = StateFile(state) if state else None
        inner: Application = DomainDispatcherApplication(application_of)
        # werkzeug exits the process if the port is in use; binding the socket ourselves raises OSError instead.
        with socket.create_server((_HOST, port), backlog=_WAITING) as bound:
            self._server: BaseWSGIServer = make_server(
                _HOST,
                port,
                _Observed(Guarded(Dispatching(self._kept(inner)))),
                threaded=True,
                request_handler=Connection,
                fd=bound.fileno(),
            )
        self._server.socket.listen(_WAITING)
        # Some of moto's services send requests to themselves, and use this port.
        self._port_before = os.environ.get("MOTO_PORT")
        os.environ["MOTO_PORT"] = str(self._server.port)
        self._thread: threading.Thread | None = None

    @property
    def url(self) -> str:
        """The address to give to clients as their endpoint."""
        return f"http://{_HOST}:{self._server.port}"

    def start(self) -> None:
        """Serve in the background, and load the services meanwhile."""
        self._thread = threading.Thread(target=self._server.serve_forever, name="endpoint", daemon=True)
        self._thread.start()
        threading.Thread(target=_make_ready, name="endpoint-ready", daemon=True).start()

    def _kept(self, inner: Application) -> Application:
        """Restore the state from the state file, and write all further changes to it."""
        if self._state is None:
            return inner
        replaying = Replaying(inner, self._state)
        replaying.replay()
        WORLD.folder = self._state.folder
        for region in self._state.regions():
            self._state.fill(WORLD.store(region))
        WORLD.listen(self._state.listener)
        for region in self._state.regions():
            resume(WORLD.store(region))
        WORLD.writer = replaying.write_object
        return replaying

    def stop(self) -> None:
        """Finish open requests, stop background work, and free the port."""
        if self._thread is not None:
            self._server.shutdown()
            self._thread.join()
        self._server.server_close()
        if self._port_before is not None and os.environ.get("MOTO_PORT") == str(self._server.port):
            os.environ["MOTO_PORT"] = self._port_before  # another endpoint of this process still serves
        stop_background(_STOPPING_SECONDS)
        if self._state is not None:
            WORLD.listen(None)
            WORLD.writer = None
            self._state.close()


def _make_ready() -> None:
    for name in SERVICES:
        service(name)


@contextmanager
def local_endpoint(port: int = 0, state: Path | None = None) -> Iterator[str]:
    """Serve while the block runs, and yield the endpoint's address. The state in memory is deleted afterwards.

    Example:
        with local_endpoint() as url:
            client = boto3.client("cleanrooms", region_name="us-east-1", endpoint_url=url)

    Args:
        port: The port; 0 selects a free one.
        state: File that preserves the state across restarts; None for none.
    """
    server = LocalServer(port, state)
    server.start()
    try:
        yield server.url
    finally:
        server.stop()
        BackendDict.reset()
