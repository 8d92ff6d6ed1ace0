"""The intermediate table: a query's result that stays in the collaboration, with controls inherited from its base.

Source: API CreateIntermediateTableInput, userguide/working-with-intermediate-tables.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, ClassVar

from pydantic import Field

from declarations.analysis_rules import (
    AdditionalAnalyses,
    AnalysisRuleCustom,
    IntermediateTableAnalysisRuleCustom,
    size_problems,
)
from declarations.base import (
    MADE_IN_A_MEMBERSHIP,
    TEMPLATE_REFERENCE,
    AccountId,
    AnalysisRuleColumnName,
    Choice,
    ColumnName,
    Declaration,
    Description,
    DisplayName,
    KmsKeyArn,
    Problem,
    Tags,
    sized,
    unknown_name,
)
from declarations.column_types import LAKE_TYPES, LEGACY_TYPES
from declarations.configured_table import Column, type_problems
from declarations.naming import listed
from declarations.quotas import QUOTAS
from declarations.reserved_words import reserved_word

DEFAULT_RETENTION_DAYS = 30
"""How long a version stays when no retention is stated. Source: userguide/create-intermediate-table."""

_MOST_RESTRICTIVE_FIRST = (AdditionalAnalyses.REQUIRED, AdditionalAnalyses.ALLOWED, AdditionalAnalyses.NOT_ALLOWED)
"""The printed order of userguide/intermediate-table-analysis-rule."""

AnalysisTemplateArn = Annotated[
    str,
    Field(
        max_length=200,
        pattern=(
            r"^(arn:aws[-a-z]*:cleanrooms:[a-zA-Z0-9_]{2}-[a-zA-Z0-9_]{4,9}-[0-9]:[0-9]{12}"
            rf":membership/[0-9a-zA-Z0-9_-]+/analysistemplate/[0-9a-zA-Z0-9_-]+|{TEMPLATE_REFERENCE})$"
        ),
    ),
]
"""An analysis template, by ARN or as `template:NAME` of this room. Source: API AnalysisTemplateArn."""


class PopulationSqlParameters(Declaration):
    """The query that fills the table. Source: API PopulationAnalysisSqlParameters."""

    references: ClassVar[frozenset[str]] = frozenset({"analysis_template_arn"})

    query_string: Annotated[str, Field(max_length=QUOTAS["query_bytes_spark"].limit)] | None = None
    """The SQL."""
    analysis_template_arn: AnalysisTemplateArn | None = None
    """The template that holds the SQL."""

    def problems(self) -> Iterator[Problem]:
        """By SQL or by template."""
        if (self.query_string is None) == (self.analysis_template_arn is None):
            found = "none" if self.query_string is None else "both"
            yield Problem((), f"exactly one of queryString, analysisTemplateArn must be present; found {found}")


class PopulationAnalysis(Choice):
    """What fills the table. Source: API PopulationAnalysisConfiguration."""

    sql_parameters: PopulationSqlParameters | None = None
    """A query."""


class IntermediateTableAnalysisRulePolicy(Choice):
    """The one rule of an intermediate table. Source: API IntermediateTableAnalysisRulePolicyV1."""

    custom: IntermediateTableAnalysisRuleCustom | None = None
    """Only the custom rule exists for intermediate tables."""

    def problems(self) -> Iterator[Problem]:
        """One kind, of at most 100 KB."""
        yield from super().problems()
        yield from size_problems(self)


class IntermediateTable(Declaration):
    """A query's result that stays in the collaboration. Source: API CreateIntermediateTableInput."""

    room_only: ClassVar[frozenset[str]] = frozenset({"columns", "analysis_rule"})
    service_only: ClassVar[frozenset[str]] = MADE_IN_A_MEMBERSHIP | {
        "childResources",
        "status",
        "statusReason",
        "tableDependencies",
        "intermediateTableVersion",
        "analysisRuleTypes",
        "schema",
    }
    identifiers: ClassVar[tuple[str, ...]] = ("membership_identifier",)

    name: DisplayName
    """The table's name in SQL."""
    description: Description | None = None
    """What it holds."""
    population_analysis_configuration: PopulationAnalysis
    """What fills it."""
    kms_key_arn: KmsKeyArn | None = None
    """The key that encrypts it; absent: the service's own."""
    retention_in_days: Annotated[int, Field(strict=True, ge=1, le=365)] | None = None
    """Days that a version stays; 1 to 365, absent means 30."""
    columns: Annotated[dict[ColumnName, Column], sized(1)] | None = None
    """The columns of the result, which the service finds out when it fills the table."""
    analysis_rule: IntermediateTableAnalysisRulePolicy | None = None
    """The table's rule; without it the table cannot be queried."""
    tags: Tags | None = None
    """Tags of the table."""

    def problems(self) -> Iterator[Problem]:
        """The name is not reserved in SQL; column types are valid; the rule names only declared columns."""
        if word := reserved_word(self.name):
            message = f"{word} is a reserved word of SQL and cannot name a table; write e.g. '{self.name}_table'"
            yield Problem(("name",), message)
        yield from type_problems(self.columns, (*LAKE_TYPES, *LEGACY_TYPES))
        if self.columns is None or self.rule is None:
            return
        for path, column in self.rule.named_columns():
            if column not in self.columns:
                message = f"{column!r} is not a column of the table"
                yield unknown_name(("analysis_rule", "custom", *path), message, column, "columns", self.columns)

    @property
    def rule(self) -> AnalysisRuleCustom | None:
        """The table's rule as an AnalysisRuleCustom; absent allowed analyses become empty: nothing can run."""
        if self.analysis_rule is None or self.analysis_rule.custom is None:
            return None
        members = {name: getattr(self.analysis_rule.custom, name) for name in AnalysisRuleCustom.model_fields}
        return AnalysisRuleCustom.model_construct(**members | {"allowed_analyses": members["allowed_analyses"] or ()})

    @property
    def column_types(self) -> dict[str, str]:
        """The types of the declared columns, in order; empty where none are declared."""
        return {name: column.type for name, column in (self.columns or {}).items()}


class InheritedConstraints(Declaration):
    """What an intermediate table inherited when it was filled. Source: API IntermediateTableInheritedConstraints."""

    additional_analyses: AdditionalAnalyses | None = None
    """The most restrictive value of the base tables."""
    allowed_additional_analyses: tuple[str, ...] | None = None
    """ARNs that every base table allows."""
    allowed_result_receivers: tuple[AccountId, ...] | None = None
    """Accounts that every base table allows."""
    disallowed_output_columns: tuple[AnalysisRuleColumnName, ...] | None = None
    """Columns that some base table disallows."""


def loosened_controls(rule: IntermediateTableAnalysisRuleCustom, inherited: InheritedConstraints) -> Iterator[Problem]:
    """Yield where the rule of a multi-party intermediate table is looser than what the table inherited.

    A first-party table (all base tables belong to the owner) may be configured freely: do not call this for one.

    Args:
        rule: The rule that the owner wants.
        inherited: What the table inherited from its base tables.

    Source: userguide/intermediate-table-analysis-rule.
    """
    yield from _looser_lists(rule, inherited)
    required = inherited.disallowed_output_columns or ()
    if missing := [column for column in required if column not in (rule.disallowed_output_columns or ())]:
        message = f"disallowedOutputColumns must keep the inherited {_quoted(missing)}"
        yield Problem(("disallowed_output_columns",), message)
    if (least := inherited.additional_analyses) is not None:
        stated = rule.additional_analyses
        if stated is None or _MOST_RESTRICTIVE_FIRST.index(stated) > _MOST_RESTRICTIVE_FIRST.index(least):
            message = f"additionalAnalyses must be {least} or more restrictive (REQUIRED > ALLOWED > NOT_ALLOWED)"
            yield Problem(("additional_analyses",), f"{message}; found {stated or 'none'}")


def _looser_lists(rule: IntermediateTableAnalysisRuleCustom, inherited: InheritedConstraints) -> Iterator[Problem]:
    members = {
        "allowed_result_receivers": "allowedResultReceivers",
        "allowed_additional_analyses": "allowedAdditionalAnalyses",
    }
    for name, member in members.items():
        allowed, stated = getattr(inherited, name), getattr(rule, name)
        if allowed is None:
            continue
        if stated is None:
            yield Problem((name,), f"{member} must be a subset of the inherited {_quoted(allowed)}; found none")
        elif added := [item for item in stated if item not in allowed]:
            message = f"{member} must be a subset of the inherited {_quoted(allowed)}; found {_quoted(added)}"
            yield Problem((name,), message)


def _quoted(items: tuple[str, ...] | list[str]) -> str:
    return listed(items, nothing="empty list")
