"""A view's `privacy_policy`: what may be learned from it, and what it must be joined on.

Source: bigquery/docs/analysis-rules, bigquery/docs/reference/standard-sql/data-definition-language#privacy_policy.
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from typing import Annotated, Any

from pydantic import Field, model_validator

from declarations.base import Declaration, Problem
from declarations.bigquery.names import ColumnPath, ViewColumnName

Epsilon = Annotated[float, Field(ge=0.001, le=1e15)]
"""A privacy loss ε; 0.001 to 1e15."""


class PolicyKind(StrEnum):
    """The three analysis rules of BigQuery: which policy a view's rule is about."""

    AGGREGATION_THRESHOLD = "AGGREGATION_THRESHOLD"
    DIFFERENTIAL_PRIVACY = "DIFFERENTIAL_PRIVACY"
    LIST_OVERLAP = "LIST_OVERLAP"
    """A join restriction alone."""


class JoinCondition(StrEnum):
    """What a join restriction requires of a query."""

    JOIN_ANY = "JOIN_ANY"
    """At least one of the columns must be joined on."""
    JOIN_ALL = "JOIN_ALL"
    """All of the columns must be inner joined on."""
    JOIN_NOT_REQUIRED = "JOIN_NOT_REQUIRED"
    """A join is optional and may use only these columns."""
    JOIN_BLOCKED = "JOIN_BLOCKED"
    """No join at all."""


class AggregationThresholdPolicy(Declaration):
    """Output rows to which too few privacy units contribute are left out."""

    threshold: Annotated[int, Field(ge=1, le=2**63 - 1)]
    """Fewest distinct privacy units behind an output row; at least 1 (which protects nothing)."""
    privacy_unit_column: ColumnPath
    """The column whose values are the privacy units; in JSON also `privacy_unit_columns`, one column all the same."""

    @model_validator(mode="before")
    @classmethod
    def _read_plural(cls, value: Any) -> Any:  # noqa: ANN401 - whatever was given, before it is judged
        """Accept `privacy_unit_columns`, the DDL page's spelling, which also holds a single column."""
        if isinstance(value, dict) and "privacy_unit_columns" in value and "privacy_unit_column" not in value:
            rest = {name: member for name, member in value.items() if name != "privacy_unit_columns"}
            return {**rest, "privacy_unit_column": value["privacy_unit_columns"]}
        return value


class DifferentialPrivacyPolicy(Declaration):
    """Answers are noisy, and all queries together may cost no more than a budget."""

    privacy_unit_column: ColumnPath
    """The column whose values are the privacy units."""
    max_epsilon_per_query: Epsilon
    """Most ε that one query may ask for; what a query costs that states none."""
    epsilon_budget: Epsilon
    """ε of all queries together; more than *max_epsilon_per_query*."""
    delta_per_query: Annotated[float, Field(ge=1e-15, le=1)]
    """δ that every query costs; 1e-15 to 1."""
    delta_budget: Annotated[float, Field(ge=1e-15, le=1000)]
    """δ of all queries together; 1e-15 to 1000 and more than *delta_per_query*."""
    max_groups_contributed: Annotated[int, Field(ge=0, le=2**63 - 1)] | None = None
    """Most groups of a result that one unit counts in; absent: what the query says, by default 1."""

    def problems(self) -> Iterator[Problem]:
        """Refuse a budget that is not larger than what one query may cost."""
        for budget, cost in (("epsilon_budget", "max_epsilon_per_query"), ("delta_budget", "delta_per_query")):
            have, need = getattr(self, budget), getattr(self, cost)
            if have <= need:
                yield Problem((budget,), f"{budget} must be larger than {cost}; found {have:g}, not above {need:g}")


class JoinRestrictionPolicy(Declaration):
    """What a query must join the view on, or may."""

    join_condition: JoinCondition
    """What is asked."""
    join_allowed_columns: tuple[ViewColumnName, ...] | None = None
    """The columns, in the order in which messages name them; absent with JOIN_BLOCKED."""

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that may be joined on; none when absent."""
        return self.join_allowed_columns or ()

    def problems(self) -> Iterator[Problem]:
        """Reject columns where none are allowed, and a lack of columns where some are required.

        JOIN_NOT_REQUIRED without columns can be declared, as in BigQuery; every query on such a view then fails.
        """
        needs_columns = self.join_condition in (JoinCondition.JOIN_ANY, JoinCondition.JOIN_ALL)
        at = ("join_allowed_columns",)
        if self.join_condition is JoinCondition.JOIN_BLOCKED and self.columns:
            yield Problem(at, f"must not be set with JOIN_BLOCKED; found {', '.join(map(repr, self.columns))}")
        if needs_columns and not self.columns:
            yield Problem(at, f"must name at least one column with {self.join_condition}; found none")


class PrivacyPolicy(Declaration):
    """The analysis rule of a view: a threshold or differential privacy, a join restriction, or one with the other."""

    aggregation_threshold_policy: AggregationThresholdPolicy | None = None
    """The threshold, of an aggregation threshold rule."""
    differential_privacy_policy: DifferentialPrivacyPolicy | None = None
    """Noise and budget, of a differential privacy rule."""
    join_restriction_policy: JoinRestrictionPolicy | None = None
    """The join restriction; alone it makes a list overlap rule."""

    def problems(self) -> Iterator[Problem]:
        """Reject combinations that do not form an analysis rule."""
        threshold, private = self.aggregation_threshold_policy, self.differential_privacy_policy
        join = self.join_restriction_policy
        if threshold is not None and private is not None:
            yield Problem(
                (),
                "aggregation_threshold_policy and differential_privacy_policy exclude each other; keep one of them",
            )
        if threshold is None and private is None:
            yield from _list_overlap_problems(join)

    @property
    def kind(self) -> PolicyKind:
        """Which analysis rule it is."""
        if self.aggregation_threshold_policy is not None:
            return PolicyKind.AGGREGATION_THRESHOLD
        return PolicyKind.DIFFERENTIAL_PRIVACY if self.differential_privacy_policy else PolicyKind.LIST_OVERLAP

    @property
    def privacy_unit_column(self) -> str | None:
        """The column whose values are the privacy units; None for a list overlap rule."""
        holder = self.aggregation_threshold_policy or self.differential_privacy_policy
        return holder.privacy_unit_column if holder is not None else None


def _list_overlap_problems(join: JoinRestrictionPolicy | None) -> Iterator[Problem]:
    if join is None:
        names = ", ".join(PrivacyPolicy.model_fields)
        yield Problem((), f"a privacy policy holds at least one of {names}; found none")
    elif join.join_condition in (JoinCondition.JOIN_BLOCKED, JoinCondition.JOIN_NOT_REQUIRED):
        message = f"{join.join_condition} needs a threshold or differential privacy beside it; alone, a join "
        yield Problem(("join_restriction_policy", "join_condition"), message + "restriction takes JOIN_ANY or JOIN_ALL")
