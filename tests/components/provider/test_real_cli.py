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

from tests.pulumi_engine.made import TYPES
from tests.simulator.api.accounts import RETAILER, Accounts
from tests.simulator.api.audiences import Audiences

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


EVERY_TYPE = """
import json, os
from dataclasses import replace
from tests.components.provider.test_every_type import CASES, without
from tests.pulumi_engine.declared import declare
imports = json.loads(os.environ["ROOM"])
readable = tuple(replace(each, properties=without(each.properties, each.write_only)) for each in CASES)
declare(os.environ["ROOM_ENDPOINT"], readable if imports else CASES, imports=imports)
"""
OPTIONS = """
import json, os, pulumi
from tests.pulumi_engine.made import Made
from tests.pulumi_engine.room_program import provider, table_inputs
told = json.loads(os.environ["ROOM"])
aliases = [pulumi.Alias(name=each) for each in told.get("aliases", [])]
opts = pulumi.ResourceOptions(aliases=aliases, **told.get("options", {}))
opts = pulumi.ResourceOptions.merge(provider(os.environ["ROOM_ENDPOINT"]), opts)
secret = {name: pulumi.Output.secret(each) for name, each in told.get("secret", {}).items()}
Made("ConfiguredTable", told.get("name", "orders"), {**table_inputs(), **told.get("inputs", {}), **secret}, opts)
"""
LIMITED = """
import json, os
from tests.pulumi_engine.limited_program import limited
limited(os.environ["ROOM_ENDPOINT"], **json.loads(os.environ["ROOM"]))
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

    def takes(self, program: str) -> None:
        """Run another program from now on."""
        (self.folder / "__main__.py").write_text(program)

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
    for part in (
        "AnalysisMethod.DIRECT_QUERY",
        'name="orders"',
        'description="All orders"',
        '"team": "data"',
        '"amount"',
    ):
        assert part in written
    assert "arn" not in written


def test_what_is_guarded_is_not_made_anew_where_the_engine_asks_for_no_difference(cli: Cli, accounts: Accounts) -> None:
    cli.run("up", "--yes")
    (known,) = accounts.client(RETAILER).list_collaborations()["collaborationList"]
    urn = "urn:pulumi:test::room::cleanrooms:index:Collaboration::room"
    refused = cli.run("up", "--yes", "--target-replace", urn, fails=True)
    assert f"there is one already, '{known['id']}'; if the program has only renamed it" in refused
    moved = cli.run("preview", fails=True, settings={"region": "eu-west-1"})
    assert "Provider 'retailer': changing 'region' is refused" in moved
    (still,) = accounts.client(RETAILER).list_collaborations()["collaborationList"]
    assert still["id"] == known["id"]


def test_a_table_never_loses_its_limit(cli: Cli, accounts: Accounts) -> None:
    cli.takes(LIMITED)
    cli.run("up", "--yes", "--skip-preview")
    arn = cli.outputs()["arn"]
    changed = {"association": "sales"}
    for command in (("preview",), ("up", "--yes", "--skip-preview")):
        assert "ConfiguredTableAssociation 'a': replacing it is refused" in cli.run(*command, fails=True, **changed)
    refused = cli.run("up", "--yes", "--skip-preview", fails=True, names="a", **changed)
    assert "PrivacyBudgetTemplate 'b': deleting it is refused" in refused
    cli.run("preview", "--expect-no-changes")
    cli.run("refresh", "--yes", "--expect-no-changes")
    cli.run("up", "--yes", "--skip-preview", names="a,b", **changed)
    (budget,) = accounts.client(RETAILER).list_privacy_budgets(
        membershipIdentifier=arn.split("/")[1], privacyBudgetType="ACCESS_BUDGET"
    )["privacyBudgetSummaries"]
    assert budget["budget"]["accessBudget"]["resourceArn"] == cli.outputs()["arn"] != arn


def test_a_table_is_not_opened_under_another_name_without_its_limit(cli: Cli) -> None:
    cli.takes(LIMITED)
    cli.run("up", "--yes", "--skip-preview")
    # The new budget is refused in Check, after the new association could have been made.
    changed = {"beside": "sales", "without": ["a", "b"]}
    for command in (("preview",), ("up", "--yes", "--skip-preview")):
        refused = cli.run(*command, fails=True, **changed)
        assert "ConfiguredTableAssociation 'a2': making it is refused: it shows the same rows as 'orders'" in refused
    cli.run("preview", "--expect-no-changes")
    cli.run("up", "--yes", "--skip-preview", names="a,b,a2", **changed)


def test_a_diff_shows_what_goes_and_what_comes(cli: Cli, accounts: Accounts) -> None:
    cli.takes(OPTIONS)
    cli.run("up", "--yes", "--skip-preview")
    shown = cli.run("preview", "--diff", inputs={"allowedColumns": ["id", "email"]})
    assert '~ [1]: "amount" => "email"' in shown
    shown = cli.run("preview", "--diff", inputs={"allowedColumns": ["amount", "email"]})
    assert '- [0]: "id" + [1]: "email"' in shown
    cli.run("preview", "--expect-no-changes", inputs={"allowedColumns": ["amount", "id"]})
    client = accounts.client(RETAILER)
    (table,) = client.list_configured_tables()["configuredTableSummaries"]
    client.update_configured_table(configuredTableIdentifier=table["id"], allowedColumns=["id", "email"])
    assert '~ [1]: "amount" => "email"' in cli.run("refresh", "--preview-only", "--diff")


def test_a_budget_that_would_be_made_anew_fails_the_preview(cli: Cli) -> None:
    cli.takes(LIMITED)
    cli.run("up", "--yes", "--skip-preview")
    changed = {"refresh": "CALENDAR_MONTH"}
    refused = cli.run("preview", fails=True, **changed)
    assert "error: autoRefresh can change only by replacing PrivacyBudgetTemplate 'b', which is refused" in refused
    assert "1 to replace" in cli.run("preview", names="b", **changed)
    cli.run("refresh", "--yes", "--expect-no-changes", **changed)


def test_every_type_is_imported_without_edits(cli: Cli, accounts: Accounts) -> None:
    Audiences(accounts).add_training_table()
    accounts.client(RETAILER, "s3").create_bucket(Bucket="results")
    cli.takes(EVERY_TYPE)
    cli.run("up", "--yes", "--skip-preview")
    cli.run("preview", "--expect-no-changes")
    state = json.loads(cli.run("stack", "export"))["deployment"]["resources"]
    ours = [each for each in state if each["type"].startswith("cleanrooms:index:")]
    ids = {each["urn"].rpartition("::")[2]: each["id"] for each in ours}
    assert {each["type"].rpartition(":")[2] for each in ours} == set(TYPES)

    cli.run("stack", "init", "again")
    assert f"{len(ids)} imported" in cli.run("up", "--yes", "--skip-preview", **ids)
    cli.run("preview", "--expect-no-changes", **ids)


def test_options_of_the_engine(cli: Cli) -> None:
    table = "urn:pulumi:test::room::cleanrooms:index:ConfiguredTable::"
    cli.takes(OPTIONS)
    cli.run("up", "--yes", "--skip-preview")
    changed = {"description": "new"}
    cli.run("preview", "--expect-no-changes", inputs=changed, options={"ignore_changes": ["description"]})
    assert "1 to replace" in cli.run("preview", inputs=changed, options={"replace_on_changes": ["description"]})
    assert "1 to replace" in cli.run("preview", "--replace", f"{table}orders")
    assert "1 updated" in cli.run("up", "--yes", "--skip-preview", "--target", f"{table}orders", inputs=changed)
    cli.run("preview", "--expect-no-changes", name="sales", aliases=["orders"], inputs=changed)
    cli.run("state", "rename", f"{table}orders", "sales", "--yes")
    cli.run("preview", "--expect-no-changes", name="sales", inputs=changed)
    cli.run("up", "--yes", "--skip-preview", name="sales", inputs=changed, options={"protect": True})
    assert "cannot be deleted because it is protected" in cli.run("destroy", "--yes", "--skip-preview", fails=True)


def test_a_secret_is_shown_nowhere(cli: Cli) -> None:
    cli.takes(OPTIONS)
    cli.run("up", "--yes", "--skip-preview", secret={"description": "hunter1"})
    for command in (("preview", "--diff"), ("preview", "--json"), ("stack", "export")):
        assert "hunter" not in cli.run(*command, secret={"description": "hunter2"})
    wrong = {"name": "hunter3\n", "allowedColumns": ["Hunter4"], "tags": {"team": "hunter5" * 60}}
    refused = cli.run("preview", fails=True, secret=wrong)
    assert "resource 'orders' has a problem: name must match the pattern" in refused
    assert "hunter" not in refused.lower()


def test_the_schema_is_told(cli: Cli) -> None:
    plugin = ROOT / "components" / "provider" / "pulumi-resource-cleanrooms"
    schema = json.loads(cli.run("package", "get-schema", str(plugin)))
    assert set(schema["resources"]) == {kind.token for kind in TYPES.values()}
