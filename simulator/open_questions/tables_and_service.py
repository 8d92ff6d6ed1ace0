"""Open questions about mapping and intermediate tables, the engines, and members."""

from __future__ import annotations

from simulator.open_questions.question import Question, Topic
from simulator.pages import API_REFERENCE, SQL_REFERENCE, USER_GUIDE

QUESTIONS: tuple[Question, ...] = (
    Question(
        "implicit_join_to_mapping_table",
        corpus_id="OPEN-IDM-01",
        question=(
            "Implicit and CROSS JOIN with a mapping table: supported in expanded SQL but said not to satisfy overlap."
        ),
        leaning="denied while a column is protected",
        source=f"{USER_GUIDE}/analysis-rules-id-mapping-table.html",
    ),
    Question(
        "mapping_dimension_in_filter",
        corpus_id="OPEN-IDM-02",
        question=(
            "dimensionColumns of a mapping table in WHERE: the guide lists SELECT and GROUP BY, the API text adds "
            "filtering."
        ),
        leaning="allowed",
        source=f"{USER_GUIDE}/analysis-rules-id-mapping-table.html",
    ),
    Question(
        "joined_through_mapping_table",
        corpus_id="OPEN-IDM-03",
        question="Does a join through a mapping table satisfy joinRequired or the list-rule overlap transitively?",
        leaning="yes",
        source=f"{USER_GUIDE}/analysis-rules-id-mapping-table.html",
    ),
    Question(
        "intermediate_table_refreshing",
        corpus_id="OPEN-INT-01",
        question=(
            "Querying while a refresh runs: the status must be POPULATE_SUCCESS, yet the previous version is said to "
            "stay available."
        ),
        leaning="allowed when an active version exists",
        source=f"{USER_GUIDE}/working-with-intermediate-tables.html",
    ),
    Question(
        "lower_additional_analyses_than_inherited",
        corpus_id="OPEN-INT-02",
        question=(
            "Ranking REQUIRED > ALLOWED > NOT_ALLOWED as restrictiveness: whether NOT_ALLOWED may be chosen below an "
            "inherited ALLOWED is contrary to intuition and undocumented beyond that line."
        ),
        leaning="follow the printed order",
        source=f"{USER_GUIDE}/intermediate-table-analysis-rule.html",
        topic=Topic.DECLARATION,
    ),
    Question(
        "identifier_case",
        corpus_id="OPEN-ENG-01",
        question="Case sensitivity of identifiers in SQL against the lower-case names of rules.",
        leaning="case-insensitive",
        source=f"{API_REFERENCE}/API_AnalysisRuleColumnName.html",
        topic=Topic.FIXED,
    ),
    Question(
        "where_violations_surface",
        corpus_id="OPEN-ENG-02",
        question=(
            "Which violations surface as a ValidationException of StartProtectedQuery (reason INVALID_QUERY) and "
            "which as a FAILED query with MALFORMED_QUERY."
        ),
        leaning="none",
        source=f"{API_REFERENCE}/API_ValidationExceptionReason.html",
        topic=Topic.DOCUMENTATION,
    ),
    Question(
        "cache_table_on_list_or_legacy",
        corpus_id="OPEN-ENG-03",
        question="CACHE TABLE under list rule and on the legacy engine.",
        leaning="denied",
        source=f"{USER_GUIDE}/analysis-rules-list.html",
    ),
    Question(
        "cache_table_with_differential_privacy",
        corpus_id="OPEN-ENG-04",
        question="CACHE TABLE scripts with differential privacy.",
        leaning="none",
        source=f"{SQL_REFERENCE}/sql-commands-cache-table.html",
    ),
    Question(
        "unreadable_constant",
        corpus_id="",
        question=(
            "A constant text that is no value of the type that it is compared with or cast to, such as '01.02.2026' for"
            " a date: NULL, or an error, as Spark's ANSI mode decides; AWS does not say which."
        ),
        leaning="NULL",
        source=f"{SQL_REFERENCE}/s_Type_conversion.html",
    ),
    Question(
        "several_result_receivers",
        corpus_id="OPEN-MEM-01",
        question=(
            "Number of result receivers: the glossary says one in one entry and more than one in another; the API "
            "distributes to several."
        ),
        leaning="several",
        source=f"{USER_GUIDE}/glossary.html",
        topic=Topic.FIXED,
    ),
    Question(
        "several_privacy_budget_templates",
        corpus_id="OPEN-MEM-02",
        question=(
            "Privacy budget templates: the operation text says one per collaboration, the quota table 25 access-"
            "budget templates."
        ),
        leaning="one differential-privacy template, up to 25 access-budget templates",
        source=f"{API_REFERENCE}/API_CreatePrivacyBudgetTemplate.html",
        topic=Topic.DECLARATION,
    ),
)
"""In the order of the conformance cases."""
