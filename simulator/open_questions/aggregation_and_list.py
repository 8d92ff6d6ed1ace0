"""Open questions about aggregation and list rules."""

from __future__ import annotations

from simulator.open_questions.question import Question, Topic
from simulator.pages import API_REFERENCE, USER_GUIDE

QUESTIONS: tuple[Question, ...] = (
    Question(
        "between_in_where",
        corpus_id="OPEN-AGG-01",
        question=(
            "BETWEEN in WHERE: absent from the list of conditions, yet used by the worked example on the same page."
        ),
        leaning="allowed",
        source=f"{USER_GUIDE}/analysis-rules-aggregation.html",
    ),
    Question(
        "scalar_of_aggregate",
        corpus_id="OPEN-AGG-02",
        question=(
            "Scalar function over an aggregate: the guide forbids functions on top of other functions; the API text "
            "says scalar functions may be used on the output of aggregation."
        ),
        leaning="denied (guide is the stricter text)",
        source=f"{USER_GUIDE}/analysis-rules-aggregation.html",
    ),
    Question(
        "distinct_in_aggregation_query",
        corpus_id="OPEN-AGG-03",
        question="SELECT DISTINCT in an aggregation query: not in the grammar and not forbidden by name.",
        leaning="denied",
        source=f"{USER_GUIDE}/analysis-rules-aggregation.html",
    ),
    Question(
        "literal_select_item",
        corpus_id="OPEN-AGG-04",
        question="A literal as a select item: listed among grouping-expression parts, absent from the grammar line.",
        leaning="allowed",
        source=f"{USER_GUIDE}/analysis-rules-aggregation.html",
    ),
    Question(
        "ordinal_reference",
        corpus_id="OPEN-AGG-05",
        question="GROUP BY or ORDER BY ordinal.",
        leaning="none",
        source=f"{USER_GUIDE}/analysis-rules-aggregation.html",
    ),
    Question(
        "alias_reference",
        corpus_id="",
        question="The alias of a select item in GROUP BY or HAVING; only ORDER BY is documented to take one.",
        leaning="none",
        source=f"{USER_GUIDE}/analysis-rules-aggregation.html",
    ),
    Question(
        "distinct_over_several_columns",
        corpus_id="OPEN-AGG-06",
        question="COUNT(DISTINCT a, b): text says functions apply to one or more columns.",
        leaning="denied",
        source=f"{USER_GUIDE}/analysis-rules-aggregation.html",
    ),
    Question(
        "scalar_listed_by_one_table",
        corpus_id="OPEN-AGG-07",
        question=(
            "A scalar listed by the table that owns the column but not by another table in the query: per-table "
            "permission or intersection?"
        ),
        leaning="per table; the general most-restrictive sentence suggests intersection",
        source=f"{USER_GUIDE}/analysis-rules-aggregation.html",
    ),
    Question(
        "empty_join_operators",
        corpus_id="OPEN-AGG-08",
        question=(
            "allowedJoinOperators as an explicit empty list: no operator, or the default AND? The console demands an "
            "operator when two or more join columns are picked."
        ),
        leaning="no operator",
        source=f"{API_REFERENCE}/API_AnalysisRuleAggregation.html",
    ),
    Question(
        "self_join",
        corpus_id="OPEN-AGG-09",
        question="Self-join of one configured table under two aliases.",
        leaning="none",
        source=f"{USER_GUIDE}/analysis-rules-aggregation.html",
    ),
    Question(
        "additional_analyses_on_aggregation_rule",
        corpus_id="OPEN-AGG-10",
        question=(
            "additionalAnalyses on the aggregation rule: API says supported for list and custom only, console offers "
            "it for aggregation."
        ),
        leaning="accept in the declaration, ignore or warn",
        source=f"{API_REFERENCE}/API_AnalysisRuleAggregation.html",
    ),
    Question(
        "null_in_output_constraint",
        corpus_id="OPEN-AGG-11",
        question="NULLs in the constraint column: COUNT DISTINCT would skip them; the docs never mention NULL.",
        leaning="NULL not counted",
        source=f"{USER_GUIDE}/analysis-rules-aggregation.html",
        topic=Topic.RESULTS,
    ),
    Question(
        "cast_operator",
        corpus_id="OPEN-AGG-12",
        question="The cast operator (x::date) where CAST is allowed.",
        leaning="allowed",
        source=f"{USER_GUIDE}/analysis-rules-aggregation.html",
    ),
    Question(
        "example_joins_unlisted_column",
        corpus_id="OPEN-AGG-13",
        question=(
            "Worked example joins on a column that its own rules do not list as join column and counts a column that "
            "is not an aggregate column; treated as an editing slip, not as semantics."
        ),
        leaning="ignore the example",
        source=f"{USER_GUIDE}/analysis-rules-aggregation.html",
        topic=Topic.DOCUMENTATION,
    ),
    Question(
        "nulls_first_or_last",
        corpus_id="OPEN-AGG-14",
        question="ORDER BY ... NULLS FIRST or NULLS LAST.",
        leaning="none",
        source=f"{USER_GUIDE}/analysis-rules-aggregation.html",
    ),
    Question(
        "arithmetic_between_aggregates",
        corpus_id="OPEN-AGG-15",
        question="Arithmetic between aggregates in the select list.",
        leaning="denied (only a function of a column is listed)",
        source=f"{USER_GUIDE}/analysis-rules-aggregation.html",
    ),
    Question(
        "arithmetic_in_list_select",
        corpus_id="OPEN-LST-01",
        question="Mathematical expression in the list select list.",
        leaning="denied by the grammar, allowed by the sentence on mathematical operators",
        source=f"{USER_GUIDE}/analysis-rules-list.html",
    ),
    Question(
        "between_in_list_filter",
        corpus_id="OPEN-LST-02",
        question="BETWEEN in a list filter.",
        leaning="denied by the list",
        source=f"{USER_GUIDE}/analysis-rules-list.html",
    ),
    Question(
        "concatenation_operator",
        corpus_id="OPEN-LST-03",
        question="The || operator in a list filter (only + is shown).",
        leaning="none",
        source=f"{USER_GUIDE}/analysis-rules-list.html",
    ),
    Question(
        "literal_in_list_select",
        corpus_id="OPEN-LST-04",
        question="A literal beside list columns in the select list (the text says at least one table column).",
        leaning="allowed",
        source=f"{USER_GUIDE}/analysis-rules-list.html",
    ),
    Question(
        "string_concatenation_with_plus",
        corpus_id="OPEN-LST-05",
        question=(
            "String concatenation with + on Spark: numeric addition in Spark SQL, yet the guide example uses it "
            "without naming the engine."
        ),
        leaning="accept in the validator; Spark may return no rows",
        source=f"{USER_GUIDE}/analysis-rules-list.html",
    ),
)
"""In the order of the conformance cases; questions without a case are next to related ones."""
