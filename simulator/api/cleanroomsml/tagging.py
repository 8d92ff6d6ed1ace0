"""Tags of every resource that has an ARN.

Source: API TagResource, UntagResource, ListTagsForResource.
"""

from __future__ import annotations

from dataclasses import replace

from simulator.api.calls import Answer, Call
from simulator.api.cleanroomsml.making import check_tags
from simulator.api.errors import not_found
from simulator.api.store import Record


def tag_resource(call: Call) -> Answer:
    """Add tags; a key that is there gets the new value."""
    tagged = _own(call)
    tags = {**tagged.tags, **call.asked["tags"]}
    check_tags(tags)
    call.store.put(replace(tagged, tags=tags))
    return {}


def untag_resource(call: Call) -> Answer:
    """Take tags away; keys that are not there are no error."""
    tagged = _own(call)
    gone = set(call.asked["tagKeys"])
    call.store.put(replace(tagged, tags={key: value for key, value in tagged.tags.items() if key not in gone}))
    return {}


def list_tags_for_resource(call: Call) -> Answer:
    """Show the tags."""
    return {"tags": dict(_own(call).tags)}


def _own(call: Call) -> Record:
    arn = call.asked["resourceArn"]
    found = call.store.with_arn(arn)
    if found is None or found.account != call.account:
        raise not_found(f"resource {arn} does not exist", arn, "ACCOUNT")
    return found
