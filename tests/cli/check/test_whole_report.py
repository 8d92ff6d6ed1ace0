"""Everything that can be found about a query is a rule of reports, with its own reason and its own help."""

from __future__ import annotations

import json

from cli.check.whole_report import CHECK_RULES, UNEXPECTED
from policies.reports import as_sarif
from policies.reports.report import Report
from simulator.analysis_rules.checks import check_pages


def test_every_check_is_a_rule() -> None:
    assert list(CHECK_RULES) == [*check_pages(), UNEXPECTED.name]


def test_sarif_helps_with_each_rule() -> None:
    (run,) = json.loads(as_sarif.write(Report(tuple(CHECK_RULES.values()), ())))["runs"]
    rules = {rule["id"]: rule for rule in run["tool"]["driver"]["rules"]}
    for name, page in check_pages().items():
        assert rules[name]["shortDescription"]["text"] == page.title
        assert rules[name]["fullDescription"]["text"] == page.why
        assert rules[name]["help"]["text"] == f"Avoid: {page.avoid}\nPrefer: {page.prefer}"
        assert rules[name]["helpUri"] == page.source
