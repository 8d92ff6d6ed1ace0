"""The local endpoint: its start time, its speed compared with moto's own server, and what queries leave behind.

moto's own server does not know ListSchemas. Its peer is what comes nearest: a list of as many configured tables.
"""

from __future__ import annotations

import gc
import os
import re
import resource
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import boto3

from benchmarks.figures import REPOSITORY, ROUNDS, Figure, at_most, paired, seconds

_TABLES = 10
_CLIENTS = 4
_REQUESTS = 400
_WARM_UP = 100
_QUERIES = int(os.environ.get("CLEANROOM_BENCH_QUERIES", "1000"))
_SQL = "SELECT city, COUNT(*) AS people FROM t0 GROUP BY city"
_ACCOUNT = "123456789012"
_SIGNED = "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/cleanrooms/aws4_request, SignedHeaders=host, Signature=0"
_RULE = {"custom": {"allowedAnalyses": ["ANY_QUERY"], "allowedAnalysisProviders": [_ACCOUNT]}}


def measure() -> Iterator[Figure]:
    """Time the start, then requests compared with moto's own server, then measure what queries leave behind."""
    yield Figure(
        "cleanroom serve, until it answers",
        statistics.median(seconds(_start_and_stop) for _ in range(ROUNDS)),
        "s",
        aim=at_most(2),
    )
    with _ours() as ours, _stock() as stock:
        mine, theirs = _Room(ours), _Room(stock)
        mine.associate()
        yield _ratio("GetCollaboration", mine.get_collaboration, theirs.get_collaboration)
        yield _ratio(f"ListSchemas, {_TABLES} tables", mine.list_schemas, theirs.list_configured_tables)
    yield from _queries()


def _ratio(name: str, work: Callable[[], object], peer: Callable[[], object]) -> Figure:
    took, _, ratio = paired(lambda: _many(work), lambda: _many(peer))
    return Figure(f"{name}, {_CLIENTS} clients", took / _REQUESTS * 1000, "ms", ratio, "moto's own server", at_most(1))


def _many(work: Callable[[], object]) -> None:
    with ThreadPoolExecutor(_CLIENTS) as clients:
        for answered in [clients.submit(work) for _ in range(_REQUESTS)]:
            answered.result()


def _start_and_stop() -> None:
    with _ours():
        pass


@contextmanager
def _ours() -> Iterator[str]:
    """Run our server in a separate process; yield its address."""
    command = [str(Path(sys.executable).with_name("cleanroom")), "serve", "--port", "0", "--quiet"]
    with subprocess.Popen(command, cwd=REPOSITORY, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603 - our own
        try:
            printed = process.stdout.readline() if process.stdout else ""
            found = re.search(r"http://\S+", printed)
            if found is None:
                raise RuntimeError(f"the endpoint did not start: {printed}")
            yield found[0]
        finally:
            process.kill()


@contextmanager
def _stock() -> Iterator[str]:
    """Run moto's own server in a separate process; yield its address."""
    with closing(socket.socket()) as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    code = f"from moto.server import main; main(['-p', '{port}'])"
    quiet = subprocess.DEVNULL
    with subprocess.Popen([sys.executable, "-c", code], stdout=quiet, stderr=quiet) as process:  # noqa: S603 - our text
        try:
            _until_open(port)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.kill()


def _until_open(port: int) -> None:
    for _ in range(400):
        with closing(socket.socket()) as tried:
            if not tried.connect_ex(("127.0.0.1", port)):
                return
        time.sleep(0.05)
    raise RuntimeError("moto's server did not start")


class _Room:
    """A collaboration of one member, with tables.

    Args:
        url: The server's address.
    """

    def __init__(self, url: str) -> None:
        self._url = url
        self.client = client = self.service("cleanrooms")
        made = client.create_collaboration(
            name="bench",
            description="one member",
            creatorDisplayName="me",
            creatorMemberAbilities=["CAN_QUERY", "CAN_RECEIVE_RESULTS"],
            queryLogStatus="ENABLED",
            members=[],
        )["collaboration"]
        joined = client.create_membership(collaborationIdentifier=made["id"], queryLogStatus="ENABLED")
        self.id, self.membership = made["id"], joined["membership"]["id"]
        self.tables = [self._table(f"t{number}") for number in range(_TABLES)]

    def service(self, name: str) -> Any:  # noqa: ANN401 - boto3's clients are made at run time
        """Return a client."""
        return boto3.Session("test", "test", region_name="us-east-1").client(name, endpoint_url=self._url)

    def _table(self, name: str) -> str:
        made: str = self.client.create_configured_table(
            name=name,
            tableReference={"glue": {"databaseName": "bench", "tableName": name}},
            allowedColumns=["id", "city"],
            analysisMethod="DIRECT_QUERY",
        )["configuredTable"]["id"]
        return made

    def associate(self) -> None:
        """Give each table its rule and bring it into the collaboration."""
        for number, table in enumerate(self.tables):
            self.client.create_configured_table_analysis_rule(
                configuredTableIdentifier=table, analysisRuleType="CUSTOM", analysisRulePolicy={"v1": _RULE}
            )
            self.client.create_configured_table_association(
                name=f"t{number}",
                membershipIdentifier=self.membership,
                configuredTableIdentifier=table,
                roleArn=f"arn:aws:iam::{_ACCOUNT}:role/bench",
            )

    def fill(self) -> None:
        """Put rows behind the first table, and make a place for results."""
        s3, glue = self.service("s3"), self.service("glue")
        s3.create_bucket(Bucket="bench")
        s3.put_object(Bucket="bench", Key="t0/1.csv", Body=b"a,Rome\nb,Rome\nc,Oslo\n")
        columns = [{"Name": name, "Type": "string"} for name in ("id", "city")]
        glue.create_database(DatabaseInput={"Name": "bench"})
        storage = {"Columns": columns, "Location": "s3://bench/t0/"}
        glue.create_table(DatabaseName="bench", TableInput={"Name": "t0", "StorageDescriptor": storage})

    def get_collaboration(self) -> None:
        """Ask for the collaboration."""
        self._get(f"/collaborations/{self.id}")

    def list_schemas(self) -> None:
        """Ask for the tables of the collaboration."""
        self._get(f"/collaborations/{self.id}/schemas")

    def list_configured_tables(self) -> None:
        """Ask for the tables of the account."""
        self._get("/configuredTables")

    def _get(self, path: str) -> None:
        """Send a plain HTTP request; a boto3 client would itself take most of the time."""
        with closing(HTTPConnection(self._url.removeprefix("http://"), timeout=60)) as connection:
            connection.request("GET", path, headers={"Authorization": _SIGNED})
            answer = connection.getresponse()
            answer.read()
        if answer.status != 200:  # noqa: PLR2004 - HTTP's own
            raise RuntimeError(f"{path} was answered {answer.status}")

    def query(self) -> None:
        """Run one protected query to its end."""
        place = {"outputConfiguration": {"s3": {"resultFormat": "CSV", "bucket": "bench", "keyPrefix": "out"}}}
        asked = self.client.start_protected_query(
            type="SQL",
            membershipIdentifier=self.membership,
            sqlParameters={"queryString": _SQL},
            resultConfiguration=place,
        )["protectedQuery"]
        name = {"membershipIdentifier": self.membership, "protectedQueryIdentifier": asked["id"]}
        while asked["status"] in {"SUBMITTED", "STARTED"}:
            time.sleep(0.005)
            asked = self.client.get_protected_query(**name)["protectedQuery"]
        if asked["status"] != "SUCCESS":
            raise RuntimeError(f"the query ended {asked['status']}: {asked.get('error')}")


def _queries() -> Iterator[Figure]:
    """Run queries in this process, and compare its resources with those after the warm-up."""
    from simulator.api.server import local_endpoint

    with local_endpoint() as url:
        room = _Room(url)
        room.associate()
        room.fill()
        for _ in range(_WARM_UP):
            room.query()
        before = held()
        took = seconds(lambda: _repeated(room.query))
        after = held()
    yield Figure("protected query of 3 rows, asked to read", took / _QUERIES * 1000, "ms")
    for name, unit in (("memory", "MB"), ("threads", ""), ("open files", ""), ("temporary folders", "")):
        grown = f"{_QUERIES:,} queries, growth of {name}"
        yield Figure(grown, after[name] - before[name], unit, aim=at_most(30 if unit else 0))


def _repeated(work: Callable[[], None]) -> None:
    for _ in range(_QUERIES):
        work()


def held() -> dict[str, float]:
    """Return this process's resources: memory, threads, open files (0 without /proc), temporary folders."""
    gc.collect()
    files = Path("/proc/self/fd")
    return {
        "memory": _resident(),
        "threads": threading.active_count(),
        "open files": len(list(files.iterdir())) if files.is_dir() else 0,
        "temporary folders": len(list(Path(tempfile.gettempdir()).glob("cleanroom-query-*"))),
    }


def _resident() -> float:
    """Return the current resident memory of this process in MB; without /proc, its peak."""
    told = Path("/proc/self/statm")
    if told.is_file():
        return int(told.read_text().split()[1]) * resource.getpagesize() / 1e6
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
