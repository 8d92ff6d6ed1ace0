"""The services that the endpoint adds to moto's."""

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

The modules in a package's `RESOURCES` answer its requests. Those in its `BACKGROUND` work on after an answer; each has
the functions `resume`, `stop_all` and `wait_for_all`.
"""


@cache
def service(name: str) -> Service:
    """Return a service. It is built when it is first asked for: its checks and its engine take a second to import."""
    return Service(name, import_module(SERVICES[name]).RESOURCES)


def resume(store: Store) -> None:
    """Settle what ran in the background when the endpoint that had these resources was stopped or died."""
    for module in _background():
        module.resume(store)


def stop_background(seconds: float) -> None:
    """Stop what runs in the background, and wait for it.

    Args:
        seconds: How long to wait for each kind of work at most.
    """
    for module in _background():
        module.stop_all()
    for module in _background():
        module.wait_for_all(seconds)


def _background() -> Iterator[ModuleType]:
    for package in SERVICES.values():
        yield from import_module(package).BACKGROUND
