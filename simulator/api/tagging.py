"""The tags of a service's resources; every service has the same three operations.

Source: API TagResource, UntagResource, ListTagsForResource.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from simulator.api.calls import Answer, Call
from simulator.api.errors import ApiError
from simulator.api.store import Record


def show_with_tags(record: Record) -> dict[str, Any]:
    """Return what the API shows of a resource that has tags."""
    return {**record.body, "tags": dict(record.tags)}


@dataclass(frozen=True, slots=True)
class Tagging:
    """The operations on tags, with the errors of one service.

    Attributes:
        check: Raises for tags that a resource cannot have.
        missing: Returns the error for an ARN that is not one of the caller's resources.
    """

    check: Callable[[Mapping[str, str]], None]
    missing: Callable[[str], ApiError]

    def tag_resource(self, call: Call) -> Answer:
        """Add tags; an existing key gets the new value."""
        held = self._own(call)
        tags = {**held.tags, **call.asked["tags"]}
        self.check(tags)
        call.store.put(replace(held, tags=tags))
        return {}

    def untag_resource(self, call: Call) -> Answer:
        """Remove tags; missing keys are ignored."""
        held = self._own(call)
        gone = set(call.asked["tagKeys"])
        call.store.put(replace(held, tags={key: value for key, value in held.tags.items() if key not in gone}))
        return {}

    def list_tags_for_resource(self, call: Call) -> Answer:
        """Return the tags of a resource."""
        return {"tags": dict(self._own(call).tags)}

    def _own(self, call: Call) -> Record:
        arn = call.asked["resourceArn"]
        found = call.store.with_arn(arn)
        if found is None or found.account != call.account:
            raise self.missing(arn)
        return found
