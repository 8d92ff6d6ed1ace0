"""What a policy is: a page and a pure function over declarations.

def unlogged_queries(placed: Placed[RoomCollaboration]) -> Iterator[Violation]:
    \"\"\"A collaboration whose queries leave no log.

    Why: members cannot audit what was asked of their tables.
    Avoid: `query_log_status: DISABLED`
    Prefer: `query_log_status: ENABLED`
    Source: https://docs.aws.amazon.com/clean-rooms/latest/userguide/...
    \"\"\"

POLICY = Policy(unlogged_queries, COLLABORATIONS, Severity.MEDIUM)
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import Any

from pydantic import BaseModel, ConfigDict

from declarations.docstring_page import Page, page_of
from policies.subjects import Subject


class Severity(StrEnum):
    """How serious a violation is, the most serious first."""

    CRITICAL = "critical"
    """A person's data can be read, or a promise about it is void."""
    HIGH = "high"
    """A protection is weak enough to be worked around."""
    MEDIUM = "medium"
    """Something goes unseen, or weakens over time."""
    LOW = "low"
    """Good order: ownership, cost, clarity."""


class Level(StrEnum):
    """What a violation does to the run. Source: Pulumi's enforcement levels."""

    MANDATORY = "mandatory"
    """It fails."""
    ADVISORY = "advisory"
    """It is reported without failing the run."""
    DISABLED = "disabled"
    """The policy is not evaluated."""


@dataclass(frozen=True, slots=True)
class Violation:
    """One place where a declaration breaks a policy.

    Attributes:
        path: Where, from the checked declaration: field names and list indexes.
        message: What was found and how to fix it, in one sentence.
        part: The part of the target that it is about, such as a column; a waiver may name it.
    """

    path: tuple[str | int, ...]
    message: str
    part: str | None = None


class Configuration(BaseModel):
    """The numbers and names that a company sets for a policy; subclasses declare them with their defaults."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)


@dataclass(frozen=True)
class Policy:
    """A rule of a company about its clean rooms.

    Attributes:
        judge: The pure function; called with a `Placed` declaration and the configuration, if there is one.
        subject: Which declarations it checks.
        severity: How serious a violation is.
        level: What a violation does to the run, unless the company overrides it.
        waivable: Whether a waiver can excuse a violation.
        configuration: The class of its settings; None if it has none.
    """

    judge: Callable[..., Iterator[Violation]]
    subject: Subject[Any]
    severity: Severity
    level: Level = Level.MANDATORY
    waivable: bool = True
    configuration: type[Configuration] | None = None

    @property
    def name(self) -> str:
        """The name of the function: what it forbids."""
        return self.judge.__name__

    @cached_property
    def page(self) -> Page:
        """The docstring of the function, part by part.

        Raises:
            ValueError: A part is missing.
        """
        return page_of(self.judge)
