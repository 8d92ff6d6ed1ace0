"""What a descriptor says about a resource type: everything that botocore's service model can not tell.

A property has one name: that of the member of the API's create request, camelCase. What the service model can tell
(members, types, what is required, documentation, which members an operation carries) is in `service_model`.
A *path* is a property's name followed by member names, `[*]` for each item of a list: `members[*].displayName`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

Client = Any
"""A boto3 client, which has no type of its own."""

Properties = Mapping[str, Any]
"""Properties of a resource by name, as the API has them: dictionaries, lists, strings, numbers, datetimes."""

MAKES_NO_DIFFERENCE = None
"""As a default: an absent property is absent in the answer, too, and an update that leaves it out takes it away."""


class LimitedTwin(NamedTuple):
    """What shows the same rows as another table in the same membership, and may be used only so often.

    Attributes:
        name: Its name.
        budget: The identifier of the privacy budget template that limits it.
    """

    name: str
    budget: str


@dataclass(frozen=True, slots=True)
class Operation:
    """One API call that creates, reads, updates or deletes a resource.

    It carries the properties that have the name of a member of its input shape; see `service_model.carried`.

    Attributes:
        name: The API's name, such as `CreateConfiguredTable`.
        answer: The member of the answer that holds the resource; None when the answer itself is the resource.
        sends: Properties that the request names differently, property to request member.
        always: Request members with the same value in every call.
        while_in: The statuses in which the call makes sense; in others it is left out. Empty: in all.
    """

    name: str
    answer: str | None = None
    sends: Mapping[str, str] = field(default_factory=dict)
    always: Mapping[str, str] = field(default_factory=dict)
    while_in: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Waiter:
    """How long a call goes on after its answer.

    Attributes:
        creating: The statuses from which a new resource goes on by itself.
        ready: The statuses in which it can be used.
        failed: The statuses in which it never becomes ready.
        deleting: The statuses through which it goes until it is not found any more.
        seconds: How long to wait before giving up, unless `custom_timeouts` say otherwise.
        explanation: The property that says why it failed.
        status: The property that holds the status.
    """

    creating: frozenset[str]
    ready: frozenset[str]
    failed: frozenset[str]
    deleting: frozenset[str]
    seconds: int
    explanation: str
    status: str = "status"


@dataclass(frozen=True, slots=True)
class ChangeRequest:
    """Properties that change only when the other members agree: an update asks them instead of replacing.

    Attributes:
        paths: The properties.
        operation: The call that asks.
        changes: From the properties before and after to the `changes` of the request; empty when nothing is to ask.
            It raises ValueError, with a sentence for the user, for a difference that no change request can make.
        leaving: From the properties before and after to the accounts that are to leave, which no change request can
            do; `leave` does, and only when the resource is named in `allowDestroying`.
        leave: The call that removes an account.
        without: From properties and the account that has left to the properties without it.
        most: How many changes fit into one request.
        identifier: The output with the identifier of the last request.
        status: The output with its status.
    """

    paths: frozenset[str]
    operation: Operation
    changes: Callable[[Properties, Properties], tuple[Properties, ...]]
    leaving: Callable[[Properties, Properties], tuple[str, ...]]
    leave: Operation
    without: Callable[[Properties, str], Properties]
    most: int
    identifier: str = "changeRequestIdentifier"
    status: str = "changeRequestStatus"


@dataclass(frozen=True, slots=True, eq=False)
class ResourceType:
    """A resource type of the provider.

    Attributes:
        name: The last part of its token, `ConfiguredTable` of `cleanrooms:index:ConfiguredTable`.
        service: botocore's name of the service, `cleanrooms` or `cleanroomsml`.
        summary: What it is, a sentence or two; the first words of its documentation.
        create: The call that makes it.
        read: The call that shows it.
        updates: The calls that change it; each changeable property is carried by exactly one.
        delete: The call that ends it; None when it can only be forgotten.
        identity: The properties that address it in every call, which are request members, too. Joined by `/` they are
            its Pulumi id, which is also what `pulumi import` takes.
        replaces: Paths of what can not change in place (reference, section 8.3).
        answers: Members of the answer that are properties of another name, answer member to property.
        arn: The property with the ARN under which it is tagged; None when it has no tags.
        read_also: A function that reads the properties that `read` does not show, from a client and the properties
            read so far.
        defaults: Paths with the value that stands for their absence: the service answers it for an absent property,
            and an update sends it for a property that was taken away (`MAKES_NO_DIFFERENCE`: sends nothing). A
            changeable optional property without a default can not be taken away: that replaces.
        filled_in: Paths that the service fills in when they are absent; what it filled in is no drift.
        kept_stated: Paths of `filled_in` that are not given back to the service silently: no longer to state one is a
            difference, because nobody knows what the service would put in its place.
        unordered: Paths of lists whose order means nothing, with the member that keys their items ("" when none does:
            items are compared whole).
        json_texts: Paths of strings that hold JSON, which are equal when they parse equal.
        write_only: Properties that no answer shows; they stay as last stated.
        after_create: Properties that no create request carries; an update sends them after the creation.
        not_offered: Members of its requests and answers that are no properties, with the reason.
        refreshed: Outputs that an update changes, unknown in its preview.
        waits: How it becomes ready and goes away; None when it does at once.
        one_at_a_time: Whether a second one of the same name or parent is refused, so that a replacement deletes first.
        guarded: Why replacing or deleting it is refused unless it is named in `allowDestroying`; None when it is not.
        find_double: A function that returns the identifier of a live resource that a creation would double, from a
            client and the inputs; None when there is none.
        find_limit: A function that returns the identifier of the privacy budget template that limits a live resource,
            from a client and its properties; None when nothing limits it. Ending it takes the limit along.
        find_limited_twin: A function that returns what is limited, shows the same rows as a resource to be made, and
            would not limit it, from a client and the inputs that are known; None when there is none.
        ended: The statuses in which it exists and is of no use any more, each with what has happened.
        has_ended: A function that tells, from a client and the properties before, whether a resource that may not be
            read any more is gone; None when a refusal says no more than that.
        change_request: How properties change that the other members must agree to; None when there are none.
    """

    name: str
    service: str
    summary: str
    create: Operation
    read: Operation
    updates: tuple[Operation, ...]
    delete: Operation | None
    identity: tuple[str, ...]
    replaces: frozenset[str]
    answers: Mapping[str, str] = field(default_factory=dict)
    arn: str | None = "arn"
    read_also: Callable[[Client, Properties], Properties] | None = None
    defaults: Mapping[str, Any] = field(default_factory=dict)
    filled_in: frozenset[str] = frozenset()
    kept_stated: frozenset[str] = frozenset()
    unordered: Mapping[str, str] = field(default_factory=dict)
    json_texts: frozenset[str] = frozenset()
    write_only: frozenset[str] = frozenset()
    after_create: frozenset[str] = frozenset()
    not_offered: Mapping[str, str] = field(default_factory=dict)
    refreshed: frozenset[str] = frozenset({"updateTime"})
    waits: Waiter | None = None
    one_at_a_time: bool = False
    guarded: str | None = None
    find_double: Callable[[Client, Properties], str | None] | None = None
    find_limit: Callable[[Client, Properties], str | None] | None = None
    find_limited_twin: Callable[[Client, Properties], LimitedTwin | None] | None = None
    ended: Mapping[str, str] = field(default_factory=dict)
    has_ended: Callable[[Client, Properties], bool] | None = None
    change_request: ChangeRequest | None = None

    @property
    def token(self) -> str:
        """The type as Pulumi knows it."""
        return f"cleanrooms:index:{self.name}"

    @property
    def tagged(self) -> bool:
        """Whether it takes tags."""
        return self.arn is not None


@dataclass(frozen=True, slots=True, eq=False)
class Function:
    """A function of the provider: a call that changes nothing.

    Attributes:
        name: The last part of its token, `previewPrivacyImpact` of `cleanrooms:index:previewPrivacyImpact`.
        service: botocore's name of the service.
        summary: What it tells.
        operation: The API's name of the call; a call that answers in pages is read to the end.
        not_offered: Members of the call that are no arguments, such as those of paging.
    """

    name: str
    service: str
    summary: str
    operation: str
    not_offered: frozenset[str] = frozenset({"maxResults", "nextToken"})

    @property
    def token(self) -> str:
        """The function as Pulumi knows it."""
        return f"cleanrooms:index:{self.name}"
