"""Routes a request to its service: those of this package directly, all others through moto.

moto finds the application of a request by trying each of its two hundred services in turn, which takes longer than an
answer of this package.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from typing import Any

from moto.core.request import Request
from werkzeug.wrappers import Response

from simulator.api.reading import MAX_BODY_BYTES
from simulator.api.registration import respond
from simulator.api.service_model import load_service_model
from simulator.api.services import SERVICES

Environment = dict[str, Any]
"""The WSGI environment of a request."""

Application = Callable[[Environment, Callable[..., Any]], Iterable[bytes]]
"""A WSGI application."""

_SIGNED_FOR = re.compile(r"Credential=[^/]+/\d+/[^/]+/([^/]+)/")


def signed_for(environ: Environment) -> str:
    """Return the signing name of the service that a request was signed for; "" without a signature."""
    signed = _SIGNED_FOR.search(environ.get("HTTP_AUTHORIZATION", ""))
    return signed[1] if signed else ""


class Dispatching:
    """An application that answers requests for the services of this package.

    Args:
        inner: The application for all other services.
    """

    def __init__(self, inner: Application) -> None:
        self._inner = inner

    def __call__(self, environ: Environment, start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Answer one request."""
        host = environ.get("HTTP_HOST", "").partition(".")[0]
        name = _names().get(signed_for(environ) or host)
        if name is None:
            return self._inner(environ, start_response)
        request = Request(environ)
        request.max_content_length = MAX_BODY_BYTES + 1  # a longer body is refused without being read completely
        answer = respond(name, request)
        return Response(answer.body, answer.status, answer.headers)(environ, start_response)


@cache
def _names() -> Mapping[str, str]:
    """Return botocore's names of this package's services, by their signing and host names."""
    return {load_service_model(name).host: name for name in SERVICES}
