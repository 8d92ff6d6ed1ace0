"""How the tests of the command line call it: in this process, piped, from the repository's root."""

from __future__ import annotations

from pathlib import Path

import pytest

from cli.main import main
from examples.complete_journey.prepare import prepare
from tests.cli.calling import Cleanroom, Outcome

REPOSITORY = Path(__file__).parents[2]


@pytest.fixture
def cleanroom(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> Cleanroom:
    """Run a `cleanroom` command and capture what it says."""
    monkeypatch.chdir(REPOSITORY)
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.getbasetemp() / "cache"))

    def call(*arguments: str) -> Outcome:
        capsys.readouterr()
        code = main(list(arguments))
        said = capsys.readouterr()
        return Outcome(int(code), said.out, said.err)

    return call


@pytest.fixture(scope="session")
def sample_rows() -> None:
    """Make the example's rows, once."""
    prepare()
