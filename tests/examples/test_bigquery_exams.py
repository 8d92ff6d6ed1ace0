"""What BigQuery's own pages show breaks policies of the baseline: each is waived with a reason for a year."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from declarations.loading.room import LoadedBigQueryRoom, load_any_room
from declarations.loading.waivers import comment_waivers
from examples.complete_journey import prepare
from policies.checking import check, locate_in
from policies.configuration import configure
from policies.registry import BASELINE
from policies.reports.report import Report, Standing
from policies.subjects import Estate, NamedBigQueryRoom
from simulator.explaining.query_facts import view_facts

EXAMPLE = Path(prepare.__file__).parents[1] / "bigquery_exams"


def _report(today: date) -> Report:
    loaded = load_any_room(EXAMPLE)
    assert isinstance(loaded, LoadedBigQueryRoom)
    assert loaded.document is not None
    room = NamedBigQueryRoom(loaded.room.name, loaded.room, view_facts(loaded.room))
    configured = configure(EXAMPLE / "policies.yaml", BASELINE)
    waivers = [*configured.waivers, *comment_waivers(loaded.document)]
    estate = Estate((), today, bigquery_rooms=(room,))
    return check(estate, configured.chosen, BASELINE, waivers, locate_in({loaded.room.name: loaded}, str))


def test_whatever_the_views_break_is_waived_for_a_year_at_most() -> None:
    findings = list(_report(date(2027, 1, 15)).findings)
    assert [(one.rule.name, one.target, one.message) for one in findings if one.excuse is None] == []
    assert {one.excuse.expires.year for one in findings if one.excuse} == {2027}


def test_the_example_outlives_its_waivers() -> None:
    report = _report(date(2029, 1, 15))
    assert report.count(Standing.ADVISES) > report.count(Standing.WAIVED) == 0
    assert report.passes()
