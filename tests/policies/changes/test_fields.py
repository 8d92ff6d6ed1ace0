"""Every field of every declaration in a room is classified, and nothing else is."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, get_args

import pytest

from declarations.base import Declaration
from declarations.clean_room import CleanRoom
from policies.changes.effects import Either, Nested, Neutral
from policies.changes.fields import FIELDS


def _declarations(annotation: Any) -> Iterator[type[Declaration]]:  # noqa: ANN401 - any annotation
    if isinstance(annotation, type) and issubclass(annotation, Declaration):
        yield annotation
    for part in get_args(annotation):
        yield from _declarations(part)


def _nested(model: type[Declaration], found: dict[str, type[Declaration]]) -> dict[str, type[Declaration]]:
    """Collect the declarations that are compared field by field, from a room down."""
    if model.__name__ not in found:
        found[model.__name__] = model
        for name, field in model.model_fields.items():
            if isinstance(FIELDS[model.__name__][name], Nested):
                for inner in _declarations(field.annotation):
                    _nested(inner, found)
    return found


COMPARED = _nested(CleanRoom, {})


def test_every_declaration_that_is_compared_is_listed_and_no_other() -> None:
    assert set(COMPARED) == set(FIELDS)


@pytest.mark.parametrize("model", COMPARED.values(), ids=COMPARED)
def test_every_field_is_classified_and_no_other(model: type[Declaration]) -> None:
    assert set(model.model_fields) == set(FIELDS[model.__name__])


@pytest.mark.parametrize(
    ("model", "name"),
    [
        (model, name)
        for model, declaration in COMPARED.items()
        for name, field in declaration.model_fields.items()
        if list(_declarations(field.annotation))
    ],
)
def test_declarations_are_taken_apart_or_may_loosen_as_a_whole(model: str, name: str) -> None:
    comparison = FIELDS[model][name]
    takes_apart = isinstance(comparison, (Nested, Either)) or name in {"aggregate_columns", "query_constraints"}
    assert takes_apart or comparison == Neutral("who pays")


def test_whatever_is_neutral_says_why() -> None:
    assert all(one.reason for fields in FIELDS.values() for one in fields.values() if isinstance(one, Neutral))
