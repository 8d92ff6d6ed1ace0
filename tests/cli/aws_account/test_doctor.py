"""`cleanroom doctor` prints a line a check, never a secret, and its exit code says whether one fails."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cli.console.exit_codes import ExitCode
from cli.main import main

ROOT = Path(__file__).parents[3]
SECRET = "the-secret-itself"  # noqa: S105 - what must not be printed
UNREACHABLE = ["--endpoint-url", "http://127.0.0.1:1"]


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Credentials that nobody knows, and no retries."""
    monkeypatch.chdir(ROOT)
    told = {"ACCESS_KEY_ID": SECRET, "SECRET_ACCESS_KEY": SECRET, "MAX_ATTEMPTS": "1", "CONFIG_FILE": "/nonexistent"}
    for name, value in told.items():
        monkeypatch.setenv(f"AWS_{name}", value)


def test_each_failing_check_says_how_to_mend_it(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["doctor", "examples/complete_journey/reach", *UNREACHABLE]) == ExitCode.DENIED
    told = capsys.readouterr().out
    assert "fail  endpoint: http://127.0.0.1:1 cannot be reached" in told
    assert "      start it with `cleanroom serve`\n" in told
    assert "ok    region: us-east-1\n" in told
    assert SECRET not in told


def test_json_and_a_stack(capsys: pytest.CaptureFixture[str]) -> None:
    words = ["doctor", "--stack", "measurement-panel", "--format", "json", *UNREACHABLE]
    assert main(words) == ExitCode.DENIED
    document = json.loads(capsys.readouterr().out)
    assert document["account"] == "333333333333"
    assert [each["check"] for each in document["checks"]][-3:] == ["credentials", "account", "quotas"]
    assert all(each["fix"] for each in document["checks"] if each["level"] == "fail")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--stack", "nobody"], "--stack: cannot read Pulumi.nobody.yaml: No such file or directory\n"),
        (["nowhere"], "nowhere"),
    ],
)
def test_a_mistake(words: list[str], message: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["doctor", *words]) == ExitCode.INPUT
    assert capsys.readouterr().err.startswith(message)


def test_a_misspelt_key_of_a_stack(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Keys of other namespaces are not this project's."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "Pulumi.yaml").write_text("name: mine\n")
    (tmp_path / "Pulumi.dev.yaml").write_text("config: {aws:region: us-west-2, mine:endpointUrl: http://127.0.0.1:1}\n")
    assert main(["doctor", "--stack", "dev"]) == ExitCode.INPUT
    message = "--stack: Pulumi.dev.yaml: endpointUrl is unknown; did you mean 'endpoint'? "
    assert capsys.readouterr().err.startswith(message)
