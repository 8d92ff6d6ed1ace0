"""What runs in the background ends with the endpoint, and is settled when the endpoint is there again."""

from __future__ import annotations

import threading
from pathlib import Path

from simulator.api.server import local_endpoint
from tests.simulator.api.accounts import BRAND, RETAILER, Accounts
from tests.simulator.api.macie2.jobs import Lake
from tests.simulator.api.macie2.test_classification_job import CARD
from tests.simulator.api.rooms import ANY_QUERY, Room, make_room

SLOW = "SELECT SUM(a.n * b.n + c.n) AS total FROM numbers a CROSS JOIN numbers b CROSS JOIN numbers c"


def test_a_query_has_failed(tmp_path: Path) -> None:
    with local_endpoint(state=tmp_path / "state.db") as url:
        room = make_room(Accounts(url))
        room.add_table(RETAILER, "numbers", {"n": "bigint"}, ANY_QUERY)
        room.put_rows(RETAILER, "numbers/1.csv", "".join(f"{number}\n" for number in range(20_000)))
        queries = [room.ask(SLOW)["id"] for _ in range(5)]  # one more than there are workers
        while not begun(room):
            pass
    with local_endpoint(state=tmp_path / "state.db") as url:
        room.accounts = Accounts(url)
        for each in queries:
            found = room.finished(each)
            assert (found["status"], found["error"]["code"]) == ("FAILED", "TRANSIENT_ERROR")
            assert found["error"]["message"] == "the endpoint was stopped while the query ran"


def begun(room: Room) -> bool:
    """Tell whether one of the room's queries has begun."""
    listed = room.client(BRAND).list_protected_queries(membershipIdentifier=room.memberships[BRAND], status="STARTED")
    return bool(listed["protectedQueries"])


def test_a_job_goes_on_later(tmp_path: Path) -> None:
    """It has many objects to read, and ends within one of them."""
    objects = 40
    with local_endpoint(state=tmp_path / "state.db") as url:
        lake = Lake(Accounts(url))
        for number in range(objects):
            lake.put(f"{number}.txt", CARD * 2000)
        job = lake.start()
    assert not [each for each in threading.enumerate() if each.name == "classification-job"]
    with local_endpoint(state=tmp_path / "state.db") as url:
        accounts = Accounts(url)
        lake.accounts, lake.macie = accounts, accounts.client(lake.account, "macie2")
        assert lake.finished(job)["jobStatus"] == "COMPLETE"
        assert len(lake.analysed()) == objects
