"""Binds a query: its WITH clause, its SELECT blocks and the set operators between them."""

from __future__ import annotations

from collections.abc import Mapping

from sqlglot import exp

from simulator.request import Table
from simulator.sql.binding import Binding, Scope, check_args
from simulator.sql.names import name_of
from simulator.sql.problems import SELECT_PAGE, SET_OPERATORS_PAGE
from simulator.sql.relations import bind_values, merged_by_name, renamed
from simulator.sql.resolved import Origins, Projection, Query, Role, Select
from simulator.sql.selects import bind_modifiers, bind_select
from simulator.verdict import Basis

_WRAPPER_ARGS = frozenset({"this", "alias", "joins", "laterals", "with_", "order", "limit", "offset"})
_OPERATOR_ARGS = frozenset({"this", "expression", "distinct", "with_", "order", "limit", "offset"})


def bind_query(
    binding: Binding, node: exp.Expression, role: Role, name: str, parent: Scope | None, tables: Mapping[str, Query]
) -> Query:
    """Bind a query with everything inside it.

    Args:
        binding: The state; the query is appended to its queries.
        node: exp.Select, a set operation, or one in brackets.
        role: What the query is for.
        name: Folded name of the CTE, derived or cached table; "" otherwise.
        parent: The scope whose columns it may see, or None.
        tables: The CTEs and cached tables that it may name.
    """
    wrappers, core = _unwrapped(binding, node)
    query = Query(core, role, name, parent.select if parent else None)
    binding.queries.append(query)
    if role is Role.SUBQUERY and parent is not None:
        parent.select.subqueries.append(query)
    for wrapper in wrappers:
        tables = _with(binding, wrapper, query, tables)
    outputs = _operand(binding, core, query, parent, tables)
    query.outputs = outputs
    query.columns = merged_by_name(outputs)
    for wrapper in wrappers:
        _modifiers(binding, wrapper, query, 0, outputs, parent, tables)
    query.tables = _tables_read(query)
    return query


def _tables_read(query: Query) -> dict[int, Table]:
    found: dict[int, Table] = {}
    for select in query.selects:
        for source in select.sources.values():
            if source.table is not None:
                found[id(source.table)] = source.table
            elif source.query is not None:
                found |= source.query.tables
        for subquery in select.subqueries:
            found |= subquery.tables
    return found


def _unwrapped(binding: Binding, node: exp.Expression) -> tuple[list[exp.Subquery], exp.Expression]:
    """Take the brackets off *node*; return them, outermost first, and what is inside."""
    wrappers: list[exp.Subquery] = []
    while isinstance(node, exp.Subquery):
        check_args(binding, node, _WRAPPER_ARGS)
        wrappers.append(node)
        node = node.this
    for inner in wrappers[1:]:
        check_args(binding, inner, _WRAPPER_ARGS - {"joins", "laterals"})
    return wrappers, node


def _with(binding: Binding, node: exp.Expression, query: Query, tables: Mapping[str, Query]) -> Mapping[str, Query]:
    """Bind the WITH clause of *node*; return *tables* with its CTEs added. Each CTE sees those before it."""
    clause = node.args.get("with_")
    if clause is None:
        return tables
    check_args(binding, clause, frozenset({"expressions"}))
    known, own = dict(tables), set()
    for cte in clause.expressions:
        check_args(binding, cte, frozenset({"this", "alias"}))
        name = name_of(cte.args["alias"].this)
        if name in own:
            binding.report("name_used_twice", f"two CTEs are called '{name}'", SELECT_PAGE, cte.args["alias"])
        bound = bind_query(binding, cte.this, Role.CTE, name, None, known)
        bound.outputs = renamed(binding, cte, bound.outputs, known=id(bound) not in binding.unresolved)
        bound.columns = merged_by_name(bound.outputs)
        query.ctes.append(bound)
        own.add(name)
        known[name] = bound
    return known


def _operand(
    binding: Binding, node: exp.Expression, query: Query, parent: Scope | None, tables: Mapping[str, Query]
) -> list[tuple[str, Origins]]:
    """Bind one operand of a set operator (or a whole query) into *query*; return its columns by position."""
    if isinstance(node, exp.SetOperation):
        return _set_operation(binding, node, query, parent, tables)
    if isinstance(node, exp.Select):
        tables = _with(binding, node, query, tables)
        select = bind_select(binding, node, query, parent, tables)
        return [(item.name, item.origins) for item in select.projections]
    if isinstance(node, exp.Subquery):
        return _bracketed(binding, node, query, parent, tables)
    if isinstance(node, exp.Values):
        return bind_values(binding, node, Scope(Select(exp.Select(), query, None), None, tables))
    binding.untraceable(f"{node.key.upper()} in place of a SELECT", node)
    binding.unresolved.add(id(query))
    return []


def _bracketed(
    binding: Binding, node: exp.Subquery, query: Query, parent: Scope | None, tables: Mapping[str, Query]
) -> list[tuple[str, Origins]]:
    check_args(binding, node, frozenset({"this", "with_", "order", "limit", "offset"}))
    tables = _with(binding, node, query, tables)
    first = len(query.selects)
    outputs = _operand(binding, node.this, query, parent, tables)
    _modifiers(binding, node, query, first, outputs, parent, tables)
    return outputs


def _set_operation(
    binding: Binding, node: exp.SetOperation, query: Query, parent: Scope | None, tables: Mapping[str, Query]
) -> list[tuple[str, Origins]]:
    """Bind a chain of set operators; iterative on the left, where chains are long."""
    chain: list[exp.SetOperation] = []
    left: exp.Expression = node
    while isinstance(left, exp.SetOperation):
        check_args(binding, left, _OPERATOR_ARGS)
        tables = _with(binding, left, query, tables)
        chain.append(left)
        left = left.this
    first = len(query.selects)
    outputs = _operand(binding, left, query, parent, tables)
    for operator in reversed(chain):
        query.operators.append(operator)
        right = _operand(binding, operator.expression, query, parent, tables)
        outputs = _merged(binding, operator, query, outputs, right)
        _modifiers(binding, operator, query, first, outputs, parent, tables)
    return outputs


def _merged(
    binding: Binding,
    operator: exp.SetOperation,
    query: Query,
    left: list[tuple[str, Origins]],
    right: list[tuple[str, Origins]],
) -> list[tuple[str, Origins]]:
    if len(left) != len(right) and id(query) not in binding.unresolved:
        message = f"{operator.key.upper()} joins a query of {len(left)} columns with one of {len(right)}"
        binding.report("column_count_differs", message, SET_OPERATORS_PAGE, operator, Basis.DERIVED)
    merged = [(name, origins | other) for (name, origins), (_, other) in zip(left, right, strict=False)]
    longer = left if len(left) > len(right) else right
    return merged + longer[len(merged) :]


def _modifiers(
    binding: Binding,
    node: exp.Expression,
    query: Query,
    first: int,
    outputs: list[tuple[str, Origins]],
    parent: Scope | None,
    tables: Mapping[str, Query],
) -> None:
    """Bind an ORDER BY, LIMIT or OFFSET after a set operator or a bracket: there, only output names mean something.

    Args:
        binding: The state.
        node: The set operation or bracket.
        query: The query it is part of.
        first: Position of its first SELECT block in *query*, whose column uses it joins.
        outputs: What *node* puts out.
        parent: The scope around it, or None.
        tables: The tables that its subqueries may name.
    """
    if len(query.selects) <= first or not any(node.args.get(name) for name in ("order", "limit", "offset")):
        return
    block = query.selects[first]
    shadow = Select(block.node, query, None, uses=block.uses, subqueries=block.subqueries)
    scope = Scope(shadow, parent, tables)
    for position, (name, origins) in enumerate(outputs):
        item = block.projections[position] if position < len(block.projections) else None
        alias = Projection(name, item.node if item else block.node, origins, item.use if item else None)
        scope.aliases.setdefault(name, []).append(alias)
    bind_modifiers(binding, node, scope)
