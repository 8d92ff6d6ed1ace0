"""The state file beside moto's resets, which know nothing of it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import boto3
from moto.core.base_backend import BackendDict

from simulator.api.server import local_endpoint


def client(url: str, service: str) -> Any:
    return boto3.Session("test", "test", region_name="us-east-1").client(service, endpoint_url=url)


def make(url: str, name: str) -> None:
    stated = {"creatorDisplayName": "me", "creatorMemberAbilities": [], "queryLogStatus": "DISABLED", "members": []}
    client(url, "cleanrooms").create_collaboration(name=name, **stated)
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
