"""Minimum aggregation thresholds of custom rules, written into the query.

Every result row must be backed by enough distinct identities. Aggregation may happen in any block, so each block hands
the identities behind its rows up to the block around it, in extra columns, one for each occurrence of a table under a
threshold:

* a block that keeps rows hands up the identity of each row;
* a block that aggregates rows hands up the list of distinct identities of each group, cut off at the largest minimum n
  that can be required. Nothing is lost by that: a list that was cut has n identities by itself, so any union with it
  has at least n; a union of lists that were not cut is exact.

The final block compares: `HAVING COUNT(DISTINCT identity) >= n`, or the length of the union of the lists. NULL is no
identity. Rows without a row of the table behind them (outer joins, branches of a UNION in a CTE that do not read it)
have none. A final block that keeps rows has one identity for each row, so all its rows are removed.

The filter runs before window functions, so that no other row can show a value of a suppressed one. A query whose
identities cannot be traced is refused, never run without its threshold.

Source: userguide/custom-min-agg-thresholds; NULLs, row-level queries and overrides are open there: read strictly.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from sqlglot import exp

from declarations.analysis_rules import AggregationThreshold
from simulator.checks.row_minimums import is_exempt, row_minimum
from simulator.execution.errors import NotEnforceableError
from simulator.execution.query_shape import is_aggregated, own_nodes, refuse_grouping_sets
from simulator.execution.working_copy import WorkingCopy
from simulator.request import Table
from simulator.sql.resolved import Query, Select, Source
from simulator.sql.tracing import reads
from simulator.sql.windows import partition_of
from simulator.table_rules import has_threshold, threshold


@dataclass(frozen=True, slots=True)
class _Identity:
    """The identities of one occurrence of a table in the query, as a column that the current block can read.

    Attributes:
        many: The column holds a list of identities instead of one.
    """

    table: Table
    threshold: AggregationThreshold
    column: exp.Column
    many: bool

    def renamed(self, name: str, *, many: bool) -> _Identity:
        return _Identity(self.table, self.threshold, exp.column(name, quoted=True), many)

    def union(self) -> exp.Expr:
        """The distinct identities of a group, as a list without NULL."""
        gathered: exp.Expr = _call("LIST", exp.Distinct(expressions=[self.column.copy()]))
        return _call("LIST_DISTINCT", _call("FLATTEN", gathered) if self.many else gathered)

    def capped_union(self) -> exp.Expr:
        limits = [override.minimum_identity_count for override in self.threshold.output_column_thresholds or ()]
        most = max(self.threshold.minimum_identity_count, *limits, 2)
        return _call("LIST_SLICE", self.union(), exp.Literal.number(1), exp.Literal.number(most))

    def as_list(self) -> exp.Expr:
        if self.many:
            return self.column.copy()
        return _call("LIST_DISTINCT", exp.Array(expressions=[self.column.copy()]))

    def reaches(self, minimum: int, *, folded: bool) -> exp.Expr:
        """The condition that a row of the current block is backed by *minimum* identities."""
        count: exp.Expr
        if folded and not self.many:
            count = exp.Count(this=exp.Distinct(expressions=[self.column.copy()]))
        else:
            length = _call("LEN", self.union() if folded else self.as_list())
            count = exp.Coalesce(this=length, expressions=[exp.Literal.number(0)])
        return exp.GTE(this=count, expression=exp.Literal.number(minimum))


def enforce_identity_thresholds(copy: WorkingCopy) -> bool:
    """Add the minimum aggregation thresholds of all custom rules to the query.

    Args:
        copy: The working copy; its tree is changed.

    Returns:
        True when at least one threshold applies (an exempt query has none).

    Raises:
        NotEnforceableError: The identities cannot be followed through the query.
    """
    if not any(threshold(table) for table in copy.script.tables().values()):
        return False
    return _Enforcement(copy).final(copy.script.returned)


@dataclass(slots=True)
class _Enforcement:
    copy: WorkingCopy
    handed_up: dict[int, list[_Identity]] = field(default_factory=dict)
    """`id` of a query to the identities in its extra columns; those columns are not yet qualified by a table."""
    count: int = 0
    taken: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.taken = {node.name.lower() for node in self.copy.tree.find_all(exp.Identifier)}
        self.taken |= {column for table in self.copy.tables.values() for column in table.columns}

    def final(self, query: Query) -> bool:
        self._refuse_row_comparisons(query)
        # Every branch is filtered, also after one has been.
        filtered = [self._filter(select) for select in query.selects]
        return any(filtered)

    def _filter(self, select: Select) -> bool:
        node = self.copy.select(select)
        identities = self._readable(select)
        if is_exempt(select):
            return False
        if identities:
            _distinct_to_group(node)
        folded = is_aggregated(node)
        conditions = [
            identity.reaches(minimum, folded=folded)
            for identity in identities
            if (minimum := row_minimum(select, identity.table, identity.threshold).strictest)
        ]
        clause, kind = ("having", exp.Having) if folded else ("where", exp.Where)
        own = node.args.get(clause)
        if conditions:
            parts = [exp.paren(own.this)] if own is not None else []
            node.set(clause, kind(this=exp.and_(*parts, *conditions, copy=False)))
        return bool(conditions)

    def _readable(self, select: Select) -> list[_Identity]:
        """Every identity that the block's FROM clause offers."""
        found = [identity for source in select.sources.values() for identity in self._offered(source)]
        self._refuse_hidden(select, carries=bool(found))
        return found

    def _offered(self, source: Source) -> list[_Identity]:
        control = threshold(source.table) if source.table is not None else None
        if source.table is not None and control is not None:
            name = control.identity_columns[0]
            self.copy.need(source.table, name)
            column = exp.column(name.lower(), self.copy.alias(source), quoted=True)
            return [_Identity(source.table, control, column, many=False)]
        if source.query is None:
            return []
        offered = self._hand_up(source.query)
        self._name_columns(source, offered)
        return [
            _Identity(
                one.table, one.threshold, exp.column(one.column.name, self.copy.alias(source), quoted=True), one.many
            )
            for one in offered
        ]

    def _name_columns(self, source: Source, offered: list[_Identity]) -> None:
        """Where a list of column aliases renames the columns, the added ones keep their names."""
        assert source.query is not None  # noqa: S101 - called for queries only
        for node in (self.copy.at(source.node), self.copy.at(source.query.node).parent):
            alias = node.args.get("alias") if node is not None else None
            names = alias.args.get("columns") if isinstance(alias, exp.TableAlias) else None
            if not names:
                continue
            known = {name.name for name in names}
            added = [one.column.name for one in offered if one.column.name not in known]
            names.extend(exp.to_identifier(name, quoted=True) for name in added)

    def _hand_up(self, query: Query) -> list[_Identity]:
        if id(query) not in self.handed_up:
            self._refuse_row_comparisons(query)
            branches = [self._readable(select) for select in query.selects]
            only = len(branches) == 1
            handed = (
                self._hand_up_block(query.selects[0], branches[0]) if only else self._hand_up_union(query, branches)
            )
            self.handed_up[id(query)] = handed
        return self.handed_up[id(query)]

    def _hand_up_block(self, select: Select, identities: list[_Identity]) -> list[_Identity]:
        node = self.copy.select(select)
        if identities:
            _refuse_windows(node, identities)
            _distinct_to_group(node)
        folded = is_aggregated(node)
        handed = []
        for identity in identities:
            value = identity.capped_union() if folded else identity.column.copy()
            handed.append(identity.renamed(self._add(node, value), many=folded or identity.many))
        return handed

    def _hand_up_union(self, query: Query, branches: list[list[_Identity]]) -> list[_Identity]:
        handed: list[_Identity] = []
        for wish, occurrence in _slots(branches):
            if any(operator.args.get("distinct") for operator in query.operators):
                raise NotEnforceableError(
                    "UNION without ALL in a nested query cannot be followed under a minimum aggregation threshold; "
                    "write UNION ALL"
                )
            names = []
            for select, identities in zip(query.selects, branches, strict=True):
                node = self.copy.select(select)
                same = [identity for identity in identities if identity.table is wish.table]
                mine = same[occurrence] if occurrence < len(same) else None
                names.append(self._add(node, _listed(mine, folded=is_aggregated(node))))
            handed.append(wish.renamed(names[0], many=True))
        return handed

    def _add(self, node: exp.Select, value: exp.Expr) -> str:
        name = self._fresh_name()
        node.append("expressions", exp.alias_(value, name, quoted=True))
        return name

    def _fresh_name(self) -> str:
        # A column of the query's own under the same name would be counted in place of the identities.
        while True:
            self.count += 1
            name = f"identity {self.count}"
            if name not in self.taken:
                return name

    def _refuse_row_comparisons(self, query: Query) -> None:
        for operator in query.operators:
            if type(operator) is not exp.Union:
                raise NotEnforceableError(
                    f"{operator.key.upper()} cannot be followed under a minimum aggregation threshold"
                )

    def _refuse_hidden(self, select: Select, *, carries: bool) -> None:
        """Refuse every construct through which rows could affect the answer without their identities being counted."""
        if any(reads(query, has_threshold) for query in select.subqueries):
            raise NotEnforceableError(
                "a subquery in an expression reads a table under a minimum aggregation threshold; "
                "put it into FROM, where its rows can be followed"
            )
        if not carries:
            return
        node = self.copy.select(select)
        refuse_grouping_sets(node)
        if node.args.get("laterals") or node.args.get("pivots") or node.args.get("connect"):
            raise NotEnforceableError("LATERAL and PIVOT cannot be followed under a minimum aggregation threshold")
        for join in select.joins:
            if join.natural or "SEMI" in join.kind or "ANTI" in join.kind:
                raise NotEnforceableError(
                    f"{'NATURAL' if join.natural else join.kind} JOIN cannot be followed under a minimum aggregation "
                    "threshold; name the join condition"
                )
        for source in select.sources.values():
            if source.table is None and source.query is None and any(source.columns.values()):
                raise NotEnforceableError(f"the columns of {source.alias!r} cannot be followed to their rows")


def _slots(branches: list[list[_Identity]]) -> list[tuple[_Identity, int]]:
    """One slot for every occurrence of a table in the branch that has most of them."""
    slots: dict[tuple[str, int], tuple[_Identity, int]] = {}
    for identities in branches:
        seen: dict[str, int] = {}
        for identity in identities:
            occurrence = seen.get(identity.table.name, 0)
            seen[identity.table.name] = occurrence + 1
            slots.setdefault((identity.table.name, occurrence), (identity, occurrence))
    return list(slots.values())


def _listed(identity: _Identity | None, *, folded: bool) -> exp.Expr:
    if identity is None:
        return exp.null()  # an empty list would have a type of its own, which the other branch's might not fit
    return identity.capped_union() if folded else identity.as_list()


def _distinct_to_group(node: exp.Select) -> None:
    """Write SELECT DISTINCT as GROUP BY, so that each row can carry all the identities that it stands for."""
    distinct = node.args.get("distinct")
    if not distinct:
        return
    if distinct.args.get("on") or is_aggregated(node) or node.find(exp.Window) is not None:
        raise NotEnforceableError(
            "DISTINCT over aggregates or window functions cannot be followed under a minimum aggregation threshold"
        )
    node.set("distinct", None)
    positions = [exp.Literal.number(number) for number in range(1, len(node.expressions) + 1)]
    node.set("group", exp.Group(expressions=positions))


def _refuse_windows(node: exp.Select, identities: list[_Identity]) -> None:
    """Refuse windows of a nested query that read rows of other identities, which would not be handed up.

    A window is accepted when its partition keys contain the identity column of every table under a threshold.
    """
    for window in own_nodes(node):
        if not isinstance(window, exp.Window):
            continue
        keys = {(key.table, key.name) for key in partition_of(node, window) if isinstance(key, exp.Column)}
        if any(one.many or (one.column.table, one.column.name) not in keys for one in identities):
            raise NotEnforceableError(
                "a window function in a nested query reads rows of other identities, which cannot be followed under a "
                "minimum aggregation threshold; partition it by the identity columns of all tables in FROM"
            )


def _call(name: str, *arguments: exp.Expr) -> exp.Expr:
    return exp.Anonymous(this=name, expressions=list(arguments))
