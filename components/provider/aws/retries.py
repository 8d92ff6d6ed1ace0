"""Which refusals pass by themselves, how long they are tried again, and how Ctrl-C ends every wait."""

from __future__ import annotations

import random
import re
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final, NamedTuple

from components.provider.aws.refusals import THROTTLED, Failure
from components.provider.errors import CancelledError, Subject

_FIRST: Final = 0.5
_LONGEST: Final = 8.0


class Passing(NamedTuple):
    """A refusal that passes by itself.

    Attributes:
        name: What it is.
        seconds: How long it is tried again, from the first refusal on.
        matches: From the API operation and the error answer to whether it is this one.
    """

    name: str
    seconds: float
    matches: Callable[[str, Failure], bool]


_ROLE_NOT_READY = re.compile(
    r"(cannot|unable to|could not|not able to|not authorized to( perform: sts:)?) ?(be )?assumed?"
    r"|trust (policy|relationship)",
    re.IGNORECASE,
)


def _throttled(_operation: str, failure: Failure) -> bool:
    return failure.code in THROTTLED


def _role_unknown(_operation: str, failure: Failure) -> bool:
    if failure.reason == "IAM_SYNCHRONIZATION_DELAY":
        return True
    refused = failure.code in {"ValidationException", "AccessDeniedException"}
    return refused and bool(_ROLE_NOT_READY.search(failure.message))


def _dependants_going(operation: str, failure: Failure) -> bool:
    return operation.startswith("Delete") and failure.reason == "SUBRESOURCES_EXIST"


def _in_transition(operation: str, failure: Failure) -> bool:
    conflict = failure.code == "ConflictException" and failure.reason in {"", "INVALID_STATE"}
    return conflict and operation.startswith(("Update", "Delete", "Put"))


PASSING: Final = (
    Passing("the service is throttling", 60.0, _throttled),
    Passing("a role made just now is not known everywhere", 60.0, _role_unknown),
    Passing("what depends on the resource is still being deleted", 20.0, _dependants_going),
    Passing("the resource is changing", 20.0, _in_transition),
)
"""The first that matches decides.

Source: ConflictExceptionReason and ValidationExceptionReason of the service model; that a new role takes effect after
some seconds: https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot.html (eventual consistency). Some services
say so only in words, hence the pattern.
"""


@dataclass(frozen=True)
class Patience:
    """How to wait.

    Attributes:
        stopped: Set when the user wants to stop.
        factor: What all times are multiplied with; tests take less than 1.
    """

    stopped: threading.Event
    factor: float = 1.0

    def pauses(self, seconds: float, subject: Subject, doing: str) -> Iterator[float]:
        """Wait again and again, growing from half a second to eight, for *seconds* together.

        Yields:
            The seconds since the first pause, after each of them.

        Raises:
            CancelledError: The user wants to stop.
        """
        begun = time.monotonic()
        pause = _FIRST
        while (passed := time.monotonic() - begun) < seconds * self.factor:
            # Many resources are refused at the same moment; spread out, they do not come back at the same moment.
            spread = pause * (0.75 + random.random() / 2)  # noqa: S311 - nothing here is a secret
            if self.stopped.wait(min(spread, _LONGEST) * self.factor):
                raise CancelledError(f"{subject}: stopped while {doing}")
            pause = min(pause * 2, _LONGEST)
            yield passed


def passing(operation: str, failure: Failure) -> Passing | None:
    """Return why a refusal will pass; None when it will not."""
    return next((each for each in PASSING if each.matches(operation, failure)), None)
