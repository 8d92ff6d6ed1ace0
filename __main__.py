"""`pulumi up`: one member's share of a clean room, as the stack's configuration says. See docs/deploying.md."""

import pulumi

from components.clean_room import CleanRoom
from components.deploying import declared_room, made_roles, member_provider, partner_values, what_exists
from components.stack_settings import stack_settings


async def main() -> pulumi.Inputs:
    """Declare the share; export what the stacks of the partners need."""
    settings = stack_settings(pulumi.Config())
    room = declared_room(settings)
    share = CleanRoom(
        "room",
        room,
        settings.account,
        await partner_values(settings, room),
        pulumi.ResourceOptions(providers=[member_provider(settings, room)]),
        roles=made_roles(settings, room),
        protect=settings.protect,
        imports=what_exists(settings),
    )
    return {
        "collaborationIdentifier": share.collaboration_identifier,
        "membershipIdentifier": share.membership and share.membership.membership_identifier,
        "templateArns": share.template_arns,
    }


pulumi.run(main)
