"""Finding the user behind every row, through joins and CTEs.

Noise protects a user only if each row of the query depends on the rows of one user. A block is *at user level* when

* every two protected relations in it are joined by equality of their user identifiers;
* it does not fold rows of different users: it groups by the user identifier, and its windows are partitioned by it;
* it hands the bare identifier up, at the same place in every branch of a set operation;
* it has no LIMIT, DISTINCT ON or TABLESAMPLE, whose choice of rows depends on other users;
* it has no relation that only chooses rows (LEFT SEMI, LEFT ANTI) and is the only protected one.

The analysis rule's checks demand the same; it is verified again here because a mistake would not be seen in the answer.

Source: userguide/dp-sql-capabilities; reference "aggregations stay at user level".
"""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from declarations.naming import listed
from simulator.execution.errors import NotEnforceableError
from simulator.execution.query_shape import is_aggregated, own_nodes, refuse_grouping_sets
from simulator.request import Table
from simulator.sql.enclosing import enclosing
from simulator.sql.identifier_types import identifier_types
from simulator.sql.resolved import ColumnUse, Join, Query, Script, Select, Source
from simulator.sql.tracing import reads, shows_field
from simulator.sql.windows import partition_of
from simulator.table_rules import is_private, user_identifier


def protected_tables(script: Script) -> Iterator[Table]:
    """Yield the tables under differential privacy that the script reads."""
    return (table for table in script.tables().values() if is_private(table))


def user_columns(script: Script, select: Select) -> dict[str, str]:
    """Return, for every protected relation in the block's FROM, alias to name of its user identifier column.

    Raises:
        NotEnforceableError: The block, or one below it, is not at user level.
    """
    return _user_columns(script, select, {})


Known = dict[int, int | None]
"""Identity of a query to what `_handed_up` found: a CTE that is used twice is looked at once."""


def _user_columns(script: Script, select: Select, known: Known) -> dict[str, str]:
    columns = ((alias, _user_column(script, source, known)) for alias, source in select.sources.items())
    users = {alias: name for alias, name in columns if name}
    hidden = {join.source.alias for join in select.joins if "SEMI" in join.kind or "ANTI" in join.kind}
    _refuse_protected_subqueries(select)
    if not users:
        return {}
    if hidden >= users.keys():
        raise NotEnforceableError(
            "LEFT SEMI and LEFT ANTI JOIN with a table under differential privacy choose rows that belong to no user; "
            "write an INNER JOIN and keep the user identifier"
        )
    _refuse_choices_among_users(select.node)
    refuse_grouping_sets(select.node)
    if select.node.args.get("laterals") or select.node.args.get("pivots"):
        raise NotEnforceableError("LATERAL and PIVOT over a table under differential privacy cannot be enforced")
    for source in select.sources.values():
        if source.table is None and source.query is None and any(source.columns.values()):
            raise NotEnforceableError(f"the columns of {source.alias!r} cannot be traced to one user")
    earlier = [alias for alias in users if all(join.source.alias != alias for join in select.joins)]
    for join in select.joins:
        if join.source.alias in users:
            _check_join(script, join, users, earlier)
            earlier.append(join.source.alias)
    return {alias: name for alias, name in users.items() if alias not in hidden}


def _refuse_choices_among_users(node: exp.Select) -> None:
    distinct = node.args.get("distinct")
    if distinct is not None and distinct.args.get("on"):
        raise NotEnforceableError("DISTINCT ON over a table under differential privacy cannot be enforced")
    if node.find(exp.TableSample):
        raise NotEnforceableError("TABLESAMPLE over a table under differential privacy cannot be enforced")


def _user_column(script: Script, source: Source, known: Known) -> str | None:
    if source.table is not None:
        return user_identifier(source.table)
    place = _handed_up(script, source.query, known) if source.query is not None else None
    if source.query is None or place is None:
        return None
    names = list(source.columns)
    if len(names) != len(source.query.selects[0].projections):
        raise NotEnforceableError(f"{source.alias!r} has several columns of one name; name each column differently")
    return names[place]


def _handed_up(script: Script, query: Query, known: Known) -> int | None:
    """Position of the output column that holds the bare user identifier; None when no user is behind the rows."""
    if id(query) not in known:
        known[id(query)] = _find_handed_up(script, query, known)
    return known[id(query)]


def _find_handed_up(script: Script, query: Query, known: Known) -> int | None:
    places: list[set[int]] = []
    is_protected = False
    for select in query.selects:
        users = _user_columns(script, select, known)
        if users:
            is_protected = True
            _check_user_level(script, select, users)
        places.append({index for index, item in enumerate(select.projections) if _is_user(item.use, users)})
    if not is_protected:
        return None
    common = set.intersection(*places)
    if not common:
        what = f"{query.role.value.upper()} {query.name!r}" if query.name else "a nested query"
        raise NotEnforceableError(
            f"{what} reads a table under differential privacy, but does not select its user identifier"
        )
    place = min(common)
    uses = [select.projections[place].use for select in query.selects]
    _refuse_unlike([use for use in uses if use is not None])
    return place


def _check_user_level(script: Script, select: Select, users: dict[str, str]) -> None:
    node = select.node
    if any(each.args.get("limit") or each.args.get("offset") for each in enclosing(select)):
        raise NotEnforceableError("LIMIT in a nested query over a table under differential privacy cannot be enforced")
    if is_aggregated(node):
        group = node.args.get("group")
        keys = [_grouped_use(script, select, key) for key in (group.expressions if group else ())]
        if not any(_is_user(use, users) for use in keys):
            raise NotEnforceableError("a nested query folds rows of several users; group by the user identifier")
    for part in own_nodes(node):
        if isinstance(part, exp.Window):
            keys = [script.use(key) for key in partition_of(node, part) if isinstance(key, exp.Column)]
            if not any(_is_user(use, users) for use in keys):
                raise NotEnforceableError("a window function sees several users; partition it by the user identifier")


def _grouped_use(script: Script, select: Select, key: exp.Expr) -> ColumnUse | None:
    if isinstance(key, exp.Literal) and key.is_int and 1 <= int(key.name) <= len(select.projections):
        return select.projections[int(key.name) - 1].use
    use = script.use(key) if isinstance(key, exp.Column) else None
    return use.projection.use if use is not None and use.projection is not None else use


def _is_user(use: ColumnUse | None, users: dict[str, str]) -> bool:
    if use is None or use.source is None or use.correlated or shows_field(use):
        return False
    return users.get(use.source.alias) == use.name


def _check_join(script: Script, join: Join, users: dict[str, str], earlier: list[str]) -> None:
    if not earlier:
        return
    for condition in _conjuncts(join.condition):
        if isinstance(condition, exp.EQ):
            sides = [
                script.use(side) if isinstance(side, exp.Column) else None
                for side in (condition.this, condition.expression)
            ]
            matched = [use for use in sides if use is not None and use.source is not None and _is_user(use, users)]
            aliases = {use.source.alias for use in matched if use.source is not None}
            if join.source.alias in aliases and aliases & set(earlier):
                _refuse_unlike(matched)
                return
    raise NotEnforceableError(
        f"{join.source.alias!r} is joined with another relation under differential privacy, but not by equality of "
        "the user identifiers; write ON a.user = b.user"
    )


def _refuse_unlike(uses: list[ColumnUse]) -> None:
    """Refuse user identifiers of several types where they meet: equal ones need not be one user."""
    types = {kind: declared for use in uses for kind, declared in identifier_types(use).items()}
    if len(types) > 1:
        raise NotEnforceableError(
            f"user identifiers of several types meet: {listed(types.values())}; equal ones need not be one user"
        )


def _conjuncts(condition: exp.Expr | None) -> Iterator[exp.Expr]:
    if isinstance(condition, exp.And):
        yield from _conjuncts(condition.this)
        yield from _conjuncts(condition.expression)
    elif isinstance(condition, exp.Paren):
        yield from _conjuncts(condition.this)
    elif condition is not None:
        yield condition


def _refuse_protected_subqueries(select: Select) -> None:
    for query in select.subqueries:
        if reads(query, is_private):
            raise NotEnforceableError(
                "a subquery in an expression reads a table under differential privacy; put it into FROM"
            )
