"""A resource that has another name in the program only: it is not made twice, and not lost with its old name."""

from __future__ import annotations

from collections.abc import Callable

import pulumi

from components.provider.errors import Subject
from components.provider.guards.adoption import adopting
from components.resources.configured_table import CONFIGURED_TABLE
from tests.pulumi_engine.made import Made
from tests.pulumi_engine.room_program import RETAILER, collaboration_inputs, provider, table_inputs
from tests.pulumi_engine.stack import Stack
from tests.simulator.api.accounts import Accounts

URN = "urn:pulumi:test::room::cleanrooms:index:{}::{}"


def shared(endpoint: str, name: str, imported: str | None = None) -> Callable[[], None]:
    """A table in a collaboration, by an association that the program calls *name*."""

    def program() -> None:
        opts = provider(endpoint)
        room = Made("Collaboration", "room", collaboration_inputs(), opts)
        joined = {"collaborationIdentifier": room.output("collaborationIdentifier"), "queryLogStatus": "DISABLED"}
        membership = Made("Membership", "own", joined, opts)
        table = Made("ConfiguredTable", "orders", table_inputs(), opts)
        association = {
            "membershipIdentifier": membership.output("membershipIdentifier"),
            "configuredTableIdentifier": table.output("configuredTableIdentifier"),
            "name": "orders",
            "roleArn": f"arn:aws:iam::{RETAILER}:role/reader",
        }
        # As `pulumi import` leaves it: in the state under its new name, too.
        adopting = pulumi.ResourceOptions(import_=imported) if imported else None
        Made("ConfiguredTableAssociation", name, association, pulumi.ResourceOptions.merge(opts, adopting))

    return program


def test_the_old_name_is_asked_for_before_an_import(stack: Stack, accounts: Accounts) -> None:
    assert stack.up(shared(accounts.url, "sales")).failures == ()
    held = stack.resource("sales").id
    (failure,) = stack.up(shared(accounts.url, "purchases")).failures
    association = held.rpartition("/")[2]
    assert failure == (
        "ConfiguredTableAssociation 'purchases': it exists already (in the way is CONFIGURED_TABLE_ASSOCIATION "
        f"'{association}'): a configured table association named 'orders' already exists in the collaboration; if "
        "the program has only renamed it, state its old name (`aliases=[pulumi.Alias(name=OLD_NAME)]`, or `pulumi "
        "state rename`); only if no resource of this or another stack has it, adopt it with `pulumi import "
        f"cleanrooms:index:ConfiguredTableAssociation purchases {held} --provider "
        f"retailer='{stack.resource('retailer').urn}'`; or give this one another name"
    )


def test_what_was_imported_under_a_new_name_is_not_deleted_with_its_old_one(stack: Stack, accounts: Accounts) -> None:
    assert stack.up(shared(accounts.url, "sales")).failures == ()
    old = stack.resource("sales")
    (failure,) = stack.up(shared(accounts.url, "purchases", old.id)).failures
    assert failure == (
        "ConfiguredTableAssociation 'sales': deleting it is refused: ConfiguredTableAssociation 'purchases' of this "
        f"program is the same ('{old.id}'). If it has only been renamed, forget the old name with "
        f"`pulumi state delete '{old.urn}'`"
    )
    assert stack.refresh().drift == {}
    assert stack.destroy().failures != ()  # the collaboration is guarded
    membership = old.id.partition("/")[0]
    listed = accounts.client(RETAILER).list_configured_table_associations(membershipIdentifier=membership)
    assert listed["configuredTableAssociationSummaries"] == []


def test_an_import_names_the_parent_of_what_a_component_holds() -> None:
    subject = Subject("ConfiguredTable", "orders", URN.format("Room$cleanrooms:index:ConfiguredTable", "orders"))
    default = Subject("Provider", "default_1_0_0", "urn:pulumi:test::room::pulumi:providers:cleanrooms::default_1_0_0")
    told = adopting(CONFIGURED_TABLE, subject, default, {})
    assert told.endswith(
        "`pulumi import cleanrooms:index:ConfiguredTable orders configuredTableIdentifier --parent "
        "parent='urn:pulumi:test::room::cleanrooms:index:Room::PARENT_NAME'`"
    )
