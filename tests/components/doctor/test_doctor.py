"""Each check says what is wrong and what to do, on a machine that is really so."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from components.doctor import CHECKS, Case, Level, examine
from components.doctor.account import account, credentials, endpoint, region
from components.doctor.machine import aws_plugin, plugin, pulumi_command, virtual_environment
from components.doctor.quotas import quotas
from declarations.clean_room import CleanRoom
from declarations.loading import load_room
from tests.components.provider.conftest import accounts, clients, environment, server
from tests.simulator.api.accounts import BRAND, RETAILER, Accounts

__all__ = ("accounts", "clients", "environment", "server")

ROOT = Path(__file__).parents[3]
ROLE = f"arn:aws:iam::{BRAND}:role/deployer"


@pytest.fixture(scope="module")
def room() -> CleanRoom:
    return load_room(ROOT / "examples" / "complete_journey" / "reach").room


@pytest.fixture
def case(room: CleanRoom, accounts: Accounts) -> Case:
    return Case(ROOT, room, account=BRAND, endpoint=accounts.url, role_arn=ROLE)


def test_a_machine_that_can_deploy(case: Case) -> None:
    found = dict(examine(case))
    assert list(found) == [check.__name__ for check in CHECKS]
    for unknown in ("pulumi_command", "aws_plugin"):  # this machine may have no Pulumi
        found.pop(unknown)
    assert {finding.level for finding in found.values()} == {Level.OK}
    assert {finding.fix for finding in found.values()} == {""}
    assert found["account"].found == f"{BRAND} (Brand)"
    assert found["quotas"].found == "2 of 250 configured tables of the account; everything else is within its quota"


def test_no_pulumi(case: Case, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    finding = pulumi_command(case)
    assert (finding.level, finding.found) == (Level.FAIL, "there is no `pulumi` on PATH")
    assert "https://www.pulumi.com/docs/install/" in finding.fix
    for name in ("pulumi", "pulumi-language-python"):
        (tmp_path / name).write_text("#!/bin/sh\necho v3.272.0\n", encoding="utf-8")
        (tmp_path / name).chmod(0o700)
        expected = Level.FAIL if name == "pulumi" else Level.OK
        assert pulumi_command(case).level == expected
    assert pulumi_command(case).found == f"{tmp_path / 'pulumi'} v3.272.0"


def test_no_plugin_for_data_sources(case: Case, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert aws_plugin(case).found == "not known: `pulumi plugin ls` does not answer"
    (tmp_path / "pulumi").touch(mode=0o700)
    making = replace(case, makes_sources=True)
    expected = (("[]", Level.OK, Level.WARN), ('[{"name": "aws", "version": "7.50.0"}]', Level.OK, Level.OK))
    for told, without, needed in expected:
        (tmp_path / "pulumi").write_text(f"#!/bin/sh\necho '{told}'\n", encoding="utf-8")
        assert (aws_plugin(case).level, aws_plugin(making).level) == (without, needed)
    assert aws_plugin(making).found == "pulumi-resource-aws 7.50.0"
    (tmp_path / "pulumi").write_text("#!/bin/sh\necho '[]'\n", encoding="utf-8")
    assert aws_plugin(making).fix.startswith("run `pulumi plugin install resource aws v")


def test_another_folder(case: Case, tmp_path: Path) -> None:
    elsewhere = replace(case, project=tmp_path)
    assert virtual_environment(elsewhere).fix == "run `make install`"
    assert plugin(elsewhere).fix == "run this in the project's folder, or name it: plugins.providers in Pulumi.yaml"


def test_what_the_project_names(case: Case, tmp_path: Path) -> None:
    elsewhere = replace(case, project=tmp_path)
    named = f"runtime: {{name: python, options: {{virtualenv: {ROOT / '.venv'}}}}}\n"
    named += f"plugins: {{providers: [{{name: cleanrooms, path: {ROOT / 'components' / 'provider'}}}]}}\n"
    (tmp_path / "Pulumi.yaml").write_text(named, encoding="utf-8")
    assert (virtual_environment(elsewhere).level, plugin(elsewhere).level) == (Level.OK, Level.OK)
    for nothing in ("", "runtime: python\nplugins: []\n", "{"):
        (tmp_path / "Pulumi.yaml").write_text(nothing, encoding="utf-8")
        assert virtual_environment(elsewhere).found == f"there is no virtual environment {tmp_path / '.venv'}"
        assert plugin(elsewhere).level == Level.FAIL


def test_a_plugin_that_dies_says_why(case: Case, tmp_path: Path) -> None:
    program = tmp_path / "components" / "provider" / "pulumi-resource-cleanrooms"
    program.parent.mkdir(parents=True)
    program.write_text("#!/bin/sh\necho no virtual environment >&2\nexit 1\n", encoding="utf-8")
    program.chmod(0o700)
    finding = plugin(replace(case, project=tmp_path))
    assert (finding.level, finding.found) == (Level.FAIL, "the plugin does not answer: no virtual environment")


def test_another_region(case: Case) -> None:
    finding = region(replace(case, region="eu-west-1"))
    assert (finding.level, finding.found) == (Level.FAIL, "the region is 'eu-west-1', the room is in 'us-east-1'")
    assert region(Case(ROOT)).found == "no region is known"
    assert region(Case(ROOT, region="mars-1")).level == Level.WARN


def test_an_endpoint_that_does_not_answer(case: Case) -> None:
    finding = endpoint(replace(case, endpoint="http://127.0.0.1:1"))
    assert finding.level == Level.FAIL
    assert finding.found.startswith("http://127.0.0.1:1 cannot be reached: ")
    assert finding.fix == "start it with `cleanroom serve`"
    whose = credentials(replace(case, endpoint="http://127.0.0.1:1"))
    assert (whose.level, whose.fix) == (Level.WARN, "")
    assert whose.found.startswith("not known: Provider 'member': GetCallerIdentity got no answer: ")


def test_no_credentials(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    assert credentials(case).level == Level.FAIL
    assert "no AWS credentials were found" in credentials(case).found
    assert account(case).level == quotas(case).level == Level.WARN


def test_another_account(case: Case) -> None:
    finding = account(replace(case, account=RETAILER))
    assert finding.found == f"the credentials belong to account '{BRAND}', not to '{RETAILER}'"
    stranger = account(replace(case, account="444444444444"))
    assert stranger.found == "account '444444444444' is not a member of the room"
    assert stranger.fix == f"choose one of its members: {RETAILER} (Retailer), {BRAND} (Brand)"


def test_too_many_tables(case: Case, accounts: Accounts, monkeypatch: pytest.MonkeyPatch) -> None:
    client = accounts.client(BRAND)
    glue = {"databaseName": "lake", "tableName": "one"}
    for number in range(249):
        client.create_configured_table(
            name=f"t{number}", tableReference={"glue": glue}, allowedColumns=["a"], analysisMethod="DIRECT_QUERY"
        )
    finding = quotas(case)
    assert finding.level == Level.FAIL
    assert finding.found == "at most 250 configured tables per account are allowed; found 251"


def test_nothing_to_count(case: Case) -> None:
    assert quotas(replace(case, room=None)).found == "nothing to count"
