"""A stand-in for Pulumi's engine that keeps what programs declare."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any
from uuid import NAMESPACE_OID, uuid5

import pulumi
import pytest
from pulumi.runtime import MockCallArgs, MockResourceArgs, Mocks


def identifier(name: str) -> str:
    """Return the identifier that the stand-in gives to a resource of that name in the program."""
    return str(uuid5(NAMESPACE_OID, name))


class Declared(Mocks):
    """Keeps every resource and call.

    Attributes:
        resources: What was declared, in the order of its arrival.
        calls: The functions that were called, with their arguments.
        creator: The account that has created every collaboration.
    """

    def __init__(self) -> None:
        self.resources: list[MockResourceArgs] = []
        self.calls: list[MockCallArgs] = []
        self.creator = "111111111111"

    def new_resource(self, args: MockResourceArgs) -> tuple[str, dict[str, Any]]:
        self.resources.append(args)
        word = args.typ.rpartition(":")[2]
        lower, arn = f"{word[0].lower()}{word[1:]}", f"{args.name}-arn"
        made = {f"{lower}Identifier": identifier(args.name), f"{lower}Arn": arn, "arn": arn}
        made |= {"collaborationCreatorAccountId": self.creator} if word == "Membership" else {}
        return args.resource_id or f"{args.name}-id", {**made, **args.inputs}

    def call(self, args: MockCallArgs) -> tuple[dict[str, Any], list[tuple[str, str]]]:
        self.calls.append(args)
        return {"schemaSummaries": [], "privacyImpact": {}}, []

    def named(self, typ: str) -> dict[str, Any]:
        """Return the inputs of each resource of a type, by its name in the program."""
        return {each.name: each.inputs for each in self.resources if each.typ == f"cleanrooms:index:{typ}"}


@pytest.fixture
def declared() -> Iterator[Declared]:
    """What the test's program declares."""
    with closed_loops() as loop:
        asyncio.set_event_loop(loop)
        mocks = Declared()
        pulumi.runtime.set_mocks(mocks, project="tests", stack="dev")
        yield mocks
        asyncio.set_event_loop(None)


@contextmanager
def closed_loops() -> Iterator[asyncio.AbstractEventLoop]:
    """Give an event loop, and close it with those that Pulumi's mocks leave open, one in each thread."""
    loops: list[asyncio.AbstractEventLoop] = []

    def begin() -> None:
        loops.append(asyncio.new_event_loop())
        asyncio.set_event_loop(loops[-1])

    loop = asyncio.new_event_loop()
    loop.set_default_executor(ThreadPoolExecutor(initializer=begin))
    yield loop
    loop.run_until_complete(loop.shutdown_default_executor())
    for each in (loop, *loops):
        each.close()
