"""Protects the endpoint: local programs may use it, web pages that are open in a browser on this machine may not.

A page can reach 127.0.0.1 directly, which `Origin` or `Sec-Fetch-Site` reveals, or through a name of its own that it
resolves to 127.0.0.1 (DNS rebinding), which `Host` reveals.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import urlsplit

from werkzeug.wrappers import Response

from simulator.api.dispatching import Application, Environment

_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


class Guarded:
    """An application that refuses requests of web pages.

    Args:
        inner: The application for all other requests.
    """

    def __init__(self, inner: Application) -> None:
        self._inner = inner

    def __call__(self, environ: Environment, start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Answer one request, without headers that would let a page read the answer."""
        reason = _refusal(environ)
        if reason is not None:
            return Response(f"{reason}\n", 403, content_type="text/plain")(environ, start_response)

        def kept(line: str, headers: list[tuple[str, str]], *rest: Any) -> Any:  # noqa: ANN401 - WSGI
            own = [each for each in headers if not each[0].lower().startswith("access-control-")]
            return start_response(line, own, *rest)

        return self._inner(environ, kept)


def _refusal(environ: Environment) -> str | None:
    host, origin = environ.get("HTTP_HOST", ""), environ.get("HTTP_ORIGIN")
    name = _name(f"//{host}")
    if not (_is_local(name) or name.endswith(".amazonaws.com")):
        return f"host {host!r} is not served here; use 127.0.0.1, localhost or a name below amazonaws.com"
    if origin is not None and not _is_local(_name(origin)):
        return f"a web page of {origin!r} cannot use this endpoint; only programs and pages of this machine can"
    if environ.get("HTTP_SEC_FETCH_SITE") == "cross-site":
        return "a web page of another site cannot use this endpoint; only programs and pages of this machine can"
    return None


def _name(address: str) -> str:
    """Return the host name in an address; "" when it has none."""
    try:
        return urlsplit(address).hostname or ""
    except ValueError:
        return ""


def _is_local(name: str) -> bool:
    return name in _LOOPBACK or name.endswith(".localhost")
