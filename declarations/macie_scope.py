"""Which buckets and objects a classification job of Amazon Macie analyses.

Source: API S3JobDefinition, Scoping, S3BucketCriteriaForJob; Macie userguide/discovery-jobs-scope.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from declarations.base import AccountId, Declaration, Problem
from declarations.quotas import exceeded

JobComparator = Literal["EQ", "GT", "GTE", "LT", "LTE", "NE", "CONTAINS", "STARTS_WITH"]
"""How a value is compared. Source: API JobComparator."""

ScopeFilterKey = Literal["OBJECT_EXTENSION", "OBJECT_LAST_MODIFIED_DATE", "OBJECT_SIZE", "OBJECT_KEY"]
"""A property of an object. Source: API ScopeFilterKey."""

BucketFilterKey = Literal["ACCOUNT_ID", "S3_BUCKET_NAME", "S3_BUCKET_EFFECTIVE_PERMISSION", "S3_BUCKET_SHARED_ACCESS"]
"""A property of a bucket. Source: API SimpleCriterionKeyForJob."""

_MOST_SHOWN = 100
"""Characters of a value that a message repeats."""
_EQUALITY = ("EQ", "NE")
_ORDER = ("EQ", "GT", "GTE", "LT", "LTE", "NE")
_COMPARATORS = {
    "OBJECT_EXTENSION": _EQUALITY,
    "OBJECT_KEY": ("STARTS_WITH",),
    "OBJECT_LAST_MODIFIED_DATE": _ORDER,
    "OBJECT_SIZE": _ORDER,
}
"""The comparators of each property of an object. Source: API SimpleScopeTerm."""
_SEVERAL = ("OBJECT_EXTENSION", "OBJECT_KEY")
"""The properties that may be compared with several values."""
_SIZE = re.compile(r"[0-9]{1,19}")
"""A number of bytes; 64 bits have no more digits."""
_TIME = re.compile(r"\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d{1,6})?)?(Z|[+-]\d\d:\d\d)?)?", re.ASCII)
"""The extended format of ISO 8601: a date, or a date and a time."""
_BUCKET_NAME = r"[A-Za-z0-9._-]{3,255}"
"""A bucket name, including old names with capitals. Source: AmazonS3 userguide/bucketnamingrules."""
_BUCKET_VALUES = {
    "ACCOUNT_ID": (r"[0-9]{12}", "an account id of 12 digits"),
    "S3_BUCKET_NAME": (_BUCKET_NAME, "the name of a bucket"),
    "S3_BUCKET_EFFECTIVE_PERMISSION": ("PUBLIC|NOT_PUBLIC|UNKNOWN", "PUBLIC, NOT_PUBLIC or UNKNOWN"),
    "S3_BUCKET_SHARED_ACCESS": (
        "EXTERNAL|INTERNAL|NOT_SHARED|UNKNOWN",
        "EXTERNAL, INTERNAL, NOT_SHARED or UNKNOWN",
    ),
}
"""What each property of a bucket may be compared with. Source: API BucketPublicAccess, BucketMetadata."""


class SimpleScopeTerm(Declaration):
    """A condition on a property of objects; several values are alternatives. Source: API SimpleScopeTerm."""

    comparator: JobComparator | None = None
    """How the property is compared."""
    key: ScopeFilterKey | None = None
    """The property."""
    values: tuple[str, ...] | None = None
    """What it is compared with: sizes in bytes, times as ISO 8601."""

    def problems(self) -> Iterator[Problem]:
        """The comparator and the values fit the property."""
        if self.key is None or self.comparator is None or not self.values:
            yield Problem((), "a condition needs key, comparator and values")
            return
        allowed = _COMPARATORS[self.key]
        if self.comparator not in allowed:
            message = f"{self.key} is compared by {', '.join(allowed)}; found {self.comparator}"
            yield Problem(("comparator",), message)
        if len(self.values) > 1 and self.key not in _SEVERAL:
            yield Problem(("values",), f"{self.key} is compared with one value; found {len(self.values)}")
        for index, value in enumerate(self.values):
            if self.key == "OBJECT_SIZE" and not _SIZE.fullmatch(value):
                found = repr(value) if len(value) <= _MOST_SHOWN else f"{len(value)} characters"
                yield Problem(("values", index), f"a size is a number of bytes; found {found}")
            if self.key == "OBJECT_LAST_MODIFIED_DATE" and not is_time(value):
                yield Problem(("values", index), f"a time is written as 2026-01-31T12:00:00Z; found {value!r}")


class TagValuePair(Declaration):
    """A tag, or a tag's key with an empty value. Source: API TagValuePair, TagCriterionPairForJob."""

    key: str | None = None
    """The tag's key."""
    value: str | None = None
    """The tag's value; empty for any."""


class TagScopeTerm(Declaration):
    """A condition on the tags of objects; several tags are alternatives. Source: API TagScopeTerm."""

    comparator: JobComparator | None = None
    """EQ or NE."""
    key: str | None = None
    """Always TAG."""
    tag_values: tuple[TagValuePair, ...] | None = None
    """The tags."""
    target: Literal["S3_OBJECT"] | None = None
    """What has the tags."""

    def problems(self) -> Iterator[Problem]:
        """Tags are compared only with EQ and NE, and have keys."""
        if self.key != "TAG":
            yield Problem(("key",), f"the key of a condition on tags is TAG; found {self.key}")
        yield from _tag_problems(self.comparator, self.tag_values)
        for index, each in enumerate(self.tag_values or ()):
            if not each.key:
                yield Problem(("tag_values", index), "a condition on an object's tags names the tag's key")


class JobScopeTerm(Declaration):
    """One condition on objects. Source: API JobScopeTerm."""

    simple_scope_term: SimpleScopeTerm | None = None
    """A condition on a property."""
    tag_scope_term: TagScopeTerm | None = None
    """A condition on tags."""

    def problems(self) -> Iterator[Problem]:
        """Exactly one of the two is present."""
        yield from _one_of(self, "simple_scope_term", "tag_scope_term")


class JobScopingBlock(Declaration):
    """Conditions that hold together. Source: API JobScopingBlock."""

    and_: Annotated[tuple[JobScopeTerm, ...] | None, Field(alias="and")] = None
    """The conditions."""


class Scoping(Declaration):
    """Which objects are analysed; exclusion wins. Source: API Scoping."""

    excludes: JobScopingBlock | None = None
    """Objects that meet all of these conditions are left out."""
    includes: JobScopingBlock | None = None
    """Only objects that meet all of these conditions are analysed."""


class SimpleCriterion(Declaration):
    """A condition on a property of buckets; several values are alternatives. Source: API SimpleCriterionForJob."""

    comparator: JobComparator | None = None
    """EQ or NE."""
    key: BucketFilterKey | None = None
    """The property."""
    values: tuple[str, ...] | None = None
    """What it is compared with."""

    def problems(self) -> Iterator[Problem]:
        """The condition is complete; buckets are compared only with EQ and NE."""
        if self.key is None or not self.values:
            yield Problem((), "a criterion needs key, comparator and values")
        if self.comparator not in _EQUALITY:
            yield Problem(("comparator",), f"buckets are compared by EQ, NE; found {self.comparator}")
        for index, value in enumerate(self.values or () if self.key is not None else ()):
            pattern, allowed = _BUCKET_VALUES[str(self.key)]
            if not re.fullmatch(pattern, value):
                yield Problem(("values", index), f"{self.key} is compared with {allowed}; found {value!r}")


class TagCriterion(Declaration):
    """A condition on the tags of buckets; several tags are alternatives. Source: API TagCriterionForJob."""

    comparator: JobComparator | None = None
    """EQ or NE."""
    tag_values: tuple[TagValuePair, ...] | None = None
    """The tags: a key, a value, or both."""

    def problems(self) -> Iterator[Problem]:
        """Tags are compared only with EQ and NE, and have a key or a value."""
        yield from _tag_problems(self.comparator, self.tag_values)
        for index, each in enumerate(self.tag_values or ()):
            if not each.key and not each.value:
                yield Problem(("tag_values", index), "a condition on a bucket's tags names a key, a value or both")


class BucketCriterion(Declaration):
    """One condition on buckets. Source: API CriteriaForJob."""

    simple_criterion: SimpleCriterion | None = None
    """A condition on a property."""
    tag_criterion: TagCriterion | None = None
    """A condition on tags."""

    def problems(self) -> Iterator[Problem]:
        """Exactly one of the two is present."""
        yield from _one_of(self, "simple_criterion", "tag_criterion")


class CriteriaBlock(Declaration):
    """Conditions that hold together. Source: API CriteriaBlockForJob."""

    and_: Annotated[tuple[BucketCriterion, ...] | None, Field(alias="and")] = None
    """The conditions."""


class BucketCriteria(Declaration):
    """Which buckets are analysed, found out at each run; exclusion wins. Source: API S3BucketCriteriaForJob."""

    excludes: CriteriaBlock | None = None
    """Buckets that meet all of these conditions are left out."""
    includes: CriteriaBlock | None = None
    """Only buckets that meet all of these conditions are analysed."""


class BucketDefinition(Declaration):
    """Buckets of one account. Source: API S3BucketDefinitionForJob."""

    account_id: AccountId
    """The account that owns them."""
    buckets: tuple[str, ...]
    """Their names."""

    def problems(self) -> Iterator[Problem]:
        """At least one bucket is named, and the names are valid."""
        if not self.buckets:
            yield Problem(("buckets",), "at least one bucket must be named; found none")
        for index, name in enumerate(self.buckets):
            if not re.fullmatch(_BUCKET_NAME, name):
                yield Problem(("buckets", index), f"{name!r} cannot be the name of a bucket")


class S3JobDefinition(Declaration):
    """What a job analyses. Source: API S3JobDefinition."""

    bucket_criteria: BucketCriteria | None = None
    """Which buckets, found out at each run."""
    bucket_definitions: tuple[BucketDefinition, ...] | None = None
    """Which buckets, by name."""
    scoping: Scoping | None = None
    """Which of their objects; all when absent."""

    def problems(self) -> Iterator[Problem]:
        """Buckets are named or described, not both; and not too many are named."""
        if (self.bucket_criteria is None) == (not self.bucket_definitions):
            found = "none" if self.bucket_criteria is None else "both"
            yield Problem((), f"exactly one of bucketCriteria, bucketDefinitions must be present; found {found}")
        named = sum(len(each.buckets) for each in self.bucket_definitions or ())
        if message := exceeded("macie_buckets_per_job", named):
            yield Problem(("bucket_definitions",), message)


def is_time(text: str) -> bool:
    """Return whether *text* is a time in the extended format of ISO 8601."""
    if not _TIME.fullmatch(text):
        return False
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return True


def _tag_problems(comparator: JobComparator | None, tags: tuple[TagValuePair, ...] | None) -> Iterator[Problem]:
    if comparator not in _EQUALITY:
        yield Problem(("comparator",), f"tags are compared by EQ, NE; found {comparator}")
    if not tags:
        yield Problem(("tag_values",), "a condition on tags needs at least one tag")


def _one_of(term: Declaration, *names: str) -> Iterator[Problem]:
    present = [name for name in names if getattr(term, name) is not None]
    if len(present) != 1:
        allowed = ", ".join(str(type(term).model_fields[name].alias) for name in names)
        yield Problem((), f"exactly one of {allowed} must be present; found {len(present)}")
