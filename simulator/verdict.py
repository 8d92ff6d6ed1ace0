"""The findings of checks, and the verdict that follows from them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Outcome(StrEnum):
    """The three answers to "may this query run?"."""

    ALLOWED = "allowed"
    DENIED = "denied"
    UNDOCUMENTED = "undocumented"
    """Allowed under one reading of the documentation, denied under another."""


class Basis(StrEnum):
    """How certain a finding is."""

    DOCUMENTED = "documented"
    """The source says it."""
    DERIVED = "derived"
    """It follows from a closed list, a grammar or a definition in the source."""
    ASSUMED = "assumed"
    """The source is silent; this is the strict reading."""


@dataclass(frozen=True, slots=True)
class Span:
    """A place in the SQL text as the user wrote it.

    Attributes:
        line: Line number, from 1.
        column: Column in that line, from 1, in characters.
        start: Offset of the first character, from 0.
        length: Number of characters, >= 1.
    """

    line: int
    column: int
    start: int
    length: int


@dataclass(frozen=True, slots=True)
class Finding:
    """One reason why a query is not (or not surely) allowed.

    Attributes:
        check: Name of the check, which is also its file and its page.
        message: What was found and what is allowed; one sentence.
        source: Address of the documentation page.
        basis: How certain the finding is.
        span: Where in the SQL; None when it is about the whole query.
        table: SQL name of the table concerned, if one.
        owner: Account id of the member whose rule refuses, if one.
        setting: Name of the open question on whose strict reading the finding rests; None for a definite denial.
        service_message: The message of the service itself, if known.
    """

    check: str
    message: str
    source: str
    basis: Basis = Basis.DOCUMENTED
    span: Span | None = None
    table: str | None = None
    owner: str | None = None
    setting: str | None = None
    service_message: str | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """The answer for one query, with every finding that led to it."""

    findings: tuple[Finding, ...] = ()

    @property
    def outcome(self) -> Outcome:
        """Denied if any finding is definite; undocumented if all rest on open questions; else allowed."""
        if any(finding.setting is None for finding in self.findings):
            return Outcome.DENIED
        return Outcome.UNDOCUMENTED if self.findings else Outcome.ALLOWED

    @classmethod
    def of(cls, findings: Iterable[Finding]) -> Verdict:
        """Collect *findings* without repeats, in the order of their place in the text."""
        unique = dict.fromkeys(findings)
        return cls(tuple(sorted(unique, key=lambda finding: finding.span.start if finding.span else -1)))
