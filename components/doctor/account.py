"""Checks that ask AWS: region, endpoint, credentials, account."""

from __future__ import annotations

import socket
from typing import Final
from urllib.parse import urlsplit

from grpc import StatusCode

from components.doctor.case import Case, Finding, Level
from components.provider.errors import ProviderError

_SECONDS: Final = 5
"""Timeout of a connection, in seconds."""


def region(case: Case) -> Finding:
    """Check that the region is the room's, and that Clean Rooms is available there."""
    import boto3

    session = boto3.Session()
    wanted = case.region or (case.room.region if case.room else None) or session.region_name
    if wanted is None:
        return Finding(Level.FAIL, "no region is known", "name a room, or say --region")
    if case.room and wanted != case.room.region:
        fix = f"take the room's region, or deploy a room that is in {wanted!r}"
        return Finding(Level.FAIL, f"the region is {wanted!r}, the room is in {case.room.region!r}", fix)
    if wanted not in session.get_available_regions("cleanrooms"):
        fix = "see whether AWS Clean Rooms is there by now, or choose another region"
        return Finding(Level.WARN, f"boto3 knows no AWS Clean Rooms in {wanted!r}", fix)
    return Finding(Level.OK, wanted)


def endpoint(case: Case) -> Finding:
    """Check that the service can be reached."""
    try:
        address = case.endpoint or case.clients.client("cleanrooms").meta.endpoint_url
    except ProviderError as error:
        return Finding(Level.WARN, f"not asked: {error.message}")
    parts = urlsplit(address)
    try:
        place = (parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80))
        socket.create_connection(place, timeout=_SECONDS).close()
    except (OSError, ValueError) as error:
        fix = "start it with `cleanroom serve`" if case.endpoint else "look at the network, its proxy, and the region"
        return Finding(Level.FAIL, f"{address} cannot be reached: {error}", fix)
    return Finding(Level.OK, f"{address} can be reached")


def credentials(case: Case) -> Finding:
    """Check that there are valid credentials, and report whose they are."""
    if isinstance(case.identity, ProviderError):
        if case.identity.status is StatusCode.UNAVAILABLE:
            return Finding(Level.WARN, f"not known: {case.identity.message}")
        fix = "`aws sso login`, AWS_PROFILE, or --profile; for a role see its trust policy"
        return Finding(Level.FAIL, case.identity.message, fix)
    return Finding(Level.OK, str(case.identity["Arn"]))


def account(case: Case) -> Finding:
    """Check that the credentials belong to the member's account, and that it is a member of the room."""
    found = case.found_account
    wanted = case.account or found
    if case.room and wanted and wanted not in case.room.members:
        members = ", ".join(f"{each} ({member.display_name})" for each, member in case.room.members.items())
        fix = f"choose one of its members: {members}"
        return Finding(Level.FAIL, f"account {wanted!r} is not a member of the room", fix)
    if found is None:
        return Finding(Level.WARN, "not known without credentials")
    if found != wanted:
        fix = "choose another profile, or the member's role with --role"
        return Finding(Level.FAIL, f"the credentials belong to account {found!r}, not to {wanted!r}", fix)
    name = f" ({case.room.members[found].display_name})" if case.room else ""
    return Finding(Level.OK, f"{found}{name}")
