"""The pages of what is found in a text before any rule is asked: these findings come from no check of their own."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from declarations.docstring_page import Page
from simulator.sql.problems import (
    ASSOCIATION_PAGE,
    COMMANDS_PAGE,
    FROM_PAGE,
    PARAMETERS_PAGE,
    QUOTAS_PAGE,
    SELECT_LIST_PAGE,
    SELECT_PAGE,
    SET_OPERATORS_PAGE,
)

PROBLEM_PAGES: Final[Mapping[str, Page]] = MappingProxyType(
    {
        "query_too_long": Page(
            "A text longer than the engine takes",
            (),
            "The service's quota for the text of a query is counted in bytes.",
            "a query with thousands of literals",
            "a table to join with",
            QUOTAS_PAGE,
        ),
        "nesting_too_deep": Page(
            "Brackets, CASE or operators that nest too deeply to be followed",
            (),
            "What cannot be read to its end cannot be judged, and what is not judged is never allowed.",
            "hundreds of brackets inside each other",
            "one WITH for each step",
            COMMANDS_PAGE,
        ),
        "query_too_complex": Page(
            "A short text that makes more columns and joins than can be followed",
            (),
            "What cannot be followed to its end cannot be judged, and what is not judged is never allowed.",
            "CTEs that each join the one before with itself",
            "the tables themselves, each joined once",
            COMMANDS_PAGE,
        ),
        "syntax_error": Page(
            "A text that is not valid SQL",
            (),
            "The service could not run it either, so there is nothing to judge.",
            "`SELECT camp zip spend FROM imps`",
            "`SELECT camp, zip, spend FROM imps`",
            COMMANDS_PAGE,
        ),
        "not_a_select": Page(
            "A statement that is no query, or no statement at all",
            (),
            "Queries only read: the service takes SELECT and, before it, CACHE TABLE.",
            "`DELETE FROM imps`",
            "`SELECT camp FROM imps`",
            COMMANDS_PAGE,
        ),
        "unknown_table": Page(
            "A table that the collaboration does not have",
            (),
            "In SQL a table has the name of its association; the configured table's own name is not known there.",
            "`SELECT camp FROM impressions`",
            "`SELECT camp FROM imps`",
            ASSOCIATION_PAGE,
        ),
        "unknown_column": Page(
            "A column that no table in FROM has",
            (),
            "Queries see the allowed columns of a table, and no others.",
            "`SELECT campaign FROM imps`",
            "`SELECT camp FROM imps`",
            SELECT_PAGE,
        ),
        "ambiguous_column": Page(
            "A column name that several tables in FROM have",
            (),
            "Each table has a rule of its own, so it must be clear whose column is meant.",
            "`SELECT user_key FROM imps i JOIN users u ON i.user_key = u.user_key`",
            "`SELECT i.user_key FROM imps i JOIN users u ON i.user_key = u.user_key`",
            FROM_PAGE,
        ),
        "name_used_twice": Page(
            "One name for two things, or two names that differ in the case of letters only",
            (),
            "Engines disagree about which of the two is read; a rule could be asked about the other.",
            "`WITH x AS (SELECT camp FROM imps), x AS (SELECT tier FROM users) SELECT * FROM x`",
            "`WITH x AS (SELECT camp FROM imps), y AS (SELECT tier FROM users) SELECT * FROM x CROSS JOIN y`",
            SELECT_PAGE,
        ),
        "column_count_differs": Page(
            "Queries or names that are matched by position, and differ in number",
            (),
            "Operands of UNION and its like need the same number of columns, and a list of names needs one for each.",
            "`SELECT camp, zip FROM imps UNION ALL SELECT tier FROM users`",
            "`SELECT camp, zip FROM imps UNION ALL SELECT tier, zip FROM users`",
            SET_OPERATORS_PAGE,
        ),
        "unknown_parameter": Page(
            "A parameter that is not declared, or one outside an analysis template",
            (),
            "Only an analysis template has parameters; the service puts a value in for each one that it declares.",
            "`SELECT zip FROM imps WHERE camp = :camp` (ad hoc SQL)",
            "`SELECT zip FROM imps WHERE camp = 'c1'`",
            PARAMETERS_PAGE,
        ),
        "double_quoted_name": Page(
            "A column or table in double quotes",
            (),
            "Spark SQL reads them as a string, the engine before it read them as a name: one query, two meanings.",
            '`SELECT "camp" FROM imps`',
            "`SELECT camp FROM imps`",
            SELECT_LIST_PAGE,
        ),
        "untraceable_construct": Page(
            "SQL whose meaning cannot be followed to the columns that it reads",
            (),
            "A rule can be asked only about columns that are known to be read; anything else is never allowed.",
            "`SELECT SUM(spend) OVER w AS s FROM imps`",
            "`SELECT SUM(spend) OVER w AS s FROM imps WINDOW w AS (PARTITION BY camp)`",
            SELECT_PAGE,
        ),
    }
)
"""Every name that a finding of this package can have, and what it says."""
