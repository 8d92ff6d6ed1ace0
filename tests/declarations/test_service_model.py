"""The declarations agree with botocore's service model, so that a new release shows what is missing."""

from __future__ import annotations

import re
from typing import Any

import botocore.session
import pytest
from botocore.model import OperationModel, StringShape, StructureShape
from botocore.validate import ParamValidator
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError
from pydantic.alias_generators import to_camel

from declarations.base import Declaration
from declarations.requests import OPERATIONS
from tests.compliant.requests import FURTHER, REQUESTS, RESPONSES
from tests.declarations.left_out import NOT_IN_RESPONSE, OURS_ONLY
from tests.declarations.service_model import differences, strings

SERVICE = botocore.session.get_session().get_service_model("cleanrooms")
TWINS = {xform: name for name in SERVICE.operation_names for xform in [botocore.xform_name(name)]}


def _operation(name: str) -> OperationModel:
    return SERVICE.operation_model(TWINS[name])


def _resource(name: str) -> StructureShape:
    output = _operation(name).output_shape
    assert output is not None
    (resource,) = output.members.values()
    return resource


def _input(name: str) -> StructureShape:
    shape = _operation(name).input_shape
    assert shape is not None
    return shape


def _identifiers(model: type[Declaration]) -> frozenset[str]:
    return frozenset(to_camel(name) for name in model.identifiers)


def test_every_create_operation_is_declared() -> None:
    assert set(OPERATIONS) == {name for name in TWINS if name.startswith("create_")}


@pytest.mark.parametrize("operation", OPERATIONS)
def test_request(operation: str) -> None:
    """Required members, enumerations, patterns, lengths, ranges and unions are the service's."""
    model = OPERATIONS[operation]
    assert list(differences(model, _input(operation), model.__name__, _identifiers(model))) == []


@pytest.mark.parametrize("operation", OPERATIONS)
def test_response(operation: str) -> None:
    """Every member of the response is a field, renamed, or said to be the service's; no more, no less."""
    model, shape = OPERATIONS[operation], _resource(operation)
    fields = {field.alias or name for name, field in model.model_fields.items() if name not in model.room_only}
    read = {model.response_names.get(name, name) for name in shape.members if name not in model.service_only}
    assert read - fields == set()
    assert fields - read - set(NOT_IN_RESPONSE) == set()
    assert model.service_only - set(shape.members) == set()


@pytest.mark.parametrize("operation", OPERATIONS)
def test_compliant_examples_have_the_shape_of_the_service(operation: str) -> None:
    """The examples of the tests themselves are complete and valid by botocore's own validator."""
    shape = _input(operation)
    report = ParamValidator().validate(REQUESTS[operation], shape)
    assert report.generate_report() == ""
    assert set(REQUESTS[operation]) == set(shape.members)
    report = ParamValidator().validate(RESPONSES[operation], _resource(operation))
    assert report.generate_report() == ""
    assert set(RESPONSES[operation]) == set(_resource(operation).members)


@pytest.mark.parametrize(("operation", "request_"), FURTHER.values(), ids=FURTHER)
def test_further_examples_have_the_shape_of_the_service(operation: str, request_: dict[str, Any]) -> None:
    assert ParamValidator().validate(request_, _input(operation)).generate_report() == ""


STRINGS = {
    shape.metadata["pattern"]: (annotation, shape)
    for operation, model in OPERATIONS.items()
    for _, annotation, shape in strings(model, _input(operation), model.__name__)
}
LETTERS = {
    r"\p{L}": "a-zA-Z\u00e9\u6f22",
    r"\p{M}": "\u0301",
    r"\p{N}": "0-9\u00b2",
    r"\p{Pc}": "_\u203f",
    r"\p{Pd}": r"\-\u2013",
    r"\p{Zs}": " \u00a0",
}
"""Stand-ins for Unicode categories, which Python's engine lacks; exact on ALPHABET."""
ALPHABET = "azAZ09_-./:*!$+=@,()\\ \t\r\n\u00a0\u0301\u00b2\u00e9\u203f\u2013\u6f22\ufffe\U0001f600\x00\x7f"


BEYOND = "\U00010000-\U0010ffff"
"""The characters beyond the first plane."""


def _python(pattern: str) -> re.Pattern[str]:
    for category, stand_in in LETTERS.items():
        pattern = pattern.replace(category, stand_in)
    return re.compile(pattern.replace(r"\uD800\uDBFF-\uDC00\uDFFF", BEYOND).replace("$|^", "|"), re.ASCII)


def _accepts(adapter: TypeAdapter[Any], value: str) -> bool:
    try:
        adapter.validate_python(value)
    except ValidationError:
        return False
    return True


@pytest.mark.parametrize("name", STRINGS, ids=[shape.name for _, shape in STRINGS.values()])
@settings(max_examples=25, derandomize=True)
@given(data=st.data())
def test_strings_by_example(name: str, data: st.DataObject) -> None:
    """Ours and the service's pattern accept the same strings: matching ones, and those with one character changed."""
    annotation, shape = STRINGS[name]
    pattern, adapter = _python(shape.metadata["pattern"]), _adapter(annotation)
    value = data.draw(st.one_of(_matching(pattern, shape), st.text(ALPHABET, max_size=12)))
    if value and data.draw(st.booleans()):
        at = data.draw(st.integers(0, len(value) - 1))
        value = value[:at] + data.draw(st.sampled_from(ALPHABET)) + value[at + 1 :]
    if not value.startswith(("template:", "table:")):
        long_enough = shape.metadata.get("min", 0) <= len(value) <= shape.metadata.get("max", len(value))
        assert _accepts(adapter, value) == (long_enough and pattern.fullmatch(value) is not None)


_ADAPTERS: dict[int, TypeAdapter[Any]] = {}


def _adapter(annotation: Any) -> TypeAdapter[Any]:  # noqa: ANN401 - a type expression
    return _ADAPTERS.setdefault(id(annotation), TypeAdapter(annotation))


def _matching(pattern: re.Pattern[str], shape: StringShape) -> st.SearchStrategy[str]:
    if BEYOND in pattern.pattern:  # of these texts Hypothesis would make every character a search of its own
        return st.text(ALPHABET, max_size=12)
    return st.from_regex(pattern, fullmatch=True).filter(lambda value: len(value) <= shape.metadata.get("max", 200))


def test_what_ours_adds_is_named() -> None:
    """The additions to the patterns are those of the room, each with a reason."""
    assert all(OURS_ONLY.values())
