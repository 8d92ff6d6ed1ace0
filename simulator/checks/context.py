"""What a check is given, and how it reports."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from sqlglot import exp

from declarations.analysis_rules import AnalysisRuleType
from simulator.pages import API_REFERENCE, SQL_REFERENCE, USER_GUIDE
from simulator.request import AnalysisRequest, Table
from simulator.settings import Reading
from simulator.sql.constructs import Construct
from simulator.sql.resolved import Clause, Script, Select, Source
from simulator.sql.value_types import ValueTypes
from simulator.sql.values import Values
from simulator.verdict import Basis, Finding, Span

__all__ = ["API_REFERENCE", "SQL_REFERENCE", "USER_GUIDE", "Check", "QueryContext"]


Part = tuple[Select, Clause, exp.Expression, Construct]
"""An expression: the SELECT and the clause that it stands in, and what kind of thing it is."""


@dataclass(slots=True)
class Known:
    """What one check found out and others need too; it only saves time. Queries and SELECTs are told by `id`.

    Attributes:
        rule_types: The kinds of rule of the query's tables; None before anyone asked.
        parts: Every expression but ON; None before anyone asked.
        queries_with_units: Whether rows that a query puts out belong to privacy units.
        views_behind: The protected views whose units the rows of a query belong to.
        consumers: The FROM entries that stand for a query; None before anyone asked.
        under_clause: Whether a SELECT feeds nothing but privacy clauses.
        unit_positions: At which positions a query puts out the privacy unit.
        value_types: The types of expressions; None before anyone asked.
        values: What expressions are made of; None before anyone asked.
    """

    rule_types: tuple[AnalysisRuleType, ...] | None = None
    parts: list[Part] | None = None
    queries_with_units: dict[int, bool] = field(default_factory=dict)
    views_behind: dict[int, tuple[Table, ...]] = field(default_factory=dict)
    consumers: dict[int, list[tuple[Select, Source]]] | None = None
    under_clause: dict[int, bool] = field(default_factory=dict)
    unit_positions: dict[int, frozenset[int]] = field(default_factory=dict)
    value_types: ValueTypes | None = None
    values: Values | None = None


@dataclass(frozen=True, slots=True)
class QueryContext:
    """One request with its SQL already parsed and bound.

    Attributes:
        request: What was asked, by whom, on which tables.
        script: The SQL, bound to the tables.
        known: What one check found out and others need too.
    """

    request: AnalysisRequest
    script: Script
    known: Known = field(default_factory=Known, repr=False, compare=False)

    def types(self) -> ValueTypes:
        """Return the BigQuery types of the script's expressions."""
        if self.known.value_types is None:
            self.known.value_types = ValueTypes(self.script)
        return self.known.value_types

    def values(self) -> Values:
        """Return what the script's expressions are made of."""
        if self.known.values is None:
            self.known.values = Values(self.script)
        return self.known.values

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
        service_message: str | None = None,
    ) -> Iterator[Finding]:
        """Yield a finding that rests on the open question *setting*, as the request's settings answer it.

        Permissive: nothing. Strict: a definite denial. Unset: a finding that makes the verdict *undocumented*.
        *service_message* is what the service says if it refuses.
        """
        reading = self.request.settings.reading(setting)
        if reading is Reading.PERMISSIVE:
            return
        asked = setting if reading is Reading.UNSET else None
        yield self._finding(
            check, message, source, at, table, basis=Basis.ASSUMED, setting=asked, service_message=service_message
        )

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
