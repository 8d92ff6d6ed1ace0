"""Tags of every resource of Clean Rooms ML that has an ARN."""

from __future__ import annotations

from simulator.api.cleanroomsml.records import check_tags
from simulator.api.errors import ApiError, not_found
from simulator.api.tagging import Tagging


def _missing(arn: str) -> ApiError:
    return not_found(f"resource {arn} does not exist", arn, "ACCOUNT")


_TAGGING = Tagging(check_tags, _missing)
tag_resource = _TAGGING.tag_resource
untag_resource = _TAGGING.untag_resource
list_tags_for_resource = _TAGGING.list_tags_for_resource
