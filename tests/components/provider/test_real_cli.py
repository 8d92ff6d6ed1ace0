"""The same plugin under Pulumi's own engine and command line, with a backend of files."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.simulator.api.accounts import RETAILER, Accounts

ROOT = Path(__file__).parents[3]
pytestmark = pytest.mark.pulumi_cli

PROJECT = """
name: room
runtime: {{name: python, options: {{virtualenv: {virtualenv}}}}}
plugins:
  providers:
    - {{name: cleanrooms, path: {plugin}}}
"""
PROGRAM = """
import json, os
from tests.pulumi_engine.room_program import room
room(os.environ["ROOM_ENDPOINT"], **json.loads(os.environ["ROOM"]))
"""


@dataclass
class Cli:
    """The command, in a project of its own."""

    folder: Path
    environment: dict[str, str]

    def run(self, *arguments: str, fails: bool = False, names: str = "", **changed: Any) -> str:
        """Run a command; return what it printed.

        Args:
            *arguments: The command.
            fails: Whether it has to fail.
            names: What may be destroyed.
            **changed: What differs in the program.
        """
        told = {**self.environment, "ROOM": json.dumps(changed), "CLEANROOMS_ALLOW_DESTROYING": names}
        command = ["pulumi", "--non-interactive", "--color", "never", *arguments]
        done = subprocess.run(  # noqa: S603 - the arguments are the test's own
            command, cwd=self.folder, env=told, capture_output=True, text=True, check=False
        )
        printed = done.stdout + done.stderr
        assert (done.returncode != 0) == fails, printed
        return " ".join(printed.split())

    def outputs(self) -> dict[str, Any]:
        """Return what the program exported."""
        found: dict[str, Any] = json.loads(self.run("stack", "output", "--json"))
        return found


@pytest.fixture
def cli(tmp_path: Path, accounts: Accounts) -> Iterator[Cli]:
    if shutil.which("pulumi") is None:
        pytest.skip("no `pulumi` on PATH: install the Pulumi CLI (https://www.pulumi.com/docs/install) to run this")
    folder, backend = tmp_path / "project", tmp_path / "backend"
    folder.mkdir()
    backend.mkdir()
    virtualenv, plugin = ROOT / ".venv", ROOT / "components" / "provider"
    (folder / "Pulumi.yaml").write_text(PROJECT.format(virtualenv=virtualenv, plugin=plugin))
    (folder / "__main__.py").write_text(PROGRAM)
    made = Cli(
        folder,
        {
            **os.environ,
            "PULUMI_BACKEND_URL": backend.as_uri(),
            "PULUMI_HOME": str(tmp_path / "home"),
            "PULUMI_CONFIG_PASSPHRASE": "test",
            "PULUMI_SKIP_UPDATE_CHECK": "true",
            "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
            "PYTHONPATH": str(ROOT),
            "ROOM_ENDPOINT": accounts.url,
        },
    )
    made.run("stack", "init", "test")
    yield made
    made.run("cancel", "--yes")


def test_a_room_from_preview_to_destroy(cli: Cli, accounts: Accounts) -> None:
    client = accounts.client(RETAILER)
    assert "5 to create" in cli.run("preview")
    assert client.list_configured_tables()["configuredTableSummaries"] == []
    assert "5 created" in cli.run("up", "--yes")
    assert "5 unchanged" in cli.run("preview", "--expect-no-changes")

    changed = {"orders": {"description": "new", "allowedColumns": ["id"]}}
    shown = cli.run("preview", "--diff", **changed)
    assert '~ description : "All orders" => "new"' in shown
    assert "1 updated" in cli.run("up", "--yes", **changed)

    table = cli.outputs()["table"]
    client.update_configured_table(configuredTableIdentifier=table.rpartition("/")[2], description="by hand")
    drift = cli.run("refresh", "--yes", "--diff", **changed)
    assert '~ description: "new" => "by hand"' in drift
    assert "1 updated" in cli.run("up", "--yes", **changed)
    cli.run("refresh", "--yes", "--expect-no-changes", **changed)

    refused = cli.run("preview", fails=True, room={"queryLogStatus": "ENABLED"})
    assert "can change only by replacing Collaboration 'room', which is refused" in refused
    assert "deleting it is refused" in cli.run("destroy", "--yes", fails=True)
    assert "deleted" in cli.run("destroy", "--yes", names="room,own")
    assert client.list_collaborations()["collaborationList"] == []


def test_what_exists_is_imported_with_its_code(cli: Cli, accounts: Accounts) -> None:
    made = accounts.client(RETAILER).create_configured_table(
        name="orders",
        description="All orders",
        tableReference={"glue": {"databaseName": "lake", "tableName": "orders"}},
        allowedColumns=["id", "amount"],
        analysisMethod="DIRECT_QUERY",
        tags={"team": "data"},
    )["configuredTable"]
    role = json.dumps({"roleArn": f"arn:aws:iam::{RETAILER}:role/pulumi"})
    for name, value in (("region", "us-east-1"), ("endpoint", accounts.url), ("assumeRole", role)):
        cli.run("config", "set", f"cleanrooms:{name}", value)
    code = cli.folder / "imported.py"
    imported = cli.run("import", "--yes", "--out", str(code), "cleanrooms:index:ConfiguredTable", "orders", made["id"])
    assert "1 imported" in imported
    written = code.read_text()
    for part in ('name="orders"', 'description="All orders"', '"team": "data"', '"amount"'):
        assert part in written
    assert "arn" not in written


def test_what_is_guarded_is_not_made_anew_where_the_engine_asks_for_no_difference(cli: Cli, accounts: Accounts) -> None:
    cli.run("up", "--yes")
    (known,) = accounts.client(RETAILER).list_collaborations()["collaborationList"]
    urn = "urn:pulumi:test::room::cleanrooms:index:Collaboration::room"
    refused = cli.run("up", "--yes", "--target-replace", urn, fails=True)
    assert f"there is one already, '{known['id']}'; adopt it with `pulumi import" in refused
    moved = cli.run("preview", fails=True, settings={"region": "eu-west-1"})
    assert "Provider 'retailer': changing 'region' is refused" in moved
    (still,) = accounts.client(RETAILER).list_collaborations()["collaborationList"]
    assert still["id"] == known["id"]
