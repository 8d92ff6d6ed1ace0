"""What a check is given, and how it reports."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from sqlglot import exp

from simulator.pages import API_REFERENCE, SQL_REFERENCE, USER_GUIDE
from simulator.request import AnalysisRequest, Table
from simulator.settings import Reading
from simulator.sql.resolved import Script
from simulator.verdict import Basis, Finding, Span

__all__ = ["API_REFERENCE", "SQL_REFERENCE", "USER_GUIDE", "Check", "QueryContext"]


@dataclass(frozen=True, slots=True)
class QueryContext:
    """One request with its SQL already parsed and bound.

    Attributes:
        request: What was asked, by whom, on which tables.
        script: The SQL, bound to the tables.
        known: What one check found out and others need too, by a name for it; it only saves time.
    """

    request: AnalysisRequest
    script: Script
    known: dict[str, Any] = field(default_factory=dict, repr=False, compare=False)

    def deny(
        self,
        check: Check,
        message: str,
        source: str,
        *,
        at: exp.Expression | Span | None = None,
        table: Table | None = None,
        basis: Basis = Basis.DOCUMENTED,
        service_message: str | None = None,
    ) -> Iterator[Finding]:
        """Yield one definite finding of *check*.

        Args:
            check: The check that reports; its name is the finding's name.
            message: What was found and what is allowed.
            source: Address of the page that says so.
            at: The part of the tree, or the place in the text, that it is about.
            table: The table whose rule refuses.
            basis: How sure it is.
            service_message: The service's own words, where known.
        """
        yield self._finding(check, message, source, at, table, basis=basis, service_message=service_message)

    def open(
        self,
        check: Check,
        setting: str,
        message: str,
        source: str,
        *,
        at: exp.Expression | Span | None = None,
        table: Table | None = None,
    ) -> Iterator[Finding]:
        """Yield a finding that rests on the open question *setting*, as the request's settings answer it.

        Permissive: nothing. Strict: a definite denial. Unset: a finding that makes the verdict *undocumented*.
        """
        reading = self.request.settings.reading(setting)
        if reading is Reading.PERMISSIVE:
            return
        unset = reading is Reading.UNSET
        yield self._finding(check, message, source, at, table, basis=Basis.ASSUMED, setting=setting if unset else None)

    def _finding(
        self,
        check: Check,
        message: str,
        source: str,
        at: exp.Expression | Span | None,
        table: Table | None,
        *,
        basis: Basis,
        setting: str | None = None,
        service_message: str | None = None,
    ) -> Finding:
        return Finding(
            check=check.__name__,
            message=message,
            source=source,
            basis=basis,
            span=self.script.span(at) if isinstance(at, exp.Expression) else at,
            table=table.name if table else None,
            owner=table.owner if table else None,
            setting=setting,
            service_message=service_message,
        )


Check = Callable[[QueryContext], Iterator[Finding]]
"""A check: pure, named as its file; yields nothing when it has nothing to object to."""
