"""Many at once, and much in a row: 200 clients, large bodies among small ones, queries that leave nothing behind."""

from __future__ import annotations

import gc
import json
import os
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from pathlib import Path
from tempfile import gettempdir
from typing import Any

import pytest

from simulator.api.server import HEALTH_PATH, LocalServer
from simulator.api.world import WORLD
from tests.simulator.api.accounts import RETAILER, Accounts
from tests.simulator.api.patience import PATIENCE
from tests.simulator.api.rooms import ANY_QUERY, Room, make_sales_room
from tests.simulator.api.test_bad_input import AUTHORIZATION, GOOD, send

CLIENTS = 200
QUERIES = 40
"""How many are run here; `python -m benchmarks endpoint` runs a thousand."""

AT_ONCE = 4


def all_at_once(work: Callable[[int], Any]) -> list[Any]:
    """Let every client do *work*, none before all are ready."""
    ready = threading.Barrier(CLIENTS)

    def begin(number: int) -> Any:
        ready.wait(PATIENCE)
        return work(number)

    with ThreadPoolExecutor(CLIENTS) as clients:
        return list(clients.map(begin, range(CLIENTS)))


def test_two_hundred_clients_make_a_room_each(server: LocalServer, accounts: Accounts) -> None:
    def make(number: int) -> tuple[int, str]:
        status, _, body = send(server, "POST", "/collaborations", json.dumps(GOOD | {"name": f"{number}"}).encode())
        return status, body["collaboration"]["id"]

    made = all_at_once(make)
    assert {status for status, _ in made} == {200}
    assert len({identifier for _, identifier in made}) == CLIENTS
    listed, token = [], ""
    while token is not None:
        _, _, page = send(server, "GET", f"/collaborations?maxResults=30&nextToken={token}")
        listed += [each["name"] for each in page["collaborationList"]]
        token = page.get("nextToken")
    assert sorted(listed, key=int) == [f"{number}" for number in range(CLIENTS)]


def test_two_hundred_clients_change_one_resource(server: LocalServer, accounts: Accounts) -> None:
    """Each adds its tag; none is lost, whatever the order."""
    _, _, made = send(server, "POST", "/collaborations", json.dumps(GOOD).encode())
    path = f"/tags/{made['collaboration']['arn']}"
    statuses = all_at_once(lambda number: send(server, "POST", path, json.dumps({"tags": {f"{number}": "x"}}).encode()))
    assert Counter(status for status, _, _ in statuses) == {200: CLIENTS}
    assert len(send(server, "GET", path)[2]["tags"]) == CLIENTS
    assert send(server, "POST", path, b'{"tags": {"one more": "x"}}')[1] == "ValidationException"


def test_large_and_broken_bodies_do_not_stop_the_others(server: LocalServer, accounts: Accounts) -> None:
    large = json.dumps(GOOD | {"description": "x" * 10_000_000}).encode()
    bodies = (large, b"{", b'{"name": 7}', json.dumps(GOOD).encode())

    def work(number: int) -> tuple[int, str]:
        body = bodies[0 if number < 10 else 1 + number % 3]
        return send(server, "POST", "/collaborations", body)[:2]

    answers = Counter(all_at_once(work))
    assert set(answers) == {(400, "ValidationException"), (200, "")}
    assert send(server, "GET", HEALTH_PATH)[0] == 200


def test_a_body_in_chunks_that_does_not_end_is_refused(server: LocalServer) -> None:
    connection = HTTPConnection(server.url.removeprefix("http://"), timeout=PATIENCE)
    chunks = (b"x" * 100_000 for _ in range(60))
    connection.request("POST", "/collaborations", chunks, {"Authorization": AUTHORIZATION}, encode_chunked=True)
    answer = connection.getresponse()
    assert (answer.status, answer.getheader("x-amzn-ErrorType")) == (400, "ValidationException")
    assert "more than" in json.loads(answer.read())["message"]
    connection.close()


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Authorization": AUTHORIZATION}, 400),
        ({"Authorization": AUTHORIZATION, "Host": "attacker.example"}, 403),
        ({"Authorization": AUTHORIZATION.replace("/cleanrooms/", "/sns/")}, 400),
    ],
    ids=["too large", "of a web page", "service not served"],
)
def test_who_still_sends_when_it_is_answered_gets_the_answer(
    headers: dict[str, str], status: int, server: LocalServer
) -> None:
    """A client that is slower than the endpoint: its connection is not reset while it sends."""

    def slowly() -> Iterator[bytes]:
        for number in range(100):
            time.sleep(0.05 if number < 4 else 0)
            yield b"x" * 100_000

    connection = HTTPConnection(server.url.removeprefix("http://"), timeout=PATIENCE)
    connection.request("POST", "/collaborations", slowly(), headers | {"Content-Length": "10000000"})
    assert connection.getresponse().status == status
    connection.close()


def held() -> dict[str, int]:
    """Return what the process holds on to, in numbers that must not grow; the workers of queries stay."""
    gc.collect()
    files = Path("/proc/self/fd")
    return {
        "threads": sum(not each.name.startswith("protected-query_") for each in threading.enumerate()),
        "open files": len(list(files.iterdir())) if files.is_dir() else 0,
        "temporary folders": len(list(Path(gettempdir()).glob("cleanroom-query-*"))),
        "files of the endpoint": len(list(WORLD.folder.rglob("*"))),
    }


def resident() -> int:
    """Return the resident memory of this process in bytes; 0 where the system does not tell."""
    told = Path("/proc/self/statm")
    return int(told.read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") if told.is_file() else 0


def settled() -> dict[str, int]:
    """Return what the process holds once that stays the same: threads of answered requests end by themselves."""
    until, last, since = time.monotonic() + PATIENCE, held(), time.monotonic()
    while time.monotonic() < min(since + 0.5, until):
        time.sleep(0.05)
        now = held()
        if now != last:
            last, since = now, time.monotonic()
    return last


@pytest.fixture
def room(accounts: Accounts) -> Room:
    return make_sales_room(accounts)


def test_queries_in_a_row_leave_nothing_behind(room: Room) -> None:
    """One in five fails: its rows do not fit."""
    room.add_table(RETAILER, "broken", {"id": "int"}, ANY_QUERY)
    room.put_rows(RETAILER, "broken/1.csv", "seven\n")
    good, bad = "SELECT city, COUNT(*) AS n FROM sales GROUP BY city", "SELECT SUM(id) AS n FROM broken"

    def batch(number: int) -> None:
        texts = [bad if (number + each) % 5 == 0 else good for each in range(AT_ONCE)]
        started = [room.ask(text)["id"] for text in texts]
        statuses = [room.finished(query)["status"] for query in started]
        assert statuses == ["FAILED" if text is bad else "SUCCESS" for text in texts]

    for number in range(5):
        batch(number)
    before, memory = settled(), resident()
    for number in range(QUERIES // AT_ONCE):
        batch(number)
    until = time.monotonic() + PATIENCE
    while (grown := {name for name, number in held().items() if number > before[name]}) and time.monotonic() < until:
        time.sleep(0.05)
    assert grown == set()
    assert resident() - memory < 30_000_000
