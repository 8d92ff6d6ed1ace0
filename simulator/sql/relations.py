"""Binds FROM: tables, CTEs, derived tables, VALUES, LATERAL, and the joins between them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice

from sqlglot import exp
from sqlglot.tokenizer_core import TokenType

from declarations.naming import closest, did_you_mean, listed
from simulator.request import Table
from simulator.sql.binding import NOTHING, Binding, Scope, check_args, through
from simulator.sql.expressions import bind_expression
from simulator.sql.known_nodes import ROW_GENERATORS
from simulator.sql.names import folded, name_of
from simulator.sql.problems import ASSOCIATION_PAGE, FROM_PAGE, JOIN_PAGE
from simulator.sql.resolved import Clause, ColumnUse, Join, Origin, Origins, Query, Role, Source
from simulator.verdict import Basis

_TABLE_ARGS = frozenset({"this", "alias", "joins", "laterals"})
_DERIVED_ARGS = frozenset({"this", "alias", "joins", "with_", "order", "limit", "offset"})
_JOIN_ARGS = frozenset({"this", "on", "using", "method", "side", "kind"})
_LATERAL_ARGS = frozenset({"this", "view", "outer", "alias"})
_KINDS = frozenset({"INNER", "LEFT", "RIGHT", "FULL", "CROSS", "COMMA", "LEFT SEMI", "LEFT ANTI"})
_BIGQUERY_TABLE_ARGS = _TABLE_ARGS | {"db", "catalog", "version"}
_BIGQUERY_KINDS = _KINDS - {"LEFT SEMI", "LEFT ANTI"}
_UNNEST_ARGS = frozenset({"expressions", "alias", "offset", "explode_array"})


class BaseColumns(Mapping[str, Origins]):
    """The columns of one occurrence of a base table; an origin is made when it is asked for."""

    def __init__(self, table: Table) -> None:
        self._names = {folded(name): None for name in table.columns}
        self._made: dict[str, Origins] = {}
        self.source: Source | None = None

    def __getitem__(self, name: str) -> Origins:
        origins = self._made.get(name)
        if origins is None:
            if name not in self._names or self.source is None:
                raise KeyError(name)
            origins = self._made[name] = frozenset((Origin(self.source, name),))
        return origins

    def __contains__(self, name: object) -> bool:
        return name in self._names

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)


def bind_from(binding: Binding, select: exp.Select, scope: Scope) -> None:
    """Fill the scope's SELECT with the sources and joins of its FROM, its joins and its LATERAL VIEWs."""
    clause = select.args.get("from_")
    if clause is not None:
        _relation(binding, clause.this, scope)
    for join in select.args.get("joins") or ():
        _join(binding, join, scope)
    for lateral in select.args.get("laterals") or ():
        _lateral(binding, lateral, scope)


def _relation(binding: Binding, node: exp.Expression, scope: Scope) -> Source | None:
    """Bind one entry of FROM and what is joined to it inside its own brackets; return the first entry."""
    source = _entry(binding, node, scope)
    for join in node.args.get("joins") or ():
        _join(binding, join, scope)
    for lateral in node.args.get("laterals") or ():
        _lateral(binding, lateral, scope)
    return source


def _entry(binding: Binding, node: exp.Expression, scope: Scope) -> Source | None:
    if isinstance(node, exp.Table):
        check_args(binding, node, _BIGQUERY_TABLE_ARGS if binding.is_bigquery else _TABLE_ARGS)
        return (
            _table(binding, node, scope) if isinstance(node.this, exp.Identifier) else _generator(binding, node, scope)
        )
    if isinstance(node, exp.Subquery) and isinstance(node.unnest(), exp.Table):
        return _bracketed(binding, node, scope)
    if isinstance(node, exp.Subquery):
        check_args(binding, node, _DERIVED_ARGS)
        return _derived(binding, node, scope, scope.parent)
    return _made_of_rows(binding, node, scope)


def _made_of_rows(binding: Binding, node: exp.Expression, scope: Scope) -> Source | None:
    """Bind an entry that is neither table nor query: VALUES, LATERAL, UNNEST."""
    if isinstance(node, exp.Values):
        return _values(binding, node, scope)
    if isinstance(node, exp.Unnest) and binding.is_bigquery:
        return _unnest(binding, node, scope)
    if isinstance(node, exp.Lateral) and not binding.is_bigquery:
        return _lateral(binding, node, scope)
    binding.untraceable(f"{node.key.upper()} in FROM", node)
    return None


def _bracketed(binding: Binding, node: exp.Subquery, scope: Scope) -> Source | None:
    check_args(binding, node, frozenset({"this", "joins"}))  # an alias would hide the names inside
    return _relation(binding, node.this, scope)


def _table(binding: Binding, node: exp.Table, scope: Scope) -> Source:
    name = name_of(node.this)
    path = ".".join(part.name for part in node.parts) if binding.is_bigquery else node.this.name
    alias = name_of(node.args["alias"].this) if node.args.get("alias") else name
    query = scope.tables.get(name) if path == node.this.name else None
    if query is not None:
        label = f"{'cached table' if query.role is Role.CACHED else 'CTE'} '{name}'"
        return _of_query(binding, node, alias or name, query, label, scope)
    table = binding.tables.get(binding.key(path))
    if table is None:
        return _unknown_table(binding, node, path, alias or name, scope)
    _version(binding, node, scope)
    if table.definition is not None and binding.bind_view is not None:
        view = binding.bind_view(binding, table, node)
        return _of_query(binding, node, alias or name, view, f"view '{table.name}'", scope)
    if node.args.get("alias") and node.args["alias"].args.get("columns"):
        binding.untraceable(f"new names for the columns of '{table.name}'", node.args["alias"])
    columns = BaseColumns(table)
    source = columns.source = Source(alias or name, node, columns, table=table)
    return _add(binding, source, scope)


def _version(binding: Binding, node: exp.Table, scope: Scope) -> None:
    """Bind the time of FOR SYSTEM_TIME AS OF, which must be a constant."""
    version = node.args.get("version")
    if version is None:
        return
    if version.find(exp.Column, exp.Query) is not None:
        binding.untraceable("a time that is not a constant", version)
    bind_expression(binding, version.expression, scope, Clause.FROM)


def _unnest(binding: Binding, node: exp.Unnest, scope: Scope) -> Source:
    """Bind UNNEST: its one column comes from the array, which may be of an entry to the left."""
    check_args(binding, node, _UNNEST_ARGS)
    origins = NOTHING.union(*(bind_expression(binding, part, scope, Clause.FROM) for part in node.expressions))
    alias, offset = node.args.get("alias"), node.args.get("offset")
    names = [name_of(column) for column in alias.args.get("columns") or ()] if alias is not None else []
    outputs = [(name, origins) for name in names]
    if offset:
        outputs.append((name_of(offset) if isinstance(offset, exp.Identifier) else "offset", origins))
    return _add(binding, Source("", node, merged_by_name(outputs), outputs=tuple(outputs)), scope)


def _unknown_table(binding: Binding, node: exp.Table, name: str, alias: str, scope: Scope) -> Source:
    known = [table.name for table in binding.tables.values()]
    place, kind = ("this room", "declared") if binding.is_bigquery else ("this collaboration", "associated")
    message = f"table '{name}' does not exist in {place} ({kind}: {listed(known, first=closest(name, known))})"
    message += did_you_mean(name, known)
    binding.report("unknown_table", message, ASSOCIATION_PAGE, node.this)
    source = Source(alias, node, {})
    binding.unresolved.add(id(source))
    return _add(binding, source, scope)


def _derived(binding: Binding, node: exp.Subquery, scope: Scope, visible: Scope | None) -> Source:
    alias = name_of(node.args["alias"].this) if node.args.get("alias") else ""
    query = binding.bind_query(binding, node, Role.DERIVED, alias, visible, scope.tables)
    query.parent = scope.select
    return _of_query(binding, node, alias, query, _derived_label(alias), scope)


def _derived_label(alias: str) -> str:
    return f"derived table '{alias}'" if alias else "a derived table"


def _of_query(binding: Binding, node: exp.Expression, alias: str, query: Query, label: str, scope: Scope) -> Source:
    binding.spend(sum(1 + len(origins) for _, origins in query.outputs))
    outputs = [(name, through(label, origins)) for name, origins in query.outputs]
    return _add(binding, _named(binding, node, alias, outputs, query), scope)


def _named(
    binding: Binding, node: exp.Expression, alias: str, outputs: list[tuple[str, Origins]], query: Query | None
) -> Source:
    """Make a source of *outputs*, renamed by the column list of its alias, if it has one."""
    outputs = renamed(binding, node, outputs, known=query is None or id(query) not in binding.unresolved)
    source = Source(alias, node, merged_by_name(outputs), query=query, outputs=tuple(outputs))
    if query is not None and id(query) in binding.unresolved:
        binding.unresolved.add(id(source))
    return source


def renamed(
    binding: Binding, node: exp.Expression, outputs: list[tuple[str, Origins]], *, known: bool = True
) -> list[tuple[str, Origins]]:
    """Apply `alias(a, b)` of *node* to *outputs*; report a list of another length (unless they are not *known*)."""
    alias = node.args.get("alias")
    names = [name_of(column) for column in alias.args.get("columns") or ()] if isinstance(alias, exp.TableAlias) else []
    if not names:
        return outputs
    if known and len(names) != len(outputs):
        message = f"the alias names {len(names)} columns, but there are {len(outputs)}"
        binding.report("column_count_differs", message, FROM_PAGE, alias, Basis.DERIVED)
    return [(name, origins) for name, (_, origins) in zip(names, outputs, strict=False)]


def merged_by_name(outputs: list[tuple[str, Origins]]) -> dict[str, Origins]:
    """Return *outputs* by name; a name that repeats has the origins of all its columns, "" is left out."""
    columns: dict[str, Origins] = {}
    for name, origins in outputs:
        if name:
            columns[name] = columns[name] | origins if name in columns else origins
    return columns


def _values(binding: Binding, node: exp.Values, scope: Scope) -> Source:
    outputs = bind_values(binding, node, scope)
    alias = node.args.get("alias")
    return _add(binding, _named(binding, node, name_of(alias.this) if alias else "", outputs, None), scope)


def bind_values(binding: Binding, node: exp.Values, scope: Scope) -> list[tuple[str, Origins]]:
    """Bind the rows of VALUES; return its columns, which Spark calls col1, col2, ..."""
    check_args(binding, node, frozenset({"expressions", "alias"}))
    rows = [row.expressions if isinstance(row, exp.Tuple) else [row] for row in node.expressions]
    width = len(rows[0]) if rows else 0
    found = [NOTHING] * width
    for row in rows:
        if len(row) != width:
            binding.report(
                "column_count_differs", "the rows of VALUES differ in length", FROM_PAGE, node, Basis.DERIVED
            )
        for position, value in enumerate(row[:width]):
            found[position] |= bind_expression(binding, value, scope, Clause.FROM)
    return [(f"col{position + 1}", origins) for position, origins in enumerate(found)]


def _generator(binding: Binding, node: exp.Expression, scope: Scope) -> Source | None:
    """Bind `explode(x) AS t(a, b)` and its like: each column it makes comes from all its arguments."""
    function = node.this
    name = function.name if isinstance(function, exp.Anonymous) else function.key
    if folded(name).replace("_", "") not in {known.replace("_", "") for known in ROW_GENERATORS}:
        binding.untraceable(f"the table function {name.upper()}", node)
        return None
    origins = bind_expression(binding, function, scope, Clause.FROM)
    alias = node.args.get("alias")
    columns = [name_of(column) for column in alias.args.get("columns") or ()] if alias else []
    if not columns:
        binding.untraceable(f"{name.upper()} without names for its columns", node)
    outputs = [(column, origins) for column in columns]
    table = name_of(alias.this) if alias else ""
    return _add(binding, Source(table, node, merged_by_name(outputs), outputs=tuple(outputs)), scope)


def _lateral(binding: Binding, node: exp.Lateral, scope: Scope) -> Source | None:
    check_args(binding, node, _LATERAL_ARGS)
    if isinstance(node.this, exp.Subquery):
        alias = name_of(node.args["alias"].this) if node.args.get("alias") else ""
        query = binding.bind_query(binding, node.this, Role.DERIVED, alias, scope, scope.tables)
        return _of_query(binding, node, alias, query, _derived_label(alias), scope)
    if isinstance(node.this, exp.Func):
        return _generator(binding, node, scope)
    binding.untraceable("LATERAL", node)
    return None


def _add(binding: Binding, source: Source, scope: Scope) -> Source:
    sources = scope.select.sources
    binding.spend(1 + len(sources))
    key = source.alias or f"\0{len(sources)}"  # no name that a query could write
    if key in sources:
        message = f"two entries of FROM are called '{key}'; give each an alias of its own"
        binding.report("name_used_twice", message, FROM_PAGE, source.node, Basis.ASSUMED)
        key = f"\0{len(sources)}"
    sources[key] = source
    return source


def _join(binding: Binding, node: exp.Join, scope: Scope) -> None:
    check_args(binding, node, _JOIN_ARGS)
    first = len(scope.select.sources)
    kind = _kind(binding, node)
    kinds, methods = (_BIGQUERY_KINDS, ("",)) if binding.is_bigquery else (_KINDS, ("", "NATURAL"))
    if kind not in kinds or node.method not in methods:
        binding.untraceable(f"{node.method} {kind} JOIN".strip(), node)
    source = _relation(binding, node.this, scope)
    if source is None:
        return
    join = Join(node, kind, source, node.args.get("on"), natural=node.method == "NATURAL")
    scope.select.joins.append(join)
    if join.condition is not None:
        bind_expression(binding, join.condition, scope, Clause.JOIN)
    after = list(islice(scope.select.sources.values(), first, None))
    if join.natural or node.args.get("using"):
        before = [each for each in islice(scope.select.sources.values(), first) if id(each) not in scope.hidden]
        _merge(binding, join, scope, before, after)
    if kind in ("LEFT SEMI", "LEFT ANTI"):
        scope.hidden.update(id(each) for each in after)


def _kind(binding: Binding, node: exp.Join) -> str:
    side, kind = (node.side or "").upper(), (node.kind or "").upper()
    if kind in ("", "CROSS") and not (side or node.method) and _is_comma(binding, node):
        return "COMMA"
    if kind in ("", "OUTER"):
        return side or kind or "INNER"
    if kind in ("SEMI", "ANTI"):
        return f"{side or 'LEFT'} {kind}"
    return f"{side} {kind}".strip()


def _is_comma(binding: Binding, node: exp.Join) -> bool:
    """Tell `FROM a, b` from `FROM a CROSS JOIN b`, which sqlglot does not: look at the text before the entry."""
    place = binding.script.span(node.this)
    if place is None:
        return False
    for token in reversed(binding.tokens_before(place.start)):
        if token.token_type in (TokenType.COMMA, TokenType.JOIN):
            return token.token_type is TokenType.COMMA
    return False


def _merge(binding: Binding, join: Join, scope: Scope, before: list[Source], after: list[Source]) -> None:
    """Make one column of each name in USING, or of each common name of a NATURAL join."""
    using = join.node.args.get("using") or ()
    for part in using:
        if not isinstance(part, exp.Identifier):
            binding.untraceable("an expression in USING", part)
    nodes = {name_of(part): part for part in using}
    if join.natural:
        right = {name for source in after for name in source.columns}
        nodes |= {name: join.node for source in before for name in source.columns if name in right}
    join.using = tuple(nodes)
    for name, node in nodes.items():
        sides = [_holder(binding, node, name, side, scope) for side in (before, after)]
        if None in sides:
            continue
        group = [source for side in sides for source in side or ()]
        if join.kind not in ("LEFT SEMI", "LEFT ANTI"):
            scope.merged[name] = group
        for source in group:
            binding.keep(ColumnUse(node, Clause.JOIN, scope.select, source, name, source.columns[name]))
    # `*` shows the columns of the last join first, those of one join in the order of USING.
    for name in reversed(join.using):
        if name in scope.merged:
            scope.merged[name] = scope.merged.pop(name)


def _holder(binding: Binding, node: exp.Expression, name: str, side: list[Source], scope: Scope) -> list[Source] | None:
    """Return the sources of one side of a join that hold its column *name*: one, or those merged before."""
    holders = [source for source in side if name in source.columns]
    merged = scope.merged.get(name, [])
    rest = [source for source in holders if source not in merged]
    if len(rest) + any(source in merged for source in holders) > 1:
        binding.report(
            "ambiguous_column", f"column '{name}' of USING is in several tables of one side", JOIN_PAGE, node
        )
        return None
    if not holders:
        if not any(id(source) in binding.unresolved for source in side):
            binding.report("unknown_column", f"column '{name}' of USING is not in both tables", JOIN_PAGE, node)
        return None
    return holders
