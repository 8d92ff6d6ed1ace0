"""The services as backends of moto: in moto's server, under `mock_aws`, and reset with everything else."""

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
    """What one account has of one service in one region: a view of the region, since rooms span accounts."""

    service_name: ClassVar[str]

    @property
    def store(self) -> Store:
        """The resources of the region."""
        return WORLD.store(self.region_name)

    def reset(self) -> None:
        """Forget the whole region; moto resets all accounts together."""
        WORLD.forget(self.region_name)

    @property
    def url_bases(self) -> list[str]:
        """The hosts of the service."""
        return [_host_pattern(self.service_name)]

    @property
    def url_paths(self) -> dict[str, Callable[..., Any]]:
        """One handler for every path: the addresses are matched by the service's own model."""
        return {"/": self.respond, "/.*": self.respond}

    @property
    def urls(self) -> dict[str, Callable[..., Any]]:
        """The same for requests that never leave the process."""
        return {_host_pattern(self.service_name) + "/.*": self.respond}

    def respond(self, request: Any, _url: str, _headers: Any) -> HttpResponse:  # noqa: ANN401 - moto's calling convention
        """Answer one request in the way in which moto calls a service."""
        return respond(self.service_name, request)


_ACCOUNT = re.compile(r"[0-9]{12}")
_BACKENDS: dict[str, BackendDict[RegisteredBackend]] = {}


def respond(name: str, request: Any) -> HttpResponse:  # noqa: ANN401 - werkzeug's
    """Answer one request for the service that botocore calls *name*; see `Service.answer`."""
    backends = _BACKENDS[name]

    def store_of(caller: Caller) -> Store:
        if _ACCOUNT.fullmatch(caller.account) is None:
            raise invalid(f"x-moto-account-id must be 12 digits; found {caller.account!r}")
        # Asked for by way of moto, so that moto knows which regions are in use and resets them.
        try:
            return backends[caller.account][caller.region].store
        except KeyError:
            raise invalid(f"region {caller.region!r} is not one that AWS Clean Rooms is in") from None

    return service(name).answer(request, store_of)


def install() -> None:
    """Let moto answer for our services through them, in place of its own backends where it has some.

    Twice is the same as once.
    """
    for name in SERVICES:
        if name in _BACKENDS:
            continue
        backend = type(f"{name}Backend", (RegisteredBackend,), {"service_name": name})
        # boto3 knows no regions of Clean Rooms ML; it is where Clean Rooms is.
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
        # moto finds a service's backends by importing this name.
        return sys.modules.setdefault(f"moto.{name}", ModuleType(f"moto.{name}"))


def _host_pattern(name: str) -> str:
    return rf"https?://{re.escape(load_service_model(name).host)}\.(.+)\.amazonaws\.com"
