"""Quotas that a room can exceed. Source: userguide/clean-rooms-quotas."""

from __future__ import annotations

from collections.abc import Iterator

from declarations.base import Problem
from declarations.clean_room import CleanRoom
from declarations.quotas import exceeded

_MEMBERSHIP_LISTS = ("configured_tables", "configured_table_associations", "analysis_templates", "intermediate_tables")
_KILOBYTE = 1024


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
    quota = "query_text_kilobytes_spark" if room.engine == "SPARK" else "query_text_kilobytes_legacy"
    for index, membership in enumerate(room.memberships):
        for position, template in enumerate(membership.analysis_templates):
            kilobytes = len((template.source.text or "").encode()) / _KILOBYTE
            if message := exceeded(quota, kilobytes):
                yield Problem(("memberships", index, "analysis_templates", position, "source", "text"), message)
