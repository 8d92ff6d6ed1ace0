"""The descriptor of a resource type: everything that botocore's service model does not contain.

A property has the name of its member in the API's create request, camelCase. What the service model contains (members,
types, what is required, documentation, which members an operation carries) is in `service_model`.
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
"""As a default: an absent property is also absent in responses, and an update that leaves it out removes it."""


class LimitedTwin(NamedTuple):
    """A table of the same membership that shows the same rows as another one and has an access budget.

    Attributes:
        name: Its name.
        budget: The identifier of the privacy budget template that limits it.
    """

    name: str
    budget: str


@dataclass(frozen=True, slots=True)
class Operation:
    """One API call that creates, reads, updates or deletes a resource.

    It sends the properties whose names are members of its input shape; see `service_model.carried`.

    Attributes:
        name: The API's name, such as `CreateConfiguredTable`.
        answer: The member of the response that holds the resource; None if the response itself is the resource.
        sends: Properties that the request names differently: property to request member.
        always: Request members with the same value in every call.
        while_in: The statuses in which the call is made; empty: all. In other statuses it is skipped.
    """

    name: str
    answer: str | None = None
    sends: Mapping[str, str] = field(default_factory=dict)
    always: Mapping[str, str] = field(default_factory=dict)
    while_in: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Waiter:
    """How to wait for a resource whose creation or deletion continues after the call returns.

    Attributes:
        creating: The statuses of a resource that is still being created.
        ready: The statuses in which it can be used.
        failed: The statuses in which it will never become ready.
        deleting: The statuses of a resource that is being deleted.
        seconds: How long to wait before giving up, unless `custom_timeouts` override it.
        explanation: The property with the reason of a failure.
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
    """Properties that change only if the other members agree: an update requests the change instead of replacing.

    Attributes:
        paths: The properties.
        operation: The call that creates the request.
        changes: A function from the properties before and after to the `changes` of the request; empty if there are
            none. It raises ValueError, with a sentence for the user, for a difference that no request can make.
        leaving: A function from the properties before and after to the accounts that are to leave. No change request
            can remove them; `leave` does, and only if the resource is named in `allowDestroying`.
        leave: The call that removes an account.
        without: A function from properties and an account to the properties without that account.
        most: Most changes in one request.
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
        create: The call that creates it.
        read: The call that reads it.
        updates: The calls that update it; exactly one of them carries each changeable property.
        delete: The call that deletes it; None if it can only be removed from the state.
        identity: The properties that address it in every call, which are request members, too. Joined by `/` they are
            its Pulumi id, which is also what `pulumi import` takes.
        replaces: Paths that cannot change in place: a change replaces the resource.
        answers: Members of responses whose property has another name: response member to property.
        arn: The property with the ARN under which it is tagged; None if it has no tags.
        read_also: A function that reads the properties that `read` does not return, from a client and the properties
            read so far.
        defaults: Paths with the value that is equivalent to their absence: the service returns it for an absent
            property, and an update sends it for a removed one (`MAKES_NO_DIFFERENCE`: sends nothing). Removing a
            changeable optional property without a default replaces the resource.
        filled_in: Paths that the service fills in if they are absent; the values that it fills in are not drift.
        kept_stated: Paths of `filled_in` whose removal from the program counts as a difference, because it is not known
            which value the service would fill in.
        unordered: Paths of lists whose order does not matter, with the member that identifies an item ("" if there is
            none: whole items are compared).
        json_texts: Paths of strings that hold JSON, which are compared by the values they parse to.
        write_only: Properties that no response contains; the state keeps the last stated value.
        after_create: Properties that the create request does not carry; an update sends them after the creation.
        not_offered: Members of its requests and responses that are not properties, with the reason.
        refreshed: Outputs that an update changes; they are unknown in its preview.
        waits: How to wait for its creation and deletion; None if both are immediate.
        one_at_a_time: Whether the service refuses a second one with the same name or parent, so that a replacement
            must delete first.
        guarded: Why replacing or deleting it is refused unless it is named in `allowDestroying`; None if it is not.
        find_double: A function that returns the identifier of a live resource that a creation would duplicate, from a
            client and the inputs; None if there is none.
        find_limit: A function that returns the identifier of the privacy budget template that limits a live resource,
            from a client and its properties; None if nothing limits it. Deleting the resource ends the limit, too.
        find_limited_twin: A function that returns a limited table that shows the same rows as a resource to be created,
            to which the limit would not apply, from a client and the known inputs; None if there is none.
        ended: The statuses in which it still exists but is unusable, each with what has happened.
        has_ended: A function from a client and the previous properties to whether a resource that can no longer be read
            was deleted; None if denied access implies nothing.
        change_request: How properties change that need the other members' agreement; None if there are none.
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
        summary: What it returns.
        operation: The API's name of the call; paginated responses are read to the end.
        not_offered: Members of the call that are not arguments, such as those for pagination.
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
