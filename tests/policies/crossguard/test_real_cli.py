"""The pack under Pulumi's own command line, against the local endpoint."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from simulator.api.server import LocalServer

ROOT = Path(__file__).parents[3]
pytestmark = pytest.mark.pulumi_cli

PROJECT = {
    "name": "room",
    "runtime": {"name": "python", "options": {"virtualenv": str(ROOT / ".venv")}},
    "plugins": {"providers": [{"name": "cleanrooms", "path": str(ROOT / "components" / "provider")}]},
}
PROGRAM = """
import json, os
from tests.pulumi_engine.room_program import room
room(os.environ["ROOM_ENDPOINT"], **json.loads(os.environ["ROOM"]))
"""


@pytest.fixture(scope="module")
def endpoint() -> Iterator[str]:
    running = LocalServer()
    running.start()
    yield running.url
    running.stop()


@pytest.fixture
def project(tmp_path: Path, endpoint: str) -> tuple[Path, dict[str, str]]:
    """A program in a folder of its own, with a backend of files."""
    if shutil.which("pulumi") is None:
        pytest.skip("no `pulumi` on PATH: install the Pulumi CLI (https://www.pulumi.com/docs/install) to run this")
    folder, backend = tmp_path / "project", tmp_path / "backend"
    folder.mkdir()
    backend.mkdir()
    (folder / "Pulumi.yaml").write_text(yaml.safe_dump(PROJECT))
    (folder / "__main__.py").write_text(PROGRAM)
    environment = {
        **os.environ,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "PULUMI_BACKEND_URL": backend.as_uri(),
        "PULUMI_HOME": str(tmp_path / "home"),
        "PULUMI_CONFIG_PASSPHRASE": "test",
        "PULUMI_SKIP_UPDATE_CHECK": "true",
        "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
        "PYTHONPATH": str(ROOT),
        "PWD": str(folder),
        "ROOM_ENDPOINT": endpoint,
    }
    return folder, environment


def run(project: tuple[Path, dict[str, str]], *words: str, room: str = "{}") -> tuple[int, str]:
    folder, environment = project
    done = subprocess.run(  # noqa: S603 - the words are the test's own
        ["pulumi", "--non-interactive", "--color", "never", *words],  # noqa: S607 - the one on PATH
        cwd=folder,
        env={**environment, "ROOM": room},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, " ".join((done.stdout + done.stderr).split())


def test_a_preview_and_an_update_are_judged(project: tuple[Path, dict[str, str]]) -> None:
    """The relative path of the pack's virtualenv is found; a bad collaboration is never made; a good one is."""
    pack = str(ROOT / "policies" / "crossguard")
    assert run(project, "stack", "init", "test")[0] == 0
    code, said = run(project, "preview", "--policy-pack", pack)
    assert code != 0
    assert "unlogged_queries (cleanrooms:index:Collaboration: room)" in said
    assert "room/collaboration: query_log_status is 'DISABLED'" in said
    assert "unknown at preview: - 'room/111111111111/configured_tables/orders'" in said

    code, said = run(project, "up", "--yes", "--skip-preview", "--policy-pack", pack)
    assert code != 0
    assert "Collaboration room creat" not in said

    logged = '{"room": {"queryLogStatus": "ENABLED"}, "own": {"queryLogStatus": "ENABLED"}}'
    code, said = run(project, "up", "--yes", "--policy-pack", pack, room=logged)
    assert code == 0, said
    assert "[mandatory]" not in said

    (project[0] / "state.json").write_text("")
    assert run(project, "stack", "export", "--file", "state.json")[0] == 0
    done = subprocess.run(  # noqa: S603 - our own command
        [
            str(ROOT / ".venv" / "bin" / "cleanroom"),
            "policy",
            "check-state",
            "state.json",
            "--only",
            "unlogged_queries",
        ],
        cwd=project[0],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (0, "1 policy, 1 check: 1 passed\n")
