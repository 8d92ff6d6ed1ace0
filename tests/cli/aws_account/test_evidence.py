"""`cleanroom evidence pull` over the local endpoint, and policies that judge by what it wrote."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from cli.console.exit_codes import ExitCode
from cli.main import main
from declarations.loading.evidence import load_evidence
from simulator.api.server import local_endpoint
from tests.cli.calling import Cleanroom
from tests.simulator.api.accounts import RETAILER, Accounts
from tests.simulator.api.macie2.jobs import BUCKET, Lake

PEOPLE = "name,ssn\n" + "".join(f"person {number},123-45-67{number:02}\n" for number in range(20))


@pytest.fixture
def lake(monkeypatch: pytest.MonkeyPatch) -> Iterator[Lake]:
    """A bucket at a local endpoint, with its owner's credentials in the environment."""
    monkeypatch.setattr("simulator.api.macie2.job_running.SHORTEST_RUN", 0)
    with local_endpoint() as url:
        lake = Lake(Accounts(url))
        credentials = lake.accounts.session(RETAILER).get_credentials()
        assert credentials is not None
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", credentials.access_key)
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", credentials.secret_key)
        monkeypatch.setenv("AWS_SESSION_TOKEN", str(credentials.token))
        monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
        yield lake


def _pull(lake: Lake, file: Path, *words: str) -> int:
    return main(["evidence", "pull", "-o", str(file), "--endpoint-url", lake.accounts.url, *words])


def test_jobs_and_findings(lake: Lake, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lake.macie.enable_macie()
    lake.put("people.csv", PEOPLE)
    lake.run()
    file = tmp_path / "evidence" / "retailer.json"
    assert _pull(lake, file) == ExitCode.OK
    assert capsys.readouterr().err == f"wrote {file}: account {RETAILER}, 1 jobs, 1 findings\n"
    [evidence] = load_evidence(file.parent)
    assert evidence.account == RETAILER
    assert [job.finished for job in evidence.jobs] == [True]
    assert {column.name for column in evidence.found_columns(BUCKET)} == {"ssn"}
    assert _pull(lake, file, "--bucket", "another") == ExitCode.OK
    assert load_evidence(file)[0].findings == ()


def test_an_account_without_macie(lake: Lake, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lake.macie.disable_macie()
    assert _pull(lake, tmp_path / "evidence.json") == ExitCode.OK
    assert "Macie is not enabled there" in capsys.readouterr().err
    [evidence] = load_evidence(tmp_path / "evidence.json")
    assert (evidence.session, evidence.jobs) == (None, ())
    lake.macie.enable_macie(status="PAUSED")
    assert _pull(lake, tmp_path / "evidence.json") == ExitCode.OK
    [paused] = load_evidence(tmp_path / "evidence.json")
    assert (paused.session and paused.session.status, paused.jobs) == ("PAUSED", ())


def test_mistakes(lake: Lake, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert _pull(lake, Path("/dev/null/x")) == ExitCode.INPUT
    assert "cannot write /dev/null/x" in capsys.readouterr().err
    assert main(["evidence", "pull", "-o", str(tmp_path / "x"), "--profile", "nobody"]) == ExitCode.INPUT
    assert "AWS cannot be asked: The config profile (nobody) could not be found" in capsys.readouterr().err


def test_an_address_that_is_none_is_told(cleanroom: Cleanroom, tmp_path: Path) -> None:
    outcome = cleanroom("evidence", "pull", "-o", str(tmp_path / "e.json"), "--endpoint-url", "nonsense")
    assert outcome.exit_code == 2
    assert "--endpoint-url: Invalid endpoint: nonsense; write an address such as" in outcome.stderr
