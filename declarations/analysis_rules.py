"""The analysis rules: what a table's owner lets others do with it.

Source: https://docs.aws.amazon.com/clean-rooms/latest/userguide/analysis-rules.html and the API shapes of these names.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field

from declarations.base import AccountId, AnalysisRuleColumnName, Choice, Declaration, Problem, sized
from declarations.custom_rule import (
    AggregationThreshold,
    AnalysisRuleCustom,
    ComparisonControls,
    DifferentialPrivacyColumn,
    DifferentialPrivacyConfiguration,
    IntermediateTableAnalysisRuleCustom,
    OutputColumnThreshold,
)
from declarations.naming import listed
from declarations.quotas import exceeded
from declarations.rule_vocabulary import (
    AdditionalAnalyses,
    AdditionalAnalysesResourceArn,
    AggregateFunctionName,
    AnalysisRuleType,
    AnalysisTemplateArnOrQueryWildcard,
    JoinOperator,
    NamedColumn,
    ScalarFunction,
    named,
)

__all__ = [
    "AdditionalAnalyses",
    "AdditionalAnalysesResourceArn",
    "AggregateColumn",
    "AggregateFunctionName",
    "AggregationConstraint",
    "AggregationThreshold",
    "AnalysisRule",
    "AnalysisRuleAggregation",
    "AnalysisRuleCustom",
    "AnalysisRuleIdMappingTable",
    "AnalysisRuleList",
    "AnalysisRulePolicy",
    "AnalysisRuleType",
    "AnalysisTemplateArnOrQueryWildcard",
    "AssociationAnalysisRule",
    "ComparisonControls",
    "DifferentialPrivacyColumn",
    "DifferentialPrivacyConfiguration",
    "IntermediateTableAnalysisRuleCustom",
    "JoinOperator",
    "OutputColumnThreshold",
    "QueryConstraint",
    "QueryConstraintRequireOverlap",
    "ScalarFunction",
    "rule_of",
    "size_problems",
]


def _overlap(member: str, columns: Iterable[str], others: Iterable[str], categories: str) -> Iterator[Problem]:
    taken = set(others)
    for path, column in named(member, columns):
        if column in taken:
            yield Problem(path, f"{column!r} cannot be both {categories} column")


class AggregateColumn(Declaration):
    """Columns and the one function that may be computed over them. Source: API AggregateColumn."""

    column_names: Annotated[tuple[AnalysisRuleColumnName, ...], sized(1)]
    """The columns; at least one."""
    function: AggregateFunctionName
    """What may be computed; COUNT does not grant COUNT_DISTINCT, nor the reverse."""


class AggregationConstraint(Declaration):
    """A minimum that every output row must reach, or it is dropped silently. Source: API AggregationConstraint."""

    column_name: AnalysisRuleColumnName
    """Any column of the table, in a category of the rule or not."""
    minimum: Annotated[int, Field(strict=True, ge=2, le=100_000)]
    """Fewest distinct values behind a row, inclusive; 2 to 100,000."""
    type: Literal["COUNT_DISTINCT"]
    """COUNT_DISTINCT is the only kind."""


class AnalysisRuleAggregation(Declaration):
    """Statistics without row-level data. Source: userguide/analysis-rules-aggregation, API AnalysisRuleAggregation."""

    rule_type: ClassVar[AnalysisRuleType] = AnalysisRuleType.AGGREGATION

    aggregate_columns: Annotated[tuple[AggregateColumn, ...], sized(1)]
    """Which function may be computed over which columns."""
    join_columns: tuple[AnalysisRuleColumnName, ...]
    """Columns for INNER JOIN ... ON; may be empty."""
    dimension_columns: tuple[AnalysisRuleColumnName, ...]
    """Columns to select, filter, group and order by; may be empty."""
    scalar_functions: tuple[ScalarFunction, ...]
    """Functions that may be applied to dimension columns; may be empty."""
    output_constraints: Annotated[tuple[AggregationConstraint, ...], sized(1)]
    """Minimums that every output row must reach, all of them."""
    join_required: Literal["QUERY_RUNNER"] | None = None
    """QUERY_RUNNER: the table must be inner-joined with one of the query runner. Absent: it may be queried alone."""
    allowed_join_operators: Annotated[tuple[JoinOperator, ...], sized(0, 2)] | None = None
    """How match conditions may be combined; absent means AND only."""
    additional_analyses: AdditionalAnalyses | None = None
    """Whether results may go into an additional analysis."""

    def problems(self) -> Iterator[Problem]:
        """A dimension column is in no other category; aggregate and join columns may overlap."""
        aggregated = [name for column in self.aggregate_columns for name in column.column_names]
        yield from _overlap("dimension_columns", self.dimension_columns, aggregated, "aggregate and dimension")
        yield from _overlap("dimension_columns", self.dimension_columns, self.join_columns, "join and dimension")

    def named_columns(self) -> Iterator[NamedColumn]:
        """Yield every column that the rule names, with its path."""
        for index, aggregate in enumerate(self.aggregate_columns):
            for path, column in named("column_names", aggregate.column_names):
                yield ("aggregate_columns", index, *path), column
        yield from named("join_columns", self.join_columns)
        yield from named("dimension_columns", self.dimension_columns)
        for index, constraint in enumerate(self.output_constraints):
            yield ("output_constraints", index, "column_name"), constraint.column_name


class AnalysisRuleList(Declaration):
    """Row-level lists of overlap. Source: userguide/analysis-rules-list, API AnalysisRuleList."""

    rule_type: ClassVar[AnalysisRuleType] = AnalysisRuleType.LIST

    join_columns: Annotated[tuple[AnalysisRuleColumnName, ...], sized(1)]
    """Columns for INNER JOIN ... ON; at least one."""
    list_columns: tuple[AnalysisRuleColumnName, ...]
    """Columns to select and filter by."""
    allowed_join_operators: Annotated[tuple[JoinOperator, ...], sized(0, 2)] | None = None
    """How match conditions may be combined; absent means AND only."""
    additional_analyses: AdditionalAnalyses | None = None
    """Whether results may go into an additional analysis."""

    def problems(self) -> Iterator[Problem]:
        """A column is in one category only."""
        yield from _overlap("list_columns", self.list_columns, self.join_columns, "join and list")

    def named_columns(self) -> Iterator[NamedColumn]:
        """Yield every column that the rule names, with its path."""
        yield from named("join_columns", self.join_columns)
        yield from named("list_columns", self.list_columns)


AnalysisRule = AnalysisRuleAggregation | AnalysisRuleList | AnalysisRuleCustom
"""Any rule of a configured table."""


class QueryConstraintRequireOverlap(Declaration):
    """Columns that must be joined to a collaboration table. Source: API QueryConstraintRequireOverlap."""

    columns: tuple[AnalysisRuleColumnName, ...] | None = None
    """The columns; absent means both join columns."""


class QueryConstraint(Declaration):
    """A condition on queries over an ID mapping table. Source: API QueryConstraint."""

    require_overlap: QueryConstraintRequireOverlap
    """Overlap that the query must enforce."""


class AnalysisRuleIdMappingTable(Declaration):
    """The rule of an ID mapping table, made by the service. Source: userguide/analysis-rules-id-mapping-table."""

    join_columns: Annotated[tuple[AnalysisRuleColumnName, ...], sized(2, 2)]
    """The source and the target id column."""
    query_constraints: Annotated[tuple[QueryConstraint, ...], sized(0, 1)]
    """At most one overlap constraint."""
    dimension_columns: tuple[AnalysisRuleColumnName, ...] | None = None
    """Id columns whose protection was lifted."""

    def problems(self) -> Iterator[Problem]:
        """The join columns differ; a required overlap names join columns, none of them a dimension column."""
        if len(set(self.join_columns)) < len(self.join_columns):
            yield Problem(("join_columns",), f"the source and the target are both {self.join_columns[0]!r}")
        for index, constraint in enumerate(self.query_constraints):
            named_here = constraint.require_overlap.columns
            required = self.join_columns if named_here is None else named_here
            path = ("query_constraints", index, "require_overlap", "columns")
            for position, column in enumerate(required):
                if column not in self.join_columns:
                    yield Problem((*path, position), f"{column!r} is no join column ({listed(self.join_columns)})")
            lifted = [column for column in self.dimension_columns or () if column in required]
            if lifted:
                yield Problem(path, f"{lifted[0]!r} is a dimension column, so its overlap cannot be required")


class AssociationAnalysisRule(Declaration):
    """The collaboration analysis rule of an association: who may receive results, and what may consume them.

    Source: userguide/add-collaboration-analysis-rule, API ConfiguredTableAssociationAnalysisRule*.
    """

    allowed_result_receivers: tuple[AccountId, ...] | None = None
    """Accounts that may receive results of queries on this table."""
    allowed_additional_analyses: Annotated[tuple[AdditionalAnalysesResourceArn, ...], sized(0, 25)] | None = None
    """Additional analyses that may consume such results."""


def size_problems(policy: Declaration) -> Iterator[Problem]:
    """Yield a problem if the JSON of *policy* exceeds the service's size limit."""
    size = len(f'{{"v1":{policy.model_dump_json(by_alias=True, exclude_none=True)}}}'.encode())
    if message := exceeded("analysis_rule_bytes", size):
        yield Problem((), message)


class AnalysisRulePolicy(Choice):
    """The one rule of a configured table. Source: API ConfiguredTableAnalysisRulePolicyV1."""

    aggregation: AnalysisRuleAggregation | None = None
    """Statistics without row-level data."""
    list: AnalysisRuleList | None = None
    """Row-level lists of overlap."""
    custom: AnalysisRuleCustom | None = None
    """Approved templates or providers."""

    def problems(self) -> Iterator[Problem]:
        """One kind, of at most 100 KB."""
        yield from super().problems()
        yield from size_problems(self)

    @property
    def rule(self) -> AnalysisRule:
        """The rule that is present."""
        rule: AnalysisRule = self.chosen
        return rule

    @property
    def rule_type(self) -> AnalysisRuleType:
        """The kind of the rule."""
        return self.rule.rule_type


def rule_of(policy: Mapping[str, Any]) -> AnalysisRule:
    """Read the API's `{"v1": {"aggregation": {...}}}` (or `list`, `custom`), or the same without `v1`.

    Raises:
        pydantic.ValidationError: The policy holds no rule kind or several, or the rule itself is not valid.
    """
    return AnalysisRulePolicy.model_validate(policy.get("v1", policy)).rule
