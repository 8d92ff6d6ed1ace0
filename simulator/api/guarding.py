"""Who may speak to the endpoint: programs of this machine, and no web page that happens to be open on it.

A page reaches 127.0.0.1 from a browser: directly, which its `Origin` or `Sec-Fetch-Site` tells, or under a name of its
own that it lets point here (DNS rebinding), which `Host` tells.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import urlsplit

from werkzeug.wrappers import Response

from simulator.api.dispatching import Application, Environment

_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


class Guarded:
    """An application that no web page can use.

    Args:
        inner: Answers all others.
    """

    def __init__(self, inner: Application) -> None:
        self._inner = inner

    def __call__(self, environ: Environment, start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Answer one request; headers that would let a page read the answer are left out."""
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
