"""A prepared query rewritten so that its privacy clauses and its views' policies are enforced."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlglot import exp

from simulator.checks.privacy_units import PrivateTerms, private_terms, unit_of
from simulator.execution.query_shape import without_limit
from simulator.execution.released import ROW_NUMBER
from simulator.execution.scanned import internal_names, scanned
from simulator.execution.translation.to_duckdb import to_duckdb
from simulator.execution.views.aggregation_threshold import enforce_threshold
from simulator.execution.views.clause_order import in_running_order, with_clause_of
from simulator.execution.views.noisy_query import NoisyParts, NoisyQuery
from simulator.execution.views.prepared_views import Prepared
from simulator.execution.views.privacy_unit import privacy_unit
from simulator.execution.working_copy import SCHEMA, WorkingCopy
from simulator.sql.dialects import BIGQUERY
from simulator.sql.private_clauses import ContributionBounds


@dataclass(frozen=True, slots=True)
class EnforcedQuery:
    """What the engine runs for one query.

    Attributes:
        noisy: The SELECTs whose aggregates get noise, each after those that it reads.
        sql: The query, which reads the released numbers in place of these SELECTs.
        rest: If the query's outermost SELECT gets noise, the SELECT over its released numbers; its last column, which
            *sql* has, too, is their row number. None for any other query.
        exact_sql: The query without thresholds and noise.
        counted_sql: The query without LIMIT, with its thresholds and without them, to count the rows that they remove;
            None when it has no threshold.
        scans: The internal tables that *sql* scans, those of released numbers included.
        exact_scans: The internal tables that *exact_sql* scans.
    """

    noisy: tuple[NoisyQuery, ...]
    sql: str
    rest: exp.Select | None
    exact_sql: str
    counted_sql: tuple[str, str] | None
    scans: frozenset[str]
    exact_scans: frozenset[str]


def enforce(query: Prepared) -> EnforcedQuery:
    """Enforce the privacy clauses of *query*; its working copy is changed.

    Raises:
        NotEnforceableError: A clause is in a place where it cannot be enforced.
        NotTranslatableError: Something in the query has no equivalent in the engine.
    """
    return _Enforcing(query).result()


class _Enforcing:
    def __init__(self, query: Prepared) -> None:
        self.query, self.copy = query, query.copy
        self.ordered = in_running_order(self.copy, private_terms(query.context))
        self.bounds = _bounds_by_start(self.copy)
        # A query over a view may add noise; then no unit's rows may depend on those of others. See `row_order`.
        self.rest: exp.Select | None = None
        self.is_private = query.view is not None or any(terms.threshold is None for terms in self.ordered)

    def result(self) -> EnforcedQuery:
        exact, exact_scans = self._translated(self.copy.tree), scanned(self.copy.tree)
        noisy: list[NoisyQuery] = []
        thresholds = [terms for terms in self.ordered if terms.threshold is not None]
        for terms in self.ordered:
            if terms.threshold is None:
                name = f"noisy {self.query.view or 'answer'} {len(noisy)}"
                noisy.append(self._noisy(terms, name))
            else:
                unit = privacy_unit(self.query.context, self.copy, terms)
                enforce_threshold(self.copy.select(terms.select), unit, terms.threshold)
        sql, scans = self._translated(self.copy.tree), scanned(self.copy.tree)
        counted = self._counted(thresholds)
        return EnforcedQuery(tuple(noisy), sql, self.rest, exact, counted, scans, exact_scans)

    def _noisy(self, terms: PrivateTerms, name: str) -> NoisyQuery:
        node = self.copy.select(terms.select)
        _name_items(node, [projection.name for projection in terms.select.projections])
        protected = internal_names(self.copy, lambda table: unit_of(table) is not None)
        unit = privacy_unit(self.query.context, self.copy, terms)
        parts = NoisyParts(node, unit, name, protected, self.bounds)
        rest = parts.rest()
        rows = parts.rows()
        rows.set("with_", with_clause_of(node))
        rows_sql = self._translated(rows)
        if node is self.copy.tree:
            if self.query.view is None:
                rest.append("expressions", parts.released(ROW_NUMBER))
                self.rest = rest.copy()
            self.copy.tree = rest
        else:
            node.replace(rest)
        return NoisyQuery(terms, name, rows_sql, scanned(rows), parts.groups, parts.aggregates)

    def _counted(self, thresholds: list[PrivateTerms]) -> tuple[str, str] | None:
        """Return the query with its thresholds, and with thresholds of 0 in their place."""
        if not thresholds:
            return None
        with_thresholds = self._translated(without_limit(self.copy.tree))
        for terms in thresholds:
            having = self.copy.select(terms.select).args["having"].this
            (having.expression if isinstance(having, exp.And) else having).set("expression", exp.Literal.number(0))
        return with_thresholds, self._translated(without_limit(self.copy.tree))

    def _translated(self, tree: exp.Query) -> str:
        return to_duckdb(tree, BIGQUERY, schema_of(self.copy), is_private=self.is_private)


def schema_of(copy: WorkingCopy) -> Mapping[str, object]:
    """Return the column types by internal table name; unknown ones, which views can have, are left out."""
    tables = {
        name: {column: kind for column, kind in table.columns.items() if kind} for name, table in copy.tables.items()
    }
    typed = {name: columns for name, columns in tables.items() if columns}
    return {SCHEMA: typed} if typed else {}


def _name_items(node: exp.Select, names: list[str]) -> None:
    """Add an alias to every named output column, so that a key replaced by a released column keeps its name."""
    items = [
        exp.alias_(item, name, quoted=True, copy=False) if name and not isinstance(item, exp.Alias) else item
        for item, name in zip(node.expressions, names, strict=True)
    ]
    node.set("expressions", items)


def _bounds_by_start(copy: WorkingCopy) -> dict[int, ContributionBounds]:
    """Return the contribution bounds by the text offset of their function, which survives copying."""
    script = copy.script
    found = {}
    for statement in script.statements:
        for node in statement.find_all(exp.Func):
            bounds = script.bounds(node)
            if bounds is not None:
                found[node.meta["start"]] = bounds
    return found
