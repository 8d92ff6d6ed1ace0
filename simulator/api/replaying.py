"""Persists moto's state: records the requests that change it, and replays them at the next start.

A request is recorded before moto sees it, so that one that cannot be recorded has no effect either.
With a state file, moto answers one request at a time, because its random ids repeat only in a known order of draws.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterable
from contextlib import suppress
from random import SystemRandom
from threading import RLock
from typing import Any
from urllib.parse import parse_qs, quote, unquote

from moto.moto_api._internal import mock_random
from werkzeug.wrappers import Response
from werkzeug.wsgi import get_input_stream

from simulator.api.dispatching import Application
from simulator.api.state_file import SentRequest, StateFile, StateFileError

_KEPT = ("CONTENT_TYPE", "HTTP_AUTHORIZATION", "HTTP_X_AMZ_", "HTTP_CONTENT_", "HTTP_X_MOTO_", "HTTP_HOST")
_READS = re.compile(r"(Get|List|Describe|Head|Batch(Get)|Search|Simulate|Decode|Encrypt|Decrypt|Sign|Verify|Generate)")


class Replaying:
    """An application that records its state-changing requests in a state file.

    Args:
        inner: moto's application.
        state: The file.
    """

    def __init__(self, inner: Application, state: StateFile) -> None:
        self._inner = inner
        self._state = state
        self._lock = RLock()

    def replay(self) -> None:
        """Send all recorded requests to moto, and ignore the answers."""
        for sent in self._state.requests():
            self._answered(_environ(sent), sent.seed, lambda *_: None)

    def write_object(self, account: str, bucket: str, key: str, content: bytes) -> None:
        """Write and record an S3 object that no client sent, such as a query result."""
        headers = {"HTTP_X_MOTO_ACCOUNT_ID": account, "HTTP_HOST": "s3.amazonaws.com", "HTTP_AUTHORIZATION": _FOR_S3}
        sent = SentRequest("PUT", quote(f"/{bucket}/{key}"), headers, content, _seed())
        with self._lock:
            self._state.add_request(sent)
            self._answered(_environ(sent), sent.seed, lambda *_: None)

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Answer one request, and record it if it changes state; a request that cannot be recorded is refused."""
        if not (environ.get("CONTENT_LENGTH") or "0").isdecimal():
            message = f"Content-Length must be a number of bytes; found {environ['CONTENT_LENGTH']!r}\n"
            return Response(message, 400, content_type="text/plain")(environ, start_response)
        # A chunked body has no stated length; werkzeug finds its end.
        body = get_input_stream(environ).read()
        environ["wsgi.input"], environ["CONTENT_LENGTH"] = io.BytesIO(body), str(len(body))
        environ.pop("HTTP_TRANSFER_ENCODING", None)
        statuses: list[str] = []

        def observed(status: str, *rest: Any) -> Any:  # noqa: ANN401 - WSGI
            statuses.append(status)
            return start_response(status, *rest)

        seed = _seed()
        with self._lock:
            if not _changes(environ, body):
                return self._answered(environ, seed, observed)
            try:
                number = self._state.add_request(_sent(environ, body, seed))
            except StateFileError as error:
                return Response(f"{error}\n", 500, content_type="text/plain")(environ, start_response)
            is_done = False
            try:
                answer = self._answered(environ, seed, observed)
                is_done = statuses[0].startswith("2")
            finally:
                if not is_done:
                    with suppress(StateFileError):  # if it stays in the file, moto refuses it again at the replay
                        self._state.remove_request(number)
            return answer

    def _answered(self, environ: dict[str, Any], seed: int, start_response: Callable[..., Any]) -> list[bytes]:
        with self._lock:
            mock_random.seed(seed)
            return list(self._inner(environ, start_response))


_FOR_S3 = "AWS4-HMAC-SHA256 Credential=endpoint/20260101/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=0"
_RANDOM = SystemRandom()


def _seed() -> int:
    return _RANDOM.getrandbits(62)


def _changes(environ: dict[str, Any], body: bytes) -> bool:
    method = environ["REQUEST_METHOD"]
    if method in {"GET", "HEAD", "OPTIONS"}:
        return False
    target = environ.get("HTTP_X_AMZ_TARGET", "").rpartition(".")[2]
    form = environ.get("CONTENT_TYPE", "").startswith("application/x-www-form-urlencoded")
    action = target or (parse_qs(body.decode("latin-1")).get("Action", [""])[0] if form else "")
    return not _READS.match(action)


def _sent(environ: dict[str, Any], body: bytes, seed: int) -> SentRequest:
    headers = {name: value for name, value in environ.items() if name.startswith(_KEPT) and isinstance(value, str)}
    uri = environ.get("RAW_URI") or quote(environ["PATH_INFO"])
    return SentRequest(environ["REQUEST_METHOD"], uri, headers, body, seed)


def _environ(sent: SentRequest) -> dict[str, Any]:
    path, _, query = sent.uri.partition("?")
    return {
        "REQUEST_METHOD": sent.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote(path, "latin-1"),
        "QUERY_STRING": query,
        "RAW_URI": sent.uri,
        "REQUEST_URI": sent.uri,
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "CONTENT_LENGTH": str(len(sent.body)),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(sent.body),
        "wsgi.errors": io.StringIO(),
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
        **sent.headers,
    }
