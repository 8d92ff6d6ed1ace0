"""Every check is a page, and what its page says is true: its `Avoid` is refused by it, its `Prefer` is allowed."""

from __future__ import annotations

import re

import pytest

from declarations.docstring_page import Page
from docs.check_pages import FOLDER as PAGES
from docs.check_pages import pages
from simulator.analysis_rules import judge, judge_context
from simulator.analysis_rules.checks import check_pages
from simulator.settings import Settings
from simulator.sql.problem_pages import PROBLEM_PAGES
from simulator.verdict import Verdict
from tests.conformance.query_cases import request_of
from tests.simulator.checks.case_files import FIXTURES, asked, document_of

QUERY = re.compile(r"`(?P<sql>(?:SELECT|WITH|CACHE|DELETE|\()[^`]+)`(?: \([^)]+\))?")
"""An example that is a query, maybe with a remark in brackets, and so can be tried."""

OF_CIRCUMSTANCES = {
    "additional_analyses_on_aggregation_rule",
    "additional_analysis_not_allowed",
    "analysis_not_approved",
    "differential_privacy_not_configured",
    "direct_result_of_additional_only_table",
    "inactive_payer",
    "inactive_query_runner",
    "inactive_receiver",
    "insufficient_privacy_budget",
    "intermediate_table_not_ready",
    "intermediate_table_without_custom_rule",
    "jobs_only_table",
    "join_policy_without_columns",
    "misplaced_parameter",
    "mixed_privacy_units",
    "nested_policies",
    "nesting_too_deep",
    "parameter_in_hint",
    "parameter_value_unfit",
    "policy_column_missing",
    "private_query_too_long",
    "private_table_of_receiver",
    "query_from_template",
    "query_too_complex",
    "query_too_long",
    "receiver_not_allowed",
    "spent_access_budget",
    "submitted_by_other_member",
    "table_without_rule",
    "too_many_tables",
    "ungroupable_privacy_unit",
    "unlisted_join_operator",
}
"""Checks that do not turn on the query alone: their `Avoid` is told in words."""

every_page = pytest.mark.parametrize(("check", "page"), check_pages().items(), ids=check_pages())


def _query(example: str) -> str | None:
    found = QUERY.fullmatch(example)
    return found["sql"] if found is not None else None


QUERIES = {check: _query(page.avoid) for check, page in check_pages().items()}
PREFERRED = {check: sql for check, page in check_pages().items() if (sql := _query(page.prefer))}


@every_page
def test_page_is_written_with_care(check: str, page: Page) -> None:
    assert len(page.title) <= 120
    assert page.why[0].isupper() or page.why[0] == "`"
    assert all(text.endswith(".") for text in (page.why, *page.details))
    assert re.fullmatch(r"https://docs\.(aws\.amazon|cloud\.google)\.com/\S+[^.\s]", page.source)


def test_examples_in_words_are_of_checks_that_do_not_turn_on_the_query_alone() -> None:
    assert {check for check, sql in QUERIES.items() if sql is None} == OF_CIRCUMSTANCES


@pytest.mark.parametrize(("check", "sql"), [(check, sql) for check, sql in QUERIES.items() if sql], ids=str)
def test_what_to_avoid_is_refused_by_the_check(check: str, sql: str) -> None:
    assert check in {finding.check for finding in _judged(check, sql).findings}


@pytest.mark.parametrize(("check", "sql"), PREFERRED.items(), ids=str)
def test_what_to_prefer_is_allowed_by_all_checks(check: str, sql: str) -> None:
    assert _judged(check, sql).findings == ()


def _judged(check: str, sql: str) -> Verdict:
    if check in PROBLEM_PAGES:
        tables = {"tables": ["cust_any", "cust_users"]}
        return judge(request_of({"sql": sql, "query_runner": "111111111111", **tables}, FIXTURES))
    return judge_context(asked(document_of(check), {"sql": sql}, Settings()))


def test_pages_are_current() -> None:
    found = {path.name: path.read_text(encoding="utf-8") for path in PAGES.iterdir()}
    assert found == dict(pages()), "run: make generate"
