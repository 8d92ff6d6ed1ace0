"""Tags of jobs, custom data identifiers, allow lists, findings filters and members."""

from __future__ import annotations

from collections.abc import Mapping

from simulator.api.macie2.owned import check_length, missing
from simulator.api.tagging import Tagging


def _check(tags: Mapping[str, str]) -> None:
    check_length("tags", "macie_tags", list(tags))


_TAGGING = Tagging(_check, missing)
tag_resource = _TAGGING.tag_resource
untag_resource = _TAGGING.untag_resource
list_tags_for_resource = _TAGGING.list_tags_for_resource
