"""Every descriptor agrees with the service model: nothing is forgotten, nothing is said twice."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import pytest
from botocore.model import ListShape, Shape, StructureShape

from components.resources import RESOURCE_TYPES
from components.resources.resource_type import Operation, ResourceType
from components.resources.service_model import (
    TAGS,
    answer_shape,
    carried,
    changeable,
    inputs,
    operation_model,
    outputs,
    request_shape,
    service_model,
)

NOT_RESOURCES = {
    "cleanrooms": {
        "AnalysisLogExport": "an action",
        "CollaborationAnalysisTemplate": "a member's view of another's",
        "CollaborationConfiguredAudienceModelAssociation": "a member's view of another's",
        "CollaborationIdNamespaceAssociation": "a member's view of another's",
        "CollaborationPrivacyBudgetTemplate": "a member's view of another's",
        "ProtectedJob": "an action",
        "ProtectedQuery": "an action",
        "Schema": "a view of tables: the function getSchemas",
        "SchemaAnalysisRule": "a view of rules",
    },
}
"""What can be got and is no resource, with the reason."""

PROVIDER_ONLY = {"tagsAll", "changeRequestIdentifier", "changeRequestStatus"}
"""Outputs that the provider itself fills in."""

every = pytest.mark.parametrize("resource", RESOURCE_TYPES, ids=lambda resource: resource.name)


def operations(resource: ResourceType) -> tuple[Operation, ...]:
    ending = (resource.delete,) if resource.delete else ()
    return (resource.create, resource.read, *resource.updates, *ending)


def test_every_resource_of_clean_rooms_is_there() -> None:
    named = {resource.read.name.removeprefix("Get") for resource in RESOURCE_TYPES}
    for service, exceptions in NOT_RESOURCES.items():
        gettable = {
            name.removeprefix("Get") for name in service_model(service).operation_names if name.startswith("Get")
        }
        assert gettable - named == set(exceptions)


def test_names_are_unique() -> None:
    assert len({resource.name for resource in RESOURCE_TYPES}) == len(RESOURCE_TYPES)


@every
def test_every_operation_exists_and_answers_the_resource(resource: ResourceType) -> None:
    for operation in operations(resource):
        assert operation_model(resource.service, operation.name)
        assert answer_shape(resource, operation).members is not None
        members = set(request_shape(resource, operation).members)
        assert set(operation.always) <= members
        assert set(operation.sends.values()) <= members
        assert set(operation.sends) <= set(outputs(resource))


@every
def test_each_create_member_is_a_property(resource: ResourceType) -> None:
    members = set(request_shape(resource, resource.create).members)
    assert members - set(inputs(resource)) <= set(resource.not_offered) | set(resource.create.always)


@every
def test_each_update_member_is_a_property(resource: ResourceType) -> None:
    for operation in resource.updates:
        members = set(request_shape(resource, operation).members)
        allowed = {*carried(resource, operation).values(), *resource.not_offered, *operation.always}
        assert members <= allowed


@every
def test_each_changeable_property_is_carried_by_one_update(resource: ResourceType) -> None:
    owners = [
        name for operation in resource.updates for name in carried(resource, operation) if name in changeable(resource)
    ]
    assert sorted(owners) == sorted(changeable(resource))


@every
def test_each_property_changes_in_one_way(resource: ResourceType) -> None:
    requested = resource.change_request.paths if resource.change_request else frozenset()
    replacing = {path for path in resource.replaces if "." not in path and "[" not in path}
    tags = {TAGS} if resource.tagged else set()
    ways = (changeable(resource), replacing, requested, tags)
    assert frozenset[str]().union(*ways) == set(inputs(resource))
    assert sum(map(len, ways)) == len(inputs(resource))


@every
def test_what_an_update_cannot_carry_inside_a_property_replaces(resource: ResourceType) -> None:
    for operation in resource.updates:
        update, create = request_shape(resource, operation), request_shape(resource, resource.create)
        for name, member in carried(resource, operation).items():
            if name in changeable(resource) & set(create.members):
                lost = set(paths(create.members[name], name)) - set(paths(update.members[member], name))
                assert lost <= resource.replaces


@every
def test_each_call_gets_its_required_members(resource: ResourceType) -> None:
    for operation in operations(resource):
        given = {*carried(resource, operation).values(), *operation.always}
        assert set(request_shape(resource, operation).required_members) <= given


@every
def test_identity_addresses_the_resource(resource: ResourceType) -> None:
    for operation in operations(resource)[1:]:
        assert set(resource.identity) <= set(carried(resource, operation))
    assert set(resource.identity) <= set(outputs(resource))
    assert all(outputs(resource)[name].required for name in resource.identity)


@every
def test_what_no_answer_shows_is_known_from_elsewhere(resource: ResourceType) -> None:
    shown = {resource.answers.get(name, name) for name in answer_shape(resource, resource.read).members}
    requested = resource.change_request.paths if resource.change_request else frozenset()
    elsewhere = {*resource.identity, *resource.write_only, *requested, TAGS}
    assert set(inputs(resource)) - shown <= elsewhere
    assert not resource.write_only & shown


@every
def test_create_answers_the_identity(resource: ResourceType) -> None:
    answered = {resource.answers.get(name, name) for name in answer_shape(resource, resource.create).members}
    assert set(resource.identity) <= answered | set(inputs(resource))


@every
def test_outputs_are_inputs_answers_or_the_providers(resource: ResourceType) -> None:
    shown = {resource.answers.get(name, name) for name in answer_shape(resource, resource.read).members}
    assert set(outputs(resource)) <= shown | set(inputs(resource)) | PROVIDER_ONLY
    assert resource.refreshed <= set(outputs(resource))
    assert "id" not in outputs(resource), "Pulumi's own"
    assert "urn" not in outputs(resource), "Pulumi's own"


@every
def test_tags_go_to_an_arn(resource: ResourceType) -> None:
    assert resource.tagged == (TAGS in inputs(resource))
    assert resource.arn is None or outputs(resource)[resource.arn].required


@every
def test_paths_lead_somewhere(resource: ResourceType) -> None:
    known = {
        path
        for each in (inputs(resource), outputs(resource))
        for name in each
        for path in paths(each[name].shape, name)
    }
    assert {*resource.replaces, *resource.defaults, *resource.filled_in, *resource.json_texts} <= known


@pytest.mark.parametrize("resource", [each for each in RESOURCE_TYPES if each.unordered], ids=lambda each: each.name)
def test_unordered_paths_are_lists_with_their_keys(resource: ResourceType) -> None:
    found = {path: shape for name, each in outputs(resource).items() for path, shape in lists(each.shape, name)}
    for path, key in resource.unordered.items():
        members = getattr(found[path].member, "members", {})
        assert key == "" or key in members


@pytest.mark.parametrize("resource", [each for each in RESOURCE_TYPES if each.defaults], ids=lambda each: each.name)
def test_defaults_are_values_of_their_type(resource: ResourceType) -> None:
    shapes = {path: shape for name, each in inputs(resource).items() for path, shape in walked(each.shape, name)}
    kinds = {"string": str, "boolean": bool, "integer": int, "list": tuple, "structure": dict}
    for path, value in resource.defaults.items():
        words = getattr(shapes[path], "enum", ())
        assert value is None or isinstance(value, kinds[shapes[path].type_name])
        assert value is None or not words or value in words


@pytest.mark.parametrize("resource", [each for each in RESOURCE_TYPES if each.waits], ids=lambda each: each.name)
def test_waiting_knows_every_status(resource: ResourceType) -> None:
    assert resource.waits is not None
    shape = answer_shape(resource, resource.read).members[resource.waits.status]
    known = (resource.waits.creating, resource.waits.ready, resource.waits.failed, resource.waits.deleting)
    assert frozenset[str]().union(*known) == set(shape.enum)
    assert all(not first & second for first, second in pairwise(known))


@every
def test_what_is_not_offered_exists(resource: ResourceType) -> None:
    members = {name for each in operations(resource) for name in request_shape(resource, each).members}
    assert set(resource.not_offered) <= members | set(answer_shape(resource, resource.read).members)


def walked(shape: Shape, path: str) -> Iterator[tuple[str, Shape]]:
    """Every path below *path*, itself included, with its shape."""
    yield path, shape
    if isinstance(shape, StructureShape):
        for name, member in shape.members.items():
            yield from walked(member, f"{path}.{name}")
    elif isinstance(shape, ListShape):
        yield from walked(shape.member, f"{path}[*]")


def paths(shape: Shape, path: str) -> Iterator[str]:
    return (each for each, _ in walked(shape, path))


def lists(shape: Shape, path: str) -> Iterator[tuple[str, ListShape]]:
    return ((each, found) for each, found in walked(shape, path) if isinstance(found, ListShape))
