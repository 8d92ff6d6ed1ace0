"""The two rooms break no policy of the baseline that is not waived with a reason for a year, and no waiver is idle."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from declarations.loading import load_room
from declarations.loading.waivers import comment_waivers
from examples.complete_journey import prepare
from policies.checking import check, locate_in
from policies.configuration import configure
from policies.registry import BASELINE
from policies.reports.report import Report, Standing
from policies.subjects import Estate, NamedRoom
from simulator.explaining.query_facts import room_facts

EXAMPLE = Path(prepare.__file__).parent


DAY = date(2027, 1, 15)


def _report(today: date) -> Report:
    loaded = {
        room.room.collaboration.name: room for room in map(load_room, (EXAMPLE / "reach", EXAMPLE / "measurement"))
    }
    estate = Estate(tuple(NamedRoom(name, one.room, room_facts(one.room)) for name, one in loaded.items()), today)
    configured = configure(EXAMPLE / "policies.yaml", BASELINE)
    comments = [waiver for one in loaded.values() if one.document for waiver in comment_waivers(one.document)]
    return check(estate, configured.chosen, BASELINE, [*configured.waivers, *comments], locate_in(loaded, str))


def test_whatever_the_rooms_break_is_waived_for_a_year_at_most() -> None:
    findings = list(_report(DAY).findings)
    assert [(one.rule.name, one.target, one.message) for one in findings if one.excuse is None] == []
    assert len({one.rule.name for one in findings}) > 3
    assert {one.excuse.expires.year for one in findings if one.excuse} == {DAY.year}


def test_the_example_outlives_its_waivers() -> None:
    report = _report(date(2029, 1, 15))
    assert report.count(Standing.ADVISES) > report.count(Standing.WAIVED) == 0
    assert report.passes()
