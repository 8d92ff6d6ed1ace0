"""What a SELECT groups by: the one place that knows what a key of GROUP BY stands for.

A key may be the position or the alias of a select item, and may stand in ROLLUP, CUBE, GROUPING SETS or a list in
brackets. Brackets around a key are gone since the text was parsed; see `brackets`. GROUP BY ALL is refused before.

Where engines differ, the stricter reading counts. A list `(a, b)` is one key, a struct, for Spark and BigQuery, and two
keys for Redshift and DuckDB: its parts are keys for whoever asks what is compared, but may not stand beside aggregates.
A name that is an alias and a column, too, is read in `columns`.

Source: github.com/apache/spark, SubstituteUnresolvedOrdinals: any INT literal, which brackets do not change;
https://docs.cloud.google.com/bigquery/docs/reference/standard-sql/query-syntax#group_by_clause
"""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from simulator.sql.constructs import bare
from simulator.sql.names import name_of
from simulator.sql.resolved import Clause, ColumnUse, Projection, Script, Select
from simulator.sql.tracing import fields_of, parts

Signature = object
"""A hashable value; equal for expressions that mean the same."""

LIST = "a list in brackets"
EXTENSIONS: dict[type[exp.Expression], str] = {
    exp.Rollup: "ROLLUP",
    exp.Cube: "CUBE",
    exp.GroupingSets: "GROUPING SETS",
    exp.Tuple: LIST,
}
"""What holds keys and is none, and how messages call it."""


def key_nodes(script: Script, select: Select) -> Iterator[tuple[exp.Expression, Projection | None]]:
    """Yield every key of GROUP BY, those inside ROLLUP and its like too, and the select item that it stands for."""
    for key in _flattened(_written(select.node)):
        yield key, _named_item(script, select, key)


def spelled_keys(node: exp.Select) -> list[exp.Expr]:
    """Return every key of a block of a tree that is not bound, a working copy: positions as the items they stand for.

    Args:
        node: The block, whose aliases in GROUP BY are gone; see `working_copy`.
    """
    return [item_at(node, key) or key for key in _flattened(_written(node))]


def grouping_keys(script: Script, select: Select) -> frozenset[Signature]:
    """Return the signatures of what may stand outside of the aggregates of *select*: of its keys, as they are meant."""
    signatures: list[Signature] = []
    for element in _written(select.node):
        keys = [element] if isinstance(element, exp.Tuple) else list(_flattened([element]))
        for key in keys:
            item = _named_item(script, select, key)
            signatures.append(_of_item(script, item) if item is not None else signature(script, key))
    return frozenset(signatures)


def extensions(node: exp.Expression) -> Iterator[tuple[str, exp.Expression]]:
    """Yield what the GROUP BY of a SELECT holds beside keys: how it is called, "ROLLUP" or "ALL", and where it is."""
    group = node.args.get("group")
    if group is None:
        return
    yield from ((name.upper(), group) for name, value in group.args.items() if value is True)
    yield from ((EXTENSIONS[type(each)], each) for each in _written(node) if type(each) in EXTENSIONS)


def is_position(key: exp.Expr) -> bool:
    """Tell whether *key*, of GROUP BY or ORDER BY, is the position of a select item, if there is such an item."""
    return position_of(key) is not None


def position_of(key: exp.Expr) -> int | None:
    """Return the number that *key*, of GROUP BY or ORDER BY, consists of, which can be below 1; None of other keys."""
    sign, number = (-1, key.this) if isinstance(key, exp.Neg) else (1, key)
    is_whole = isinstance(number, exp.Literal) and not number.is_string and number.name.isdecimal()
    return sign * int(number.name) if is_whole else None


def is_key(node: exp.Expr) -> bool:
    """Tell whether *node* is a whole key of GROUP BY, not a part of one."""
    holder = node.parent
    while holder is not None and type(holder) in EXTENSIONS:
        holder = holder.parent
    return isinstance(holder, exp.Group)


def item_at(node: exp.Select, key: exp.Expression) -> exp.Expression | None:
    """Return the select item that *key* is the position of, without its alias; None when it is none, or too high."""
    position = position_of(key) or 0
    return bare(node.expressions[position - 1]) if 0 < position <= len(node.expressions) else None


def computed_from_groups(script: Script, select: Select, root: exp.Expression) -> exp.Expression | None:
    """Return an aggregate or window function of *select* in *root*, or behind a select alias in it; None without.

    In HAVING a column of FROM comes before the alias of its name, wherever something is computed from it.
    """
    uses = (use for part in parts(root, exp.Column) if (use := script.use(part)) is not None)
    named = (use.projection.node for use in uses if use.projection is not None and not _may_be_column(select, use))
    calls = (call for node in (root, *named) for call in parts(node, exp.AggFunc, exp.Window))
    return next((call for call in calls if call.parent_select is select.node), None)


def _may_be_column(select: Select, use: ColumnUse) -> bool:
    return use.clause is Clause.HAVING and any(use.name in source.columns for source in select.sources.values())


def signature(script: Script, node: exp.Expression) -> Signature:
    """Return a value that is equal for two expressions over the same columns of the same FROM entries."""
    node = bare(node)
    if isinstance(node, exp.Column):
        use = script.use(node)
        if use is not None:
            return column_signature(use) if use.projection is None else _of_item(script, use.projection)
    if isinstance(node, exp.Dot) and isinstance(node.expression, exp.Identifier):
        match signature(script, node.this):  # `(s).f` is `s.f`
            case ("column", source, name, tuple() as fields):
                return ("column", source, name, (*fields, name_of(node.expression)))
    children = tuple(
        (name, _part(script, value)) for name, value in node.args.items() if value is not None and value is not False
    )
    return (node.key, children)


def column_signature(use: ColumnUse) -> Signature:
    """Return the signature of a column, whatever wrote it: `*` stands for many."""
    return ("column", id(use.source), use.name, fields_of(use))


def is_grouped(script: Script, node: exp.Expression, keys: frozenset[Signature]) -> bool:
    """Tell whether *node* is one of *keys*, or a field of one; see `grouping_keys`."""
    use = script.use(node)
    fields = fields_of(use) if use is not None and use.projection is None else ()
    wholes = [("column", id(use.source), use.name, fields[:length]) for length in range(len(fields))] if use else []
    return signature(script, node) in keys or not keys.isdisjoint(wholes)


def _written(node: exp.Expression) -> list[exp.Expression]:
    """The elements of GROUP BY as they are written."""
    group = node.args.get("group")
    return [bare(element) for element in group.iter_expressions()] if group is not None else []


def _flattened(elements: list[exp.Expression]) -> Iterator[exp.Expression]:
    pending = list(elements)
    while pending:
        key = bare(pending.pop(0))
        if type(key) in EXTENSIONS:
            pending = [*key.iter_expressions(), *pending]
        else:
            yield key


def _named_item(script: Script, select: Select, key: exp.Expression) -> Projection | None:
    """Return the select item whose position or alias *key* is; None of any other key."""
    position = position_of(key)
    if position is not None:
        return select.projections[position - 1] if 0 < position <= len(select.projections) else None
    use = script.use(key)
    return use.projection if use is not None else None


def _of_item(script: Script, item: Projection) -> Signature:
    return column_signature(item.use) if item.use is not None else signature(script, item.node)


def _part(script: Script, value: object) -> Signature:
    if isinstance(value, exp.Expression):
        return signature(script, value)
    if isinstance(value, list):
        return tuple(_part(script, item) for item in value)
    return value if isinstance(value, (str, int, bool)) else str(value)
