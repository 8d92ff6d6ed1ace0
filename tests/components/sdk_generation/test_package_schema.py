"""The package schema hangs together, and names the same properties in Python as the SDK."""

from __future__ import annotations

import keyword
import re
from collections.abc import Iterator
from typing import Any

import pytest

from components import sdk
from components.resources import RESOURCE_TYPES
from components.resources.functions import FUNCTIONS
from components.sdk_generation.package_schema import package_schema

SCHEMA = package_schema("1.2.3")


def test_every_resource_and_function_is_there() -> None:
    assert SCHEMA["version"] == "1.2.3"
    assert list(SCHEMA["resources"]) == [resource.token for resource in RESOURCE_TYPES]
    assert list(SCHEMA["functions"]) == [function.token for function in FUNCTIONS]


def references(value: Any) -> Iterator[str]:  # noqa: ANN401 - any JSON
    if isinstance(value, dict):
        if "$ref" in value:
            yield value["$ref"]
        for each in value.values():
            yield from references(each)
    elif isinstance(value, list):
        for each in value:
            yield from references(each)


def test_every_reference_leads_to_a_type() -> None:
    known = {f"#/types/{token}" for token in SCHEMA["types"]} | {"pulumi.json#/Any"}
    assert set(references(SCHEMA)) <= known


def test_no_type_is_left_over() -> None:
    assert {f"#/types/{token}" for token in SCHEMA["types"]} <= set(references(SCHEMA))


@pytest.mark.parametrize("token", SCHEMA["resources"])
def test_required_properties_exist(token: str) -> None:
    resource = SCHEMA["resources"][token]
    assert set(resource["required"]) <= set(resource["properties"])
    assert set(resource["requiredInputs"]) <= set(resource["inputProperties"]) <= set(resource["properties"])


def test_what_replaces_says_so() -> None:
    inputs = SCHEMA["resources"]["cleanrooms:index:AnalysisTemplate"]["inputProperties"]
    assert {name for name, each in inputs.items() if each.get("willReplaceOnChanges")} == {
        "analysisParameters",
        "errorMessageConfiguration",
        "format",
        "membershipIdentifier",
        "name",
        "schema",
        "source",
        "syntheticDataParameters",
    }


def test_names_are_what_pulumi_allows() -> None:
    for token in SCHEMA["types"]:
        assert re.fullmatch(r"cleanrooms:index:[A-Za-z]\w*", token)
    for each in SCHEMA["types"].values():
        assert each["type"] in {"object", "string"}


def printed(name: str) -> str:
    """The attribute that Pulumi's generator for Python makes of the name of an enumeration's value.

    Source: pulumi/pulumi pkg/codegen/python, PyName and makeSafeEnumName.
    """
    split = re.sub(r"(?<=[^A-Z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][^A-Z\d])", "_", name).lower()
    kept = f"{split}_" if keyword.iskeyword(split) else split
    return re.sub(r"_+", "_", re.sub(r"\W", "_", kept.upper()))


def test_the_generators_rule_is_known() -> None:
    names = ("DIRECT_QUERY", "DirectQuery", "UsEast_1", "SHA256Hash", "direct_query", "Or")
    assert [printed(name) for name in names] == [
        "DIREC_T_QUERY",
        "DIRECT_QUERY",
        "US_EAST_1",
        "SHA256_HASH",
        "DIRECT_QUERY",
        "OR_",
    ]


def test_generated_code_finds_every_word_in_the_sdk() -> None:
    for token, each in SCHEMA["types"].items():
        ours = getattr(sdk, token.rpartition(":")[2], None)
        for value in each.get("enum", ()) if ours else ():
            assert getattr(ours, printed(value["name"])) == value["value"]
    assert {each["name"] for each in SCHEMA["types"]["cleanrooms:index:AnalysisMethod"]["enum"]} == {
        "DirectQuery",
        "DirectJob",
        "Multiple",
    }
