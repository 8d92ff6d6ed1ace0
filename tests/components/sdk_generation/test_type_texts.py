"""Names and types as Python writes them."""

from __future__ import annotations

import pytest

from components.resources import RESOURCE_TYPES
from components.resources.analysis_template import ANALYSIS_TEMPLATE
from components.resources.collaboration import COLLABORATION
from components.resources.id_namespace_association import ID_NAMESPACE_ASSOCIATION
from components.resources.service_model import inputs, outputs
from components.sdk_generation.type_texts import (
    answer_type,
    constant_name,
    python_name,
    python_path,
    readable,
    stated,
)
from declarations.base import Declaration
from declarations.requests import OPERATIONS


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("accountId", "account_id"),
        ("creatorMLMemberAbilities", "creator_ml_member_abilities"),
        ("customMLMemberAbilities", "custom_ml_member_abilities"),
        ("s3", "s3"),
        ("s3Uri", "s3_uri"),
        ("v1", "v1"),
        ("kmsKeyArn", "kms_key_arn"),
    ],
)
def test_python_name(name: str, expected: str) -> None:
    assert python_name(name) == expected


def test_paths_and_words() -> None:
    assert python_path("members[*].displayName") == "members[*].display_name"
    assert constant_name("us-east-1") == "US_EAST_1"


def test_types() -> None:
    members = inputs(COLLABORATION)["members"].shape
    assert stated(members, or_dict=False) == "Sequence[pulumi.Input[MemberSpecificationArgs]]"
    assert (
        stated(members, or_dict=True) == "Sequence[pulumi.Input[MemberSpecificationArgs | MemberSpecificationArgsDict]]"
    )
    assert answer_type(members) == "Sequence[MemberSpecification]"
    assert readable(members) == "list of MemberSpecification"
    tags = inputs(COLLABORATION)["tags"].shape
    assert stated(tags, or_dict=True) == "Mapping[str, pulumi.Input[str]]"
    assert readable(tags) == "map of str"
    assert stated(inputs(ANALYSIS_TEMPLATE)["format"].shape, or_dict=True) == "str | AnalysisFormat"
    assert readable(outputs(ANALYSIS_TEMPLATE)["createTime"].shape) == "timestamp"
    workflows = outputs(ID_NAMESPACE_ASSOCIATION)["inputReferenceProperties"].shape.members[
        "idMappingWorkflowsSupported"
    ]
    assert answer_type(workflows) == "Sequence[Any]"
    assert readable(workflows) == "list of any JSON value"


@pytest.mark.parametrize("declaration", OPERATIONS.values(), ids=lambda declaration: declaration.__name__)
def test_names_in_python_are_those_of_the_declarations(declaration: type[Declaration]) -> None:
    (resource,) = (each for each in RESOURCE_TYPES if each.name == declaration.__name__)
    names = {field.alias: name for name, field in declaration.model_fields.items()}
    shared = set(names) & set(inputs(resource)) - {"schema"}  # no field of Pydantic's may be called schema
    assert {name: python_name(name) for name in shared} == {name: names[name] for name in shared}
