"""Criteria for findings and buckets: conditions on properties, which are named by their path.

Source: API FindingCriteria, CriterionAdditionalProperties, BucketCriteriaAdditionalProperties.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any

from botocore.model import ListShape, Shape, StructureShape

from simulator.api.errors import invalid

_ORDER: Mapping[str, Callable[[Any, Any], bool]] = {
    "gt": operator.gt,
    "gte": operator.ge,
    "lt": operator.lt,
    "lte": operator.le,
}


def check_paths(criteria: Mapping[str, Any], shape: Shape) -> None:
    """Refuse properties that *shape* does not have.

    Raises:
        ApiError: ValidationException.
    """
    for path in criteria:
        check_path(path, shape)


def check_path(path: str, shape: Shape) -> None:
    """Refuse a property that *shape* does not have.

    Raises:
        ApiError: ValidationException.
    """
    inner = shape
    for name in path.split("."):
        while isinstance(inner, ListShape):
            inner = inner.member
        if not isinstance(inner, StructureShape) or name not in inner.members:
            raise invalid(f"{path!r} is not a property that can be used here")
        inner = inner.members[name]


def meets_all(criteria: Mapping[str, Mapping[str, Any]], body: Mapping[str, Any]) -> bool:
    """Return whether a finding or a bucket meets every condition."""
    return all(_meets(condition, list(values_at(body, path))) for path, condition in criteria.items())


def values_at(body: Any, path: str) -> Iterator[Any]:  # noqa: ANN401 - JSON with times
    """Yield the values of a property: several if its path leads through lists."""
    if isinstance(body, (list, tuple)):
        for each in body:
            yield from values_at(each, path)
    elif not path:
        if body is not None:
            yield body
    elif isinstance(body, Mapping):
        name, _, rest = path.partition(".")
        yield from values_at(body.get(name), rest)


def sort_key(body: Mapping[str, Any], path: str) -> tuple[bool, Any]:
    """Return a sort key for a property; bodies without the property come first."""
    found = next(values_at(body, path), None)
    return found is not None, "" if found is None else found


def _meets(condition: Mapping[str, Any], found: list[Any]) -> bool:
    texts = {_text(each) for each in found}
    return all(_holds(name, wanted, found, texts) for name, wanted in condition.items())


def _holds(name: str, wanted: Any, found: list[Any], texts: set[str]) -> bool:  # noqa: ANN401 - by the operator
    if name == "eq":
        return bool(texts.intersection(wanted))
    if name == "eqExactMatch":
        return texts == set(wanted)
    if name == "neq":
        return not texts.intersection(wanted)
    if name == "prefix":
        return any(each.startswith(wanted) for each in texts)
    return any(_ORDER[name](_number(each), wanted) for each in found if _number(each) is not None)


def _text(value: Any) -> str:  # noqa: ANN401 - a scalar
    return str(value).lower() if isinstance(value, bool) else str(value)


def _number(value: Any) -> float | None:  # noqa: ANN401 - a scalar
    """Return a number, or a time as milliseconds since 1970, as the API compares them; None for anything else."""
    if isinstance(value, datetime):
        return value.timestamp() * 1000
    return value if isinstance(value, (int, float)) and not isinstance(value, bool) else None
