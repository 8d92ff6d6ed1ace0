"""What the program is put together from: the room, the credentials of the member, what partners and files tell.

Each function takes the stack's settings and answers one question; a user's mistake ends the program with one message.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import pulumi

from components import sdk
from components.clean_room import PartnerValues
from components.pulling.importing import imported
from components.stack_settings import StackSettings
from declarations.clean_room import CleanRoom, RoomMembership
from declarations.configured_table import ConfiguredTable
from declarations.loading import LoadingError, load_room
from declarations.naming import did_you_mean, listed

if TYPE_CHECKING:
    import pulumi_aws

    from components.data_source import TableShape


def declared_room(settings: StackSettings) -> CleanRoom:
    """Return the room that the stack deploys a share of.

    Raises:
        pulumi.RunError: The room's files are wrong, the account is no member, or the region is another one.
    """
    try:
        room = load_room(Path(settings.room)).room
    except LoadingError as error:
        raise pulumi.RunError(f"the room {settings.room!r} cannot be used:\n{error}") from None
    if settings.account not in room.members:
        members = ", ".join(f"{account} ({each.display_name})" for account, each in room.members.items())
        raise pulumi.RunError(f"account {settings.account!r} is no member of the room {settings.room!r}: {members}")
    if settings.region not in (None, room.region):
        raise pulumi.RunError(f"region is {settings.region!r}, but the room {settings.room!r} is in {room.region!r}")
    return room


def member_provider(settings: StackSettings, room: CleanRoom) -> sdk.Provider:
    """Make the provider of the member's account; it refuses the credentials of any other one."""
    role = settings.assume_role
    return sdk.Provider(
        "member",
        region=room.region,
        endpoint=settings.endpoint,
        allowed_account_ids=[settings.account],
        allow_destroying=list(settings.allow_destroying) or None,
        assume_role=sdk.AssumeRoleArgs(
            role_arn=role["roleArn"], session_name=role.get("sessionName"), external_id=role.get("externalId")
        )
        if role
        else None,
    )


async def partner_values(settings: StackSettings, room: CleanRoom) -> PartnerValues:
    """Return what partners tell: by configuration, which wins, and by references to their stacks.

    A stack that exists and has not been deployed yet tells nothing.

    Raises:
        pulumi.RunError: The configuration names a template that no partner proposes.
    """
    proposed = [each.name for member, each in room.templates() if member.account_id != settings.account]
    for name in settings.template_arns:
        if name not in proposed:
            known = listed(proposed, nothing="they propose none")
            raise pulumi.RunError(
                f"templateArns names {name!r}, which no partner proposes ({known}){did_you_mean(name, proposed)}"
            )
    collaboration = settings.collaboration_identifier
    templates: dict[str, str] = {}
    for stack in settings.partner_stacks:
        reference = pulumi.StackReference(stack)
        collaboration = collaboration or await _output(reference, "collaborationIdentifier")
        templates.update(await _output(reference, "templateArns") or {})
    return PartnerValues(collaboration, {**templates, **settings.template_arns})


async def _output(reference: pulumi.StackReference, name: str) -> Any:  # noqa: ANN401 - what a stack exports
    told = await reference.get_output_details(name)
    return told.value if told.value is not None else told.secret_value


def what_exists(settings: StackSettings) -> Mapping[tuple[str, str], str]:
    """Return the ids of what is taken over instead of made, by type and name.

    Raises:
        pulumi.RunError: The file cannot be read.
    """
    if settings.import_file is None:
        return {}
    try:
        return imported(Path(settings.import_file).read_text(encoding="utf-8"))
    except (OSError, json.JSONDecodeError, KeyError, TypeError) as error:
        hint = "`cleanroom pull --import-file` writes such a file"
        raise pulumi.RunError(f"importFile {settings.import_file!r} cannot be used: {error}; {hint}") from None


def made_roles(settings: StackSettings, room: CleanRoom) -> Mapping[str, pulumi.Input[str]]:
    """Make the member's declared data sources, if the stack is to; return the roles that read them, by association."""
    own = room.membership(settings.account)
    if own is None or not own.data_sources or not settings.make_data_sources:
        return {}
    from components.data_source import DataSource

    opts = pulumi.ResourceOptions(providers=[_aws_provider(settings, room)])
    # Memberships are known only after the roles that associations need: every membership of these accounts is trusted.
    readers = {settings.account: None, room.query_runner: None}
    roles: dict[str, pulumi.Input[str]] = {}
    for table in own.configured_tables:
        source = own.data_source(table)
        if source is not None:
            made = DataSource(source.name, source, settings.account, room.region, readers, _shape(table), opts)
            roles |= dict.fromkeys(_associations(own, table), made.role_arn)
    return roles


def _associations(own: RoomMembership, table: ConfiguredTable) -> list[str]:
    return [each.name for each in own.configured_table_associations if each.configured_table_name == table.name]


def _shape(table: ConfiguredTable) -> TableShape | None:
    from components.data_source import TableShape

    columns = {name: column.type for name, column in (table.columns or {}).items()}
    return TableShape(columns) if columns else None


def _aws_provider(settings: StackSettings, room: CleanRoom) -> pulumi_aws.Provider:
    import pulumi_aws as aws

    endpoint, role = settings.endpoint, settings.assume_role
    return aws.Provider(
        "member-aws",
        region=cast("Any", room.region),  # a list of regions in the type, any text for the service
        allowed_account_ids=[settings.account],
        assume_roles=[
            {
                "role_arn": role["roleArn"],
                "session_name": role.get("sessionName"),
                "external_id": role.get("externalId"),
            }
        ]
        if role
        else None,
        endpoints=[{"s3": endpoint, "glue": endpoint, "iam": endpoint, "sts": endpoint}] if endpoint else None,
        s3_use_path_style=True if endpoint else None,
    )
