"""Where privacy units flow in a BigQuery query: the vocabulary of the checks on its privacy clauses.

A relation *has units* while its rows belong to privacy units: a view under a threshold or differential privacy, and
whatever is selected from one. A SELECT with a privacy clause *releases*: what it puts out has no units any more.

What AWS calls private is another idea: `private_relations`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from sqlglot import exp

from declarations.bigquery.privacy_policy import DifferentialPrivacyPolicy, PolicyKind, PrivacyPolicy
from simulator.checks.context import QueryContext
from simulator.pages import BIGQUERY_GUIDE, GOOGLE_SQL
from simulator.request import Table
from simulator.sql.private_clauses import PrivateClause
from simulator.sql.resolved import Clause, ColumnUse, Query, Select, Source
from simulator.sql.tracing import fields_of

RULES_PAGE = f"{BIGQUERY_GUIDE}/analysis-rules"
CLAUSE_PAGES = {
    PolicyKind.AGGREGATION_THRESHOLD: f"{GOOGLE_SQL}/query-syntax#agg_threshold_clause",
    PolicyKind.DIFFERENTIAL_PRIVACY: f"{GOOGLE_SQL}/query-syntax#dp_clause",
}
FROM_PAGE = f"{GOOGLE_SQL}/query-syntax#dp_from_rules"
AGGREGATES_PAGE = f"{GOOGLE_SQL}/aggregate-dp-functions"

AGGREGATES = {
    PolicyKind.AGGREGATION_THRESHOLD: (
        *("APPROX_COUNT_DISTINCT", "AVG", "COUNT", "COUNTIF", "COVAR_POP", "COVAR_SAMP", "LOGICAL_AND", "LOGICAL_OR"),
        *("STDDEV_POP", "STDDEV_SAMP", "SUM", "VAR_POP", "VAR_SAMP"),
    ),
    PolicyKind.DIFFERENTIAL_PRIVACY: ("AVG", "COUNT", "PERCENTILE_CONT", "SUM"),
}
"""The aggregate functions that each clause takes."""

DEFAULT_MAX_GROUPS = 1
"""max_groups_contributed of a query that states none on data whose policy states none."""

_CLAUSES = {
    "where": Clause.WHERE,
    "joins": Clause.JOIN,
    "from_": Clause.FROM,
    "having": Clause.HAVING,
    "qualify": Clause.QUALIFY,
}
_OUTPUT = (Clause.SELECT, Clause.GROUP_BY, Clause.HAVING, Clause.QUALIFY, Clause.WINDOW, Clause.ORDER_BY)


def unit_of(table: Table) -> str | None:
    """Return the privacy unit column of a protected view, in lower case and with dots; None for other tables."""
    unit = table.protected_view.policy.privacy_unit_column if table.protected_view is not None else None
    return unit.lower() if unit is not None else None


def holds_unit(table: Table, path: tuple[str, ...]) -> bool:
    """Tell whether *path*, a column with fields of a STRUCT behind it, is the privacy unit, in it or around it."""
    unit = (unit_of(table) or "").split(".")
    return all(own == named for own, named in zip(path, unit, strict=False))


def policy_of(table: Table) -> PrivacyPolicy:
    """Return the policy of a protected view."""
    assert table.protected_view is not None  # noqa: S101 - asked of protected views only
    return table.protected_view.policy


def source_has_units(context: QueryContext, source: Source) -> bool:
    """Tell whether the rows of a FROM entry belong to privacy units."""
    if source.table is not None:
        return unit_of(source.table) is not None
    return source.query is not None and query_has_units(context, source.query)


def query_has_units(context: QueryContext, query: Query) -> bool:
    """Tell whether the rows that *query* puts out belong to privacy units."""
    known = context.known.queries_with_units
    if id(query) not in known:
        known[id(query)] = False  # a query cannot read itself
        known[id(query)] = any(
            context.script.clause(select) is None and reads_units(context, select) for select in query.selects
        )
    return known[id(query)]


def reads_units(context: QueryContext, select: Select) -> bool:
    """Tell whether the FROM clause of *select* has a relation with units."""
    return any(source_has_units(context, source) for source in select.sources.values())


def views_behind(context: QueryContext, source: Source) -> tuple[Table, ...]:
    """Return the protected views whose units the rows of a FROM entry belong to, each once, in the order of FROM."""
    if source.table is not None:
        return (source.table,) if unit_of(source.table) is not None else ()
    known = context.known.views_behind
    query = source.query
    if query is None:
        return ()
    if id(query) not in known:
        known[id(query)] = ()
        inner = (select for select in query.selects if context.script.clause(select) is None)
        known[id(query)] = _each_once(table for select in inner for table in views_of(context, select))
    return known[id(query)]


def views_of(context: QueryContext, select: Select) -> tuple[Table, ...]:
    """Return the protected views that feed *select*, each once, in the order of FROM."""
    return _each_once(table for source in select.sources.values() for table in views_behind(context, source))


def _each_once(tables: Iterable[Table]) -> tuple[Table, ...]:
    return tuple({id(table): table for table in tables}.values())


def touches_unit(context: QueryContext, use: ColumnUse) -> bool:
    """Tell whether the value of *use* is computed from the privacy unit of a row that still has one.

    UNNEST of an array hands on what the array is computed from. Beside a unit that is a field of a STRUCT, the other
    fields of the view's column are other values.
    """
    if use.source is not None and use.source.query is not None and not source_has_units(context, use.source):
        return False
    fields = fields_of(use) if use.source is not None and use.source.table is not None else ()
    return any(holds_unit(origin.table, (origin.column, *fields)) for origin in use.origins)


def consumers(context: QueryContext, query: Query) -> list[tuple[Select, Source]]:
    """Return the FROM entries that stand for *query*, each with the SELECT it is in."""
    found = context.known.consumers
    if found is None:
        found = context.known.consumers = {}
        for select in context.script.selects:
            for source in select.sources.values():
                if source.query is not None:
                    found.setdefault(id(source.query), []).append((select, source))
    return found.get(id(query), [])


def is_under_clause(context: QueryContext, select: Select) -> bool:
    """Tell whether *select* has a privacy clause, or feeds nothing but SELECTs that have one."""
    known = context.known.under_clause
    if id(select) not in known:
        known[id(select)] = False
        users = consumers(context, select.query)
        has_clause = context.script.clause(select) is not None
        known[id(select)] = has_clause or (bool(users) and all(is_under_clause(context, user) for user, _ in users))
    return known[id(select)]


def is_inside_clause(context: QueryContext, select: Select | None) -> bool:
    """Tell whether *select*, or a SELECT around it, belongs to a query with a privacy clause."""
    while select is not None:
        if is_under_clause(context, select):
            return True
        select = select.query.parent
    return False


def clause_selects(context: QueryContext) -> Iterator[tuple[Select, PrivateClause]]:
    """Yield every SELECT with a privacy clause."""
    for select in context.script.selects:
        clause = context.script.clause(select)
        if clause is not None:
            yield select, clause


def unit_selects(context: QueryContext) -> Iterator[tuple[Select, PolicyKind]]:
    """Yield every SELECT that reads units and ends in a privacy clause, with the kind of rule of its views."""
    for select in context.script.selects:
        if reads_units(context, select) and is_under_clause(context, select):
            yield select, policy_of(views_of(context, select)[0]).kind


def own_parts(select: Select, *types: type[exp.Expr]) -> Iterator[exp.Expression]:
    """Yield the nodes of *types* in the items, HAVING, QUALIFY and ORDER BY of *select*, nested queries left out."""
    clauses = ("having", "qualify", "order")
    roots = [*select.node.expressions, *(select.node.args.get(name) for name in clauses)]
    for root in roots:
        if root is not None:
            for node in root.find_all(*types):
                if isinstance(node, exp.Expression) and node.parent_select is select.node:
                    yield node


def name_of_call(node: exp.Expr) -> str:
    """Return the upper-case name of a function as GoogleSQL knows it."""
    name = node.meta.get("bigquery_name") or (node.name if isinstance(node, exp.Anonymous) else node.key)
    return str(name).upper()


def is_in_aggregate(node: exp.Expr, select: Select) -> bool:
    """Tell whether *node* is inside an aggregate of *select*."""
    inner: exp.Expr | None = node.parent
    while inner is not None and inner is not select.node:
        if isinstance(inner, exp.AggFunc) and inner.parent_select is select.node:
            return True
        inner = inner.parent
    return False


def uses_by_clause(context: QueryContext, select: Select) -> Iterator[tuple[ColumnUse, Clause]]:
    """Yield every column of the FROM entries of *select* with the clause it is used in, subqueries included."""
    yield from ((use, use.clause) for use in select.uses)
    for inner in context.script.selects:
        for use in inner.uses if inner is not select else ():
            if use.correlated and use.source in select.sources.values():
                yield use, _CLAUSES.get(_clause_around(use.node, select) or "", Clause.SELECT)


def _clause_around(node: exp.Expr, select: Select) -> str | None:
    """Return the part of *select* that *node*, inside a subquery, stands in."""
    inner = node
    while inner.parent is not None and inner.parent is not select.node:
        inner = inner.parent
    return inner.arg_key


def output_uses(context: QueryContext, select: Select) -> Iterator[ColumnUse]:
    """Yield every column of *select* that its rows show or are grouped or sorted by, outside aggregates."""
    for use, clause in uses_by_clause(context, select):
        if clause in _OUTPUT and use.projection is None and not is_in_aggregate(use.node, select):
            yield use


@dataclass(frozen=True, slots=True)
class PrivateTerms:
    """What a SELECT with a privacy clause asks for, the policies of its views included: what the run needs.

    Attributes:
        select: The SELECT.
        clause: Its clause.
        views: The protected views that feed it; none when the unit is stated for ordinary tables.
        threshold: Fewest units behind an output row; None under differential privacy.
        epsilon: ε of the query; None under a threshold.
        delta: δ by which groups are chosen; None under a threshold.
        max_groups: Most groups that one unit counts in; None for no limit.
    """

    select: Select
    clause: PrivateClause
    views: tuple[Table, ...]
    threshold: int | None = None
    epsilon: float | None = None
    delta: float | None = None
    max_groups: int | None = None


def private_terms(context: QueryContext) -> tuple[PrivateTerms, ...]:
    """Return the terms of every SELECT with a privacy clause, in the order of the script; of allowed queries only."""
    return tuple(_terms(context, select, clause) for select, clause in clause_selects(context))


def _terms(context: QueryContext, select: Select, clause: PrivateClause) -> PrivateTerms:
    views = views_of(context, select)
    if clause.kind is PolicyKind.AGGREGATION_THRESHOLD:
        asked = number(clause, "threshold")
        least = [policy.threshold for view in views if (policy := policy_of(view).aggregation_threshold_policy)]
        return PrivateTerms(
            select, clause, views, threshold=max([*least, *([int(asked)] if asked is not None else [])])
        )
    policies = private_policies(views)
    delta = number(clause, "delta")
    deltas = [*(policy.delta_per_query for policy in policies), *([] if delta is None else [delta])]
    return PrivateTerms(
        select,
        clause,
        views,
        epsilon=epsilon_of(clause, policies),
        delta=min(deltas, default=None),
        max_groups=_max_groups(clause, policies),
    )


def private_policies(views: Iterable[Table]) -> list[DifferentialPrivacyPolicy]:
    """Return the policies of *views* that ask for differential privacy."""
    return [private for view in views if (private := policy_of(view).differential_privacy_policy)]


def epsilon_of(clause: PrivateClause, policies: Sequence[DifferentialPrivacyPolicy]) -> float | None:
    """Return the ε of a SELECT over views with *policies*: the one it states, or else the most that all of them allow.

    None: it states none, and there is no policy.
    """
    asked = number(clause, "epsilon")
    return min((policy.max_epsilon_per_query for policy in policies), default=None) if asked is None else asked


def _max_groups(clause: PrivateClause, policies: Sequence[DifferentialPrivacyPolicy]) -> int | None:
    """Return the least of what the query and the policies state; NULL states no limit."""
    stated, asked = clause.option("max_groups_contributed"), number(clause, "max_groups_contributed")
    limits = [policy.max_groups_contributed for policy in policies if policy.max_groups_contributed is not None]
    if asked is not None:
        limits.append(int(asked))
    return min(limits, default=DEFAULT_MAX_GROUPS if stated is None else None)


def number(clause: PrivateClause, name: str) -> float | None:
    """Return the number that option *name* states; None when it states none."""
    option = clause.option(name)
    return option.number if option is not None else None
