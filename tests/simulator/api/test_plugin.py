"""The services inside a process of moto: `pytest -p simulator.api.plugin`."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[3]
TEST = """
import boto3
from moto import mock_aws
from urllib.request import urlopen

@mock_aws
def test_schemas_are_known_under_mock_aws():
    client = boto3.client("cleanrooms", region_name="eu-west-1")
    made = client.create_collaboration(
        name="room", creatorDisplayName="me", creatorMemberAbilities=[], queryLogStatus="DISABLED", members=[]
    )["collaboration"]
    client.create_membership(collaborationIdentifier=made["id"], queryLogStatus="DISABLED")
    assert client.list_schemas(collaborationIdentifier=made["id"])["schemaSummaries"] == []

@mock_aws
def test_each_mock_begins_empty():
    client = boto3.client("cleanrooms", region_name="eu-west-1")
    assert client.list_collaborations()["collaborationList"] == []

def test_fixture(clean_rooms_url):
    assert urlopen(clean_rooms_url + "/_health").status == 200
"""


def test_the_plugin_registers_with_moto(tmp_path: Path) -> None:
    (tmp_path / "test_it.py").write_text(TEST)
    words = ["-m", "pytest", "-q", "-p", "simulator.api.plugin", "-p", "no:cacheprovider", str(tmp_path)]
    environment = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "PYTHONPATH": str(ROOT)}
    finished = subprocess.run(  # noqa: S603 - our own interpreter and text
        [sys.executable, *words], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
    )
    assert "3 passed" in finished.stdout, finished.stdout + finished.stderr
