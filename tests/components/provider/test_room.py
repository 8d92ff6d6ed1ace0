"""A room from its first preview to its end: the engine's steps, and what the service then has."""

from __future__ import annotations

from typing import Any

import pytest

from tests.pulumi_engine.room_program import BOTH, BRAND, RETAILER, room
from tests.pulumi_engine.stack import Outcome, Stack
from tests.pulumi_engine.wire import UNKNOWN
from tests.simulator.api.accounts import Accounts

ALL = {"retailer", "room", "own", "orders"}


class Room:
    """A deployed room."""

    def __init__(self, stack: Stack, accounts: Accounts) -> None:
        self.stack, self.accounts = stack, accounts
        self.client = accounts.client(RETAILER)

    def up(self, **changed: Any) -> Outcome:
        return self.stack.up(lambda: room(self.accounts.url, **changed))

    def preview(self, **changed: Any) -> Outcome:
        return self.stack.preview(lambda: room(self.accounts.url, **changed))

    def table(self) -> dict[str, Any]:
        found: dict[str, Any] = self.client.get_configured_table(
            configuredTableIdentifier=self.stack.resource("orders").id
        )["configuredTable"]
        return found


@pytest.fixture
def deployed(stack: Stack, accounts: Accounts) -> Room:
    made = Room(stack, accounts)
    outcome = made.up()
    assert outcome.failures == ()
    return made


def test_a_preview_makes_nothing_and_knows_what_the_program_states(stack: Stack, accounts: Accounts) -> None:
    outcome = Room(stack, accounts).preview()
    assert outcome.failures == ()
    assert outcome.done() == dict.fromkeys(ALL, "create")
    assert outcome.outputs == {"collaboration": UNKNOWN, "membership": UNKNOWN, "table": UNKNOWN}
    assert accounts.client(RETAILER).list_configured_tables()["configuredTableSummaries"] == []
    assert stack.state().resources == []


def test_up_makes_everything_and_exports_real_values(stack: Stack, accounts: Accounts) -> None:
    outcome = Room(stack, accounts).up()
    assert outcome.done() == dict.fromkeys(ALL, "create")
    (membership,) = accounts.client(RETAILER).list_memberships()["membershipSummaries"]
    assert outcome.outputs["membership"] == membership["id"]
    assert outcome.outputs["collaboration"] == membership["collaborationId"]


def test_nothing_changes_without_a_change(deployed: Room) -> None:
    for outcome in (deployed.preview(), deployed.up()):
        assert outcome.done() == {}
    assert deployed.stack.refresh().drift == {}
    assert deployed.up().done() == {}


def test_a_change_names_its_path_and_is_made_in_place(deployed: Room) -> None:
    before = deployed.stack.resource("orders").id
    for run in (deployed.preview, deployed.up):
        outcome = run(orders={"description": "Orders of 2026", "allowedColumns": ["id"]})
        assert outcome.done() == {"orders": "update"}
        assert outcome.paths("orders") == ("allowedColumns[1]", "description")
    assert deployed.stack.resource("orders").id == before
    assert deployed.table()["allowedColumns"] == ["id"]
    assert deployed.table()["description"] == "Orders of 2026"


def test_the_order_of_a_set_is_no_change(deployed: Room) -> None:
    assert deployed.up(orders={"allowedColumns": ["amount", "id"]}).done() == {}


def test_a_property_that_is_taken_away_goes_back_to_its_default(deployed: Room) -> None:
    outcome = deployed.up(orders={"description": None})
    assert outcome.paths("orders") == ("description",)
    assert deployed.table().get("description", "") == ""
    assert deployed.up(orders={"description": None}).done() == {}


def test_tags_change_by_themselves(deployed: Room) -> None:
    arn = deployed.stack.resource("orders").outputs["arn"]
    outcome = deployed.up(orders={"tags": {"owner": "privacy"}})
    assert outcome.paths("orders") == ("tags.owner", "tags.team")
    assert deployed.client.list_tags_for_resource(resourceArn=arn)["tags"] == {"owner": "privacy"}
    assert deployed.stack.resource("orders").outputs["tagsAll"] == {"owner": "privacy"}


def test_default_tags_reach_every_resource_and_are_no_drift(deployed: Room) -> None:
    settings = {"defaultTags": {"stage": "test", "team": "all"}}
    outcome = deployed.up(settings=settings)
    assert outcome.done() == {"retailer": "update", "room": "update", "own": "update", "orders": "update"}
    assert outcome.paths("orders") == ("tagsAll.stage",)
    orders = deployed.stack.resource("orders")
    assert orders.outputs["tagsAll"] == {"stage": "test", "team": "data"}
    assert orders.outputs["tags"] == {"team": "data"}
    assert deployed.up(settings=settings).done() == {}
    assert deployed.stack.refresh().drift == {}
    assert deployed.stack.resource("room").inputs.get("tags") is None


def test_refresh_shows_exactly_the_drift_and_up_mends_it(deployed: Room) -> None:
    table = deployed.stack.resource("orders")
    deployed.client.update_configured_table(configuredTableIdentifier=table.id, description="by hand")
    deployed.client.tag_resource(resourceArn=table.outputs["arn"], tags={"by": "hand"})
    assert deployed.stack.refresh().drift == {"orders": ("description", "tags.by")}
    assert deployed.stack.resource("orders").inputs["description"] == "by hand"
    outcome = deployed.up()
    assert outcome.done() == {"orders": "update"}
    assert outcome.paths("orders") == ("description", "tags.by")
    assert deployed.table()["description"] == "All orders"
    assert deployed.client.list_tags_for_resource(resourceArn=table.outputs["arn"])["tags"] == {"team": "data"}


def test_what_is_gone_is_made_again(deployed: Room) -> None:
    deployed.client.delete_configured_table(configuredTableIdentifier=deployed.stack.resource("orders").id)
    outcome = deployed.stack.refresh()
    assert outcome.done() == {"orders": "delete"}
    assert deployed.up().done() == {"orders": "create"}


def test_a_guarded_resource_is_not_replaced(deployed: Room) -> None:
    for run in (deployed.preview, deployed.up):
        outcome = run(room={"queryLogStatus": "ENABLED"})
        (failure,) = outcome.failures
        assert failure == (
            "room: queryLogStatus can change only by replacing Collaboration 'room', which is refused: it ends the "
            "memberships of all partners; tables, rules, templates and budgets in it are lost for them. If you mean "
            "it, add 'room' to the provider's allowDestroying, or set CLEANROOMS_ALLOW_DESTROYING=room for this command"
        )
    assert deployed.up().done() == {}


def test_a_guarded_resource_is_replaced_when_it_is_named(deployed: Room) -> None:
    before = deployed.stack.resource("room").id
    outcome = deployed.up(settings={"allowDestroying": list(BOTH)}, room={"queryLogStatus": "ENABLED"})
    assert outcome.failures == ()
    assert outcome.done() == {"retailer": "update", "own": "create", "room": "replace"}
    after = deployed.stack.resource("room")
    assert after.id != before
    assert deployed.stack.resource("own").inputs["collaborationIdentifier"] == after.id


def test_destroy_leaves_what_is_guarded(deployed: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    (failure,) = deployed.stack.destroy().failures
    assert failure.startswith("Membership 'own': deleting it is refused: it takes the member's tables")
    monkeypatch.setenv("CLEANROOMS_ALLOW_DESTROYING", "room, own")
    outcome = deployed.stack.destroy()
    assert outcome.failures == ()
    assert set(outcome.done()) == ALL
    assert deployed.client.list_memberships()["membershipSummaries"] == []
    assert deployed.client.list_collaborations()["collaborationList"] == []
    assert deployed.stack.state().resources == []


def test_what_has_vanished_can_be_destroyed(deployed: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLEANROOMS_ALLOW_DESTROYING", "room,own")
    deployed.client.delete_configured_table(configuredTableIdentifier=deployed.stack.resource("orders").id)
    deployed.client.delete_membership(membershipIdentifier=deployed.stack.resource("own").id)
    assert deployed.stack.destroy().failures == ()


def test_state_holds_no_credentials(deployed: Room) -> None:
    text = deployed.stack.path.read_text()
    for word in ("AccessKey", "SecretAccessKey", "SessionToken", "aws_secret"):
        assert word not in text
    provider = deployed.stack.resource("retailer")
    assert set(provider.inputs) == {"region", "endpoint", "assumeRole"}
    assert BRAND in text
