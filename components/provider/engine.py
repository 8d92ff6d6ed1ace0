"""What every operation on resources works with: the configuration, the calls, and how a resource is looked up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from components.provider.aws.calls import Caller
from components.provider.aws.requests import addressed, shown_by
from components.provider.aws.waiting import wait_until_ready
from components.provider.configuration import Configuration
from components.provider.declared import Declared
from components.provider.errors import MissingError, Subject
from components.resources import service_model
from components.resources.resource_type import ResourceType
from components.resources.service_model import TAGS

_UNTIL_VISIBLE = 15.0
"""Seconds for which a resource made just now may not be found: reads of AWS can lag behind writes."""


@dataclass(frozen=True)
class Engine:
    """A provider that has been configured.

    Attributes:
        configuration: What it was told.
        caller: Calls the services.
        declared: What the program has declared so far.
    """

    configuration: Configuration
    caller: Caller
    declared: Declared = field(default_factory=Declared)

    def live(self, kind: ResourceType, values: Mapping[str, Any], subject: Subject) -> dict[str, Any]:
        """Return what a resource shows, with its identity.

        Args:
            kind: Its type.
            values: Properties with those of its identity among them.
            subject: The resource, for messages.

        Raises:
            MissingError: It does not exist.
            ProviderError: It could not be read.
        """
        answer = self.caller.call(kind.service, kind.read.name, addressed(kind, kind.read, values), subject)
        live = {name: values[name] for name in kind.identity} | shown_by(kind, kind.read, answer)
        read_also = kind.read_also
        if read_also is None:
            return live
        more = self.caller.with_client(kind.service, lambda client: read_also(client, live), subject, kind.read.name)
        return {**live, **more}

    def settled(
        self, kind: ResourceType, values: Mapping[str, Any], subject: Subject, timeout: float
    ) -> dict[str, Any]:
        """Return what a resource shows once it can be used; it was made or changed just now.

        Args:
            kind: Its type.
            values: Properties with those of its identity among them.
            subject: The resource, for messages.
            timeout: Seconds to wait; 0 takes as long as such a resource usually needs.

        Raises:
            ProviderError: It failed, it took too long, or it could not be read.
            CancelledError: The user wants to stop.
        """
        if kind.waits is None:
            return self._visible(kind, values, subject)
        self._visible(kind, values, subject)
        patience = self.caller.patience
        return dict(wait_until_ready(kind.waits, lambda: self.live(kind, values, subject), patience, timeout, subject))

    def tags(self, kind: ResourceType, live: Mapping[str, Any], subject: Subject) -> dict[str, str]:
        """Return all tags of a resource, as the service shows them; none for what takes no tags."""
        if kind.arn is None:
            return {}
        if TAGS in service_model.answer_shape(kind, kind.read).members:
            return dict(live.get(TAGS, {}))
        request = {"resourceArn": live[kind.arn]}
        return dict(self.caller.call(kind.service, "ListTagsForResource", request, subject).get(TAGS, {}))

    def _visible(self, kind: ResourceType, values: Mapping[str, Any], subject: Subject) -> dict[str, Any]:
        pauses = self.caller.patience.pauses(_UNTIL_VISIBLE, subject, "waiting until it can be read")
        while True:
            try:
                return self.live(kind, values, subject)
            except MissingError:
                if next(pauses, None) is None:
                    raise
