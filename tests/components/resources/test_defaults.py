"""What the local endpoint answers for an absent property is its default, or is said to be filled in."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from botocore import xform_name

from components.resources import RESOURCE_TYPES
from components.resources.resource_type import Operation, ResourceType
from components.resources.service_model import carried, inputs
from tests.components.resources.least_requests import CUSTOM, LEAST
from tests.simulator.api.accounts import RETAILER, Accounts
from tests.simulator.api.rooms import Room, make_room

TYPES = {resource.name: resource for resource in RESOURCE_TYPES}


@pytest.fixture
def room(accounts: Accounts) -> Room:
    made = make_room(accounts)
    made.add_table(RETAILER, "sales", {"id": "string", "city": "string"}, CUSTOM)
    return made


def test_every_type_with_optional_members_is_asked() -> None:
    with_optional = {name for name, each in TYPES.items() if not all(prop.required for prop in inputs(each).values())}
    assert with_optional <= set(LEAST)
    assert set(LEAST) <= set(TYPES)


@pytest.mark.parametrize("name", LEAST)
def test_absent_means_what_the_endpoint_answers(room: Room, name: str) -> None:
    resource = TYPES[name]
    account, stated = LEAST[name](room)
    client = room.accounts.client(account, resource.service)
    known = stated | properties(resource, resource.create, getattr(client, xform_name(resource.create.name))(**stated))
    address = {name: known[name] for name in resource.identity}
    assert set(address) <= set(carried(resource, resource.read))
    shown = properties(resource, resource.read, getattr(client, xform_name(resource.read.name))(**address))
    for path, value in leaves({name: value for name, value in shown.items() if name in inputs(resource)}):
        top = path.split(".")[0]
        if top not in stated and top not in resource.filled_in:
            within = {path.rpartition(".")[2]: value}
            assert resource.defaults.get(path) == value or resource.defaults.get(top) == within, path


def properties(resource: ResourceType, operation: Operation, answer: dict[str, Any]) -> dict[str, Any]:
    found = answer[operation.answer] if operation.answer else answer
    return {resource.answers.get(name, name): value for name, value in found.items()}


def leaves(value: dict[str, Any], path: str = "") -> Iterator[tuple[str, Any]]:
    """Every value that says something, with its path."""
    for name, each in value.items():
        here = f"{path}.{name}" if path else name
        if isinstance(each, dict):
            yield from leaves(each, here)
        elif each is not None:
            yield here, each
