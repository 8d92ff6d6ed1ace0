"""A copy of the resolved SQL that may be changed: internal names, bound columns, no stars, no parameters, no clock.

The script's own tree is never touched. Facts about an original node are found for its copy through `WorkingCopy.at`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count

from sqlglot import exp

from simulator.execution.clock import stop_clock
from simulator.execution.errors import NotTranslatableError
from simulator.execution.parameters import literal_of
from simulator.execution.query_shape import own_aggregates
from simulator.request import AnalysisRequest, Table, TemplateParameter
from simulator.sql.columns import unit_holder
from simulator.sql.grouping import is_key
from simulator.sql.names import name_of
from simulator.sql.resolved import Clause, ColumnUse, Query, Role, Script, Select, Source

SCHEMA = "data"
"""The engine's schema that holds the base tables, out of reach of any name in a query."""


@dataclass(eq=False, slots=True)
class WorkingCopy:
    """The final query with everything it needs, as one tree.

    Attributes:
        script: The script it was copied from.
        tree: The final query; cached tables have become its first CTEs.
        tables: Internal name to base table.
        needed: Lower-case table name to the columns that the SQL reads, and those that rules need.
        copies: Identity of an original node to its copy.
        moment: The value of CURRENT_TIMESTAMP and the like throughout the query; taken before a row is loaded.
    """

    script: Script
    tree: exp.Query
    tables: dict[str, Table] = field(default_factory=dict)
    needed: dict[str, dict[str, None]] = field(default_factory=dict)
    copies: dict[int, exp.Expr] = field(default_factory=dict)
    moment: datetime = field(default_factory=lambda: datetime.now(UTC))

    def at(self, original: exp.Expr) -> exp.Expr:
        """Return the copy of the node *original*."""
        return self.copies[id(original)]

    def select(self, original: Select) -> exp.Select:
        """Return the copy of a SELECT block."""
        copy = self.at(original.node)
        assert isinstance(copy, exp.Select)  # noqa: S101 - a copy has the kind of its original
        return copy

    def alias(self, source: Source) -> str:
        """Return what the copy calls a FROM entry; "" for UNNEST, which may have no name."""
        return source.alias or self.at(source.node).alias

    def need(self, table: Table, column: str) -> None:
        """Note that the run reads *column* (any case) of *table*.

        Raises:
            NotTranslatableError: The table has no such allowed column.
        """
        name = column.lower()
        if name not in table.columns:
            raise NotTranslatableError(
                f"column {column!r} of table {table.name!r} is needed, but is not an allowed column"
            )
        self.needed.setdefault(table.name.lower(), {})[name] = None

    def schema(self) -> dict[str, dict[str, dict[str, str]]]:
        """Return the columns' declared types by internal table name, as sqlglot wants them."""
        return {SCHEMA: {name: dict(table.columns) for name, table in self.tables.items()}}


def working_copy(script: Script, request: AnalysisRequest, beside: WorkingCopy | None = None) -> WorkingCopy:
    """Copy the script's final query and prepare it for the engine.

    Args:
        script: The script, without problems.
        request: The request that the script was bound to. A view of BigQuery is read like a table.
        beside: A copy of another script that runs in the same engine; both share their tables' internal names
            and their moment.

    Raises:
        NotTranslatableError: A parameter has no value, or a construct has no equivalent in the engine.
    """
    copies: dict[int, exp.Expr] = {}
    roots = [_copied(query, copies) for query in (*script.cached, script.returned)]
    copy = WorkingCopy(script, roots[-1], copies=copies)
    if beside is not None:
        copy.tables, copy.needed, copy.moment = beside.tables, beside.needed, beside.moment
    names = _query_names(script)
    selects = [select for select in script.selects if id(select.node) in copies]
    for select in selects:
        for source in select.sources.values():
            _rename_source(copy, source, names, request.tables)
        _name_rows(copy, select)
        for join in select.joins:
            _note_using(copy, select, join.using)
    _name_ctes(copy, names)
    _refuse_unbound_tables(copy, roots)
    uses = [(select, use) for select in selects for use in select.uses]
    # Aliases last: what they stand for is copied, subqueries and all, and must be bound by then.
    for select, use in sorted(uses, key=lambda each: each[1].projection is not None):
        _bind(copy, select, use)
    for select in selects:
        _expand_stars(copy, select)
    _put_cached_first(copy, roots[:-1], names)
    _fill_parameters(copy.tree, request.parameters)
    stop_clock(copy.tree, copy.copies, copy.moment)
    return copy


def _copied(query: Query, copies: dict[int, exp.Expr]) -> exp.Query:
    copy = query.node.copy()
    if query.ctes and not copy.args.get("with_"):
        raise NotTranslatableError(
            "a WITH clause in front of a parenthesised query cannot be run; remove the parentheses"
        )
    for original, twin in zip(query.node.walk(), copy.walk(), strict=True):
        copies[id(original)] = twin
    assert isinstance(copy, exp.Query)  # noqa: S101 - Query.node is a SELECT or a set operation
    return copy


def _query_names(script: Script) -> dict[int, str]:
    """Give every CTE and cached table a name that is unique across all scopes and that the engine does not use.

    A reference to a query that is not visible there is then an error, and never reads another table.
    """
    named = (query for query in script.queries if query.role in {Role.CTE, Role.CACHED})
    return {id(query): f"{query.name} {number}" for number, query in enumerate(named)}


def _rename_source(copy: WorkingCopy, source: Source, names: Mapping[int, str], tables: Mapping[str, Table]) -> None:
    if id(source.node) not in copy.copies or not isinstance(source.node, exp.Table):
        return
    node = copy.at(source.node)
    table = source.table
    if source.query is not None and source.query.role is Role.VIEW:
        table = tables[source.query.name]
    if table is not None:
        internal = _internal_name(copy, table)
        node.set("this", exp.to_identifier(internal, quoted=True))
        node.set("db", exp.to_identifier(SCHEMA, quoted=True))
        node.set("catalog", None)
    elif source.query is not None:
        node.set("this", exp.to_identifier(names[id(source.query)], quoted=True))
    columns = node.args["alias"].args.get("columns") if node.args.get("alias") else None
    node.set("alias", exp.TableAlias(this=exp.to_identifier(source.alias, quoted=True), columns=columns))


def _name_rows(copy: WorkingCopy, select: Select) -> None:
    """Give subqueries in FROM without an alias one, so that qualified columns are unambiguous and have a type."""
    names = (name for number in count() if (name := f"rows {number}") not in select.sources)
    for source in select.sources.values():
        node = copy.copies.get(id(source.node))
        if isinstance(node, exp.Subquery) and not node.alias:
            node.set("alias", exp.TableAlias(this=exp.to_identifier(next(names), quoted=True)))


def _internal_name(copy: WorkingCopy, table: Table) -> str:
    for name, known in copy.tables.items():
        if known.name.lower() == table.name.lower():
            return name
    name = f"t{len(copy.tables)}"
    copy.tables[name] = table
    copy.needed.setdefault(table.name.lower(), {})
    return name


def _note_using(copy: WorkingCopy, select: Select, using: tuple[str, ...]) -> None:
    for column in using:
        for source in select.sources.values():
            for origin in source.columns.get(column, ()):
                copy.need(origin.table, origin.column)


def _bind(copy: WorkingCopy, select: Select, use: ColumnUse) -> None:
    for origin in use.origins:
        copy.need(origin.table, origin.column)
    if not isinstance(use.node, exp.Column) or _is_star(use.node) or id(use.node) not in copy.copies:
        return
    node = copy.at(use.node)
    aggregated = _aggregated_input(select, use)
    if aggregated is not None:
        node.set("this", exp.to_identifier(use.name, quoted=True))
        node.set("table", _qualifier(copy, aggregated))
    elif use.projection is not None and use.clause is Clause.GROUP_BY and (position := _position(select, node, use)):
        # Keep the meaning that was judged: if the alias stands for the number 2, writing 2 would mean position 2.
        copy.copies[id(use.node)] = node.replace(exp.Literal.number(position))
    elif use.projection is not None and use.clause in {Clause.GROUP_BY, Clause.HAVING}:
        # Write out the expression, so that the result does not depend on how the engine resolves aliases.
        spelled = copy.at(use.projection.node).copy()
        twin = node.replace(exp.paren(spelled, copy=False) if use.clause is Clause.HAVING else spelled)
        copy.copies[id(use.node)] = twin
    elif use.source is not None and not node.args.get("db") and not _merged(select, use.name):
        if _is_field(node, use.source):
            node.set("db", _qualifier(copy, use.source))
            node.set("table", exp.to_identifier(use.name, quoted=True))
            return
        node.set("this", exp.to_identifier(use.name, quoted=True))
        node.set("table", _qualifier(copy, use.source))


def _position(select: Select, node: exp.Expr, use: ColumnUse) -> int:
    """Return the position of the select item whose alias the GROUP BY key *node* (of the copy) is; 0 if none is."""
    if not is_key(node) or any(isinstance(item, exp.Aliases) for item in select.node.expressions):
        return 0
    return next(place for place, item in enumerate(select.projections, 1) if item is use.projection)


def _is_field(node: exp.Expr, source: Source) -> bool:
    """Tell whether `a.b` is field b of the column a, since no FROM entry is called a."""
    qualifier = node.args.get("table")
    return qualifier is not None and name_of(qualifier) != source.alias


def _qualifier(copy: WorkingCopy, source: Source) -> exp.Identifier | None:
    """The name of a FROM entry in the copy; None for UNNEST, which may have none."""
    name = copy.alias(source)
    return exp.to_identifier(name, quoted=True) if name else None


def _aggregated_input(select: Select, use: ColumnUse) -> Source | None:
    """Return the FROM entry that a name inside an aggregate function refers to if it is also a select alias.

    `SELECT SUM(sales) AS sales ... HAVING SUM(sales) > 1` sums the column: an alias of a sum cannot be summed.
    """
    around = use.node.find_ancestor(exp.AggFunc, exp.Select)
    if use.projection is None or not any(around is aggregate for aggregate in own_aggregates(select.node)):
        return None
    sources = [source for source in select.sources.values() if use.name in source.columns]
    if len(sources) > 1:
        return None if _merged(select, use.name) else unit_holder(select, use.name)
    return sources[0] if sources else None


def _merged(select: Select, name: str) -> bool:
    return any(name in join.using for join in select.joins)


def _expand_stars(copy: WorkingCopy, select: Select) -> None:
    node = copy.select(select)
    if not any(_is_star(item) for item in node.expressions):
        return
    items: list[exp.Expr] = []
    for projection in select.projections:
        if _is_star(projection.node):
            items.append(_star_column(copy, select, projection.name, projection.use))
        else:
            twin = copy.at(projection.node)
            items.append(twin.parent if isinstance(twin.parent, exp.Alias) else twin)
        for origin in projection.origins:
            copy.need(origin.table, origin.column)
    node.set("expressions", items)


def _is_star(node: exp.Expr) -> bool:
    return isinstance(node, exp.Star) or (isinstance(node, exp.Column) and isinstance(node.this, exp.Star))


def _star_column(copy: WorkingCopy, select: Select, name: str, use: ColumnUse | None) -> exp.Expr:
    if use is None or use.source is None:
        raise NotTranslatableError(f"column {name!r} of a star cannot be traced; name the columns")
    table = None if _merged(select, use.name) else _qualifier(copy, use.source)
    column = exp.Column(this=exp.to_identifier(use.name, quoted=True), table=table)
    return exp.alias_(column, name, quoted=True)


def _name_ctes(copy: WorkingCopy, names: Mapping[int, str]) -> None:
    for query in copy.script.queries:
        if query.role is Role.CTE and id(query.node) in copy.copies:
            cte = copy.at(query.node).find_ancestor(exp.CTE)
            assert cte is not None  # noqa: S101 - the query of a CTE is inside of it
            cte.args["alias"].set("this", exp.to_identifier(names[id(query)], quoted=True))


def _put_cached_first(copy: WorkingCopy, roots: list[exp.Query], names: Mapping[int, str]) -> None:
    if not roots:
        return
    clauses = [
        exp.CTE(this=root, alias=exp.TableAlias(this=exp.to_identifier(name, quoted=True)))
        for root, name in zip(roots, (names[id(query)] for query in copy.script.cached), strict=True)
    ]
    own = copy.tree.args.get("with_")
    copy.tree.set("with_", exp.With(expressions=[*clauses, *(own.expressions if own else ())]))


def _refuse_unbound_tables(copy: WorkingCopy, roots: Iterable[exp.Query]) -> None:
    """Refuse a name in FROM that binding has not resolved: only the engine would decide what it means."""
    bound = {
        id(copy.copies.get(id(source.node))) for select in copy.script.selects for source in select.sources.values()
    }
    for table in (table for root in roots for table in root.find_all(exp.Table)):
        if id(table) not in bound:
            raise NotTranslatableError(f"{table.sql(copy.script.dialect)!r} in FROM cannot be traced to a table")


def _fill_parameters(tree: exp.Query, parameters: Mapping[str, TemplateParameter]) -> None:
    values = {name.lower(): parameter for name, parameter in parameters.items()}
    for placeholder in list(_placeholders(tree)):
        name = str(placeholder.this)
        parameter = values.get(name.lower())
        if parameter is None:
            raise NotTranslatableError(f"parameter ':{name}' has no value; give one")
        placeholder.replace(literal_of(name, parameter))


def _placeholders(tree: exp.Query) -> Iterator[exp.Expr]:
    return tree.find_all(exp.Placeholder)
