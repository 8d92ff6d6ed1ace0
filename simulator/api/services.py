"""The services that the endpoint implements in addition to moto's."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from importlib import import_module
from types import ModuleType

from simulator.api.service import Service
from simulator.api.store import Store

SERVICES = {
    "cleanrooms": "simulator.api.cleanrooms",
    "cleanroomsml": "simulator.api.cleanroomsml",
    "macie2": "simulator.api.macie2",
}
"""botocore's name of each service, and its package.

The modules in a package's `RESOURCES` answer its requests. Those in its `BACKGROUND` do work that continues after an
answer; each has the functions `resume`, `stop_all` and `wait_for_all`.
"""


@cache
def service(name: str) -> Service:
    """Return a service. It is created on first use, since its checks and its engine take a second to import."""
    return Service(name, import_module(SERVICES[name]).RESOURCES)


def resume(store: Store) -> None:
    """Settle background work that was running when the endpoint with these resources stopped or crashed."""
    for module in _background():
        module.resume(store)


def stop_background(seconds: float) -> None:
    """Stop background work, and wait for its end.

    Args:
        seconds: Maximum time to wait for each kind of work.
    """
    for module in _background():
        module.stop_all()
    for module in _background():
        module.wait_for_all(seconds)


def _background() -> Iterator[ModuleType]:
    for package in SERVICES.values():
        yield from import_module(package).BACKGROUND
