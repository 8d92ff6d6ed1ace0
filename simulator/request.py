"""A request to a clean room: one query, its submitter and its tables. Built from a room, or by hand in a test."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final, Literal, get_args

from declarations.analysis_rules import AnalysisRule, AnalysisRuleIdMappingTable, AssociationAnalysisRule
from declarations.bigquery.privacy_policy import PrivacyPolicy
from declarations.bigquery.rest import RemainingBudget
from declarations.collaboration import AnalyticsEngine
from declarations.custom_rule import CustomControls
from simulator.settings import Settings

QueryEngine = AnalyticsEngine | Literal["BIGQUERY"]
"""What runs a query: an engine of AWS Clean Rooms, or BigQuery."""

AnalysisType = Literal["DIRECT_ANALYSIS", "ADDITIONAL_ANALYSIS"]
"""Whether the query's own result is requested, or that of a further analysis of it. Source: API AnalysisType."""

MemberStatus = Literal["INVITED", "ACTIVE", "LEFT", "REMOVED"]
"""The status of a member in the collaboration. Source: API MemberStatus."""

ENGINES: Final[tuple[QueryEngine, ...]] = (*get_args(AnalyticsEngine), "BIGQUERY")
ANALYSIS_TYPES: Final[tuple[AnalysisType, ...]] = get_args(AnalysisType)
MEMBER_STATUSES: Final[tuple[MemberStatus, ...]] = get_args(MemberStatus)


class TableKind(StrEnum):
    """The kind of table behind a name in SQL."""

    CONFIGURED = "configured"
    ID_MAPPING = "id_mapping"
    INTERMEDIATE = "intermediate"


@dataclass(frozen=True, slots=True)
class InheritedControls:
    """The controls that an intermediate table inherits from its base tables when it is populated.

    Attributes:
        result_receivers: Accounts that all base tables allow; None when no base table limits them.
        disallowed_output_columns: Columns that some base table disallows.
        allowed_additional_analyses: ARNs that all base tables allow; None when no base table limits them.
        additional_analyses: The most restrictive value of the base tables, or None.
    """

    result_receivers: tuple[str, ...] | None = None
    disallowed_output_columns: tuple[str, ...] = ()
    allowed_additional_analyses: tuple[str, ...] | None = None
    additional_analyses: str | None = None


@dataclass(frozen=True, slots=True)
class ProtectedView:
    """The protection of a BigQuery view that has a privacy policy.

    Attributes:
        policy: Its privacy policy: the analysis rule.
        built_on: Names of the protected views that it reads.
        holds_built_on: Whether *policy* is at least as strict as the policies of those views.
        mixed_units: Under differential privacy, the part of its query that may combine rows of several privacy units.
    """

    policy: PrivacyPolicy
    built_on: tuple[str, ...] = ()
    holds_built_on: bool = True
    mixed_units: str | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """A table as SQL sees it: the association, with its columns, its owner and its rules.

    Attributes:
        name: SQL name: the association's name (or the mapping or intermediate table's).
        owner: Account id of the member who brings it.
        columns: Name to type for the allowed columns, in order; names lower case, types as Glue or Spark writes them.
        rule: The analysis rule of the configured or intermediate table; None when it has none.
        association_rule: The collaboration analysis rule of the association; None when it has none.
        id_mapping_rule: The rule of an ID mapping table; None for other kinds.
        kind: The kind of table behind the name.
        analysis_method: DIRECT_QUERY, DIRECT_JOB or MULTIPLE.
        status: Version status of an intermediate table, or None.
        inherited: Controls an intermediate table inherited, or None.
        budget_remaining: Uses left in the access budget (the lower of period and lifetime); None without a budget.
        source: Name of the data behind it, e.g. "glue.eu-west-1.lake.sales", which identifies it in several rooms.
        receivers_unlimited: True when an absent receiver list is known to mean "no limit" (tests; older rooms).
        definition: The SQL that a BigQuery view without a policy stands for; None for tables and protected views.
        protected_view: The protection of a BigQuery view with a privacy policy; None for everything else.
    """

    name: str
    owner: str
    columns: Mapping[str, str]
    rule: AnalysisRule | CustomControls | None = None
    association_rule: AssociationAnalysisRule | None = None
    id_mapping_rule: AnalysisRuleIdMappingTable | None = None
    kind: TableKind = TableKind.CONFIGURED
    analysis_method: str = "DIRECT_QUERY"
    status: str | None = None
    inherited: InheritedControls | None = None
    budget_remaining: int | None = None
    source: str | None = None
    receivers_unlimited: bool = False
    definition: str | None = None
    protected_view: ProtectedView | None = None


@dataclass(frozen=True, slots=True)
class TemplateParameter:
    """A typed value for one `:name` of an analysis template.

    Attributes:
        type: API ParameterType, e.g. DATE, VARCHAR, INTEGER.
        value: The value as text; None when it is not known while checking (the type is enough).
    """

    type: str
    value: str | None = None


@dataclass(frozen=True, slots=True)
class AnalysisRequest:
    """One query submitted to a collaboration; raises ValueError for an unknown engine, analysis type or status.

    Attributes:
        sql: The text, at most 500,000 characters.
        tables: The tables of the collaboration by lower-case SQL name; a query may use some of them.
        query_runner: Account id of the member who can query.
        submitted_by: Account id of the member who submits; None means the query runner.
        engine: What runs the query.
        template_arn: ARN of the analysis template whose body *sql* is; None for ad hoc SQL.
        template_author: Account id of the template's creator; None for ad hoc SQL.
        parameters: Template parameters by name.
        result_receivers: Account ids that get the result; empty means the query runner.
        analysis_type: Whether the query's own result is requested, or that of a further analysis of it.
        additional_analysis_arn: The additional analysis that consumes the output, or None.
        member_status: Account id to its member's status; accounts not named are ACTIVE.
        receivers: Account ids with CAN_RECEIVE_RESULTS; None when the abilities are not known.
        payer: Account id that pays for query compute; None means the query runner.
        differential_privacy_ready: Owners with a DIFFERENTIAL_PRIVACY budget template; None when not known.
        settings: The answers to questions that the documentation leaves open.
        project: BigQuery project of table names that state none; None when every name is complete.
        budgets_left: Remaining budgets of BigQuery views under differential privacy, by name; full if not named.
    """

    sql: str
    tables: Mapping[str, Table]
    query_runner: str
    submitted_by: str | None = None
    engine: QueryEngine = "SPARK"
    template_arn: str | None = None
    template_author: str | None = None
    parameters: Mapping[str, TemplateParameter] = field(default_factory=dict)
    result_receivers: tuple[str, ...] = ()
    analysis_type: AnalysisType = "DIRECT_ANALYSIS"
    additional_analysis_arn: str | None = None
    member_status: Mapping[str, MemberStatus] = field(default_factory=dict)
    receivers: frozenset[str] | None = None
    payer: str | None = None
    differential_privacy_ready: frozenset[str] | None = None
    settings: Settings = field(default_factory=Settings)
    project: str | None = None
    budgets_left: Mapping[str, RemainingBudget] = field(default_factory=dict)

    def __post_init__(self) -> None:
        _refuse_unknown("engine", self.engine, ENGINES)
        _refuse_unknown("analysis_type", self.analysis_type, ANALYSIS_TYPES)
        for account, status in self.member_status.items():
            _refuse_unknown(f"member_status of {account}", status, MEMBER_STATUSES)


def _refuse_unknown(name: str, value: str, known: Sequence[str]) -> None:
    """Raise ValueError for a value that type checking did not catch, such as one read from a file."""
    if value not in known:
        raise ValueError(f"{name} must be one of {', '.join(known)}; found {value!r}")
