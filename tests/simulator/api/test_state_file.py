"""The state file: what was answered is on disk, and nothing else; moto's resets know nothing of it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError
from moto.core.base_backend import BackendDict

from simulator.api.server import LocalServer, local_endpoint
from simulator.api.state_file import StateFile, StateFileError
from simulator.api.store import Record, Store

ONCE = Config(retries={"total_max_attempts": 1})


def client(url: str, service: str) -> Any:
    return boto3.Session("test", "test", region_name="us-east-1").client(service, endpoint_url=url, config=ONCE)


def make(url: str, name: str, **more: Any) -> None:
    stated = {"creatorDisplayName": "me", "creatorMemberAbilities": [], "queryLogStatus": "DISABLED", "members": []}
    client(url, "cleanrooms").create_collaboration(name=name, **stated, **more)
    client(url, "s3").create_bucket(Bucket=name)


def held(url: str) -> tuple[list[str], list[str]]:
    """Return the names of the collaborations and of the buckets."""
    rooms = client(url, "cleanrooms").list_collaborations()["collaborationList"]
    return [each["name"] for each in rooms], [each["Name"] for each in client(url, "s3").list_buckets()["Buckets"]]


def test_a_reset_empties_the_answers_and_not_the_file(tmp_path: Path) -> None:
    state = tmp_path / "state.db"
    with local_endpoint(state=state) as url:
        make(url, "before")
        BackendDict.reset()
        assert held(url) == ([], [])
        make(url, "after")
        assert held(url) == (["after"], ["after"])
    with local_endpoint() as url:
        assert held(url) == ([], [])
    with local_endpoint(state=state) as url:
        rooms, buckets = held(url)
        assert (rooms, sorted(buckets)) == (["before", "after"], ["after", "before"])


def limit(state: StateFile, *, is_full: bool) -> None:
    """Let the file grow, or not, as on a full disk."""
    (pages,) = state._connection.execute("PRAGMA page_count").fetchone()
    state._connection.execute(f"PRAGMA max_page_count = {pages if is_full else 1_000_000}")


def test_what_cannot_be_written_has_not_happened(tmp_path: Path) -> None:
    path = tmp_path / "state.db"
    server = LocalServer(state=path)
    server.start()
    assert server._state is not None
    try:
        make(server.url, "before")
        limit(server._state, is_full=True)
        tags = {f"{number}": "x" * 256 for number in range(50)}
        with pytest.raises(ClientError, match=r"InternalServerException.*state.db cannot be written: .* is full"):
            make(server.url, "lost", tags=tags)
        with pytest.raises(ClientError, match="500"):
            client(server.url, "s3").put_object(Bucket="before", Key="big", Body=b"x" * 100_000)
        limit(server._state, is_full=False)
        assert held(server.url) == (["before"], ["before"])
        make(server.url, "after")
        with pytest.raises(ClientError, match="NoSuchBucket"):
            client(server.url, "s3").put_object(Bucket="missing", Key="one", Body=b"1")
        assert [each.uri for each in server._state.requests()] == ["/before", "/after"]
    finally:
        server.stop()
        BackendDict.reset()
    with local_endpoint(state=path) as url:
        assert [sorted(each) for each in held(url)] == [["after", "before"], ["after", "before"]]
        assert "Contents" not in client(url, "s3").list_objects_v2(Bucket="before")


def test_a_failed_write_leaves_the_file_usable(tmp_path: Path) -> None:
    file = StateFile(tmp_path / "state.db")
    store = Store("us-east-1", file.listener("us-east-1"))
    with pytest.raises(TypeError):
        store.put(Record("thing", "1", "111111111111", {"name": {"a set"}}))
    limit(file, is_full=True)
    with pytest.raises(StateFileError, match=r"state.db cannot be written: database or disk is full"):
        store.put(Record("thing", "2", "111111111111", {"name": "x" * 100_000}))
    limit(file, is_full=False)
    kept = store.put(Record("thing", "3", "111111111111", {"name": "kept"}))
    file.close()
    again, read = StateFile(tmp_path / "state.db"), Store("us-east-1")
    again.fill(read)
    again.close()
    assert store.of("thing") == read.of("thing") == [kept]
