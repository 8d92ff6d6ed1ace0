"""Tags of jobs, custom data identifiers, allow lists, findings filters and members.

Source: API TagResource, UntagResource, ListTagsForResource.
"""

from __future__ import annotations

from dataclasses import replace

from simulator.api.calls import Answer, Call
from simulator.api.macie2.owned import check_length, missing
from simulator.api.store import Record


def tag_resource(call: Call) -> Answer:
    """Add tags; a key that is there gets the new value."""
    held = _own(call)
    tags = {**held.tags, **call.asked["tags"]}
    check_length("tags", "macie_tags", list(tags))
    call.store.put(replace(held, tags=tags))
    return {}


def untag_resource(call: Call) -> Answer:
    """Take tags away; keys that are not there are no error."""
    held = _own(call)
    gone = set(call.asked["tagKeys"])
    call.store.put(replace(held, tags={key: value for key, value in held.tags.items() if key not in gone}))
    return {}


def list_tags_for_resource(call: Call) -> Answer:
    """Show the tags."""
    return {"tags": dict(_own(call).tags)}


def _own(call: Call) -> Record:
    found = call.store.with_arn(call.asked["resourceArn"])
    if found is None or found.account != call.account:
        raise missing(call.asked["resourceArn"])
    return found
