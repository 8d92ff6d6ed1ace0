"""The services that the endpoint adds to moto's."""

from __future__ import annotations

from functools import cache
from importlib import import_module

from simulator.api.service import Service

SERVICES = {
    "cleanrooms": "simulator.api.cleanrooms",
    "cleanroomsml": "simulator.api.cleanroomsml",
    "macie2": "simulator.api.macie2",
}
"""botocore's name of each service, and the package whose `RESOURCES` answer it."""


@cache
def service(name: str) -> Service:
    """Return a service. It is built when it is first asked for: its checks and its engine take a second to import."""
    return Service(name, import_module(SERVICES[name]).RESOURCES)
