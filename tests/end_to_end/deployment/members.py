"""Members who deploy a room by the program of the repository, each with a stack and a configuration of its own."""

from __future__ import annotations

import json
import runpy
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pulumi

from declarations.clean_room import CleanRoom
from declarations.loading import load_room
from tests.pulumi_engine.stack import Outcome, Stack

ROOT = Path(__file__).parents[3]
MEASUREMENT = ROOT / "examples" / "complete_journey" / "measurement"
RETAILER, BRAND, PANEL = "111111111111", "222222222222", "333333333333"

BRANDS_TEMPLATES = (
    "redemptions_by_campaign_type",
    "redemptions_by_income",
    "sales_by_income",
    "spend_by_household_size",
    "spend_of_redeemers",
)
"""What the rules of the others approve."""


class Members:
    """The members of a room, who tell each other what their stacks export.

    Args:
        folder: A folder for the room and the states of the stacks.
        endpoint: The address of the endpoint.
        room: The folder of the room; a copy is deployed.
    """

    def __init__(self, folder: Path, endpoint: str, room: Path) -> None:
        self.folder, self.endpoint = folder, endpoint
        self.room = folder / "room"
        shutil.copytree(room, self.room)
        self.told: dict[str, Any] = {}

    def declared(self) -> CleanRoom:
        """Return the room."""
        return load_room(self.room).room

    def stack(self, account: str, name: str = "first") -> Stack:
        """Return a member's stack."""
        folder = self.folder / account / name
        folder.mkdir(parents=True, exist_ok=True)
        return Stack(folder)

    def program(self, account: str, /, **changed: object) -> Callable[[], None]:
        """Return the program with a member's configuration.

        Args:
            account: The member.
            **changed: Keys that differ from the usual ones.
        """
        config: dict[str, Any] = {
            "room": str(self.room),
            "account": account,
            "endpoint": self.endpoint,
            "assumeRole": {"roleArn": f"arn:aws:iam::{account}:role/deployer"},
            "protect": "false",
            **self.told,
            **changed,
        }
        spelled = {
            f"project:{key}": each if isinstance(each, str) else json.dumps(each) for key, each in config.items()
        }

        def run() -> None:
            pulumi.runtime.set_all_config(spelled)
            runpy.run_path(str(ROOT / "__main__.py"))

        return run

    def up(self, account: str, /, **changed: object) -> Outcome:
        """Deploy a member's share; the creator and the brand tell the others."""
        outcome = self.stack(account).up(self.program(account, **changed))
        assert outcome.failures == ()
        if account == RETAILER:
            self.told["collaborationIdentifier"] = outcome.outputs["collaborationIdentifier"]
        if account == BRAND:
            arns = outcome.outputs["templateArns"]
            self.told["templateArns"] = {name: arns[name] for name in BRANDS_TEMPLATES}
        return outcome

    def edit(self, old: str, new: str) -> None:
        """Change the text of the room file."""
        file = self.room / "room.yaml"
        text = file.read_text(encoding="utf-8")
        assert old in text
        file.write_text(text.replace(old, new), encoding="utf-8")
