"""Refusals of models in the product's words, on small models that hold what rooms may come to hold."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Literal

import pytest
from pydantic import Field, field_validator

from declarations.base import Declaration, Tags
from declarations.loading import LoadingError, Place, render
from declarations.loading.validation import validate
from declarations.loading.yaml_document import read_yaml


class Circle(Declaration):
    """A shape with a centre."""

    kind: Literal["circle"]
    radius: Annotated[float, Field(gt=0, lt=10)]


class Square(Declaration):
    """A shape with sides."""

    kind: Literal["square"]
    side: Annotated[int, Field(multiple_of=2, le=10)]
    """Length of a side."""
    label: Annotated[str, Field(max_length=1)] | None = None


class Drawing(Declaration):
    """Shapes, each of one of several kinds, or its name alone."""

    shapes: dict[str, str | Circle | Square] = Field(default_factory=dict)
    first: Circle | Square | None = None
    points: list[Annotated[Decimal, Field(ge=0)]] = Field(default_factory=list)
    codes: tuple[
        Annotated[str, Field(pattern=r"^arn:aws:x$")] | Annotated[str, Field(pattern=r"^code:[0-9]+$")], ...
    ] = ()
    tags: Tags | None = None
    names: Annotated[tuple[str, ...], Field(max_length=1)] = ()
    colour: Annotated[str, Field(pattern="^#[0-9a-f]{6}$")] = "#000000"

    @field_validator("colour")
    @classmethod
    def _is_not_grey(cls, colour: str) -> str:
        if colour == "#888888":
            message = "grey is not seen."
            raise ValueError(message)
        return colour


def _refused(text: str) -> str:
    document = read_yaml(text, "drawing.yaml")
    with pytest.raises(LoadingError) as raised:
        validate(Drawing, document)
    for problem in raised.value.problems:
        assert "Square" not in problem.path
        assert "Circle" not in problem.path
    assert str(raised.value) == render(raised.value.problems)
    return " / ".join(
        f"{problem.line}:{problem.column} {problem.path}: {problem.text}" for problem in raised.value.problems
    )


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("shapes: {a: 5}", '1:13 shapes.a: 5 is read as a number, but text or a mapping is expected; quote it: "5"'),
        ("shapes: {a: [x]}", "1:13 shapes.a: found a list, but text or a mapping is expected"),
        (
            "shapes:\n  a: {kind: square, sied: 2}",
            (
                "2:21 shapes.a.sied: the key 'sied' is not known here; did you mean 'side'? "
                "allowed: 'kind', 'radius', 'side', 'label'"
            ),
        ),
        ("first: {kind: square, side: 3}", "1:29 first.side: found 3; it must be a multiple of 2"),
        ("first: {kind: square, side: 12}", "1:29 first.side: found 12; it must be at most 10"),
        ("first: {kind: square, side: 2.0}", "1:29 first.side: found 2.0, but a whole number is expected"),
        ("first: {kind: square}", "1:1 first.side: 'side' is missing: Length of a side"),
        ("first: {kind: circle, radius: 0}", "1:31 first.radius: found 0; it must be more than 0"),
        ("first: {kind: circle, radius: 10}", "1:31 first.radius: found 10; it must be less than 10"),
        ("first: {kind: circle, radius: large}", "1:31 first.radius: 'large' is text, but a number is expected"),
        ("first: {kind: circle}", "1:1 first.radius: 'radius' is missing"),
        (
            "first: {kind: square, side: 2, label: ab}",
            "1:39 first.label: 'ab' has 2 characters; at most 1 character is allowed",
        ),
        ("points: [1, -2]", "1:13 points[1]: found -2; it must be at least 0"),
        ("points: 7", "1:9 points: found 7, but a list is expected"),
        ("codes: [x]", "1:9 codes[0]: 'x' is not an ARN of the form ^arn:aws:x$"),
        ('tags: {"": x}', "1:8 tags['']: '' has no characters; at least 1 character is needed"),
        ("tags: {a b: 1}", "1:13 tags['a b']: 1 is read as a number, but text is expected; quote it: \"1\""),
        ("colour: red", "1:9 colour: 'red' does not match the pattern ^#[0-9a-f]{6}$"),
        ('colour: "#888888"', "1:9 colour: grey is not seen"),
        ("names: [a, b]", "1:8 names: found 2 entries; at most 1 entry is allowed"),
        ("names: {a: 1}", "1:8 names: found a mapping, but a list is expected"),
        (
            "name: x",
            (
                "1:1 name: the key 'name' is not known here; did you mean 'names'? "
                "allowed: 'shapes', 'first', 'points', 'codes', 'tags', 'names', 'colour'"
            ),
        ),
        ("tags: {<<: {a: b}, c: 1}", '1:23 tags.c: 1 is read as a number, but text is expected; quote it: "1"'),
    ],
)
def test_refusals_are_told(text: str, told: str) -> None:
    assert _refused(text) == told


@pytest.mark.parametrize(
    "text",
    [
        "shapes: {a: circle}",
        "first: {kind: circle, radius: 1}",
        "shapes: {a: {kind: square, side: 2}}",
        "codes: ['code:1']",
    ],
)
def test_each_branch_of_a_union_is_read(text: str) -> None:
    assert validate(Drawing, read_yaml(text, "drawing.yaml")).model_dump(exclude_defaults=True)


def test_problems_found_elsewhere_are_told_too() -> None:
    document = read_yaml("points: [1]", "drawing.yaml")
    elsewhere = document.problem(("points",), "are few")
    with pytest.raises(LoadingError, match=r"^drawing.yaml:1:9: points: are few"):
        validate(Drawing, document, [elsewhere])


def test_places_lead_to_the_nearest_value_around() -> None:
    document = read_yaml("a:\n  - b\nc:\n", "drawing.yaml")
    assert document.value_place(("a", 0, "x", "y")) == Place(2, 5)
    assert document.value_place(("c",)) == Place(3, 1)
    assert document.value_place(("x",)) == Place(1, 1)


def test_parser_that_cannot_say_where_is_told_at_the_top() -> None:
    with pytest.raises(LoadingError, match=r"^drawing.yaml:1:1: not YAML: .*control characters"):
        read_yaml("a: \x01", "drawing.yaml")
