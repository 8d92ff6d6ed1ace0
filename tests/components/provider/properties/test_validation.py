"""The provider and the endpoint ask one walker; each has words for everything that it finds."""

from __future__ import annotations

import pytest
from botocore.model import ShapeResolver

from components.provider.properties import validation
from components.provider.values import Properties
from components.resources.service_model import Property
from declarations.service_shapes import Fault
from simulator.api import validation as of_endpoint


def test_every_fault_has_words() -> None:
    told_apart = {Fault.NOT_IN_ENUM, Fault.UNKNOWN_MEMBER}
    assert {*validation._WRONG_VALUES, *validation._OTHER, *told_apart} == set(Fault)
    assert set(of_endpoint._MESSAGES) == set(Fault) - {Fault.NULL_MEMBER}


@pytest.mark.parametrize(
    ("value", "provider", "endpoint"),
    [
        (
            {"n": 2**31},
            "must be a whole number of 32 bits; found 2,147,483,648",
            "of type integer; found 2147483648",
        ),
        ({"b": 1}, "must be bytes, written in Base64; found 1", "of type blob; found a number"),
        ({"n": None}, "must not be null", None),
    ],
)
def test_both_judge_alike(value: object, provider: str, endpoint: str | None) -> None:
    shapes = {
        "S": {"type": "structure", "members": {"n": {"shape": "N"}, "b": {"shape": "B"}}},
        "N": {"type": "integer"},
        "B": {"type": "blob"},
    }
    shape = ShapeResolver(shapes).get_shape_by_name("S")
    known = {"s": Property("s", shape, required=True, documentation="")}
    assert [each.reason for each in validation.problems(known, Properties({"s": value}))] == [provider]
    assert [each.message for each in of_endpoint.problems(shape, value)] == (
        [] if endpoint is None else [f"Member must be {endpoint}"]
    )


@pytest.mark.parametrize(("least", "expected"), [(3, "exactly 3"), (1, "at most 3")])
def test_a_length_that_can_only_be_one_is_said_so(least: int, expected: str) -> None:
    shape = ShapeResolver({"S": {"type": "string", "min": least, "max": 3}}).get_shape_by_name("S")
    known = {"s": Property("s", shape, required=True, documentation="")}
    (found,) = validation.problems(known, Properties({"s": "abcd"}))
    assert found.reason == f"must have {expected} characters; found 4"
