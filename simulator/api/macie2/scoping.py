"""Which buckets and objects a job analyses: criteria as pure functions of buckets and objects.

All conditions of a block must hold; the values of a condition are alternatives; exclusion takes precedence.

Source: API S3JobDefinition; userguide/discovery-jobs-scope.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from simulator.api.macie2.inventory import HeldBucket, HeldObject

_ORDER: Mapping[str, Callable[[Any, Any], bool]] = {
    "EQ": operator.eq,
    "NE": operator.ne,
    "GT": operator.gt,
    "GTE": operator.ge,
    "LT": operator.lt,
    "LTE": operator.le,
}


def in_scope(scoping: Mapping[str, Any] | None, held: HeldObject) -> bool:
    """Return whether an object meets the Scoping of a job; without one, every object does."""
    return _selected(scoping or {}, lambda term: _object_term(term, held))


def meets(criteria: Mapping[str, Any] | None, bucket: HeldBucket) -> bool:
    """Return whether a bucket meets the criteria of a job or of a search; without any, every bucket does."""
    return _selected(criteria or {}, lambda term: _bucket_term(term, bucket))


def _selected(blocks: Mapping[str, Any], holds: Callable[[Mapping[str, Any]], bool]) -> bool:
    included = blocks.get("includes", {}).get("and") or ()
    excluded = blocks.get("excludes", {}).get("and") or ()
    return all(map(holds, included)) and not (excluded and all(map(holds, excluded)))


def _object_term(term: Mapping[str, Any], held: HeldObject) -> bool:
    if "tagScopeTerm" in term:
        stated = term["tagScopeTerm"]
        return _tags(stated["tagValues"], held.tags, any_key=False) is _wants_equal(stated)
    stated = term["simpleScopeTerm"]
    key, comparator, values = stated["key"], stated["comparator"], stated["values"]
    if key == "OBJECT_KEY":
        return held.key.startswith(tuple(values))
    if key == "OBJECT_EXTENSION":
        return (held.extension in values) is _wants_equal(stated)
    if key == "OBJECT_SIZE":
        return _ORDER[comparator](held.size, int(values[0]))
    return _ORDER[comparator](held.modified.replace(microsecond=0), time_of(values[0]))


def _bucket_term(term: Mapping[str, Any], bucket: HeldBucket) -> bool:
    if "tagCriterion" in term:
        stated = term["tagCriterion"]
        return _tags(stated["tagValues"], bucket.tags, any_key=True) is _wants_equal(stated)
    stated = term["simpleCriterion"]
    facts = {
        "ACCOUNT_ID": bucket.account,
        "S3_BUCKET_NAME": bucket.name,
        "S3_BUCKET_EFFECTIVE_PERMISSION": bucket.effective_permission,
        "S3_BUCKET_SHARED_ACCESS": bucket.shared_access,
        "AUTOMATED_DISCOVERY_MONITORING_STATUS": "NOT_MONITORED",
    }
    return (facts[stated["key"]] in stated["values"]) is _wants_equal(stated)


def _wants_equal(term: Mapping[str, Any]) -> bool:
    return bool(term["comparator"] == "EQ")


def _tags(wanted: Iterable[Mapping[str, str]], held: Mapping[str, str], *, any_key: bool) -> bool:
    """Return whether one of the wanted tags is held; with *any_key*, a value without a key matches under any key."""
    for each in wanted:
        key, value = each.get("key", ""), each.get("value", "")
        if key in held and value in ("", held[key]):
            return True
        if any_key and not key and value in held.values():
            return True
    return False


def time_of(text: str) -> datetime:
    """Return the time of a text in ISO 8601; without an offset, it is in UTC."""
    moment = datetime.fromisoformat(text)
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment
