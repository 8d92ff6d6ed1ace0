"""The services of moto that the endpoint serves: those that clean rooms depend on.

moto has two hundred others, some of which send requests to other machines or run programs.
"""

from __future__ import annotations

from typing import Any

from moto.moto_server.werkzeug_app import create_backend_app
from werkzeug.wrappers import Response

from simulator.api.dispatching import Application
from simulator.api.services import SERVICES

MOTO_SERVICES = ("s3", "glue", "iam", "sts", "kms")
"""The served services of moto, by moto's names."""


def application_of(name: Any) -> Any:  # noqa: ANN401 - moto's literal type of two hundred names, and its Flask application
    """Return the application of a service; called by moto's dispatcher.

    Args:
        name: moto's name of the service; None when moto recognises none.
    """
    return create_backend_app(name) if name in (*MOTO_SERVICES, *SERVICES) else _not_served(name)


def _not_served(name: str | None) -> Application:
    served = ", ".join((*MOTO_SERVICES, *SERVICES))
    code, text = "ServiceNotServedException", f"{name or 'this service'} is not served here (served: {served})"

    def application(environ: dict[str, Any], start_response: Any) -> Any:  # noqa: ANN401 - WSGI
        if environ.get("CONTENT_TYPE", "").startswith("application/x-www-form-urlencoded"):
            body = f"<ErrorResponse><Error><Code>{code}</Code><Message>{text}</Message></Error></ErrorResponse>"
            answer = Response(body, 400, content_type="text/xml")
        else:
            body = f'{{"__type": "{code}", "message": "{text}"}}'
            answer = Response(body, 400, {"x-amzn-ErrorType": code}, content_type="application/json")
        return answer(environ, start_response)

    return application
