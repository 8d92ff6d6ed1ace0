"""The two rooms break no policy of the baseline that is not waived with a reason, and no waiver is idle."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from declarations.loading import load_room
from declarations.loading.waivers import comment_waivers
from examples.complete_journey import prepare
from policies.checking import check, locate_in
from policies.configuration import configure
from policies.registry import POLICIES
from policies.subjects import Estate, NamedRoom
from simulator.explaining.query_facts import room_facts

EXAMPLE = Path(prepare.__file__).parent


def test_whatever_the_rooms_break_is_waived() -> None:
    loaded = {
        room.room.collaboration.name: room for room in map(load_room, (EXAMPLE / "reach", EXAMPLE / "measurement"))
    }
    estate = Estate(
        tuple(NamedRoom(name, one.room, room_facts(one.room)) for name, one in loaded.items()), date(2027, 1, 15)
    )
    configured = configure(EXAMPLE / "policies.yaml", POLICIES)
    comments = [waiver for one in loaded.values() if one.document for waiver in comment_waivers(one.document)]
    report = check(estate, configured.chosen, POLICIES, [*configured.waivers, *comments], locate_in(loaded, str))
    findings = [finding for asked in report.asked for finding in asked.findings]
    assert [(one.rule.name, one.target, one.message) for one in findings if one.excuse is None] == []
    assert len({one.rule.name for one in findings}) > 3
