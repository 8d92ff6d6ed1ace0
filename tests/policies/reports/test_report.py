"""What a finding means follows from its rule's level, from what is known, and from a waiver."""

from __future__ import annotations

from dataclasses import replace

import pytest

from policies.collaboration.unlogged_queries import POLICY
from policies.policy import Level
from policies.reports.report import QUERY, Asked, Finding, Report, Standing, rule_of
from tests.policies.reports.samples import ADVISES, EMPTY, EXTERNAL, FAILS, REPORT, UNKNOWN, WAIVED


@pytest.mark.parametrize(
    ("finding", "standing"),
    [
        (FAILS, Standing.FAILS),
        (UNKNOWN, Standing.UNKNOWN),
        (ADVISES, Standing.ADVISES),
        (replace(ADVISES, known=False), Standing.ADVISES),
        (WAIVED, Standing.WAIVED),
        (EXTERNAL, Standing.WAIVED),
    ],
)
def test_standing(finding: Finding, standing: Standing) -> None:
    assert finding.standing is standing


@pytest.mark.parametrize(
    ("finding", "passes", "passes_leniently"),
    [(FAILS, False, False), (UNKNOWN, False, True), (ADVISES, True, True), (WAIVED, True, True)],
)
def test_a_run_fails_by_what_fails_and_by_what_is_not_known(
    finding: Finding, *, passes: bool, passes_leniently: bool
) -> None:
    report = Report((finding.rule,), (Asked("reach", finding.rule.name, finding.target, (finding,)),))
    assert report.passes() is passes
    assert report.passes(allow_unknown=True) is passes_leniently


def test_nothing_found_passes() -> None:
    assert EMPTY.passes()
    assert [REPORT.count(standing) for standing in Standing] == [1, 1, 1, 2]


def test_a_policy_is_a_rule_at_the_company_s_level() -> None:
    rule = rule_of(POLICY, Level.ADVISORY)
    assert (rule.name, rule.level, rule.kind) == ("unlogged_queries", Level.ADVISORY, "policy")
    assert rule.help == f"Avoid: {POLICY.page.avoid}\nPrefer: {POLICY.page.prefer}"


def test_queries_are_counted_apart() -> None:
    asked = replace(REPORT, asked=(*REPORT.asked, Asked("reach", QUERY, "a"), Asked("reach", QUERY, "b")))
    assert (EMPTY.extent, REPORT.extent, asked.extent) == (
        "0 policies, 0 checks",
        "5 policies, 6 checks",
        "5 policies, 6 checks, 2 queries",
    )
