"""One call of an operation: the caller, the input, the state and the time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from simulator.api.store import Store

Answer = Mapping[str, Any]
"""The members of an output shape; members that the shape does not have are left out of the response."""


@dataclass(frozen=True, slots=True)
class Call:
    """The argument of an operation's function.

    Attributes:
        account: Account id of the caller.
        asked: The validated members of the input shape that the caller stated, in camelCase.
        store: The region's resources; the function runs inside a transaction.
        now: The time of the call, in UTC, to the millisecond.
    """

    account: str
    asked: Mapping[str, Any]
    store: Store
    now: datetime

    def chosen(self, *names: str) -> dict[str, Any]:
        """Return those of the named members that the caller stated."""
        return {name: self.asked[name] for name in names if name in self.asked}


def now() -> datetime:
    """Return the current time in UTC, to the millisecond, as in the API."""
    moment = datetime.now(UTC)
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


def new_id() -> str:
    """Return a new id in the form that the services use."""
    return str(uuid4())
