"""Open questions about custom rules, their controls and differential privacy."""

from __future__ import annotations

from simulator.open_questions.question import Question, Topic
from simulator.pages import API_REFERENCE, USER_GUIDE

QUESTIONS: tuple[Question, ...] = (
    Question(
        "disallowed_column_of_guide_example",
        corpus_id="OPEN-CUS-01",
        question=(
            "One guide example projects a disallowed column (u.name) and says it succeeds; every other statement on "
            "the page forbids it."
        ),
        leaning="denied",
        source=f"{USER_GUIDE}/disallowed-columns.html",
    ),
    Question(
        "having_on_disallowed_column",
        corpus_id="OPEN-CUS-02",
        question="HAVING over a disallowed column that is not projected.",
        leaning="allowed",
        source=f"{USER_GUIDE}/disallowed-columns.html",
    ),
    Question(
        "absent_additional_analyses",
        corpus_id="OPEN-CUS-03",
        question="Default of additionalAnalyses when absent.",
        leaning="NOT_ALLOWED",
        source=f"{API_REFERENCE}/API_AnalysisRuleCustom.html",
    ),
    Question(
        "absent_result_receivers",
        corpus_id="OPEN-CUS-04",
        question=(
            "allowedResultReceivers absent on an association: status codes RESULT_RECEIVERS_NOT_CONFIGURED and "
            "COLLABORATION_ANALYSIS_RULE_NOT_CONFIGURED exist, but whether absence blocks all results or allows every"
            " receiver is not stated. Older collaborations predate the control."
        ),
        leaning="not ready",
        source=f"{API_REFERENCE}/API_SchemaStatusReasonCode.html",
    ),
    Question(
        "receivers_in_custom_rule",
        corpus_id="OPEN-CUS-05",
        question=(
            "allowedResultReceivers and allowedAdditionalAnalyses are members of AnalysisRuleCustom too; whether they"
            " may be set on configured tables or serve intermediate tables only is not stated."
        ),
        leaning="none",
        source=f"{API_REFERENCE}/API_AnalysisRuleCustom.html",
    ),
    Question(
        "any_query_with_any_job",
        corpus_id="OPEN-CUS-06",
        question="ANY_QUERY together with ANY_JOB in one rule.",
        leaning="allowed when analysisMethod is MULTIPLE",
        source=f"{API_REFERENCE}/API_AnalysisTemplateArnOrQueryWildcard.html",
    ),
    Question(
        "runner_not_provider_on_own_table",
        corpus_id="OPEN-CUS-07",
        question=(
            "Does the query runner need to be an allowed provider on own tables? The worked example adds the own "
            "account, which suggests yes."
        ),
        leaning="yes",
        source=f"{USER_GUIDE}/analysis-rules-custom.html",
    ),
    Question(
        "row_level_select_under_threshold",
        corpus_id="OPEN-THR-01",
        question=(
            "Row-level SELECT without aggregation under a threshold: refused or suppressed row by row? Also where its "
            "items are window functions, which the capability table supports."
        ),
        leaning="none",
        source=f"{USER_GUIDE}/custom-min-agg-thresholds.html",
    ),
    Question(
        "several_threshold_overrides",
        corpus_id="OPEN-THR-02",
        question=(
            "Several output columns with different overrides in one row: which threshold wins? Also whether the name "
            "is matched on the source column or the alias, whether it means values computed from the column, and "
            "whether an exempt column exempts a count beside it."
        ),
        leaning="strictest of the projected columns, matched on source column",
        source=f"{USER_GUIDE}/custom-min-agg-thresholds.html",
    ),
    Question(
        "count_star_under_columns_only",
        corpus_id="OPEN-THR-03",
        question="COUNT(*) under COLUMNS_ONLY: neither column nor constant by the letter.",
        leaning="allowed",
        source=f"{API_REFERENCE}/API_AggregationThreshold.html",
    ),
    Question(
        "several_threshold_tables",
        corpus_id="OPEN-THR-04",
        question=(
            "Two threshold tables in one join: each enforced separately, or maximum? The general rule says the most "
            "restrictive."
        ),
        leaning="each enforced on its own identity column",
        source=f"{USER_GUIDE}/analysis-rules.html",
        topic=Topic.RESULTS,
    ),
    Question(
        "aggregate_of_computed_column",
        corpus_id="OPEN-THR-05",
        question="COLUMNS_ONLY and lineage: aggregating a CTE column that was computed in the CTE.",
        leaning="denied (the API text says transforming a column and then aggregating it is rejected)",
        source=f"{API_REFERENCE}/API_AggregationThreshold.html",
    ),
    Question(
        "thresholds_of_intermediate_table",
        corpus_id="OPEN-THR-06",
        question=(
            "Are thresholds and comparison controls inherited by intermediate tables? They are absent from the "
            "deferred controls, so they presumably act when the table is populated."
        ),
        leaning="act at populate time",
        source=f"{USER_GUIDE}/working-with-intermediate-tables.html",
        topic=Topic.RESULTS,
    ),
    Question(
        "grouping_as_comparison",
        corpus_id="OPEN-CMP-01",
        question=(
            "GROUP BY, SELECT DISTINCT and window keys as column comparison: the API text lists GROUP BY and window "
            "functions, the guide does not; guide examples with only the literal list group by a column."
        ),
        leaning="denied by the API text",
        source=f"{API_REFERENCE}/API_ComparisonControls.html",
    ),
    Question(
        "having_as_literal_comparison",
        corpus_id="OPEN-CMP-02",
        question="HAVING SUM(x) > 100: a literal comparison on x?",
        leaning="none",
        source=f"{USER_GUIDE}/custom-comparison-controls.html",
    ),
    Question(
        "null_test_as_comparison",
        corpus_id="OPEN-CMP-03",
        question="IS NULL on a column that is on no list.",
        leaning="none",
        source=f"{USER_GUIDE}/custom-comparison-controls.html",
    ),
    Question(
        "join_to_inline_values",
        corpus_id="OPEN-CMP-04",
        question="Joining against an inline VALUES list to smuggle literals through a column comparison.",
        leaning="denied (indirect literal comparison is said to be followed)",
        source=f"{USER_GUIDE}/custom-comparison-controls.html",
    ),
    Question(
        "unsupported_sql_under_comparison_controls",
        corpus_id="OPEN-CMP-05",
        question="Do the unsupported constructs of the capability table apply when only comparison controls are set?",
        leaning="yes",
        source=f"{USER_GUIDE}/custom-sql-capabilities.html",
    ),
    Question(
        "function_of_listed_column",
        corpus_id="OPEN-CMP-06",
        question="A function of an allowlisted column compared with a literal.",
        leaning="allowed",
        source=f"{USER_GUIDE}/custom-comparison-controls.html",
    ),
    Question(
        "comparison_listed_on_one_side",
        corpus_id="OPEN-CMP-07",
        question=(
            "Two tables with controls compared to each other: must both columns be on both lists? The examples "
            "restrict one side only."
        ),
        leaning="each side checked against its own table",
        source=f"{USER_GUIDE}/custom-comparison-controls.html",
        topic=Topic.FIXED,
    ),
    Question(
        "differential_privacy_text_length",
        corpus_id="OPEN-DP-01",
        question=(
            "Text length under differential privacy: 8 KB in the quota table, 90 KB in the parameter table and in the"
            " July 2025 history entry."
        ),
        leaning="90 KB",
        source=f"{USER_GUIDE}/clean-rooms-quotas.html",
    ),
    Question(
        "differential_privacy_subquery",
        corpus_id="OPEN-DP-02",
        question=(
            "Subqueries: the structure note says unsupported, the capability table allows them in FROM and JOIN."
        ),
        leaning="allowed",
        source=f"{USER_GUIDE}/custom-diff-privacy.html",
    ),
    Question(
        "distinct_in_private_query",
        corpus_id="",
        question="SELECT DISTINCT in a CTE over tables under differential privacy: not in the grammar, not forbidden.",
        leaning="allowed (it groups by every column, the user identifier among them)",
        source=f"{USER_GUIDE}/custom-diff-privacy.html",
    ),
    Question(
        "array_under_differential_privacy",
        corpus_id="",
        question=(
            "Arrays and maps under differential privacy: their functions are listed as not supported; whether a column "
            "that holds one may be counted, compared or grouped by is not stated."
        ),
        leaning="denied",
        source=f"{USER_GUIDE}/dp-sql-capabilities.html",
    ),
    Question(
        "other_rows_in_private_union",
        corpus_id="",
        question=(
            "UNION of private rows with rows of other tables, in a CTE under differential privacy: set operators are "
            "supported, but the CTE must return records of users."
        ),
        leaning="denied",
        source=f"{USER_GUIDE}/dp-sql-capabilities.html",
    ),
    Question(
        "rows_chosen_by_private_table",
        corpus_id="",
        question=(
            "LEFT SEMI and LEFT ANTI JOIN of another table with a private one: the joins are supported, but the rows "
            "that it returns belong to no user of the private table."
        ),
        leaning="denied",
        source=f"{USER_GUIDE}/dp-sql-capabilities.html",
    ),
)
"""In the order of the conformance cases; questions without a case are next to related ones."""
