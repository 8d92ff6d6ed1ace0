"""`make up` twice and `make down` with Pulumi's own command line: stack references, the runbook, a pulled room."""

from __future__ import annotations

import shutil
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from examples.complete_journey import deploy
from examples.complete_journey.deploy import STACKS, Deployment
from tests.end_to_end.deployment.members import ROOT

pytestmark = [
    pytest.mark.pulumi_cli,
    # The endpoint is meant to outlive the command that starts it.
    pytest.mark.filterwarnings("ignore:subprocess .* is still running:ResourceWarning"),
]


@pytest.fixture
def deployment(tmp_path: Path) -> Iterator[Deployment]:
    """The project as it is committed, with another port and everything that is made elsewhere."""
    if shutil.which("pulumi") is None:
        pytest.skip("no `pulumi` on PATH: install the Pulumi CLI (https://www.pulumi.com/docs/install) to run this")
    project = tmp_path / "project"
    project.mkdir()
    for name in ("__main__.py", "components", "examples", ".venv"):
        (project / name).symlink_to(ROOT / name)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    shutil.copy(ROOT / "Pulumi.yaml", project)
    for stack in STACKS:
        text = (ROOT / f"Pulumi.{stack}.yaml").read_text(encoding="utf-8")
        (project / f"Pulumi.{stack}.yaml").write_text(text.replace(":4567", f":{port}"), encoding="utf-8")
    made = Deployment(project, tmp_path / "local")
    yield made
    made.endpoint.stop()


def test_up_and_up_and_down(deployment: Deployment, capsys: pytest.CaptureFixture[str]) -> None:
    configured = {path.name: path.read_text(encoding="utf-8") for path in deployment.project.glob("Pulumi.*")}
    deploy.up(deployment)
    first = capsys.readouterr().out
    assert "measurement-retailer: 14 created; some of it waits for a partner\n" in first
    assert "measurement-retailer: 1 created, 14 unchanged\n" in first
    deploy.up(deployment)
    again = [line for line in capsys.readouterr().out.splitlines() if line.startswith(STACKS)]
    assert [line.rpartition(" ")[2] for line in again] == ["unchanged"] * len(STACKS)
    assert all("," not in line for line in again)
    assert {path.name: path.read_text(encoding="utf-8") for path in deployment.project.glob("Pulumi.*")} == configured

    with pytest.raises(deploy.DeploymentError, match="deleting it is refused"):
        deployment.pulumi("destroy", "--stack", "measurement-panel", "--yes", "--skip-preview")
    deploy.down(deployment)
    assert capsys.readouterr().out.count(": removed\n") == len(STACKS)
    assert not deployment.local.exists()
    assert not deployment.endpoint.answers()


def test_a_wrong_room_file_is_an_error_of_pulumi(deployment: Deployment, tmp_path: Path) -> None:
    room = tmp_path / "room.yaml"
    room.write_text("region: us-east-1\ncollaboration: {}\n", encoding="utf-8")
    deployment.pulumi("stack", "init", "reach-brand", "--no-select")
    with pytest.raises(deploy.DeploymentError) as error:
        deployment.pulumi("preview", "--stack", "reach-brand", "--config", f"room={room}")
    assert f"error: the room '{room}' cannot be used:" in str(error.value)
    assert "Traceback" not in str(error.value)
