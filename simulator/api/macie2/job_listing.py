"""Filtering and sorting of the list of jobs, as pure functions of the shown jobs.

Source: API ListJobsFilterCriteria, ListJobsSortCriteria.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any

from simulator.api.errors import invalid
from simulator.api.macie2.scoping import time_of

_COMPARATORS: Mapping[str, tuple[str, ...]] = {
    "jobType": ("EQ", "NE"),
    "jobStatus": ("EQ", "NE"),
    "createdAt": ("EQ", "NE", "GT", "GTE", "LT", "LTE"),
    "name": ("EQ", "NE", "CONTAINS", "STARTS_WITH"),
}
"""The comparators that each property allows."""
_ORDER: Mapping[str, Callable[[Any, Any], bool]] = {
    "EQ": operator.eq,
    "GT": operator.gt,
    "GTE": operator.ge,
    "LT": operator.lt,
    "LTE": operator.le,
}

Shown = Mapping[str, Any]


def filtered(jobs: Iterable[Shown], criteria: Mapping[str, Any]) -> list[Shown]:
    """Return the jobs that meet all conditions of *includes* and none of *excludes*.

    Args:
        jobs: The shown jobs.
        criteria: A ListJobsFilterCriteria; several values of a condition are alternatives.

    Raises:
        ApiError: ValidationException, when a property does not allow a comparator or a value.
    """
    included, excluded = criteria.get("includes", ()), criteria.get("excludes", ())
    for term in (*included, *excluded):
        _check(term)
    return [
        job
        for job in jobs
        if all(_holds(term, job) for term in included) and not any(_holds(term, job) for term in excluded)
    ]


def ordered(jobs: list[Shown], criteria: Mapping[str, Any]) -> list[Shown]:
    """Return the jobs in the order of a ListJobsSortCriteria; without one, the newest first."""
    name = criteria.get("attributeName", "createdAt")
    descending = criteria.get("orderBy", "ASC" if "attributeName" in criteria else "DESC") == "DESC"
    return sorted(jobs, key=lambda job: job[name], reverse=descending)


def _check(term: Mapping[str, Any]) -> None:
    if not term.get("key") or not term.get("comparator") or not term.get("values"):
        raise invalid("filterCriteria: a condition needs key, comparator and values")
    allowed = _COMPARATORS[term["key"]]
    if term["comparator"] not in allowed:
        raise invalid(f"filterCriteria: {term['key']} is compared by {', '.join(allowed)}; found {term['comparator']}")
    if term["key"] == "createdAt":
        for value in term["values"]:
            try:
                time_of(value)
            except ValueError:
                raise invalid(f"filterCriteria: a time is written as 2026-01-31T12:00:00Z; found {value!r}") from None


def _holds(term: Mapping[str, Any], job: Shown) -> bool:
    comparator, found = term["comparator"], job[term["key"]]
    if comparator == "NE":
        return all(found != _value(each, found) for each in term["values"])
    return any(_compared(comparator, found, _value(each, found)) for each in term["values"])


def _compared(comparator: str, found: Any, wanted: Any) -> bool:  # noqa: ANN401 - times or texts
    if comparator == "CONTAINS":
        return wanted in found
    if comparator == "STARTS_WITH":
        return bool(found.startswith(wanted))
    return _ORDER[comparator](found, wanted)


def _value(text: str, like: Any) -> Any:  # noqa: ANN401 - a time or a text
    return time_of(text) if isinstance(like, datetime) else text
