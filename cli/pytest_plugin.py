"""Clean rooms as tests: an item for every policy and target, and for every query.

    pytest -p cli.pytest_plugin --rooms rooms -k low_minimum --junitxml policies.xml

It stands here and not in `policies`, because some policies judge what SQL does, which only the simulator can tell.
"""

from __future__ import annotations

from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any, Final

import pytest

from cli.check.judging import check_rooms
from cli.check.request import CheckRequest, PolicyOptions
from cli.check.whole_report import CHECK_RULES, lenient, whole_report
from declarations.loading import LoadingError
from policies.policy import Severity
from policies.reports.report import Asked, Report, Standing
from simulator.settings import Settings

MARKERS: Final = {severity: f"policy_{severity}" for severity in Severity}
"""The marker of each severity, for `-m policy_critical`; a query has that of checks."""

_PAGE: Final = "clean rooms"


class BrokenPolicyError(Exception):
    """A mandatory rule is broken, or turns on what is not known."""


class PolicyItem(pytest.Item):
    """One policy held against one target, or one query."""

    asked: Asked

    def runtest(self) -> None:
        """Fail by what is broken or not known; skip what is waived; advice passes and is shown with -rA."""
        told = {standing: [one for one in self.asked.findings if one.standing is standing] for standing in Standing}
        if stopping := [*told[Standing.FAILS], *told[Standing.UNKNOWN]]:
            raise BrokenPolicyError("\n".join(one.line for one in stopping))
        if told[Standing.ADVISES]:
            self.add_report_section("call", "advice", "\n".join(one.line for one in told[Standing.ADVISES]))
        if told[Standing.WAIVED]:
            pytest.skip("; ".join(one.excuse.line for one in told[Standing.WAIVED] if one.excuse))

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:  # noqa: ANN401 - as pytest declares it
        """Show what was found, not where in this plugin it was raised."""
        if isinstance(excinfo.value, BrokenPolicyError):
            return str(excinfo.value)
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, int | None, str]:
        """Name the place in the room file."""
        place = next((finding.location for finding in self.asked.findings if finding.location), None)
        return Path(place.file) if place else self.path, place.line - 1 if place else None, self.name


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options."""
    group = parser.getgroup(_PAGE)
    group.addoption("--rooms", action="append", metavar="DIR", help="a room, or a folder of rooms; repeatable")
    group.addoption("--policies", metavar="FILE", help="the company's decisions [nearest policies.yaml]")
    group.addoption("--allow-unknown", action="store_true", help="let policies pass that depend on an unknown value")


def pytest_configure(config: pytest.Config) -> None:
    """Declare the markers."""
    for severity, marker in MARKERS.items():
        config.addinivalue_line("markers", f"{marker}: a policy whose violation is {severity}")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(session: pytest.Session, config: pytest.Config, items: list[pytest.Item]) -> None:
    """Add the items before -k and -m choose among all."""
    if rooms := config.getoption("--rooms"):
        settings = config.getoption("--policies")
        report = _report(tuple(map(Path, rooms)), Path(settings) if settings else None)
        report = lenient(report, unknown_policies=config.getoption("--allow-unknown"), undocumented_queries=False)
        items += _items(session, report)


def _report(rooms: tuple[Path, ...], settings: Path | None) -> Report:
    request = CheckRequest(rooms, policies=PolicyOptions(settings))
    try:
        return whole_report(check_rooms(request, Settings(), date.today()))  # noqa: DTZ011 - a waiver's last day is local
    except LoadingError as error:
        raise pytest.UsageError(str(error)) from None


def _items(session: pytest.Session, report: Report) -> list[pytest.Item]:
    severities = {rule.name: rule.severity for rule in report.rules if rule.name not in CHECK_RULES}
    items: list[pytest.Item] = []
    times: Counter[str] = Counter()
    for asked in report.asked:
        name = f"{asked.rule}[{asked.target}]"
        times[name] += 1
        again = f" {times[name]}" if times[name] > 1 else ""
        item = PolicyItem.from_parent(session, name=name + again, nodeid=f"{asked.room}::{name}{again}")
        item.asked = asked
        item.add_marker(MARKERS[severities.get(asked.rule, Severity.HIGH)])
        items.append(item)
    return items
