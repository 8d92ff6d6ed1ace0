"""`cleanroom serve` as a process: rooms from the start, everything kept over a crash, a clean end."""

from __future__ import annotations

import itertools
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pytest
from botocore.config import Config
from botocore.exceptions import ConnectionClosedError, EndpointConnectionError

from cli.console.exit_codes import ExitCode
from tests.simulator.api.accounts import session

ROOT = Path(__file__).parents[3]
QUERY = "SELECT COUNT(DISTINCT household_id) AS households FROM transactions"


@contextmanager
def serving(*options: str) -> Iterator[tuple[str, list[str], subprocess.Popen[str]]]:
    """Serve in a process of its own; give the address, what was printed before it, and the process."""
    command = [sys.executable, "-c", "from cli.main import console_script as c; c()", "serve", "--port", "0", *options]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:  # noqa: S603
        try:
            printed: list[str] = []
            assert process.stdout is not None
            for line in process.stdout:
                if found := re.match(r"serving on (\S+)", line):
                    yield found[1], printed, process
                    return
                printed.append(line)
            pytest.fail(f"it ended: {printed}, {process.stderr.read() if process.stderr else ''}")
        finally:
            process.kill()


def client(url: str, service: str, key: str, secret: str, config: Config | None = None) -> Any:
    return session(key, secret).client(service, endpoint_url=url, config=config)


def test_an_empty_endpoint_answers_and_ends_on_a_signal() -> None:
    with serving("--quiet") as (url, printed, process):
        assert printed == []
        with urlopen(f"{url}/_health") as answer:  # noqa: S310 - our own address
            assert answer.status == 200
        assert client(url, "cleanrooms", "test", "test").list_collaborations()["collaborationList"] == []
        process.send_signal(signal.SIGTERM)
        assert process.wait(60) == 0


def test_everything_is_there_after_a_crash(tmp_path: Path) -> None:
    """A room with its rows, an uploaded object, an access key, tags: killed without warning, and all back."""
    from tests.cli.small_room import write_room

    room, data = write_room(tmp_path)
    state = ("--state", str(tmp_path / "state.db"))
    with serving("--room", str(room), "--data", str(data), *state) as (url, printed, process):
        key, secret = re.search(r"\(222222222222\).*access key (\S+) / (\S+)", "".join(printed)).groups()
        first = client(url, "cleanrooms", key, secret)
        (membership,) = first.list_memberships()["membershipSummaries"]
        first.tag_resource(resourceArn=membership["arn"], tags={"team": "reach"})
        client(url, "s3", key, secret).create_bucket(Bucket="results")
        assert _ask(first, membership["id"], url, key, secret) == ["households", "3"]
        process.kill()
    with serving(*state) as (url, _, _):
        second = client(url, "cleanrooms", key, secret)
        assert second.list_memberships()["membershipSummaries"] == [membership]
        assert second.list_tags_for_resource(resourceArn=membership["arn"])["tags"] == {"team": "reach"}
        held = client(url, "s3", key, secret).list_objects_v2(Bucket="results")["Contents"]
        assert len(held) == 1
        assert _ask(second, membership["id"], url, key, secret) == ["households", "3"]


def test_whatever_was_answered_is_there_after_a_kill_amid_writes(tmp_path: Path) -> None:
    """Four clients make tables and objects as fast as they can, until the endpoint is killed."""
    state = ("--quiet", "--state", str(tmp_path / "state.db"))
    answered: set[str] = set()
    with serving(*state) as (url, _, process):
        client(url, "s3", "test", "test").create_bucket(Bucket="rows")
        with ThreadPoolExecutor(4) as writers:
            writing = [writers.submit(_write, url, number, answered) for number in range(4)]
            while len(answered) < 100 and not all(each.done() for each in writing):
                time.sleep(0.001)
            process.kill()
        for each in writing:
            each.result()
    assert len(answered) >= 100
    with serving(*state) as (url, _, _):
        held = _written(url)
        assert answered <= held
        assert len(held - answered) <= 4  # one write of each client was done, and its answer lost
        made = _make_table(client(url, "cleanrooms", "test", "test"), "afterwards")
        assert made in _written(url)


def test_mistakes_at_the_start_are_told_in_one_sentence(tmp_path: Path) -> None:
    text = tmp_path / "notes.txt"
    text.write_text("not a state file, but long enough to be taken for one\n" * 100)
    for options, said in [
        (("--state", str(tmp_path)), "cannot be used as a state file"),
        (("--state", str(text)), "cannot be used as a state file"),
        (("--state", str(tmp_path / "missing" / "state.db")), "cannot be used as a state file"),
        (("--data", str(tmp_path / "missing")), "does not exist"),
    ]:
        _fails(said, *options)


def test_a_port_and_a_state_file_have_one_endpoint(tmp_path: Path) -> None:
    state = ("--quiet", "--state", str(tmp_path / "state.db"))
    with serving(*state) as (url, _, _):
        _fails("is in use by another endpoint", *state)
        _fails("cannot serve on port", "--port", url.rpartition(":")[2])
        s3 = client(url, "s3", "test", "test")
        s3.create_bucket(Bucket="rows")
        connection = HTTPConnection(url.removeprefix("http://"))
        connection.request("PUT", "/rows/chunked", iter([b"in ", b"chunks"]), encode_chunked=True)
        assert connection.getresponse().status == 200
        connection.close()
    with serving(*state) as (url, _, _):
        held = client(url, "s3", "test", "test").get_object(Bucket="rows", Key="chunked")
        assert held["Body"].read() == b"in chunks"


def test_a_limit_that_is_none_is_told_at_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLEANROOM_QUERY_SECONDS", "soon")
    _fails("CLEANROOM_QUERY_SECONDS is 'soon'; allowed are a number above 0, e.g. '600', and 'none'")


def test_what_it_prints_is_enough_to_ask_as_the_member_who_queries(tmp_path: Path) -> None:
    """The printed lines, given to a shell, let a client see the room."""
    from tests.cli.small_room import write_room

    room, data = write_room(tmp_path)
    with serving("--quiet", "--room", str(room), "--data", str(data)) as (url, _, process):
        assert process.stdout is not None
        lines = [process.stdout.readline().split() for _ in range(4)]
        held = dict(word.split("=", 1) for line in lines for word in line if "=" in word)
        assert held["AWS_ENDPOINT_URL"] == url
        member = session(held["AWS_ACCESS_KEY_ID"], held["AWS_SECRET_ACCESS_KEY"], region=held["AWS_DEFAULT_REGION"])
        listed = member.client("cleanrooms", endpoint_url=url).list_memberships()["membershipSummaries"]
        assert ["CAN_QUERY" in each["memberAbilities"] for each in listed] == [True]


def _fails(said: str, *options: str) -> None:
    port = () if "--port" in options else ("--port", "0")
    command = [sys.executable, "-c", "from cli.main import console_script as c; c()", "serve", *port, *options]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)  # noqa: S603
    assert done.returncode == ExitCode.INPUT
    assert said in " ".join(done.stderr.replace("│", " ").split())
    assert "Traceback" not in done.stderr


def _write(url: str, number: int, answered: set[str]) -> None:
    once = Config(retries={"total_max_attempts": 1})
    cleanrooms, s3 = (client(url, service, "test", "test", once) for service in ("cleanrooms", "s3"))
    with suppress(EndpointConnectionError, ConnectionClosedError, ConnectionError):
        for count in itertools.count():
            name = f"write-{number}-{count}"
            answered.add(_make_table(cleanrooms, name))
            s3.put_object(Bucket="rows", Key=name, Body=name.encode())
            answered.add(name)


def _make_table(cleanrooms: Any, name: str) -> str:
    made = cleanrooms.create_configured_table(
        name=name,
        tableReference={"glue": {"databaseName": "lake", "tableName": name}},
        allowedColumns=["id"],
        analysisMethod="DIRECT_QUERY",
    )
    arn: str = made["configuredTable"]["arn"]
    return arn


def _written(url: str) -> set[str]:
    """Return the ARNs of all tables and the keys of all objects, each object read."""
    pages = client(url, "cleanrooms", "test", "test").get_paginator("list_configured_tables").paginate()
    tables = {each["arn"] for page in pages for each in page["configuredTableSummaries"]}
    s3 = client(url, "s3", "test", "test")
    objects = s3.get_paginator("list_objects_v2").paginate(Bucket="rows")
    keys = {each["Key"] for page in objects for each in page.get("Contents", ())}
    assert all(s3.get_object(Bucket="rows", Key=key)["Body"].read() == key.encode() for key in keys)
    return tables | keys


def _ask(cleanrooms: Any, membership: str, url: str, key: str, secret: str) -> list[str]:
    place = {"outputConfiguration": {"s3": {"resultFormat": "CSV", "bucket": "results"}}}
    query = cleanrooms.start_protected_query(
        type="SQL", membershipIdentifier=membership, sqlParameters={"queryString": QUERY}, resultConfiguration=place
    )["protectedQuery"]
    name = {"membershipIdentifier": membership, "protectedQueryIdentifier": query["id"]}
    while (query := cleanrooms.get_protected_query(**name)["protectedQuery"])["status"] in {"SUBMITTED", "STARTED"}:
        time.sleep(0.05)
    assert query["status"] == "SUCCESS", query
    prefix = query["result"]["output"]["s3"]["location"].removeprefix("s3://results/")
    s3 = client(url, "s3", key, secret)
    (held,) = s3.list_objects_v2(Bucket="results", Prefix=prefix)["Contents"]
    text: str = s3.get_object(Bucket="results", Key=held["Key"])["Body"].read().decode()
    return text.splitlines()
