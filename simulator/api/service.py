"""Answers an HTTP request: finds the operation, reads its input, calls its function, and shapes the answer."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from types import ModuleType
from typing import Any, NamedTuple

from moto.iam.models import get_account_id_from

from simulator.api.calls import Answer, Call, new_id, now
from simulator.api.errors import ApiError
from simulator.api.pagination import page
from simulator.api.reading import HttpRequest, read_input
from simulator.api.routing import Router
from simulator.api.service_model import Operation, load_service_model
from simulator.api.shaping import Shaper, shaper
from simulator.api.state_file import StateFileError
from simulator.api.store import Store

_LOG = logging.getLogger(__name__)
_CREDENTIAL = re.compile(r"Credential=([A-Za-z0-9]+)/\d+/([a-z0-9-]+)/")
_DEFAULT_REGION = "us-east-1"

CALL_NAME = "cleanroom.call"
"""Key of the WSGI environment that holds a request's caller, operation and error for the log."""


class HttpResponse(NamedTuple):
    """An HTTP response.

    Attributes:
        status: The HTTP status.
        headers: The headers.
        body: JSON.
    """

    status: int
    headers: dict[str, str]
    body: str


class Caller(NamedTuple):
    """The account that sent a request, and the region.

    Attributes:
        account: Account id of the access key's IAM user or assumed role; else the default account.
        region: The region of the signature.
    """

    account: str
    region: str


@dataclass(frozen=True, slots=True)
class _Bound:
    """An operation with its function and the shaper of its answer."""

    operation: Operation
    function: Callable[[Call], Answer]
    shape: Shaper


class Service:
    """A service whose operations are functions named after them.

    Args:
        name: botocore's name of the service.
        resources: Modules, one per resource, with the functions of its operations.

    Raises:
        LookupError: No module, or more than one, has the function of an operation.
    """

    def __init__(self, name: str, resources: Iterable[ModuleType]) -> None:
        self.model = load_service_model(name)
        self._router = Router(self.model.operations.values())
        modules = tuple(resources)
        self._bound = {
            operation.name: _Bound(operation, _function(operation, modules), shaper(operation.output))
            for operation in self.model.operations.values()
        }

    def answer(self, request: Any, store_of: Callable[[Caller], Store]) -> HttpResponse:  # noqa: ANN401 - werkzeug's
        """Answer one request; every error becomes a response of the service's model.

        Args:
            request: A werkzeug request with moto's `raw_path`.
            store_of: Returns the store of the caller's region.
        """
        match = self._router.match(request.method, request.raw_path)
        if match is None:
            return _error(
                404, "UnknownOperationException", {"message": f"{request.method} {request.path} is not an operation"}
            )
        operation = match.operation
        asker = caller(request)
        try:
            asked = read_input(operation, match.labels, request)
            outcome = self._run(operation, asker, asked, store_of(asker))
            body = json.dumps(outcome) if operation.status != HTTPStatus.NO_CONTENT else ""
            response = HttpResponse(operation.status, _headers(), body)
        except ApiError as error:
            response = self._refusal(operation, error)
        except StateFileError as error:
            _LOG.error("%s: %s", operation.name, error)
            response = self._refusal(operation, ApiError("InternalServerException", str(error)))
        except Exception:  # noqa: BLE001 - the caller gets an error of the model, the log the reason
            _LOG.exception("%s failed", operation.name)
            response = self._refusal(operation, ApiError("InternalServerException", "an internal error occurred"))
        request.environ[CALL_NAME] = f"{asker.account} {operation.name} {response.headers.get('x-amzn-ErrorType', '')}"
        return response

    def _run(self, operation: Operation, asker: Caller, asked: dict[str, Any], store: Store) -> Any:  # noqa: ANN401 - JSON
        bound = self._bound[operation.name]
        with store.transaction():
            answer = bound.function(Call(asker.account, asked, store, now()))
            return bound.shape(page(operation, asked, answer))

    def _refusal(self, operation: Operation, error: ApiError) -> HttpResponse:
        """Shape an error; one that the operation does not list becomes the most similar that it lists."""
        code = error.code
        # An operation that lists no errors may answer with any of the service's.
        known = operation.errors or self.model.error_shapes.keys()
        if code not in known:
            code = next((each for each in _NEAREST.get(code, ()) if each in known), "ValidationException")
        shape = self.model.error_shapes[code]
        members = {name: value for name, value in error.members.items() if name in shape.members}
        if code != error.code:
            members = {}
        return _error(self.model.error_statuses[code], code, {"message": error.message, **members})


_NEAREST: Mapping[str, tuple[str, ...]] = {
    # The service returns AccessDenied if the model has no ResourceNotFound for the operation.
    "ResourceNotFoundException": ("AccessDeniedException",),
    "ConflictException": ("ValidationException",),
    "ServiceQuotaExceededException": ("ValidationException",),
    "AccessDeniedException": ("ResourceNotFoundException",),
    "InternalServerException": ("ValidationException",),
}


def caller(request: HttpRequest) -> Caller:
    """Return the caller who signed a request, with the account as moto's own services determine it."""
    signed = _CREDENTIAL.search(request.headers.get("Authorization", ""))
    key, region = signed.groups() if signed else ("", _DEFAULT_REGION)
    stated = request.headers.get("x-moto-account-id")
    return Caller(stated or get_account_id_from(key), region)


def _function(operation: Operation, modules: tuple[ModuleType, ...]) -> Callable[[Call], Answer]:
    found = [module for module in modules if operation.function in getattr(module, "__dict__", {})]
    others = {module.__name__ for module in modules}  # what one of them imports from another is not its own
    own = [
        module for module in found if getattr(module, operation.function).__module__ not in others - {module.__name__}
    ]
    if len(own) != 1:
        names = ", ".join(module.__name__ for module in own) or "no module"
        raise LookupError(f"{operation.name} must be answered by one function {operation.function}; found in {names}")
    function: Callable[[Call], Answer] = getattr(own[0], operation.function)
    return function


def _headers(**more: str) -> dict[str, str]:
    return {"content-type": "application/json", "x-amzn-RequestId": new_id(), **more}


def _error(status: int, code: str, members: Mapping[str, Any]) -> HttpResponse:
    return HttpResponse(status, _headers(**{"x-amzn-ErrorType": code}), json.dumps(members))
