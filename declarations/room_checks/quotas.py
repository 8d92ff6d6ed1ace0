"""Quotas that a room can exceed. Source: userguide/clean-rooms-quotas."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from declarations.base import Problem
from declarations.quotas import exceeded, query_bytes_quota

if TYPE_CHECKING:  # rooms ask these checks, so their module imports this one
    from declarations.clean_room import CleanRoom

_MEMBERSHIP_LISTS = (
    "configured_tables",
    "configured_table_associations",
    "analysis_templates",
    "intermediate_tables",
    "configured_audience_model_associations",
)


def exceeded_quotas(room: CleanRoom) -> Iterator[Problem]:
    """Members, tables, columns, templates and texts stay within the service's quotas."""
    if message := exceeded("invited_members", len(room.collaboration.members)):
        yield Problem(("collaboration", "members"), message)
    for index, membership in enumerate(room.memberships):
        for name in _MEMBERSHIP_LISTS:
            if message := exceeded(name, len(getattr(membership, name))):
                yield Problem(("memberships", index, name), message)
        for position, table in enumerate(membership.configured_tables):
            if message := exceeded("allowed_columns", len(table.allowed_columns)):
                yield Problem(("memberships", index, "configured_tables", position, "allowed_columns"), message)
    yield from _texts(room)


def _texts(room: CleanRoom) -> Iterator[Problem]:
    quota = query_bytes_quota(room.engine)
    for index, membership in enumerate(room.memberships):
        for position, template in enumerate(membership.analysis_templates):
            if message := exceeded(quota, len((template.source.text or "").encode())):
                yield Problem(("memberships", index, "analysis_templates", position, "source", "text"), message)
