"""One deliberately bad room trips every policy of the baseline, by name."""

from __future__ import annotations

import json

from declarations.loading import LoadedBigQueryRoom, load_any_room, load_room
from declarations.macie_evidence import MacieEvidence
from policies.configuration import configure
from policies.judging import Outcome, judge
from policies.registry import POLICIES
from policies.subjects import Estate, NamedBigQueryRoom, NamedRoom
from simulator.explaining.query_facts import room_facts, view_facts
from tests.policies.cases import FOLDER, TODAY

BAD = FOLDER / "bad_room"


def test_the_bad_room_trips_every_policy() -> None:
    rooms = [load_room(BAD / name).room for name in ("first", "second")]
    named = tuple(NamedRoom(room.collaboration.name, room, room_facts(room)) for room in rooms)
    loaded = load_any_room(BAD / "views")
    assert isinstance(loaded, LoadedBigQueryRoom)
    views = NamedBigQueryRoom(loaded.room.name, loaded.room, view_facts(loaded.room))
    configured = configure(BAD / "policies.yaml", POLICIES)
    assert configured.evidence is not None
    evidence = MacieEvidence.model_validate(json.loads(configured.evidence.read_text(encoding="utf-8")))
    results = list(judge(Estate(named, TODAY, (evidence,), (views,)), configured.chosen))
    tripped = {result.chosen.policy.name for result in results if result.outcome is Outcome.FAIL}
    assert {policy.name for policy in POLICIES} - tripped == set()
    assert [result for result in results if result.unknown] == []
