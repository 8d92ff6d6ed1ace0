"""Registers the services as backends of moto, for moto's server, for `mock_aws`, and for moto's reset."""

from __future__ import annotations

import importlib
import re
import sys
from collections.abc import Callable
from types import ModuleType
from typing import Any, ClassVar

import boto3
from moto import backend_index
from moto.core.base_backend import BackendDict, BaseBackend

from simulator.api.errors import invalid
from simulator.api.service import Caller, HttpResponse
from simulator.api.service_model import load_service_model
from simulator.api.services import SERVICES, service
from simulator.api.store import Store
from simulator.api.world import WORLD


class RegisteredBackend(BaseBackend):
    """The backend of one service, account and region; accounts share the region's store, since rooms span accounts."""

    service_name: ClassVar[str]

    @property
    def store(self) -> Store:
        """The resources of the region."""
        return WORLD.store(self.region_name)

    def reset(self) -> None:
        """Delete the state of the whole region; moto resets all accounts together."""
        WORLD.forget(self.region_name)

    @property
    def url_bases(self) -> list[str]:
        """The hosts of the service."""
        return [_host_pattern(self.service_name)]

    @property
    def url_paths(self) -> dict[str, Callable[..., Any]]:
        """One handler for every path; operations are found by the service's model."""
        return {"/": self.respond, "/.*": self.respond}

    @property
    def urls(self) -> dict[str, Callable[..., Any]]:
        """The same handler for requests within the process."""
        return {_host_pattern(self.service_name) + "/.*": self.respond}

    def respond(self, request: Any, _url: str, _headers: Any) -> HttpResponse:  # noqa: ANN401 - moto's calling convention
        """Answer one request; called by moto."""
        return respond(self.service_name, request)


_ACCOUNT = re.compile(r"[0-9]{12}")
_BACKENDS: dict[str, BackendDict[RegisteredBackend]] = {}


def respond(name: str, request: Any) -> HttpResponse:  # noqa: ANN401 - werkzeug's
    """Answer one request for the service that botocore calls *name*; see `Service.answer`."""
    backends = _BACKENDS[name]

    def store_of(caller: Caller) -> Store:
        if _ACCOUNT.fullmatch(caller.account) is None:
            raise invalid(f"x-moto-account-id must be 12 digits; found {caller.account!r}")
        # Through moto's backends, so that moto knows which regions are in use and resets them.
        try:
            return backends[caller.account][caller.region].store
        except KeyError:
            raise invalid(f"region {caller.region!r} is not one that AWS Clean Rooms is in") from None

    return service(name).answer(request, store_of)


def install() -> None:
    """Register this package's services with moto, in place of moto's own backends for them; idempotent."""
    for name in SERVICES:
        if name in _BACKENDS:
            continue
        backend = type(f"{name}Backend", (RegisteredBackend,), {"service_name": name})
        # boto3 lists no regions for Clean Rooms ML, so those of Clean Rooms are used.
        regions = boto3.Session().get_available_regions("cleanrooms")
        backends: BackendDict[RegisteredBackend] = BackendDict(backend, name, additional_regions=regions)
        _BACKENDS[name] = backends
        setattr(_moto_module(name), f"{name}_backends", backends)
        others = [each for each in backend_index.backend_url_patterns if each[0] != name]
        backend_index.backend_url_patterns[:] = [*others, (name, re.compile(_host_pattern(name)))]


def _moto_module(name: str) -> ModuleType:
    try:
        return importlib.import_module(f"moto.{name}")
    except ModuleNotFoundError:
        # moto finds a service's backends by importing the module of this name.
        return sys.modules.setdefault(f"moto.{name}", ModuleType(f"moto.{name}"))


def _host_pattern(name: str) -> str:
    return rf"https?://{re.escape(load_service_model(name).host)}\.(.+)\.amazonaws\.com"
