"""JSON for programs."""

from __future__ import annotations

import json

from policies.reports.as_json import write
from tests.policies.reports.samples import NASTY, REPORT


def test_everything_is_told() -> None:
    document = json.loads(write(REPORT))
    assert document.keys() == {"rules", "findings", "asked", "standings"}
    assert document["asked"] == 6
    assert document["standings"] == {"fails": 1, "unknown": 1, "advises": 1, "waived": 2}
    assert [rule["name"] for rule in document["rules"]] == ["low_minimum", "epsilon", "payer", "personal", "quiet"]
    fails, unknown, _, waived, _ = document["findings"]
    assert fails == {
        "rule": "low_minimum",
        "standing": "fails",
        "severity": "high",
        "target": "reach/1/configured_tables/orders",
        "part": "id",
        "message": NASTY,
        "location": {"file": "rooms/a b/room.yaml", "line": 12, "column": 9, "length": 7},
        "waiver": None,
    }
    assert unknown["location"] is None
    assert waived["waiver"] == {"reason": "a *pilot*", "owner": "DPO", "expires": "2027-03-31", "in_source": True}
