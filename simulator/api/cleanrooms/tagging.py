"""Tags of every resource of Clean Rooms that has an ARN."""

from __future__ import annotations

from collections.abc import Mapping

from simulator.api.errors import ApiError, invalid_field, not_found
from simulator.api.tagging import Tagging

_MOST_TAGS = 200
"""Source: API TagMap."""


def _check(tags: Mapping[str, str]) -> None:
    if len(tags) > _MOST_TAGS:
        raise invalid_field("tags", f"Member must leave the resource with at most {_MOST_TAGS} tags; found {len(tags)}")


def _missing(arn: str) -> ApiError:
    return not_found(f"resource {arn} does not exist", arn, "COLLABORATION")


_TAGGING = Tagging(_check, _missing)
tag_resource = _TAGGING.tag_resource
untag_resource = _TAGGING.untag_resource
list_tags_for_resource = _TAGGING.list_tags_for_resource
