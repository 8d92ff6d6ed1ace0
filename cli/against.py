"""`cleanroom check --against REVISION`: policies asked about what has changed since, in the reports of `check`."""

from __future__ import annotations

import os
from pathlib import Path

from cli.checked import Order
from cli.differing import Comparing, Difference, difference
from cli.room_state import state_at
from declarations.loading import LoadingError
from declarations.loading.problems import FileProblem
from policies.judging import Result
from policies.registry import CHANGE_POLICIES
from policies.reports.report import Asked, Finding, Location, Report, Rule, rule_of


def with_change(report: Report, order: Order, comparing: Comparing, place: Location) -> Report:
    """Return *report* with what policies on changes say about the rooms since the revision that *order* names.

    Args:
        report: What policies on rooms say.
        order: What to check, and against which revision; without one, *report* is returned as it is.
        comparing: What states are compared with.
        place: Where findings are shown: they are about all rooms, and stand in none.

    Raises:
        LoadingError: git does not know the revision, or something in either state is wrong.
    """
    only = order.policies.only if order.policies else ()
    asked = not only or any(policy.name in only for policy in CHANGE_POLICIES)
    if order.against is None or not asked:
        return report
    found = [(path, one) for path in order.paths for one in _since(order.against, path, comparing).results]
    rules = {rule.name: rule for rule in report.rules}
    for _, one in found:
        rules.setdefault(one.chosen.policy.name, _rule(one))
    return Report(tuple(rules.values()), (*report.asked, *(_asked(one, path, place) for path, one in found)))


def _since(revision: str, path: Path, comparing: Comparing) -> Difference:
    if ":" in revision:
        message = "is a revision with a path; --against takes the revision alone, such as 'origin/main'"
        raise LoadingError([FileProblem(revision, message)])
    word = f"{revision}:{Path(os.path.relpath(path)).as_posix()}"
    with state_at(word, comparing.policies) as before:
        return difference(before, path, comparing)


def _rule(result: Result) -> Rule:
    return rule_of(result.chosen.policy, result.chosen.level)


def _asked(result: Result, path: Path, place: Location) -> Asked:
    rule, target = _rule(result), f"{result.placed.target} of {path}"
    findings = tuple(Finding(rule, target, violation.message, location=place) for violation in result.violations)
    return Asked(result.placed.target, rule.name, target, findings)
