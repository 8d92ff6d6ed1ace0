"""Tags of jobs, custom data identifiers, allow lists, findings filters and members."""

from __future__ import annotations

from simulator.api.macie2.owned import check_tags, no_such_resource
from simulator.api.tagging import Tagging

_TAGGING = Tagging(check_tags, no_such_resource)
tag_resource = _TAGGING.tag_resource
untag_resource = _TAGGING.untag_resource
list_tags_for_resource = _TAGGING.list_tags_for_resource
