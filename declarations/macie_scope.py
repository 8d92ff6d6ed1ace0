"""Which buckets and objects a classification job of Amazon Macie analyses.

Source: API S3JobDefinition, Scoping, S3BucketCriteriaForJob; Macie userguide/discovery-jobs-scope.
"""

from __future__ import annotations

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


class SimpleScopeTerm(Declaration):
    """A condition on a property of objects; several values are alternatives. Source: API SimpleScopeTerm."""

    comparator: JobComparator | None = None
    """How the property is compared."""
    key: ScopeFilterKey | None = None
    """The property."""
    values: tuple[str, ...] | None = None
    """What it is compared with: sizes in bytes, times as ISO 8601."""

    def problems(self) -> Iterator[Problem]:
        """The comparator fits the property, and the values fit it, too."""
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
            if self.key == "OBJECT_SIZE" and not (value.isascii() and value.isdigit()):
                yield Problem(("values", index), f"a size is a number of bytes; found {value!r}")
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
        """Tags are equal or not."""
        if self.key != "TAG":
            yield Problem(("key",), f"the key of a condition on tags is TAG; found {self.key}")
        yield from _tag_problems(self.comparator, self.tag_values)


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
        """The condition is complete; properties of buckets are equal or not."""
        if self.key is None or not self.values:
            yield Problem((), "a criterion needs key, comparator and values")
        if self.comparator not in _EQUALITY:
            yield Problem(("comparator",), f"buckets are compared by EQ, NE; found {self.comparator}")


class TagCriterion(Declaration):
    """A condition on the tags of buckets; several tags are alternatives. Source: API TagCriterionForJob."""

    comparator: JobComparator | None = None
    """EQ or NE."""
    tag_values: tuple[TagValuePair, ...] | None = None
    """The tags: a key, a value, or both."""

    def problems(self) -> Iterator[Problem]:
        """Tags are equal or not."""
        yield from _tag_problems(self.comparator, self.tag_values)


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
    """Whether *text* is a time as ISO 8601."""
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
