"""A way to the local endpoint on which chosen requests fail, as they do in the cloud."""

from __future__ import annotations

import http.client
import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

_HOP = {"connection", "keep-alive", "transfer-encoding", "content-length", "date", "server"}


@dataclass
class Fault:
    """Requests that fail.

    Attributes:
        method: Their HTTP method.
        path: A pattern of their path.
        code: The error's name.
        members: The other members of the error's shape.
        times: How many of them.
        status: The HTTP status.
        lost: Whether they are done, and only the answer gets lost.
    """

    method: str
    path: str
    code: str
    members: dict[str, Any] = field(default_factory=dict)
    times: int = 1
    status: int = 400
    lost: bool = False


class Faults:
    """The address to call, and what fails there."""

    def __init__(self, url: str, planned: list[Fault]) -> None:
        self.url = url
        self.planned = planned
        self.seen: list[str] = []
        self._lock = threading.Lock()

    def fail(self, *args: Any, **more: Any) -> None:
        """Let requests fail from now on; the arguments are those of `Fault`."""
        self.planned.append(Fault(*args, **more))

    def lose(self, method: str, path: str) -> None:
        """Let a request be done from now on whose answer never arrives."""
        self.planned.append(Fault(method, path, "", lost=True))

    def next(self, method: str, path: str) -> Fault | None:
        """Return how a request fails; None when it does not."""
        with self._lock:
            self.seen.append(f"{method} {path}")
            for fault in self.planned:
                if fault.times and fault.method == method and re.search(fault.path, path):
                    fault.times -= 1
                    return fault
        return None


@contextmanager
def failing(endpoint: str) -> Iterator[Faults]:
    """Serve a way to *endpoint* while the block runs."""
    target = urlsplit(endpoint).netloc

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *args: object) -> None:
            """Say nothing."""

        def _handle(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            fault = faults.next(self.command, self.path)
            if fault is not None and not fault.lost:
                answer = json.dumps(fault.members).encode()
                self._answer(
                    fault.status, [("x-amzn-errortype", fault.code), ("Content-Type", "application/json")], answer
                )
                return
            connection = http.client.HTTPConnection(target)
            connection.request(self.command, self.path, body, dict(self.headers))
            response = connection.getresponse()
            answer = response.read()
            if fault is not None:
                self.close_connection = True
                return
            self._answer(
                response.status, [each for each in response.getheaders() if each[0].lower() not in _HOP], answer
            )
            connection.close()

        def _answer(self, status: int, headers: list[tuple[str, str]], body: bytes) -> None:
            self.send_response(status)
            for name, value in headers:
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = _handle  # noqa: N815 - the names that http.server calls

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    faults = Faults(f"http://127.0.0.1:{server.server_port}", [])
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield faults
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
