"""Keeping moto's state: its requests one after the other, those that change something written down, and sent again.

A request is written down before moto sees it: what cannot be kept is not done either.

With a state file, moto answers one request at a time: its ids are random, and only a known order of draws repeats them.
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
    """An application whose changing requests are kept in a state file.

    Args:
        inner: moto's application.
        state: The file.
    """

    def __init__(self, inner: Application, state: StateFile) -> None:
        self._inner = inner
        self._state = state
        self._lock = RLock()

    def replay(self) -> None:
        """Send everything that the file holds; what moto answers now does not matter."""
        for sent in self._state.requests():
            self._answered(_environ(sent), sent.seed, lambda *_: None)

    def write_object(self, account: str, bucket: str, key: str, content: bytes) -> None:
        """Write an S3 object that no client sent, such as a result, and keep it."""
        headers = {"HTTP_X_MOTO_ACCOUNT_ID": account, "HTTP_HOST": "s3.amazonaws.com", "HTTP_AUTHORIZATION": _FOR_S3}
        sent = SentRequest("PUT", quote(f"/{bucket}/{key}"), headers, content, _seed())
        with self._lock:
            self._state.add_request(sent)
            self._answered(_environ(sent), sent.seed, lambda *_: None)

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Answer one request, and keep it if it changes something; one that cannot be kept is not answered by moto."""
        if not (environ.get("CONTENT_LENGTH") or "0").isdecimal():
            message = f"Content-Length must be a number of bytes; found {environ['CONTENT_LENGTH']!r}\n"
            return Response(message, 400, content_type="text/plain")(environ, start_response)
        # A body in chunks has no length; werkzeug knows where it ends.
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
                    with suppress(StateFileError):  # it stays in the file, and moto will refuse it again
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
