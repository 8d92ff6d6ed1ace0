"""A SELECT WITH DIFFERENTIAL_PRIVACY split into rows with their privacy unit, aggregates to release, and the rest."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from sqlglot import exp

from simulator.checks.privacy_units import PrivateTerms
from simulator.execution.errors import NotEnforceableError
from simulator.execution.query_parts import QueryParts
from simulator.execution.query_shape import own_nodes, refuse_grouping_sets
from simulator.sql.clause_options import as_number
from simulator.sql.private_clauses import ContributionBounds


class NoisyFunction(StrEnum):
    """The aggregates WITH DIFFERENTIAL_PRIVACY. Source: bigquery/docs/reference/standard-sql/aggregate-dp-functions."""

    COUNT = "COUNT"
    SUM = "SUM"
    AVG = "AVG"
    PERCENTILE_CONT = "PERCENTILE_CONT"


@dataclass(frozen=True, slots=True)
class NoisyAggregate:
    """One aggregate function to release.

    Attributes:
        name: Its column among the released numbers.
        function: The function.
        value: Column of the rows with its argument; None for COUNT(*).
        bounds: Contribution bounds on what one unit adds to a group, or for PERCENTILE_CONT on the value of a row; None
            when they must be estimated.
        rank: The quantile of PERCENTILE_CONT, 0 to 1; None for other functions.
        call: The call as written, for reports.
    """

    name: str
    function: NoisyFunction
    value: str | None
    bounds: tuple[Fraction, Fraction] | None
    rank: float | None
    call: str


@dataclass(frozen=True, slots=True)
class NoisyQuery:
    """The parts of one SELECT WITH DIFFERENTIAL_PRIVACY.

    Attributes:
        terms: ε, δ and number of groups.
        name: Internal name of the table of released numbers.
        rows_sql: SQL of the rows, for the engine: u (the unit), g0, g1, ... (group keys), v0, v1, ... (arguments).
        rows_scans: The internal tables that *rows_sql* scans.
        groups: Names of the group key columns.
        aggregates: What is to be released, each distinct function call once.
    """

    terms: PrivateTerms
    name: str
    rows_sql: str
    rows_scans: frozenset[str]
    groups: tuple[str, ...]
    aggregates: tuple[NoisyAggregate, ...]

    @property
    def shares(self) -> int:
        """Number of equal shares of ε: one for each aggregate, and one for the numbers of units."""
        return len(self.aggregates) + 1

    @property
    def share(self) -> Fraction:
        """ε of one share."""
        assert self.terms.epsilon is not None  # noqa: S101 - made of clauses WITH DIFFERENTIAL_PRIVACY only
        return Fraction(self.terms.epsilon) / self.shares

    @property
    def groups_per_unit(self) -> int:
        """Number of groups in which a unit is assumed to count; 1 if there is no limit, as in BigQuery.

        Source: GoogleSQL, analyzer/rewriters/anonymization_helper.cc.
        """
        return self.terms.max_groups if self.groups and self.terms.max_groups else 1


class NoisyParts(QueryParts[NoisyAggregate]):
    """Splits one SELECT of a working copy into its parts.

    Args:
        node: The SELECT.
        unit: The privacy unit of a row.
        noisy: Internal name of the table of released numbers.
        protected: Internal tables, as `schema.table`, that hold rows of privacy units.
        bounds: Contribution bounds by the offset in the query's text at which their function starts.

    Raises:
        NotEnforceableError: It combines or shows rows in other ways than by the documented aggregates.
    """

    def __init__(
        self,
        node: exp.Select,
        unit: exp.Expr,
        noisy: str,
        protected: frozenset[str],
        bounds: Mapping[int, ContributionBounds],
    ) -> None:
        refuse_grouping_sets(node)
        if node.args.get("qualify") or node.args.get("distinct") or any(_is_window(part) for part in own_nodes(node)):
            raise NotEnforceableError("WITH DIFFERENTIAL_PRIVACY takes no DISTINCT, QUALIFY or window function")
        super().__init__(node, unit, noisy, protected)
        self.bounds = bounds

    def key(self, node: exp.AggFunc) -> str:
        """Return a text that is the same for equal calls with equal bounds."""
        bounds = self._bounds_of(node)
        return node.sql("bigquery") + (bounds.sql() if bounds else "")

    def aggregate(self, node: exp.AggFunc, name: str) -> NoisyAggregate:
        """Return the description of the call *node*."""
        function = _FUNCTIONS.get(type(node))
        if function is None or isinstance(node.parent, (exp.Filter, exp.IgnoreNulls)) or node.find(exp.Distinct):
            raise NotEnforceableError(
                f"WITH DIFFERENTIAL_PRIVACY releases {', '.join(NoisyFunction)}; found {node.sql()}"
            )
        bounds = self._bounds_of(node)
        pair = None if bounds is None else (_exact(bounds.lower), _exact(bounds.upper))
        rank = None
        if function is NoisyFunction.PERCENTILE_CONT:
            rank = as_number(node.args["expression"].sql("bigquery"))
            if rank is None or pair is None:
                raise NotEnforceableError(f"{node.sql()} needs a number from 0 to 1 and contribution bounds per row")
        counts_rows = function is NoisyFunction.COUNT and isinstance(node.this, exp.Star)
        value = None if counts_rows else self.value(node.this)
        return NoisyAggregate(name, function, value, pair, rank, _written(node))

    def _bounds_of(self, node: exp.AggFunc) -> ContributionBounds | None:
        return self.bounds.get(node.meta.get("start", -1))


_FUNCTIONS: dict[type[exp.Expr], NoisyFunction] = {
    exp.Count: NoisyFunction.COUNT,
    exp.Sum: NoisyFunction.SUM,
    exp.Avg: NoisyFunction.AVG,
    exp.PercentileCont: NoisyFunction.PERCENTILE_CONT,
}


def _is_window(node: exp.Expr) -> bool:
    return isinstance(node, exp.Window)


def _exact(written: str) -> Fraction:
    number = as_number(written)
    assert number is not None  # noqa: S101 - the parser takes numbers only
    if not math.isfinite(number):
        raise NotEnforceableError(f"the contribution bound {written} is beyond what FLOAT64 holds")
    return Fraction(number)


def _written(node: exp.AggFunc) -> str:
    """Return the call without the qualifiers and quotes that binding added."""

    def plain(part: exp.Expr) -> exp.Expr:
        return exp.column(part.name) if isinstance(part, exp.Column) and part.name.isidentifier() else part

    return node.copy().transform(plain).sql("bigquery")
