"""What there is to report, whatever its form: rules, what was asked of them, and what was found."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from declarations.naming import counted
from policies.policy import Level, Policy, Severity

QUERY = "query"
"""What reports say is asked of a query, whichever checks it meets."""


class Standing(StrEnum):
    """What a finding means for the run."""

    FAILS = "fails"
    """A mandatory rule is broken."""
    UNKNOWN = "unknown"
    """A mandatory rule turns on a value that is not known; fails unless that is allowed."""
    ADVISES = "advises"
    """An advisory rule is broken, or not known."""
    WAIVED = "waived"
    """The rule is broken, and someone has decided to live with it."""


@dataclass(frozen=True, slots=True)
class Rule:
    """Something that can be broken: a policy, or a check of queries.

    Attributes:
        name: What it forbids; stable.
        title: The same in words, without a full stop.
        why: The reason.
        help: What to write instead; empty where each message says it.
        source: Where the reason comes from; a URL where there is one.
        severity: How bad a violation is.
        level: What a violation does to the run.
        kind: `policy`, `check` or `waiver`.
    """

    name: str
    title: str
    why: str
    help: str
    source: str
    severity: Severity
    level: Level
    kind: str


@dataclass(frozen=True, slots=True)
class Location:
    """Where a finding is shown.

    Attributes:
        file: The file, relative to where the command was run if it can be, with forward slashes.
        line: From 1.
        column: From 1, counted in characters.
        length: Characters on that line, at least 1.
        text: The line itself, without its end; empty if it is not known.
    """

    file: str
    line: int
    column: int
    length: int = 1
    text: str = ""


@dataclass(frozen=True, slots=True)
class Excuse:
    """The waiver of a finding, as reports show it.

    Attributes:
        in_source: Whether it is a comment beside what it excuses.
    """

    reason: str
    owner: str
    expires: date
    in_source: bool

    @property
    def line(self) -> str:
        """Until when, by whom, and why."""
        return f"waived until {self.expires} by {self.owner}: {self.reason}"


@dataclass(frozen=True, slots=True)
class Finding:
    """One place where a rule is broken, or cannot be answered.

    Attributes:
        target: The declaration or query, by the name that waivers use.
        message: What was found and what would do.
        known: False: whether the rule is broken turns on a value that is not known.
        part: The part of the target, such as a column.
        location: Where it is written; None if that is not known.
        excuse: The waiver that holds.
    """

    rule: Rule
    target: str
    message: str
    known: bool = True
    part: str | None = None
    location: Location | None = None
    excuse: Excuse | None = None

    @property
    def line(self) -> str:
        """The place, if it is known, the rule and the message."""
        place = f"{self.location.file}:{self.location.line}:{self.location.column}: " if self.location else ""
        return f"{place}{self.rule.name}: {self.message}"

    @property
    def standing(self) -> Standing:
        """What it means for the run."""
        if self.excuse is not None:
            return Standing.WAIVED
        if self.rule.level is not Level.MANDATORY:
            return Standing.ADVISES
        return Standing.FAILS if self.known else Standing.UNKNOWN


@dataclass(frozen=True, slots=True)
class Asked:
    """One rule held against one target: it passes where there is no finding.

    Attributes:
        room: The room that the target belongs to.
        rule: The name of the rule; of a query, `QUERY`.
        target: The declaration or query.
        findings: What was found.
    """

    room: str
    rule: str
    target: str
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class Report:
    """Everything that was asked, with everything that was found.

    Attributes:
        rules: All rules, also those that found nothing: so a reader can tell what is mended from what was not asked.
        asked: Rule by rule, target by target.
    """

    rules: tuple[Rule, ...]
    asked: tuple[Asked, ...]

    @property
    def findings(self) -> Iterator[Finding]:
        """All findings, in the order in which they were asked for."""
        for one in self.asked:
            yield from one.findings

    @property
    def extent(self) -> str:
        """How much was asked: "98 policies, 133 checks, 6 queries", the queries only where there are some."""
        policies = sum(rule.kind == "policy" for rule in self.rules)
        queries = sum(one.rule == QUERY for one in self.asked)
        told = f"{counted(policies, 'policy', 'policies')}, {counted(len(self.asked) - queries, 'check')}"
        return f"{told}, {counted(queries, 'query', 'queries')}" if queries else told

    def count(self, standing: Standing) -> int:
        """Return how many findings have that standing."""
        return sum(finding.standing is standing for finding in self.findings)

    def passes(self, *, allow_unknown: bool = False) -> bool:
        """Return whether the run passes.

        Args:
            allow_unknown: Whether what is not known may pass.
        """
        stopping = {Standing.FAILS} if allow_unknown else {Standing.FAILS, Standing.UNKNOWN}
        return not any(finding.standing in stopping for finding in self.findings)


def rule_of(policy: Policy, level: Level) -> Rule:
    """Return the rule that a policy is, at the level that a company gives it."""
    page = policy.page
    return Rule(policy.name, page.title, page.why, page.help, page.source, policy.severity, level, "policy")
