"""The inputs of the Pulumi program: the room, the member's credentials, and values from partners and files.

Each function derives one of them from the stack's settings; a user's mistake ends the program with one message.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pulumi

from components import sdk
from components.clean_room import PartnerValues
from components.pulling.importing import imported
from components.stack_settings import StackSettings
from components.template_arns import authors_arn, is_authors, proposed_to
from declarations.clean_room import CleanRoom
from declarations.loading import LoadingError, load_room
from declarations.naming import did_you_mean, listed


def declared_room(settings: StackSettings) -> CleanRoom:
    """Return the room that the stack deploys a share of.

    Raises:
        pulumi.RunError: The room's files are wrong, the account is not a member, or the region is not the room's.
    """
    try:
        room = load_room(Path(settings.room)).room
    except LoadingError as error:
        raise pulumi.RunError(f"the room {settings.room!r} cannot be used:\n{error}") from None
    if settings.account not in room.members:
        members = ", ".join(f"{account} ({each.display_name})" for account, each in room.members.items())
        raise pulumi.RunError(f"account {settings.account!r} is not a member of the room {settings.room!r}: {members}")
    if settings.region not in (None, room.region):
        raise pulumi.RunError(f"region is {settings.region!r}, but the room {settings.room!r} is in {room.region!r}")
    return room


def member_provider(settings: StackSettings, room: CleanRoom) -> sdk.Provider:
    """Create the provider of the member's account; it refuses credentials of any other account."""
    role = settings.assume_role
    return sdk.Provider(
        "member",
        region=room.region,
        endpoint=settings.endpoint,
        allowed_account_ids=[settings.account],
        allow_destroying=list(settings.allow_destroying) or None,
        assume_role=sdk.AssumeRoleArgs(**asdict(role)) if role else None,
    )


async def partner_values(settings: StackSettings, room: CleanRoom) -> PartnerValues:
    """Return the partners' values from the configuration, which takes precedence, and from their stacks' outputs.

    A stack that has not been deployed yet contributes nothing. A template of a stack is used only if its ARN is in the
    account of the member who proposes that template in the room.

    Raises:
        pulumi.RunError: The configuration names a template that no partner proposes, or gives the ARN of another
            account; or stacks export conflicting values.
    """
    proposed = proposed_to(settings.account, room)
    _refuse_foreign(settings.template_arns, proposed, room)
    unknown = {name: author for name, author in proposed.items() if name not in settings.template_arns}
    stacks = {stack: pulumi.StackReference(stack) for stack in settings.partner_stacks}
    exported = {stack: await _output(reference, "templateArns") for stack, reference in stacks.items()}
    told = {stack: _authors_arns(stack, arns or {}, unknown, room) for stack, arns in exported.items()}
    found = {name: _agreed(name, {stack: arns.get(name) for stack, arns in told.items()}) for name in unknown}
    templates = {name: arn for name, arn in found.items() if arn is not None}
    collaboration = settings.collaboration_identifier
    if collaboration is None:
        known = {stack: await _output(reference, "collaborationIdentifier") for stack, reference in stacks.items()}
        collaboration = _agreed("collaborationIdentifier", known)
    return PartnerValues(collaboration, {**templates, **settings.template_arns})


def _refuse_foreign(stated: Mapping[str, str], proposed: Mapping[str, str], room: CleanRoom) -> None:
    for name, arn in stated.items():
        if name not in proposed:
            known = listed(proposed, nothing="they propose none")
            raise pulumi.RunError(
                f"templateArns names {name!r}, which no partner proposes ({known}){did_you_mean(name, proposed)}"
            )
        try:
            authors_arn(name, arn, room)
        except ValueError as error:
            raise pulumi.RunError(f"templateArns.{name}: {error}") from None


def _authors_arns(
    stack: str, exported: Mapping[str, Any], proposed: Mapping[str, str], room: CleanRoom
) -> Mapping[str, str]:
    """Return the exported ARNs of templates that partners propose; warn of ARNs outside the author's account."""
    told = {name: str(exported[name]) for name in proposed if exported.get(name) is not None}
    foreign = [name for name, arn in told.items() if not is_authors(arn, proposed[name], room)]
    for name in foreign:
        pulumi.log.warn(
            f"the stack {stack!r} exports {told[name]!r} as the ARN of {name!r}, which account {proposed[name]!r} "
            "proposes: it is not that account's template, and is not used"
        )
    return {name: arn for name, arn in told.items() if name not in foreign}


def _agreed(what: str, told: Mapping[str, Any]) -> Any:  # noqa: ANN401 - any exported value
    """Return the value on which all stacks that export one agree; None if none does."""
    known = {stack: value for stack, value in told.items() if value is not None}
    if len(set(known.values())) > 1:
        values = ", ".join(f"{value!r} by {stack!r}" for stack, value in known.items())
        raise pulumi.RunError(
            f"partnerStacks give different values for {what!r}: {values}; leave one of them out, or state it yourself"
        )
    return next(iter(known.values()), None)


async def _output(reference: pulumi.StackReference, name: str) -> Any:  # noqa: ANN401 - what a stack exports
    told = await reference.get_output_details(name)
    return told.value if told.value is not None else told.secret_value


def what_exists(settings: StackSettings) -> Mapping[tuple[str, str], str]:
    """Return the ids of existing resources to import instead of creating, by type and name.

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
