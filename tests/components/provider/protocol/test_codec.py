"""Values survive the wire; marks become what they mean; what no property takes is refused."""

from __future__ import annotations

from typing import Any

import pytest
from google.protobuf import json_format, struct_pb2
from hypothesis import given
from hypothesis import strategies as st
from pulumi.runtime import rpc

from components.provider.errors import InvalidPropertyError
from components.provider.protocol.codec import MARK, OUTPUT, RESOURCE, SECRET, decode, encode
from components.provider.values import Properties, shown
from declarations.unknown import UNKNOWN

NAMES = st.text("abcXYZ.", min_size=1, max_size=4)
LEAVES = st.one_of(
    st.booleans(),
    st.integers(-(2**53), 2**53),
    st.floats(allow_nan=False, allow_infinity=False).filter(lambda each: not each.is_integer()),
    st.text("ab1 ", max_size=5),
    st.just(UNKNOWN),
)
VALUES = st.recursive(
    LEAVES,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(NAMES, inner, max_size=3)),
    max_leaves=8,
)


def wire(values: dict[str, Any]) -> struct_pb2.Struct:
    return json_format.ParseDict(values, struct_pb2.Struct())


@given(st.dictionaries(NAMES, VALUES, max_size=3))
def test_values_survive(values: dict[str, Any]) -> None:
    assert decode(encode(Properties(values))).values == values


@given(st.dictionaries(NAMES, VALUES, min_size=1, max_size=3))
def test_secrets_survive(values: dict[str, Any]) -> None:
    secrets = frozenset((name,) for name in values)
    assert decode(encode(Properties(values, secrets))) == Properties(values, secrets)


def test_marks_become_what_they_mean() -> None:
    found = decode(
        wire(
            {
                "secret": {MARK: SECRET, "value": {"inner": 1}},
                "later": {MARK: OUTPUT, "secret": True},
                "now": {MARK: OUTPUT, "value": "x", "dependencies": ["urn"]},
                "of": {MARK: RESOURCE, "urn": "urn:pulumi:s::p::t::n", "id": "abc"},
                "unknown": rpc.UNKNOWN,
                "list": [{"inner": {MARK: SECRET, "value": "s"}}],
                "nothing": None,
            }
        )
    )
    assert found.values == {
        "secret": {"inner": 1},
        "later": UNKNOWN,
        "now": "x",
        "of": "abc",
        "unknown": UNKNOWN,
        "list": [{"inner": "s"}],
    }
    assert found.secrets == {("secret",), ("later",), ("list",)}


@pytest.mark.parametrize(
    ("mark", "reason"),
    [
        ("c44067f5952c0a294b673a41bacd8c17", "is an asset; give its content as text"),
        ("0def7320c3a5731c473e5ecbe6d01bc7", "is an archive; give its content as text"),
        ("else", "is a value of an unknown kind; give its content as text"),
    ],
)
def test_what_no_property_takes_is_refused(mark: str, reason: str) -> None:
    with pytest.raises(InvalidPropertyError) as caught:
        decode(wire({"source": {"text": {MARK: mark}}}))
    assert (caught.value.property, caught.value.reason) == ("source.text", reason)


def test_paths_are_pulumis() -> None:
    assert shown(("members", 0, "displayName")) == "members[0].displayName"
    assert shown(("tags", 'cost."center"')) == 'tags["cost.\\"center\\""]'
