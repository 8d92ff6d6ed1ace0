"""Check that the resources of the room, with those that already exist, fit into the account's default quotas."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from components.doctor.case import Case, Finding, Level
from components.provider.errors import ProviderError
from declarations.clean_room import RoomMembership
from declarations.quotas import QUOTAS, exceeded

_PER_MEMBERSHIP = (
    "configured_table_associations",
    "analysis_templates",
    "intermediate_tables",
    "configured_audience_model_associations",
)
"""Parts of a membership that have a quota of the same name."""


def quotas(case: Case) -> Finding:
    """Compare what the member would have after deployment with the default quotas."""
    own = case.own
    if case.room is None or (case.account or case.found_account) is None:
        return Finding(Level.WARN, "nothing to count", "name the room and the account")
    if own is None:
        return Finding(Level.OK, "nothing to count: the room declares nothing of this account")
    there, unknown = _tables(case)
    wanted = {table.name for table in own.configured_tables}
    tables = len(wanted | there)
    problems = [*_of_membership(own), exceeded("configured_tables", tables)]
    too_many = [each for each in problems if each]
    if too_many:
        fix = "ask for more in the Service Quotas console, where it is adjustable, or declare less"
        return Finding(Level.FAIL, "; ".join(too_many), fix)
    counted = f"{tables} of {QUOTAS['configured_tables'].limit} configured tables of the account"
    if unknown:
        return Finding(Level.WARN, f"what the room declares fits; what is there already is not known: {unknown}")
    return Finding(Level.OK, f"{counted}; everything else is within its quota")


def _of_membership(own: RoomMembership) -> Iterator[str | None]:
    for part in _PER_MEMBERSHIP:
        yield exceeded(part, len(getattr(own, part)))


def _tables(case: Case) -> tuple[set[str], str]:
    """Return the names of the account's configured tables, or why they are not known."""
    if case.found_account is None:
        return set(), "there are no credentials"
    if case.account not in (None, case.found_account):
        return set(), "the credentials belong to another account"
    try:
        client: Any = case.clients.client("cleanrooms")
        pages = client.get_paginator("list_configured_tables").paginate()
        return {each["name"] for page in pages for each in page["configuredTableSummaries"]}, ""
    except (ProviderError, ClientError, BotoCoreError) as error:
        return set(), str(error).rstrip(".")
