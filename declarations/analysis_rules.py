"""The analysis rules: what a table's owner lets others do with it.

Source: https://docs.aws.amazon.com/clean-rooms/latest/userguide/analysis-rules.html and the API shapes of the same names.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from enum import StrEnum
from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import Field, model_validator

from declarations.base import AccountId, AnalysisRuleColumnName, ColumnName, Declaration

_ANALYSIS_TEMPLATE_ARN = (
    r"arn:aws:cleanrooms:[\w]{2}-[\w]{4,9}-[\d]:[\d]{12}:membership/[\d\w-]+/analysistemplate/[\d\w-]+"
)

MAX_RULE_BYTES = 100 * 1024
"""A rule's JSON may be at most 100 KB. Source: userguide/clean-rooms-quotas."""


class AnalysisRuleType(StrEnum):
    """The kind of an analysis rule. Source: API ConfiguredTableAnalysisRuleType."""

    AGGREGATION = "AGGREGATION"
    LIST = "LIST"
    CUSTOM = "CUSTOM"


class AggregateFunctionName(StrEnum):
    """What may be computed over an aggregate column. Source: API AggregateFunctionName."""

    SUM = "SUM"
    SUM_DISTINCT = "SUM_DISTINCT"
    COUNT = "COUNT"
    COUNT_DISTINCT = "COUNT_DISTINCT"
    AVG = "AVG"


class JoinOperator(StrEnum):
    """How several match conditions of one join may be combined. Source: API JoinOperator."""

    AND = "AND"
    OR = "OR"


class ScalarFunction(StrEnum):
    """The scalar functions an aggregation rule can allow. Source: API ScalarFunctions."""

    ABS = "ABS"
    CAST = "CAST"
    CEILING = "CEILING"
    COALESCE = "COALESCE"
    CONVERT = "CONVERT"
    CURRENT_DATE = "CURRENT_DATE"
    DATEADD = "DATEADD"
    EXTRACT = "EXTRACT"
    FLOOR = "FLOOR"
    GETDATE = "GETDATE"
    LN = "LN"
    LOG = "LOG"
    LOWER = "LOWER"
    ROUND = "ROUND"
    RTRIM = "RTRIM"
    SQRT = "SQRT"
    SUBSTRING = "SUBSTRING"
    TO_CHAR = "TO_CHAR"
    TO_DATE = "TO_DATE"
    TO_NUMBER = "TO_NUMBER"
    TO_TIMESTAMP = "TO_TIMESTAMP"
    TRIM = "TRIM"
    TRUNC = "TRUNC"
    UPPER = "UPPER"


class AdditionalAnalyses(StrEnum):
    """Whether results may, must or must not go into an additional analysis. Source: API AdditionalAnalyses."""

    ALLOWED = "ALLOWED"
    REQUIRED = "REQUIRED"
    NOT_ALLOWED = "NOT_ALLOWED"


AnalysisTemplateArnOrQueryWildcard = Annotated[
    str, Field(max_length=200, pattern=rf"^(ANY_QUERY|ANY_JOB|{_ANALYSIS_TEMPLATE_ARN})$")
]
"""An approved analysis template, or a wildcard. Source: API AnalysisTemplateArnOrQueryWildcard."""

TemplateReference = Annotated[str, Field(pattern=r"^template:[a-zA-Z0-9_](([a-zA-Z0-9_ ]+-)*([a-zA-Z0-9_ ]+))?$")]
"""`template:NAME`: an analysis template that the same room declares, whose ARN exists only after deployment."""

AdditionalAnalysesResourceArn = Annotated[
    str,
    Field(
        max_length=256,
        pattern=(
            r"^(arn:aws:cleanrooms:[\w]{2}-[\w]{4,9}-[\d]:([\d]{12}|\*):membership\/[\*\d\w-]+"
            r"\/configuredaudiencemodelassociation\/[\*\d\w-]+"
            r"|arn:aws[-a-z]*:cleanrooms-ml:[-a-z0-9]+:([0-9]{12}|\*):membership\/[\*\d\w-]+"
            r"\/configured-model-algorithm-association\/([-a-zA-Z0-9_\/.]+|\*))$"
        ),
    ),
]
"""An additional analysis, with `*` for "any". Source: API AdditionalAnalysesResourceArn."""


def _overlap(first: Iterable[str], second: Iterable[str]) -> str:
    return ", ".join(repr(name) for name in sorted(set(first) & set(second)))


class AggregateColumn(Declaration):
    """Columns and the one function that may be computed over them. Source: API AggregateColumn."""

    column_names: Annotated[tuple[AnalysisRuleColumnName, ...], Field(min_length=1)]
    """The columns; at least one."""
    function: AggregateFunctionName
    """What may be computed; COUNT does not grant COUNT_DISTINCT, nor the reverse."""


class AggregationConstraint(Declaration):
    """A minimum that every output row must reach, or it is dropped without notice. Source: API AggregationConstraint."""

    column_name: AnalysisRuleColumnName
    """Any column of the table, in a category of the rule or not."""
    minimum: Annotated[int, Field(strict=True, ge=2, le=100_000)]
    """Fewest distinct values behind a row, inclusive; 2 to 100,000."""
    type: Literal["COUNT_DISTINCT"]
    """COUNT_DISTINCT is the only kind."""


class AnalysisRuleAggregation(Declaration):
    """Statistics without row-level data. Source: userguide/analysis-rules-aggregation, API AnalysisRuleAggregation."""

    rule_type: ClassVar[AnalysisRuleType] = AnalysisRuleType.AGGREGATION

    aggregate_columns: Annotated[tuple[AggregateColumn, ...], Field(min_length=1)]
    """Which function may be computed over which columns."""
    join_columns: tuple[AnalysisRuleColumnName, ...]
    """Columns for INNER JOIN ... ON; may be empty."""
    dimension_columns: tuple[AnalysisRuleColumnName, ...]
    """Columns to select, filter, group and order by; may be empty."""
    scalar_functions: tuple[ScalarFunction, ...]
    """Functions that may be applied to dimension columns; may be empty."""
    output_constraints: Annotated[tuple[AggregationConstraint, ...], Field(min_length=1)]
    """Minimums that every output row must reach, all of them."""
    join_required: Literal["QUERY_RUNNER"] | None = None
    """QUERY_RUNNER: the table must be inner-joined with one of the query runner. Absent: it may be queried alone."""
    allowed_join_operators: Annotated[tuple[JoinOperator, ...], Field(max_length=2)] | None = None
    """How match conditions may be combined; absent means AND only."""
    additional_analyses: AdditionalAnalyses | None = None
    """Whether results may go into an additional analysis."""

    @model_validator(mode="after")
    def _categories_do_not_overlap(self) -> Self:
        aggregated = (name for column in self.aggregate_columns for name in column.column_names)
        for category, names in (("aggregate", aggregated), ("join", self.join_columns)):
            if both := _overlap(names, self.dimension_columns):
                message = f"{both} cannot be both {category} and dimension column"
                raise ValueError(message)
        return self


class AnalysisRuleList(Declaration):
    """Row-level lists of overlap. Source: userguide/analysis-rules-list, API AnalysisRuleList."""

    rule_type: ClassVar[AnalysisRuleType] = AnalysisRuleType.LIST

    join_columns: Annotated[tuple[AnalysisRuleColumnName, ...], Field(min_length=1)]
    """Columns for INNER JOIN ... ON; at least one."""
    list_columns: tuple[AnalysisRuleColumnName, ...]
    """Columns to select and filter by."""
    allowed_join_operators: Annotated[tuple[JoinOperator, ...], Field(max_length=2)] | None = None
    """How match conditions may be combined; absent means AND only."""
    additional_analyses: AdditionalAnalyses | None = None
    """Whether results may go into an additional analysis."""

    @model_validator(mode="after")
    def _categories_do_not_overlap(self) -> Self:
        if both := _overlap(self.join_columns, self.list_columns):
            message = f"{both} cannot be both join and list column"
            raise ValueError(message)
        return self


class DifferentialPrivacyColumn(Declaration):
    """The column whose values identify the users to protect. Source: API DifferentialPrivacyColumn."""

    name: ColumnName
    """The user identifier column."""


class DifferentialPrivacyConfiguration(Declaration):
    """Differential privacy for the users of a table. Source: API DifferentialPrivacyConfiguration."""

    columns: Annotated[tuple[DifferentialPrivacyColumn, ...], Field(min_length=1, max_length=1)]
    """Exactly one user identifier column."""


class OutputColumnThreshold(Declaration):
    """A threshold of its own for one output column. Source: API OutputColumnThreshold."""

    output_column_name: AnalysisRuleColumnName
    """The output column."""
    minimum_identity_count: Annotated[int, Field(strict=True, ge=0, le=100_000)]
    """0 exempts the column; otherwise 2 to 100,000."""

    @model_validator(mode="after")
    def _one_is_no_threshold(self) -> Self:
        if self.minimum_identity_count == 1:
            message = "minimumIdentityCount must be 0 (exempt) or 2 to 100000, found 1"
            raise ValueError(message)
        return self


class AggregationThreshold(Declaration):
    """Fewest distinct identities behind a result row. Source: userguide/custom-min-agg-thresholds."""

    identity_columns: Annotated[tuple[AnalysisRuleColumnName, ...], Field(min_length=1, max_length=1)]
    """Exactly one identity column, of type string, varchar or char."""
    minimum_identity_count: Annotated[int, Field(strict=True, ge=2, le=100_000)]
    """Fewest distinct identities, inclusive; 2 to 100,000."""
    type: Literal["COUNT_DISTINCT"]
    """COUNT_DISTINCT is the only kind."""
    allowed_aggregate_expression_type: Literal["COLUMNS_ONLY", "ANY_EXPRESSION"]
    """COLUMNS_ONLY: arguments of aggregate and window functions are bare columns or constants."""
    output_column_thresholds: tuple[OutputColumnThreshold, ...] | None = None
    """Thresholds for single output columns; each column once."""

    @model_validator(mode="after")
    def _each_column_once(self) -> Self:
        names = [override.output_column_name for override in self.output_column_thresholds or ()]
        if repeated := sorted({name for name in names if names.count(name) > 1}):
            message = f"outputColumnThresholds names {', '.join(map(repr, repeated))} more than once"
            raise ValueError(message)
        return self


class ComparisonControls(Declaration):
    """Which columns may be compared, and with what. Source: userguide/custom-comparison-controls."""

    allowed_literal_comparison_columns: tuple[AnalysisRuleColumnName, ...]
    """Columns that may be compared with literals; empty blocks every such comparison."""
    allowed_column_comparison_columns: tuple[AnalysisRuleColumnName, ...]
    """Columns that may be compared with columns (joins, grouping, windows); empty blocks every such comparison."""


class AnalysisRuleCustom(Declaration):
    """Approved templates or providers. Source: userguide/analysis-rules-custom, API AnalysisRuleCustom."""

    rule_type: ClassVar[AnalysisRuleType] = AnalysisRuleType.CUSTOM

    allowed_analyses: tuple[AnalysisTemplateArnOrQueryWildcard | TemplateReference, ...]
    """Template ARNs, `template:NAME` of this room, or the wildcards ANY_QUERY and ANY_JOB; empty: nothing can run."""
    allowed_analysis_providers: tuple[AccountId, ...] | None = None
    """Accounts whose queries a wildcard admits; required with a wildcard."""
    additional_analyses: AdditionalAnalyses | None = None
    """Whether results may go into an additional analysis."""
    disallowed_output_columns: tuple[AnalysisRuleColumnName, ...] | None = None
    """Columns that no output may be computed from."""
    differential_privacy: DifferentialPrivacyConfiguration | None = None
    """Differential privacy; excludes thresholds and comparison controls."""
    aggregation_thresholds: Annotated[tuple[AggregationThreshold, ...], Field(min_length=1, max_length=1)] | None = None
    """At most one minimum aggregation threshold."""
    comparison_controls: ComparisonControls | None = None
    """Allowlists for comparisons; absent: no restriction."""
    allowed_result_receivers: tuple[AccountId, ...] | None = None
    """Accounts that may receive results (intermediate tables)."""
    allowed_additional_analyses: Annotated[tuple[AdditionalAnalysesResourceArn, ...], Field(max_length=25)] | None = (
        None
    )
    """Additional analyses that may consume results (intermediate tables)."""

    @model_validator(mode="after")
    def _is_consistent(self) -> Self:
        for problem in self._problems():
            raise ValueError(problem)
        return self

    def _problems(self) -> Iterator[str]:
        wildcards = [name for name in self.allowed_analyses if name in {"ANY_QUERY", "ANY_JOB"}]
        if wildcards and len(wildcards) < len(self.allowed_analyses):
            yield f"allowedAnalyses holds either analysis templates or {wildcards[0]}, not both"
        if wildcards and not self.allowed_analysis_providers:
            yield f"allowedAnalysisProviders is required with {wildcards[0]}"
        if self.differential_privacy and self.aggregation_thresholds:
            yield "differentialPrivacy and aggregationThresholds exclude each other"
        if self.differential_privacy and self.comparison_controls:
            yield "differentialPrivacy and comparisonControls exclude each other"
        if self.aggregation_thresholds and self.allowed_analyses and set(self.allowed_analyses) == {"ANY_JOB"}:
            yield "aggregationThresholds needs an analysis that is not a job: allowedAnalyses holds only ANY_JOB"
        if self.aggregation_thresholds and self.comparison_controls:
            identity = self.aggregation_thresholds[0].identity_columns[0]
            if identity in self.comparison_controls.allowed_literal_comparison_columns:
                yield f"allowedLiteralComparisonColumns cannot hold the identity column {identity!r}"


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

    join_columns: Annotated[tuple[AnalysisRuleColumnName, ...], Field(min_length=2, max_length=2)]
    """The source and the target id column."""
    query_constraints: Annotated[tuple[QueryConstraint, ...], Field(max_length=1)]
    """At most one overlap constraint."""
    dimension_columns: tuple[AnalysisRuleColumnName, ...] | None = None
    """Id columns whose protection was lifted."""


class AssociationAnalysisRule(Declaration):
    """The collaboration analysis rule of an association: who may receive results, and what may consume them.

    Source: userguide/add-collaboration-analysis-rule, API ConfiguredTableAssociationAnalysisRule*.
    """

    allowed_result_receivers: tuple[AccountId, ...] | None = None
    """Accounts that may receive results of queries on this table."""
    allowed_additional_analyses: Annotated[tuple[AdditionalAnalysesResourceArn, ...], Field(max_length=25)] | None = (
        None
    )
    """Additional analyses that may consume such results."""


def rule_of(policy: dict[str, Any]) -> AnalysisRule:
    """Read the API's `{"v1": {"aggregation": {...}}}` (or `list`, `custom`).

    Raises:
        ValueError: The policy holds no rule kind or several.
        pydantic.ValidationError: The rule itself is not valid.
    """
    kinds: dict[str, type[AnalysisRule]] = {
        "aggregation": AnalysisRuleAggregation,
        "list": AnalysisRuleList,
        "custom": AnalysisRuleCustom,
    }
    body = policy.get("v1", policy)
    if len(body) != 1 or next(iter(body)) not in kinds:
        message = f"a policy holds exactly one of {', '.join(kinds)}; found {', '.join(body) or 'nothing'}"
        raise ValueError(message)
    ((kind, rule),) = body.items()
    return kinds[kind].model_validate(rule)
