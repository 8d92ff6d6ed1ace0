"""What a company decides about policies: which apply, how strictly, with which numbers; and what it waives."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import Field

from declarations.base import Declaration, Flag, Problem

PolicyName = Annotated[str, Field(min_length=1, max_length=128, pattern=r"^[a-z][a-z0-9_]*$")]
"""The name of a policy: what it forbids, as its function and file are called."""

PolicyLevel = Literal["mandatory", "advisory", "disabled"]
"""What a violation does: fail the run, be reported without failing it, or not be checked for."""

Line = Annotated[str, Field(min_length=1, max_length=1000, pattern=r"^[^\r\n]*[^\s][^\r\n]*$")]
"""One line of text that is not blank."""


class PolicyChoice(Declaration):
    """What a company decides about one policy."""

    level: PolicyLevel | None = None
    """What a violation does; absent: the policy's own level."""
    configuration: dict[str, Any] | None = None
    """The policy's own numbers and names; `cleanroom policy show` lists them."""


class PolicySettings(Declaration):
    """What a `policies.yaml` holds."""

    baseline: Flag = True
    """Whether the policies that come with the product apply."""
    packs: tuple[Line, ...] = ()
    """Own packs: folders, relative to the file, whose Python code is run."""
    policies: dict[PolicyName, PolicyChoice] = Field(default_factory=dict)
    """Decisions by policy."""
    waivers: Line | None = None
    """The file of waivers, relative to this one; absent: `waivers.yaml` beside it, if there is one."""
    evidence: Line | None = None
    """Macie's evidence as `cleanroom evidence pull` writes it, relative to this file; absent: `evidence.json`."""


class Waiver(Declaration):
    """A decision to live with a violation for some time."""

    policy: PolicyName
    """The policy that is broken."""
    target: Line
    """The declaration that breaks it, exactly as a report names it."""
    part: Line | None = None
    """The part of the target, such as a column; absent: all of it."""
    reason: Line
    """Why it is tolerable."""
    owner: Line
    """Who answers for it: a person or a team."""
    expires: date
    """The last day on which the waiver holds."""


class Waivers(Declaration):
    """What a `waivers.yaml` holds."""

    waivers: tuple[Waiver, ...] = ()
    """The waivers; each policy, target and part once."""

    def problems(self) -> Iterator[Problem]:
        """Each waived thing once."""
        waived = [(waiver.policy, waiver.target, waiver.part) for waiver in self.waivers]
        for index, one in enumerate(waived):
            if one in waived[:index]:
                message = f"{one[0]!r} on {one[1]!r} is waived more than once; keep one waiver"
                yield Problem(("waivers", index), message)
