"""`cleanroom pull` writes rooms, and says in one sentence why it does not."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import boto3
import pytest

from cli.console.exit_codes import ExitCode
from cli.main import main
from declarations.loading import load_room
from simulator.api.preloading import build_room
from simulator.api.server import local_endpoint

ROOM = Path(__file__).parents[3] / "examples" / "complete_journey" / "reach"
BRAND = "222222222222"


@pytest.fixture
def membership(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[str, str]]:
    """Yield address and membership of a served room, with the brand's credentials in the environment."""
    with local_endpoint() as url:
        member = build_room(url, load_room(ROOM).room, None).members[BRAND]
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", member.access_key)
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", member.secret_key)
        monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
        yield url, member.membership_id


def test_writes_a_room_that_checks(
    membership: tuple[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    url, identifier = membership
    room, imports = tmp_path / "live" / "room.yaml", tmp_path / "imports.json"
    words = ["pull", "--membership", identifier, "--endpoint-url", url]
    files = ["--output", str(room), "--import-file", str(imports)]
    assert main([*words, *files]) == ExitCode.OK
    assert capsys.readouterr().err == f"wrote {room}\nwrote {imports}\n"
    assert load_room(room).room.collaboration.name == "complete-journey-reach"
    assert main(["check", str(room)]) == ExitCode.OK
    assert main([*words, *files]) == ExitCode.INPUT
    assert "is there already; name another file, or say --force" in capsys.readouterr().err
    assert main([*words, *files, "--force"]) == ExitCode.OK


def test_a_membership_that_is_not_there(membership: tuple[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    strange = "00000000-0000-4000-8000-000000000000"
    assert main(["pull", "--membership", strange, "--endpoint-url", membership[0]]) == ExitCode.INPUT
    told = capsys.readouterr().err
    assert told.startswith("cleanroom pull: AWS refused GetMembership: ")
    assert told.count("\n") == 1


@pytest.mark.parametrize("option", [["--profile", "nobody"], ["--endpoint-url", "http://127.0.0.1:1"]])
def test_nothing_to_ask(option: list[str], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {"ACCESS_KEY_ID": "x", "SECRET_ACCESS_KEY": "x", "DEFAULT_REGION": "us-east-1"}.items():
        monkeypatch.setenv(f"AWS_{name}", value)
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    strange = "00000000-0000-4000-8000-000000000000"
    assert main(["pull", "--membership", strange, *option]) == ExitCode.INPUT
    assert "cleanroom pull: AWS cannot be asked: " in capsys.readouterr().err


def test_an_address_that_is_none_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    strange = "00000000-0000-4000-8000-000000000000"
    words = ["pull", "--membership", strange, "--region", "us-east-1", "--endpoint-url", "nonsense"]
    assert main(words) == ExitCode.INPUT
    assert "cleanroom pull: --endpoint-url: Invalid endpoint: nonsense; write" in capsys.readouterr().err


def test_what_a_room_cannot_declare_is_told(
    membership: tuple[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    url, identifier = membership
    client = boto3.client("cleanrooms", endpoint_url=url)
    for table in client.list_configured_tables()["configuredTableSummaries"]:
        for kind in table["analysisRuleTypes"]:
            client.delete_configured_table_analysis_rule(configuredTableIdentifier=table["id"], analysisRuleType=kind)
    file = tmp_path / "room.yaml"
    words = ["pull", "--membership", identifier, "--endpoint-url", url, "--output", str(file)]
    assert main(words) == ExitCode.OK
    told = capsys.readouterr().err.splitlines()
    assert told[0] == f"wrote {file}"
    assert told[1].endswith(" that a room cannot declare; see the head of the room")
    assert "\n# Left out, as a room cannot declare it: " in file.read_text()
