"""A copy of the resolved SQL that may be changed: internal table names, bound columns, no stars, no parameters.

The script's own tree is never touched. Facts about an original node are found for its copy through `WorkingCopy.at`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from sqlglot import exp

from simulator.execution.errors import NotTranslatableError
from simulator.execution.parameters import literal_of
from simulator.execution.query_shape import own_aggregates
from simulator.request import AnalysisRequest, Table, TemplateParameter
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
        needed: Lower-case table name to the columns that the SQL reads; rules add theirs.
        copies: Identity of an original node to its copy.
    """

    script: Script
    tree: exp.Query
    tables: dict[str, Table] = field(default_factory=dict)
    needed: dict[str, dict[str, None]] = field(default_factory=dict)
    copies: dict[int, exp.Expr] = field(default_factory=dict)

    def at(self, original: exp.Expr) -> exp.Expr:
        """Return the copy of the node *original*."""
        return self.copies[id(original)]

    def select(self, original: Select) -> exp.Select:
        """Return the copy of a SELECT block."""
        copy = self.at(original.node)
        assert isinstance(copy, exp.Select)  # noqa: S101 - a copy has the kind of its original
        return copy

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
        request: What it was bound to. A view of BigQuery is read like a table.
        beside: A copy of another script that runs in the same engine; both share their tables' internal names.

    Raises:
        NotTranslatableError: A parameter has no value, or a construct has no equal in the engine.
    """
    copies: dict[int, exp.Expr] = {}
    roots = [_copied(query, copies) for query in (*script.cached, script.returned)]
    copy = WorkingCopy(script, roots[-1], copies=copies)
    if beside is not None:
        copy.tables, copy.needed = beside.tables, beside.needed
    cached = _cache_names(script)
    selects = [select for select in script.selects if id(select.node) in copies]
    for select in selects:
        for source in select.sources.values():
            _rename_source(copy, source, cached, request.tables)
        for join in select.joins:
            _note_using(copy, select, join.using)
        for use in select.uses:
            _bind(copy, select, use)
    for select in selects:
        _expand_stars(copy, select)
    _put_cached_first(copy, roots[:-1], cached)
    _fill_parameters(copy.tree, request.parameters)
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


def _cache_names(script: Script) -> dict[int, str]:
    taken = {query.name for query in script.queries}
    names: dict[int, str] = {}
    for query in script.cached:
        name = f"cached {query.name}"
        while name in taken:
            name += "'"
        taken.add(name)
        names[id(query)] = name
    return names


def _rename_source(copy: WorkingCopy, source: Source, cached: Mapping[int, str], tables: Mapping[str, Table]) -> None:
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
    elif source.query is not None and source.query.role is Role.CACHED:
        node.set("this", exp.to_identifier(cached[id(source.query)], quoted=True))
    columns = node.args["alias"].args.get("columns") if node.args.get("alias") else None
    node.set("alias", exp.TableAlias(this=exp.to_identifier(source.alias, quoted=True), columns=columns))


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
        node.set("table", _qualifier(aggregated))
    elif use.projection is not None and use.clause in {Clause.GROUP_BY, Clause.HAVING}:
        # Spelt out, so that no engine's own idea of aliases decides.
        spelled = copy.at(use.projection.node).copy()
        twin = node.replace(exp.paren(spelled, copy=False) if use.clause is Clause.HAVING else spelled)
        copy.copies[id(use.node)] = twin
    elif use.source is not None and not node.args.get("db") and not _merged(select, use.name):
        if _is_field(node, use.source):
            node.set("db", _qualifier(use.source))
            node.set("table", exp.to_identifier(use.name, quoted=True))
            return
        node.set("this", exp.to_identifier(use.name, quoted=True))
        node.set("table", _qualifier(use.source))


def _is_field(node: exp.Expr, source: Source) -> bool:
    """Tell whether `a.b` is field b of the column a, since no FROM entry is called a."""
    qualifier = node.args.get("table")
    return qualifier is not None and name_of(qualifier) != source.alias


def _qualifier(source: Source) -> exp.Identifier | None:
    """The name of a FROM entry; None for a query in brackets that has none, as BigQuery allows."""
    return exp.to_identifier(source.alias, quoted=True) if source.alias else None


def _aggregated_input(select: Select, use: ColumnUse) -> Source | None:
    """The FROM entry that a name inside an aggregate function means, when a select alias has the same name.

    `SELECT SUM(sales) AS sales ... HAVING SUM(sales) > 1` sums the column: an alias of a sum cannot be summed.
    """
    around = use.node.find_ancestor(exp.AggFunc, exp.Select)
    if use.projection is None or not any(around is aggregate for aggregate in own_aggregates(select.node)):
        return None
    sources = [source for source in select.sources.values() if use.name in source.columns]
    return sources[0] if len(sources) == 1 else None


def _merged(select: Select, name: str) -> bool:
    return any(name in join.using for join in select.joins)


def _expand_stars(copy: WorkingCopy, select: Select) -> None:
    node = copy.select(select)
    if not any(_is_star(item) for item in node.expressions):
        return
    items: list[exp.Expr] = []
    for projection in select.projections:
        if _is_star(projection.node):
            items.append(_star_column(select, projection.name, projection.use))
        else:
            twin = copy.at(projection.node)
            items.append(twin.parent if isinstance(twin.parent, exp.Alias) else twin)
        for origin in projection.origins:
            copy.need(origin.table, origin.column)
    node.set("expressions", items)


def _is_star(node: exp.Expr) -> bool:
    return isinstance(node, exp.Star) or (isinstance(node, exp.Column) and isinstance(node.this, exp.Star))


def _star_column(select: Select, name: str, use: ColumnUse | None) -> exp.Expr:
    if use is None or use.source is None:
        raise NotTranslatableError(f"column {name!r} of a star cannot be traced; name the columns")
    table = None if _merged(select, use.name) else _qualifier(use.source)
    column = exp.Column(this=exp.to_identifier(use.name, quoted=True), table=table)
    return exp.alias_(column, name, quoted=True)


def _put_cached_first(copy: WorkingCopy, roots: list[exp.Query], names: Mapping[int, str]) -> None:
    if not roots:
        return
    clauses = [
        exp.CTE(this=root, alias=exp.TableAlias(this=exp.to_identifier(name, quoted=True)))
        for root, name in zip(roots, names.values(), strict=True)
    ]
    own = copy.tree.args.get("with_")
    copy.tree.set("with_", exp.With(expressions=[*clauses, *(own.expressions if own else ())]))


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
