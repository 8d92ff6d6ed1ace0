"""Pull a room: the member's own part completely, the partners' as far as the collaboration shows it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from components.pulling import own, partners
from components.pulling.asking import Service
from components.pulling.documents import Document, plain
from components.pulling.leaving_out import declarable
from declarations.clean_room import CleanRoom
from declarations.collaboration import Collaboration


@dataclass(frozen=True, slots=True)
class PulledRoom:
    """A room as the service has it.

    Attributes:
        room: The room; it checks.
        account_id: The member by whose credentials it was pulled.
        imports: The member's own resources with their ids.
        not_shown: What the service does not show this member, a sentence each; the room holds stand-ins there.
        left_out: What the service has, a room cannot declare and this one therefore lacks, a sentence each.
    """

    room: CleanRoom
    account_id: str
    imports: tuple[own.Import, ...]
    not_shown: tuple[str, ...]
    left_out: tuple[str, ...] = ()


@dataclass(slots=True)
class _Found:
    """What was found so far.

    Attributes:
        documents: Membership documents by account.
    """

    documents: dict[str, Document] = field(default_factory=dict)
    not_shown: list[str] = field(default_factory=list)


def pull(client: Any, membership_id: str) -> PulledRoom:  # noqa: ANN401 - boto3's clients have no types
    """Read a live collaboration as one member sees it.

    Args:
        client: A boto3 client of `cleanrooms`, with credentials of the member's account.
        membership_id: The membership.

    Raises:
        botocore.exceptions.ClientError: The service refuses.
        pydantic.ValidationError: The service has something that no declaration can say, and no room can do without.
    """
    service = Service(client, membership_id)
    membership = service.get("get_membership", membershipIdentifier=membership_id)
    collaboration_id = membership["collaborationId"]
    collaboration = service.get("get_collaboration", collaborationIdentifier=collaboration_id)
    members = list(service.all("list_members", collaborationIdentifier=collaboration_id))
    account = membership["arn"].split(":")[4]
    found = _Found()
    mine, imports = own.membership(service, membership, collaboration)
    found.documents[account] = mine
    for other in members:
        if other["accountId"] != account and other["status"] == "ACTIVE":
            logged = collaboration["queryLogStatus"]
            found.documents[other["accountId"]] = {"account_id": other["accountId"], "query_log_status": logged}
            found.not_shown.append(f"whether {other['displayName']!r} logs its own queries")
    found.not_shown += partners.fill(service, collaboration_id, account, found.documents)
    names = _names(found.documents)
    document = {
        "region": client.meta.region_name,
        "collaboration": _collaboration(service, collaboration, members, account),
        "memberships": [_named(one, names) for one in found.documents.values()],
    }
    room, left_out = declarable(document)
    return PulledRoom(room, account, imports, tuple(found.not_shown), left_out)


def _collaboration(
    service: Service, collaboration: Mapping[str, Any], members: list[dict[str, Any]], account: str
) -> Document:
    tags = service.tags(collaboration["arn"]) if collaboration["creatorAccountId"] == account else None
    document = plain(Collaboration.from_response(collaboration, members))
    return document | {"creator_account_id": collaboration["creatorAccountId"]} | ({"tags": tags} if tags else {})


def _names(documents: Mapping[str, Document]) -> dict[str, str]:
    """Return the reference of every ARN that the room itself declares, and remove the ARNs from the documents."""
    names: dict[str, str] = {}
    for document in documents.values():
        for resource, kind in (
            ("analysis_templates", "template"),
            ("configured_table_associations", "table"),
            ("intermediate_tables", "table"),
        ):
            for one in document.get(resource, ()):
                if arn := one.pop("arn", None):
                    names[arn] = f"{kind}:{one['name']}"
    return names


def _named(value: Any, names: Mapping[str, str]) -> Any:  # noqa: ANN401 - any part of a document
    """Replace the ARNs of resources that the room declares by references, at any depth."""
    if isinstance(value, dict):
        return {key: _named(item, names) for key, item in value.items()}
    if isinstance(value, list):
        return [_named(item, names) for item in value]
    return names.get(value, value) if isinstance(value, str) else value
