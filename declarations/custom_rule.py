"""The custom analysis rule: approved templates or providers, with the controls that go with them.

Source: https://docs.aws.amazon.com/clean-rooms/latest/userguide/analysis-rules-custom.html
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from declarations.base import AccountId, AnalysisRuleColumnName, ColumnName, Declaration, Problem, sized
from declarations.rule_vocabulary import (
    WILDCARDS,
    AdditionalAnalyses,
    AdditionalAnalysesResourceArn,
    AnalysisRuleType,
    AnalysisTemplateArnOrQueryWildcard,
    NamedColumn,
    named,
)


class DifferentialPrivacyColumn(Declaration):
    """The column whose values identify the users to protect. Source: API DifferentialPrivacyColumn."""

    name: ColumnName
    """The user identifier column."""


class DifferentialPrivacyConfiguration(Declaration):
    """Differential privacy for the users of a table. Source: API DifferentialPrivacyConfiguration."""

    columns: Annotated[tuple[DifferentialPrivacyColumn, ...], sized(1, 1)]
    """Exactly one user identifier column."""


class OutputColumnThreshold(Declaration):
    """A threshold of its own for one output column. Source: API OutputColumnThreshold."""

    output_column_name: AnalysisRuleColumnName
    """The output column."""
    minimum_identity_count: Annotated[int, Field(strict=True, ge=0, le=100_000)]
    """0 exempts the column; otherwise 2 to 100,000."""

    def problems(self) -> Iterator[Problem]:
        """Reject 1, which is neither an exemption nor a threshold."""
        if self.minimum_identity_count == 1:
            yield Problem(("minimum_identity_count",), "minimumIdentityCount is 0 (exempt) or 2 to 100000; found 1")


class AggregationThreshold(Declaration):
    """Fewest distinct identities behind a result row. Source: userguide/custom-min-agg-thresholds."""

    identity_columns: Annotated[tuple[AnalysisRuleColumnName, ...], sized(1, 1)]
    """Exactly one identity column, of type string, varchar or char."""
    minimum_identity_count: Annotated[int, Field(strict=True, ge=2, le=100_000)]
    """Fewest distinct identities, inclusive; 2 to 100,000."""
    type: Literal["COUNT_DISTINCT"]
    """COUNT_DISTINCT is the only kind."""
    allowed_aggregate_expression_type: Literal["COLUMNS_ONLY", "ANY_EXPRESSION"]
    """COLUMNS_ONLY: arguments of aggregate and window functions are bare columns or constants."""
    output_column_thresholds: tuple[OutputColumnThreshold, ...] | None = None
    """Thresholds for single output columns; each column once."""

    def problems(self) -> Iterator[Problem]:
        """Each output column has one threshold."""
        names = [override.output_column_name for override in self.output_column_thresholds or ()]
        for index, name in enumerate(names):
            if name in names[:index]:
                path = ("output_column_thresholds", index, "output_column_name")
                yield Problem(path, f"outputColumnThresholds names {name!r} more than once")


class ComparisonControls(Declaration):
    """Which columns may be compared, and with what. Source: userguide/custom-comparison-controls."""

    allowed_literal_comparison_columns: tuple[AnalysisRuleColumnName, ...]
    """Columns that may be compared with literals; empty blocks every such comparison."""
    allowed_column_comparison_columns: tuple[AnalysisRuleColumnName, ...]
    """Columns that may be compared with columns (joins, grouping, windows); empty blocks every such comparison."""


class CustomControls(Declaration):
    """What the custom rules of configured and of intermediate tables share."""

    rule_type: ClassVar[AnalysisRuleType] = AnalysisRuleType.CUSTOM
    references: ClassVar[frozenset[str]] = frozenset({"allowed_analyses"})

    allowed_analyses: tuple[AnalysisTemplateArnOrQueryWildcard, ...] | None = None
    """Template ARNs, `template:NAME` of this room, or the wildcards ANY_QUERY and ANY_JOB; empty: nothing can run."""
    allowed_analysis_providers: tuple[AccountId, ...] | None = None
    """Accounts whose queries a wildcard admits; required with a wildcard."""
    additional_analyses: AdditionalAnalyses | None = None
    """Whether results may go into an additional analysis."""
    disallowed_output_columns: tuple[AnalysisRuleColumnName, ...] | None = None
    """Columns that no output may be computed from."""
    differential_privacy: DifferentialPrivacyConfiguration | None = None
    """Differential privacy; excludes thresholds and comparison controls."""
    aggregation_thresholds: Annotated[tuple[AggregationThreshold, ...], sized(1, 1)] | None = None
    """At most one minimum aggregation threshold."""
    comparison_controls: ComparisonControls | None = None
    """Allowlists for comparisons; absent: no restriction."""
    allowed_result_receivers: tuple[AccountId, ...] | None = None
    """Accounts that may receive results."""
    allowed_additional_analyses: Annotated[tuple[AdditionalAnalysesResourceArn, ...], sized(0, 25)] | None = None
    """Additional analyses that may consume results."""

    def problems(self) -> Iterator[Problem]:
        """Templates or accounts, not both; differential privacy alone; no controls where only jobs may run."""
        yield from self._mixed_analyses()
        yield from self._excluded_controls()
        yield from self._literal_identity()

    def _mixed_analyses(self) -> Iterator[Problem]:
        analyses = self.allowed_analyses or ()
        wildcards = [name for name in analyses if name in WILDCARDS]
        # An empty list can be stated: the schema then says ANALYSIS_PROVIDERS_NOT_CONFIGURED, and nobody queries.
        if wildcards and self.allowed_analysis_providers is None:
            yield Problem(("allowed_analysis_providers",), f"allowedAnalysisProviders is required with {wildcards[0]}")
        if wildcards and len(wildcards) < len(analyses):
            message = f"allowedAnalyses holds either analysis templates or {wildcards[0]}, not both"
            yield Problem(("allowed_analyses",), message)
        if analyses and not wildcards and self.allowed_analysis_providers:
            message = "allowedAnalysisProviders goes with ANY_QUERY or ANY_JOB, not with analysis templates"
            yield Problem(("allowed_analysis_providers",), message)

    def _excluded_controls(self) -> Iterator[Problem]:
        only_jobs = set(self.allowed_analyses or ()) == {"ANY_JOB"}
        controls = {"aggregation_thresholds": "aggregationThresholds", "comparison_controls": "comparisonControls"}
        for name, member in controls.items():
            if getattr(self, name) is not None and self.differential_privacy:
                yield Problem((name,), f"differentialPrivacy and {member} exclude each other")
            if getattr(self, name) is not None and only_jobs:
                message = f"{member} needs an analysis that is not a job; allowedAnalyses holds only ANY_JOB"
                yield Problem((name,), message)

    def _literal_identity(self) -> Iterator[Problem]:
        if self.aggregation_thresholds and self.comparison_controls:
            identity = self.aggregation_thresholds[0].identity_columns[0]
            listed = self.comparison_controls.allowed_literal_comparison_columns
            for path, column in named("allowed_literal_comparison_columns", listed):
                if column == identity:
                    message = f"allowedLiteralComparisonColumns cannot hold the identity column {identity!r}"
                    yield Problem(("comparison_controls", *path), message)

    def named_columns(self) -> Iterator[NamedColumn]:
        """Yield every column of the table that the rule names, with its path (output columns are named by queries)."""
        yield from named("disallowed_output_columns", self.disallowed_output_columns)
        if self.differential_privacy:
            yield ("differential_privacy", "columns", 0, "name"), self.differential_privacy.columns[0].name
        for threshold in self.aggregation_thresholds or ():
            for path, column in named("identity_columns", threshold.identity_columns):
                yield ("aggregation_thresholds", 0, *path), column
        if controls := self.comparison_controls:
            for member in ("allowed_literal_comparison_columns", "allowed_column_comparison_columns"):
                for path, column in named(member, getattr(controls, member)):
                    yield ("comparison_controls", *path), column


class AnalysisRuleCustom(CustomControls):
    """Approved templates or providers. Source: userguide/analysis-rules-custom, API AnalysisRuleCustom."""

    allowed_analyses: tuple[AnalysisTemplateArnOrQueryWildcard, ...]
    """Template ARNs, `template:NAME` of this room, or the wildcards ANY_QUERY and ANY_JOB; empty: nothing can run."""


class IntermediateTableAnalysisRuleCustom(CustomControls):
    """The custom rule of an intermediate table. Source: API IntermediateTableAnalysisRuleCustom."""
