"""Binds one SELECT block: its sources, its named windows, its items, then the clauses that may use their aliases."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sqlglot import exp

from simulator.sql.binding import NOTHING, Binding, Scope, check_args
from simulator.sql.brackets import within_brackets
from simulator.sql.columns import star_outputs
from simulator.sql.dialects import BIGQUERY, REDSHIFT, SPARK
from simulator.sql.expressions import bind_expression
from simulator.sql.known_nodes import ROW_GENERATORS
from simulator.sql.names import folded, name_of
from simulator.sql.problems import FROM_PAGE, SELECT_LIST_PAGE
from simulator.sql.relations import bind_from
from simulator.sql.resolved import Clause, ColumnUse, Origins, Projection, Query, Select, Source

_SELECT_ARGS = frozenset(
    {
        "hint", "distinct", "expressions", "limit", "offset", "from_", "joins", "laterals", "where", "group",
        "having", "windows", "order", "sort", "cluster", "distribute", "with_",
    }
)  # fmt: skip
_ARGS = {
    SPARK: _SELECT_ARGS,
    REDSHIFT: _SELECT_ARGS | {"qualify"},
    BIGQUERY: _SELECT_ARGS - {"hint", "sort", "cluster", "distribute", "laterals"} | {"qualify"},
}
_CLAUSES = {
    "where": Clause.WHERE,
    "group": Clause.GROUP_BY,
    "having": Clause.HAVING,
    "qualify": Clause.QUALIFY,
    "order": Clause.ORDER_BY,
    "sort": Clause.OTHER,
    "cluster": Clause.OTHER,
    "distribute": Clause.OTHER,
}
_GROUP_ARGS = frozenset({"expressions", "rollup", "cube", "grouping_sets"})


def bind_select(
    binding: Binding, node: exp.Select, query: Query, parent: Scope | None, tables: Mapping[str, Query]
) -> Select:
    """Bind one SELECT block of *query*.

    Args:
        binding: The state.
        node: The block.
        query: The query it is, or is an operand of; the block is appended to its selects.
        parent: The scope around it whose columns it may see, or None.
        tables: The CTEs and cached tables that it may name.
    """
    select = Select(node, query, parent.select if parent else None)
    scope = Scope(select, parent, tables)
    query.selects.append(select)
    check_args(binding, node, _ARGS[binding.script.dialect])
    bind_from(binding, node, scope)
    _windows(binding, node, scope)
    if not node.expressions:
        binding.report("syntax_error", "not valid SQL: a SELECT without a select list", SELECT_LIST_PAGE, node)
    for item in node.expressions:
        for projection in _projections(binding, item, scope):
            select.projections.append(projection)
            scope.aliases.setdefault(projection.name, []).append(projection)
    scope.aliases.pop("", None)
    _clauses(binding, node, scope)
    return select


def bind_modifiers(binding: Binding, node: exp.Expression, scope: Scope) -> None:
    """Bind the ORDER BY, LIMIT and OFFSET of *node*."""
    order = node.args.get("order")
    if order is not None:
        bind_expression(binding, order, scope, Clause.ORDER_BY)
    _limits(binding, node, scope)


def _clauses(binding: Binding, node: exp.Select, scope: Scope) -> None:
    distinct = node.args.get("distinct")
    if distinct is not None:
        check_args(binding, distinct, frozenset())
    for name, clause in _CLAUSES.items():
        part = node.args.get(name)
        if isinstance(part, exp.Group):
            _group(binding, part, scope)
            continue
        if part is None:
            continue
        for expression in (part.this, *part.expressions):
            if isinstance(expression, exp.Expression):
                bind_expression(binding, expression, scope, clause)
    _limits(binding, node, scope)


def _group(binding: Binding, group: exp.Group, scope: Scope) -> None:
    check_args(binding, group, _GROUP_ARGS)
    for name in _GROUP_ARGS:
        for key in group.args.get(name) or ():
            bind_expression(binding, key, scope, Clause.GROUP_BY)


def _limits(binding: Binding, node: exp.Expression, scope: Scope) -> None:
    for name in ("limit", "offset"):
        part = node.args.get(name)
        if part is None:
            continue
        check_args(binding, part, frozenset({"this", "expression", "count"}))
        for value in (part.this, part.expression, part.args.get("count")):
            if isinstance(value, exp.Expression):
                _constant(binding, value, scope)


def _constant(binding: Binding, value: exp.Expression, scope: Scope) -> None:
    # The number of rows would show what it is computed from.
    if value.find(exp.Column, exp.Query) is not None:
        binding.untraceable("a number of rows that is not a constant", value)
    bind_expression(binding, value, scope, Clause.OTHER)


def _windows(binding: Binding, node: exp.Select, scope: Scope) -> None:
    for window in node.args.get("windows") or ():
        check_args(binding, window, frozenset({"this", "partition_by", "order", "spec", "alias"}))
        parts = [*(window.args.get("partition_by") or ()), window.args.get("order"), window.args.get("spec")]
        keys = NOTHING.union(
            *(bind_expression(binding, part, scope, Clause.WINDOW) for part in parts if part is not None)
        )
        base = window.args.get("alias")
        if base is not None:
            keys |= scope.windows.get(name_of(base), NOTHING)
        scope.windows[name_of(window.this)] = keys


def _projections(binding: Binding, item: exp.Expression, scope: Scope) -> Iterator[Projection]:
    if isinstance(item, exp.Aliases):
        yield from _many(binding, item, scope)
        return
    node, name = (item.this, name_of(item.args["alias"])) if isinstance(item, exp.Alias) else (item, "")
    node = within_brackets(node)  # `(camp)` is the column camp, under its own name
    if isinstance(node, exp.Star) or (isinstance(node, exp.Column) and isinstance(node.this, exp.Star)):
        yield from _star(binding, node, scope, named=bool(name))
        return
    if _function(node) in ROW_GENERATORS and not name:
        binding.untraceable(f"{_function(node).upper()} without names for its columns", node)
    origins = bind_expression(binding, node, scope, Clause.SELECT)
    use = binding.script.use(node) if isinstance(node, exp.Column) else None
    yield Projection(name or _output_name(node), node, origins, use)


def _output_name(node: exp.Expression) -> str:
    if isinstance(node, (exp.Column, exp.Dot)):
        return name_of(node.parts[-1] if isinstance(node, exp.Column) else node.expression)
    return ""


def _function(node: exp.Expression) -> str:
    if isinstance(node, exp.Anonymous):
        return folded(node.name)
    return node.sql_name().lower() if isinstance(node, exp.Func) else ""


def _many(binding: Binding, item: exp.Aliases, scope: Scope) -> Iterator[Projection]:
    """Bind `generator(x) AS (a, b)`: each column comes from all of the arguments."""
    if _function(item.this) not in ROW_GENERATORS:
        binding.untraceable("several aliases for one item", item)
    origins = bind_expression(binding, item.this, scope, Clause.SELECT)
    for alias in item.expressions:
        yield Projection(name_of(alias), item.this, origins)


def _star(binding: Binding, node: exp.Expression, scope: Scope, *, named: bool) -> Iterator[Projection]:
    star = node if isinstance(node, exp.Star) else node.this
    table = name_of(node.args.get("table")) if isinstance(node, exp.Column) else ""
    if named:
        binding.untraceable("'*' with an alias", node)
    if isinstance(node, exp.Column) and node.args.get("db"):
        binding.untraceable("'*' of a qualified name", node)
    check_args(binding, star, frozenset({"except_"}))
    outputs = star_outputs(scope, table)
    if outputs is None or not scope.select.sources:
        message = f"'{table + '.' if table else ''}*': " + ("nothing in FROM has that name" if table else "no FROM")
        binding.report("unknown_table", message, FROM_PAGE, node)
        binding.unresolved.add(id(scope.select.query))
        return
    if any(id(source) in binding.unresolved for source in scope.select.sources.values()):
        binding.unresolved.add(id(scope.select.query))
    left_out = _left_out(binding, star, {name for name, _, _ in outputs})
    for name, origins, source in outputs:
        if name not in left_out:
            yield _starred(binding, node, scope, name, origins, source)


def _starred(
    binding: Binding, node: exp.Expression, scope: Scope, name: str, origins: Origins, source: Source | None
) -> Projection:
    use = binding.keep(ColumnUse(node, Clause.SELECT, scope.select, source, name, origins))
    return Projection(name, node, origins, use)


def _left_out(binding: Binding, star: exp.Expression, names: set[str]) -> set[str]:
    """Return the columns that EXCEPT (...) names; report those that are not there."""
    left_out = {name_of(column.parts[-1] if isinstance(column, exp.Column) else column): column
                for column in star.args.get("except_") or ()}  # fmt: skip
    for name, column in left_out.items():
        if name not in names:
            binding.report(
                "unknown_column", f"EXCEPT names '{name}', which '*' does not hold", SELECT_LIST_PAGE, column
            )
    return set(left_out)
