"""`cleanroom check --against REVISION`: policies asked about what has changed since, in the reports of `check`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from cli.check.request import CheckRequest
from cli.diff.difference import Comparing, Difference, difference
from cli.diff.state_files import state_before
from declarations.loading import LoadingError
from declarations.loading.problems import FileProblem
from policies.judging import Result
from policies.registry import CHANGE_POLICIES
from policies.reports.report import Asked, Finding, Location, Report, Rule, rule_of


def with_change(report: Report, request: CheckRequest, comparing: Comparing, files: Mapping[str, str]) -> Report:
    """Return *report* with what policies on changes say about the rooms since the revision that *request* names.

    Args:
        report: What policies on rooms say.
        request: What to check, and against which revision; without one, *report* is returned as it is.
        comparing: What states are compared with.
        files: The file of each room by its name: findings are shown in that of the first room that loosens.

    Raises:
        LoadingError: git does not know the revision, or something in either state is wrong.
    """
    only = request.policies.only if request.policies else ()
    asked = not only or any(policy.name in only for policy in CHANGE_POLICIES)
    if request.against is None or not asked:
        return report
    rules = {rule.name: rule for rule in report.rules}
    found: list[Asked] = []
    for path in request.paths:
        since = _since(request.against, path, comparing)
        for result in since.results:
            rules.setdefault(result.chosen.policy.name, _rule(result))
            found.append(_asked(result, path, since, _place(since, files)))
    return Report(tuple(rules.values()), (*report.asked, *found))


def _since(revision: str, path: Path, comparing: Comparing) -> Difference:
    if ":" in revision:
        message = "is a revision with a path; --against takes the revision alone, such as 'origin/main'"
        raise LoadingError([FileProblem(revision, message)])
    with state_before(revision, path, comparing.policies) as before:
        return difference(before, path, replace(comparing, may_be_new=True))


def _rule(result: Result) -> Rule:
    return rule_of(result.chosen.policy, result.chosen.level)


def _place(since: Difference, files: Mapping[str, str]) -> Location | None:
    """Return the file of the first room that loosens; None where only decisions do."""
    loosened = (target.partition("/")[0] for target in since.change.loosened)
    file = next((files[name] for name in loosened if name in files), None)
    return Location(file, 1, 1) if file else None


def _asked(result: Result, path: Path, since: Difference, place: Location | None) -> Asked:
    rule, target = _rule(result), f"{result.placed.target} of {path}"
    digests = f"a sign-off of this change says old: {since.change.old}, new: {since.change.new}"
    findings = tuple(
        Finding(rule, target, f"{violation.message}; {digests}", location=place) for violation in result.violations
    )
    return Asked(result.placed.target, rule.name, target, findings)
