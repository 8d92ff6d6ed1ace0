"""From a column back to what it was computed from, and from a query down to the tables it reads."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from sqlglot import exp

from simulator.request import Table
from simulator.sql.brackets import within_brackets
from simulator.sql.names import name_of
from simulator.sql.resolved import ColumnUse, Join, Origin, Origins, Projection, Query, Script, Select, Source

NO_ORIGINS: Origins = frozenset()


def column_use(script: Script, node: exp.Expression) -> ColumnUse | None:
    """Return what the column *node* (brackets ignored) stands for; None when it is no column."""
    return script.use(within_brackets(node))


def definitions(source: Source, name: str) -> tuple[Projection, ...]:
    """Return the select items behind column *name* of *source*, one an operand; () for base tables and inline data."""
    if source.query is None:
        return ()
    return tuple(
        select.projections[position]
        for position, (output, _) in enumerate(source.output_columns())
        if output == name
        for select in source.query.selects
        if position < len(select.projections)
    )


def shows_field(use: ColumnUse) -> bool:
    """Tell whether *use* is written with a field behind the column, as `column.field`: that is another value."""
    return bool(fields_of(use))


def fields_of(use: ColumnUse) -> tuple[str, ...]:
    """Return the fields that *use* is written with behind the column: f and g of `column.f.g`."""
    if not isinstance(use.node, exp.Column) or use.node.is_star or use.source is None:
        return ()
    names = [name_of(part) for part in use.node.parts]
    return tuple(names[2 if names[:2] == [use.source.alias, use.name] else 1 :])


def unchanged(use: ColumnUse | None) -> Origins:
    """Return the base columns whose very value *use* shows: reached through nothing but renaming; else no origin."""
    seen: dict[int, Origins] = {}

    def follow(current: ColumnUse | None) -> Origins:
        if current is None or shows_field(current):
            return NO_ORIGINS
        if current.source is not None and current.source.table is not None:
            return current.origins
        if id(current) not in seen:
            seen[id(current)] = NO_ORIGINS
            items = (current.projection,) if current.projection else _items(current)
            values = [follow(item.use) for item in items]
            seen[id(current)] = NO_ORIGINS.union(*values) if values and all(values) else NO_ORIGINS
        return seen[id(current)]

    return follow(use)


def unchanged_column(source: Source, name: str) -> Origins:
    """Return the base columns whose very value column *name* of *source* shows; no origin when it is computed."""
    if source.table is not None:
        return source.columns.get(name, NO_ORIGINS)
    values = [unchanged(item.use) for item in definitions(source, name)]
    return NO_ORIGINS.union(*values) if values and all(values) else NO_ORIGINS


def _items(use: ColumnUse) -> tuple[Projection, ...]:
    return definitions(use.source, use.name) if use.source is not None else ()


def reads(query: Query, wanted: Callable[[Table], bool]) -> bool:
    """Tell whether *query*, or anything it is built on, reads a table that is *wanted*."""
    return any(wanted(table) for table in query.tables.values())


def source_reads(source: Source, wanted: Callable[[Table], bool]) -> bool:
    """Tell whether the FROM entry *source* is a table that is *wanted*, or is built on one."""
    if source.table is not None:
        return wanted(source.table)
    return source.query is not None and reads(source.query, wanted)


def select_reads(select: Select, wanted: Callable[[Table], bool]) -> bool:
    """Tell whether the FROM clause of *select* has an entry that is, or is built on, a table that is *wanted*."""
    return any(source_reads(source, wanted) for source in select.sources.values())


def parts(root: exp.Expression, *types: type[exp.Expr]) -> Iterator[exp.Expression]:
    """Yield *root* and everything inside it; of the given *types* only, when there are any."""
    for node in root.find_all(*types) if types else root.walk():
        if isinstance(node, exp.Expression):
            yield node


def before(select: Select, join: Join) -> Iterator[Source]:
    """Yield the FROM entries that stand to the left of *join*."""
    for source in select.sources.values():
        if source is join.source:
            return
        yield source


def sides(select: Select, join: Join) -> tuple[list[Source], list[Source]]:
    """Return the FROM entries to the left and to the right of *join*; inside brackets, those in the brackets."""
    holder = join.node.parent
    left = [source for source in before(select, join) if holder is select.node or _is_within(source.node, holder)]
    right = [source for source in select.sources.values() if _is_within(source.node, join.node)]
    return left, right


def _is_within(node: exp.Expr, holder: exp.Expr | None) -> bool:
    inner: exp.Expr | None = node
    while inner is not None and inner is not holder:
        inner = inner.parent
    return inner is holder and holder is not None


def described(origin: Origin, holder: str) -> str:
    """Return how a message tells where a value comes from: `'x' in ... comes from 'orders.email' through CTE 'c'`."""
    through = f" through {', '.join(origin.path)}" if origin.path else ""
    return f"{holder} comes from '{origin.table.name}.{origin.column}'{through}"
