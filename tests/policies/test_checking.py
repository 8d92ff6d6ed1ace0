"""Policies over rooms in files: places, waivers in files and comments, and findings about the waivers themselves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
import yaml

from declarations.loading import LoadedRoom, load_room
from declarations.loading.waivers import PlacedWaiver, comment_waivers
from policies.checking import WAIVER_RULES, check, locate_in
from policies.collaboration.unlogged_queries import POLICY
from policies.judging import choose
from policies.privacy_budget.refresh_over_unchanged_rows import POLICY as BUDGET_POLICY
from policies.reports.report import Finding, Report, Standing
from policies.subjects import Estate, NamedRoom
from policies.waiving import WaiverFault
from tests.policies.rooms import TODAY, room

WAIVER = PlacedWaiver("unlogged_queries", "a rehearsal", "DPO", TODAY, "waivers.yaml", 2, "reach/collaboration")
COMMENT = "  # waive unlogged_queries until 2099-12-31 by DPO: a rehearsal"


def _loaded(folder: Path, comment: str = "", name: str = "room.yaml") -> LoadedRoom:
    text = yaml.safe_dump(room(query_log_status="DISABLED"), sort_keys=False)
    text = text.replace("query_log_status: DISABLED", f"query_log_status: DISABLED{comment}", 1)
    (folder / name).write_text(text)
    return load_room(folder / name)


def _report(
    loaded: LoadedRoom, waivers: Sequence[PlacedWaiver] = (), today: date = TODAY, *, complete: bool = True
) -> Report:
    estate = Estate((NamedRoom("reach", loaded.room),), today)
    locate = locate_in({"reach": loaded}, lambda path: path.name)
    return check(estate, choose([POLICY]), [POLICY, BUDGET_POLICY], waivers, locate, complete=complete)


def _findings(report: Report) -> list[Finding]:
    return list(report.findings)


def test_a_violation_has_file_line_column_and_text(tmp_path: Path) -> None:
    [finding] = _findings(_report(_loaded(tmp_path)))
    assert finding.standing is Standing.FAILS
    assert finding.location
    line = finding.location.text
    assert (finding.location.file, line.strip()) == ("room.yaml", "query_log_status: DISABLED")
    assert line[finding.location.column - 1 :][: finding.location.length] == "DISABLED"


def test_every_rule_is_told_also_those_that_found_nothing(tmp_path: Path) -> None:
    report = _report(_loaded(tmp_path))
    assert [rule.name for rule in report.rules] == ["unlogged_queries", *WaiverFault]
    assert set(WAIVER_RULES) == set(WaiverFault)


@pytest.mark.parametrize("in_file", [True, False])
def test_a_waiver_in_a_file_or_a_comment_excuses(tmp_path: Path, *, in_file: bool) -> None:
    loaded = _loaded(tmp_path, "" if in_file else COMMENT)
    assert loaded.document
    comments = [replace(one, file="room.yaml") for one in comment_waivers(loaded.document)]
    [finding] = _findings(_report(loaded, [WAIVER] if in_file else comments))
    assert finding.excuse
    assert (finding.excuse.reason, finding.excuse.in_source) == ("a rehearsal", not in_file)


def test_an_expired_waiver_is_a_finding_beside_the_violation(tmp_path: Path) -> None:
    found = _findings(_report(_loaded(tmp_path), [WAIVER], date(2027, 1, 16)))
    assert [(one.rule.name, one.standing) for one in found] == [
        ("unlogged_queries", Standing.FAILS),
        ("expired_waiver", Standing.ADVISES),
    ]
    assert found[1].location
    assert (found[1].location.file, found[1].location.line) == ("waivers.yaml", 2)


def test_an_unused_waiver_is_a_finding_where_all_its_rooms_are_judged(tmp_path: Path) -> None:
    unused = replace(WAIVER, policy=BUDGET_POLICY.name)
    loaded = _loaded(tmp_path)
    assert [one.rule.name for one in _findings(_report(loaded, [unused]))] == ["unlogged_queries", "unused_waiver"]
    assert len(_findings(_report(loaded, [unused], complete=False))) == 1


def test_a_waiver_of_no_policy_fails_the_run(tmp_path: Path) -> None:
    report = _report(_loaded(tmp_path), [WAIVER, replace(WAIVER, policy="unlogged_query")])
    assert [one.standing for one in _findings(report)] == [Standing.WAIVED, Standing.FAILS]
    assert not report.passes()


def test_a_room_in_python_has_no_places(tmp_path: Path) -> None:
    loaded = replace(_loaded(tmp_path), document=None)
    [finding] = _findings(_report(loaded, [WAIVER]))
    assert finding.location is None
    assert finding.excuse


def test_what_is_not_known_is_a_finding_at_its_target(tmp_path: Path) -> None:
    from policies.macie.unscanned_source import POLICY as SCAN

    document = room()
    source = {"name": "s", "bucket": "lake", "database_name": "d", "table_name": "t"}
    document["memberships"][0]["data_sources"] = [source]
    (tmp_path / "room.yaml").write_text(yaml.safe_dump(document))
    loaded = load_room(tmp_path)
    estate = Estate((NamedRoom("reach", loaded.room),), TODAY)
    report = check(estate, choose([SCAN]), [SCAN], [], locate_in({"reach": loaded}, str))
    [finding] = report.findings
    assert finding.standing is Standing.UNKNOWN
    assert finding.message == ("there is no evidence of Macie for account '111111111111'; see cleanroom evidence pull")
    assert finding.location
