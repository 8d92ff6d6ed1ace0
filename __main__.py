"""`pulumi up`: one member's share of a clean room, as the stack's configuration says. See docs/deploying.md."""

import pulumi

from components.clean_room import CleanRoom, CleanRoomArgs
from components.deploying import declared_room, member_provider, partner_values, what_exists
from components.made_sources import made_roles
from components.stack_settings import stack_settings


async def main() -> pulumi.Inputs:
    """Declare the share; export what the stacks of the partners need."""
    settings = stack_settings(pulumi.Config())
    room = declared_room(settings)
    args = CleanRoomArgs(
        room=room,
        account=settings.account,
        partners=await partner_values(settings, room),
        roles=made_roles(settings, room),
        protect=settings.protect,
        imports=what_exists(settings),
    )
    share = CleanRoom("room", args, pulumi.ResourceOptions(providers=[member_provider(settings, room)]))
    return {
        "collaborationIdentifier": share.collaboration_identifier,
        "membershipIdentifier": share.membership and share.membership.membership_identifier,
        "templateArns": share.template_arns,
    }


pulumi.run(main)
