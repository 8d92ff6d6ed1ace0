"""Every way in which a value does not fit a shape of a service model."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.model import ShapeResolver

from declarations.service_shapes import Fault, misfits
from declarations.unknown import UNKNOWN

SHAPES = ShapeResolver(
    {
        "Room": {
            "type": "structure",
            "required": ["name"],
            "members": {
                "name": {"shape": "Name"},
                "size": {"shape": "Size"},
                "large": {"shape": "Large"},
                "share": {"shape": "Share"},
                "kind": {"shape": "Kind"},
                "since": {"shape": "Since"},
                "is_open": {"shape": "Flag"},
                "picture": {"shape": "Picture"},
                "names": {"shape": "Names"},
                "tags": {"shape": "Tags"},
                "choice": {"shape": "Choice"},
                "anything": {"shape": "Anything"},
                "arn": {"shape": "CleanroomsArn"},
            },
        },
        "Name": {"type": "string", "min": 2, "max": 5, "pattern": "[a-z]+"},
        "Size": {"type": "integer", "min": 1, "max": 10_000_000_000},
        "Large": {"type": "long"},
        "Share": {"type": "double", "max": 1},
        "Kind": {"type": "string", "enum": ["A", "B"]},
        "Since": {"type": "timestamp"},
        "Flag": {"type": "boolean"},
        "Picture": {"type": "blob"},
        "Names": {"type": "list", "member": {"shape": "Name"}, "max": 2},
        "Tags": {"type": "map", "key": {"shape": "Name"}, "value": {"shape": "Name"}, "min": 1},
        "Choice": {"type": "structure", "union": True, "members": {"a": {"shape": "Name"}, "b": {"shape": "Name"}}},
        "Anything": {"type": "structure", "document": True, "members": {}},
        "CleanroomsArn": {"type": "string", "max": 3, "pattern": "x"},
    }
)


def _found(value: object) -> list[tuple[str, Fault]]:
    shape = SHAPES.get_shape_by_name("Room")
    return [(".".join(map(str, misfit.path)), misfit.fault) for misfit in misfits(shape, value)]


@pytest.mark.parametrize(
    "members",
    [
        {},
        {"size": 1, "large": -(2**63), "share": 1, "kind": "B", "since": "2026-01-01", "is_open": True},
        {"picture": b"x", "names": ["ab", "cd"], "tags": {"ab": "cd"}, "choice": {"b": "ab", "a": None}},
        {"anything": [object()], "arn": "longer than the model says"},
        {"size": UNKNOWN, "names": [UNKNOWN, "ab"], "tags": UNKNOWN},
    ],
)
def test_what_fits(members: dict[str, Any]) -> None:
    assert [each for each in _found({"name": "ab", **members}) if each[1] is not Fault.NULL_MEMBER] == []


@pytest.mark.parametrize(
    ("members", "place", "fault"),
    [
        ({"name": None}, "name", Fault.MISSING),
        ({"size": None}, "size", Fault.NULL_MEMBER),
        ({"sise": 1}, "sise", Fault.UNKNOWN_MEMBER),
        ({"name": "a"}, "name", Fault.TOO_SHORT),
        ({"name": "abcdef"}, "name", Fault.TOO_LONG),
        ({"name": "AB"}, "name", Fault.OTHER_PATTERN),
        ({"name": b"ab"}, "name", Fault.OTHER_TYPE),
        ({"size": True}, "size", Fault.OTHER_TYPE),
        ({"size": 1.0}, "size", Fault.OTHER_TYPE),
        ({"size": 0}, "size", Fault.TOO_SMALL),
        ({"size": 2**31}, "size", Fault.TOO_WIDE),
        ({"large": 2**63}, "large", Fault.TOO_WIDE),
        ({"share": 1.5}, "share", Fault.TOO_LARGE),
        ({"kind": "C"}, "kind", Fault.NOT_IN_ENUM),
        ({"picture": 1}, "picture", Fault.OTHER_TYPE),
        ({"names": "ab"}, "names", Fault.NOT_A_LIST),
        ({"names": ["ab"] * 3}, "names", Fault.TOO_LONG),
        ({"names": ["ab", None]}, "names.1", Fault.NULL_ITEM),
        ({"names": ["ab", "a"]}, "names.1", Fault.TOO_SHORT),
        ({"tags": []}, "tags", Fault.NOT_AN_OBJECT),
        ({"tags": {}}, "tags", Fault.TOO_SHORT),
        ({"tags": {"a": "ab"}}, "tags.a", Fault.TOO_SHORT),
        ({"tags": {"ab": None}}, "tags.ab", Fault.OTHER_TYPE),
        ({"choice": {}}, "choice", Fault.NOT_ONE_OF_UNION),
        ({"choice": {"a": "ab", "b": UNKNOWN}}, "choice", Fault.NOT_ONE_OF_UNION),
        ({"choice": "a"}, "choice", Fault.NOT_AN_OBJECT),
    ],
)
def test_what_does_not_fit(members: dict[str, Any], place: str, fault: Fault) -> None:
    assert _found({"name": "ab"} | members) == [(place, fault)]


def test_a_value_that_is_not_known_is_not_judged() -> None:
    assert _found(UNKNOWN) == []
    assert repr([UNKNOWN]) == "[UNKNOWN]"
