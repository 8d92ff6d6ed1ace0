"""Open questions about BigQuery's analysis rules."""

from __future__ import annotations

from simulator.open_questions.question import Question
from simulator.pages import BIGQUERY_GUIDE, GOOGLE_SQL

_RULES = f"{BIGQUERY_GUIDE}/analysis-rules"
_JOINS = f"{_RULES}#join_restriction_policy"
_POLICY = f"{GOOGLE_SQL}/data-definition-language#privacy_policy"

QUESTIONS: tuple[Question, ...] = (
    Question(
        "ambiguous_privacy_unit",
        corpus_id="",
        question="Whether a column name that a view shares with tables without a policy means the view's privacy unit; "
        "any other shared name is ambiguous.",
        leaning="ambiguous in GoogleSQL, but a published query of the page does it",
        source=_JOINS,
    ),
    Question(
        "self_join_satisfies_restriction",
        corpus_id="lo-q-self-join",
        question="Whether a view joined with itself meets its join restriction; every row would be visible.",
        leaning="allowed by the wording",
        source=_JOINS,
    ),
    Question(
        "written_values_satisfy_restriction",
        corpus_id="",
        question="Whether a join with values that the query writes itself, as UNNEST([480, 490]) or SELECT 500, meets "
        "a view's join restriction; with a list of all values every row would be visible.",
        leaning="allowed by the wording; only overlapping rows can be queried, and a list is not a data set",
        source=_JOINS,
    ),
    Question(
        "equality_in_where_is_join",
        corpus_id="lo-q-any-comma-where",
        question="Whether an equality in WHERE over a comma or cross join is a join on the column.",
        leaning="denied; GoogleSQL does not count it for privacy units",
        source=_JOINS,
    ),
    Question(
        "computed_join_column",
        corpus_id="lo-q-any-wrapped-column",
        question="Whether an equality with an expression of a column, such as UPPER(name), is a join on the column.",
        leaning="denied; GoogleSQL takes bare columns for privacy units",
        source=_JOINS,
    ),
    Question(
        "outer_join_under_join_any",
        corpus_id="lo-q-any-left-join-view-preserved",
        question="Whether JOIN_ANY is met by an outer join that keeps the view's rows without a match.",
        leaning="denied; only overlapping rows can be queried",
        source=_JOINS,
    ),
    Question(
        "join_without_condition",
        corpus_id="",
        question="Whether JOIN_NOT_REQUIRED allows a view to be joined without an equality of columns in ON or USING, "
        "for example by CROSS JOIN or ON TRUE.",
        leaning="none",
        source=_JOINS,
    ),
    Question(
        "comparison_outside_of_conditions",
        corpus_id="",
        question="Whether JOIN_NOT_REQUIRED allows a query to compare a column that the policy does not list with one "
        "of another table without filtering rows by it, as in COUNTIF(v.city = w.city).",
        leaning="allowed by the wording; it counts the rows that a join on the column would find",
        source=_JOINS,
    ),
    Question(
        "join_of_released_result",
        corpus_id="",
        question="Whether joining the released result of a privacy clause, also by IN, EXISTS, INTERSECT or EXCEPT, is "
        "a join of the view.",
        leaning="allowed; the result could be stored and joined",
        source=_JOINS,
    ),
    Question(
        "policy_on_protected_view",
        corpus_id="",
        question="Which rules apply to a view with a policy whose query reads views with a policy.",
        leaning="none",
        source=_RULES,
    ),
    Question(
        "query_option_above_policy",
        corpus_id="dp-q-groups-above-policy",
        question="Whether delta or max_groups_contributed above the policy's value is refused or lowered to it.",
        leaning="denied; the page calls the policy's value a maximum",
        source=_POLICY,
    ),
    Question(
        "epsilon_of_several_clauses",
        corpus_id="budget-two-clauses-one-statement",
        question="Whether several privacy clauses in one query may together use more than max_epsilon_per_query of a "
        "view; each of them is charged.",
        leaning="denied; the audit log's page calls it the most that a query can consume",
        source=f"{BIGQUERY_GUIDE}/reference/auditlogs/rest/Shared.Types/BigQueryAuditMetadata",
    ),
    Question(
        "zero_groups_contributed",
        corpus_id="dp-ddl-max-groups-zero",
        question="What a policy with max_groups_contributed 0 means for a query, whose own option must be at least 1.",
        leaning="none",
        source=_POLICY,
    ),
    Question(
        "private_group_without_aggregate",
        corpus_id="",
        question="Whether a SELECT WITH DIFFERENTIAL_PRIVACY may group without an aggregate function.",
        leaning="allowed in open-source GoogleSQL",
        source=f"{GOOGLE_SQL}/query-syntax#dp_clause",
    ),
    Question(
        "filtered_privacy_unit",
        corpus_id="agg-q-filter-on-privacy-unit",
        question="Whether the privacy unit may be filtered on: a third party says no, open-source GoogleSQL says yes.",
        leaning="denied",
        source=_RULES,
    ),
    Question(
        "column_equal_to_privacy_unit",
        corpus_id="",
        question="Whether a column of a table without a policy may be returned if a condition sets it equal to the "
        "privacy unit of a view, so that it shows the unit's values.",
        leaning="allowed in open-source GoogleSQL; the page forbids returning the unit's values",
        source=_RULES,
    ),
    Question(
        "view_mixes_privacy_units",
        corpus_id="",
        question="Whether a view under differential privacy may, in its own query, compute the row of one privacy unit "
        "from rows of others, or assign rows of one unit to several: its epsilon then does not protect a single unit.",
        leaning="allowed, at the view owner's own risk; below a privacy clause the same is refused",
        source=f"{GOOGLE_SQL}/query-syntax#dp_from_rules",
    ),
)
