"""Deploy both example rooms, every member's share in a stack of its own: `make up`, and `make down` removes them.

    python -m examples.complete_journey.deploy up
    python -m examples.complete_journey.deploy down

Everything is on this machine, below `.local/`: the endpoint with its state, and the backend of Pulumi's command line.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import yaml

from examples.complete_journey.endpoint import Endpoint, EndpointError
from examples.complete_journey.prepare import prepare

ROOT: Final = Path(__file__).parents[2]

STACKS: Final = ("measurement-retailer", "measurement-brand", "measurement-panel", "reach-retailer", "reach-brand")
"""One stack per member of a room, creators before the members who join."""

GUARDED: Final = "room-collaboration,room-membership,room-privacy,room-access-demographics"
"""The resources that the provider deletes only if they are named."""

NO_PULUMI: Final = (
    "there is no `pulumi` on PATH. Install Pulumi's command line: https://www.pulumi.com/docs/install/ "
    "(one program and its language host; no account is needed), then run this again"
)


class DeploymentError(Exception):
    """A command of Pulumi failed; the message is what it printed."""


@dataclass(frozen=True)
class Deployment:
    """Where the example is deployed from and to.

    Attributes:
        project: The folder with Pulumi.yaml and the configuration of the stacks.
        local: The folder for all generated files.
    """

    project: Path = ROOT
    local: Path = ROOT / ".local"

    @property
    def endpoint(self) -> Endpoint:
        """The endpoint that the configuration of the stacks names."""
        return Endpoint(self.configuration(STACKS[0])["endpoint"], self.local)

    def configuration(self, stack: str) -> Mapping[str, Any]:
        """Return the configuration of a stack."""
        text = (self.project / f"Pulumi.{stack}.yaml").read_text(encoding="utf-8")
        found: Mapping[str, Any] = yaml.safe_load(text)["config"]
        return found

    def pulumi(self, *words: str, **told: str) -> str:
        """Run a command of Pulumi and return what it printed.

        Args:
            *words: The command.
            **told: Additional environment variables.

        Raises:
            DeploymentError: It failed.
        """
        backend = self.local / "pulumi"
        backend.mkdir(parents=True, exist_ok=True)
        told = {
            **{name: value for name, value in os.environ.items() if not name.startswith("AWS_")},
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
            "PULUMI_BACKEND_URL": backend.as_uri(),
            "PULUMI_CONFIG_PASSPHRASE": "",
            "PULUMI_SKIP_UPDATE_CHECK": "true",
            **told,
        }
        command = ["pulumi", "--non-interactive", "--color", "never", *words]
        done = subprocess.run(  # noqa: S603 - the words are our own
            command, cwd=self.project, env=told, capture_output=True, text=True, check=False
        )
        if done.returncode != 0:
            raise DeploymentError(f"`{' '.join(command)}` failed:\n{done.stdout}{done.stderr}")
        return done.stdout

    def stacks(self) -> tuple[str, ...]:
        """Return the stacks that exist, in the order of STACKS."""
        known = {each["name"].rpartition("/")[2] for each in json.loads(self.pulumi("stack", "ls", "--json"))}
        return tuple(stack for stack in STACKS if stack in known)


def up(deployment: Deployment) -> None:
    """Deploy everything; running it again changes nothing.

    Rules that name a template of a partner who has not deployed yet are left out, and the stack is deployed again.

    Raises:
        DeploymentError: A deployment failed.
        EndpointError: The endpoint does not start.
    """
    prepare()
    _say(deployment.endpoint.start(ROOT / "examples" / "complete_journey"))
    for stack in set(STACKS) - set(deployment.stacks()):
        deployment.pulumi("stack", "init", stack, "--no-select")
    waiting: tuple[str, ...] = STACKS
    for _ in range(2):
        waiting = tuple(stack for stack in waiting if _left_something_out(deployment, stack))
    accounts = {_member(stack): deployment.configuration(stack)["account"] for stack in STACKS}
    config = deployment.endpoint.write_profiles(accounts)
    _say(
        f"\nBoth rooms are deployed. Look at them as any member ({', '.join(accounts)}), such as:\n"
        f"  export AWS_CONFIG_FILE={config} AWS_PROFILE=brand\n"
        "  python -c \"import boto3; print(boto3.client('cleanrooms').list_memberships()['membershipSummaries'])\"\n"
        "`make down` removes everything."
    )


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def _left_something_out(deployment: Deployment, stack: str) -> bool:
    printed = deployment.pulumi("up", "--stack", stack, "--yes", "--skip-preview")
    counts = re.findall(
        r"^\s+(?:[+~-]|\+-|\+/-)?\s*(\d+ (?:created|updated|deleted|replaced|unchanged))$", printed, re.MULTILINE
    )
    left_out = "is left out for now" in printed
    _say(f"{stack}: {', '.join(counts)}{'; some of it waits for a partner' if left_out else ''}")
    return left_out


def _member(stack: str) -> str:
    return stack.rpartition("-")[2]


def down(deployment: Deployment) -> None:
    """Remove everything: what is deployed, the stacks, the endpoint.

    Raises:
        DeploymentError: Something could not be removed.
        EndpointError: The endpoint does not start.
    """
    if not deployment.local.exists():
        _say("nothing is deployed")
        return
    stacks = deployment.stacks()
    if stacks:
        deployment.endpoint.start(ROOT / "examples" / "complete_journey")
    for stack in reversed(stacks):
        deployment.pulumi("destroy", "--stack", stack, "--yes", "--skip-preview", CLEANROOMS_ALLOW_DESTROYING=GUARDED)
        deployment.pulumi("stack", "rm", stack, "--yes", "--preserve-config")
        _say(f"{stack}: removed")
    deployment.endpoint.stop()
    shutil.rmtree(deployment.local)
    _say("the endpoint is stopped, .local/ is removed")


def main(arguments: list[str]) -> int:
    """Deploy or remove; return the exit code.

    Args:
        arguments: `up` or `down`.
    """
    parser = argparse.ArgumentParser("python -m examples.complete_journey.deploy", description=__doc__)
    parser.add_argument("what", choices=("up", "down"))
    what = parser.parse_args(arguments).what
    if shutil.which("pulumi") is None:
        sys.stderr.write(f"{NO_PULUMI}\n")
        return 2
    try:
        (up if what == "up" else down)(Deployment())
    except (DeploymentError, EndpointError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
