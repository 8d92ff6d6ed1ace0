"""What can go wrong in the provider: one class a kind of failure, each with the gRPC status it is answered with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from grpc import StatusCode

from components.provider.values import Properties


class ProviderError(Exception):
    """A failure that the user can understand and act on.

    Attributes:
        message: One sentence: what was found, what is allowed, what to do.
        status: How gRPC calls it.
    """

    def __init__(self, message: str, status: StatusCode = StatusCode.UNKNOWN) -> None:
        self.message = message
        self.status = status
        super().__init__(message)


class InvalidPropertyError(ProviderError):
    """A property that the provider cannot read or the service would not take.

    Attributes:
        property: Its place, in Pulumi's notation.
        reason: What is wrong with it.
    """

    def __init__(self, place: str, reason: str) -> None:
        self.property = place
        self.reason = reason
        super().__init__(f"{place} {reason}", StatusCode.INVALID_ARGUMENT)


class RefusedError(ProviderError):
    """Something the provider does not do unless it is asked for by name."""

    def __init__(self, message: str) -> None:
        super().__init__(message, StatusCode.FAILED_PRECONDITION)


class CancelledError(ProviderError):
    """The operation was ended by Ctrl-C."""

    def __init__(self, message: str) -> None:
        super().__init__(message, StatusCode.CANCELLED)


class MissingError(ProviderError):
    """The resource does not exist, or not any more."""

    def __init__(self, message: str) -> None:
        super().__init__(message, StatusCode.NOT_FOUND)


class ExistsError(ProviderError):
    """There is one already that says the same, or bears the name.

    Attributes:
        held: The identifier of what is in the way, unless the service says that it is of another type; "" when it
            is not known.
    """

    def __init__(self, message: str, held: str) -> None:
        self.held = held
        super().__init__(message, StatusCode.ALREADY_EXISTS)


class UnreadyError(ProviderError):
    """The resource exists, and is not in a state in which it can be used.

    Attributes:
        live: What it showed last.
    """

    def __init__(self, message: str, live: Mapping[str, Any], status: StatusCode = StatusCode.UNKNOWN) -> None:
        self.live = live
        super().__init__(message, status)


class PartialFailureError(ProviderError):
    """The resource exists, but is not as it was asked for: its state must be kept, and the next run mends it.

    Attributes:
        id: The resource's id.
        state: Its outputs as far as they are known.
        inputs: The inputs that were really applied, as the next comparison shall see them.
        reasons: What failed, a sentence each.
    """

    def __init__(self, made_id: str, state: Properties, inputs: Properties, reasons: Sequence[str]) -> None:
        self.id = made_id
        self.state = state
        self.inputs = inputs
        self.reasons = tuple(reasons)
        super().__init__("; ".join(reasons))


class Subject(NamedTuple):
    """What a message is about.

    Attributes:
        type: The resource type, "Provider" or the function.
        name: Its name in the program, from its URN.
        urn: The URN; "" for what has none.
    """

    type: str
    name: str
    urn: str = ""

    def __str__(self) -> str:
        return f"{self.type} {self.name!r}" if self.name else self.type


def subject_of(urn: str) -> Subject:
    """Return the last type and the name of a URN, `urn:pulumi:STACK::PROJECT::PARENT$PACKAGE:MODULE:TYPE::NAME`."""
    *_, types, name = urn.split("::", 3) if urn.count("::") >= 3 else ("", "", urn)  # noqa: PLR2004 - the parts of a URN
    return Subject(types.rpartition("$")[2].rpartition(":")[2], name, urn)


def sentence_of(error: Exception) -> str:
    """Return what to tell the user; whatever is none of ours is a defect, and must not look like anything else."""
    if isinstance(error, ProviderError):
        return error.message
    return f"this is a defect of the provider: {type(error).__name__}: {error}"
