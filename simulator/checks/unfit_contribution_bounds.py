"""Contribution bounds that the aggregate does not take, or takes and does not get."""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from declarations.bigquery.privacy_policy import PolicyKind
from simulator.checks.context import QueryContext
from simulator.checks.privacy_units import AGGREGATES, AGGREGATES_PAGE, name_of_call
from simulator.sql.clause_options import as_number
from simulator.sql.private_clauses import BOUNDS_PER_GROUP, BOUNDS_PER_ROW
from simulator.sql.resolved import Select
from simulator.verdict import Basis, Finding

_PERCENTILE = "PERCENTILE_CONT"


def unfit_contribution_bounds(context: QueryContext) -> Iterator[Finding]:
    """Contribution bounds by the wrong name, outside DIFFERENTIAL_PRIVACY, upside down, or missing.

    AVG, COUNT and SUM take contribution_bounds_per_group; PERCENTILE_CONT needs contribution_bounds_per_row, and a
    percentile from 0 to 1.

    Why: The bounds are the most that one person, or one row, can add; noise is scaled to them.
    Avoid: `SELECT WITH DIFFERENTIAL_PRIVACY city, PERCENTILE_CONT(spend, 0.5, contribution_bounds_per_group => (0, 9))
        AS x FROM shop.V GROUP BY city`
    Prefer: `SELECT WITH DIFFERENTIAL_PRIVACY city, PERCENTILE_CONT(spend, 0.5, contribution_bounds_per_row => (0, 9))
        AS x FROM shop.V GROUP BY city`
    Source: https://docs.cloud.google.com/bigquery/docs/reference/standard-sql/aggregate-dp-functions
    """
    for select in context.script.selects:
        for node in select.node.find_all(exp.Func):
            if node.parent_select is select.node and isinstance(node, exp.Expression):
                for message, text in _objections(context, select, node):
                    yield from context.deny(
                        unfit_contribution_bounds,
                        message,
                        AGGREGATES_PAGE,
                        at=node,
                        basis=Basis.DERIVED,
                        service_message=text,
                    )


def _objections(context: QueryContext, select: Select, node: exp.Expression) -> Iterator[tuple[str, str | None]]:
    clause, bounds, name = context.script.clause(select), context.script.bounds(node), name_of_call(node)
    is_private = clause is not None and clause.kind is PolicyKind.DIFFERENTIAL_PRIVACY
    if bounds is not None and not is_private:
        yield f"{bounds.name} is an argument of queries WITH DIFFERENTIAL_PRIVACY only", None
    if not is_private or name not in AGGREGATES[PolicyKind.DIFFERENTIAL_PRIVACY]:
        return
    wanted = BOUNDS_PER_ROW if name == _PERCENTILE else BOUNDS_PER_GROUP
    if bounds is not None and bounds.name != wanted:
        yield f"{name} takes {wanted}; found {bounds.name}", None
    if bounds is None and name == _PERCENTILE:
        yield f"{name} needs {wanted} => (lower, upper)", None
    if bounds is not None and _are_upside_down(bounds.lower, bounds.upper):
        yield (
            f"the lower bound {bounds.lower} is above the upper bound {bounds.upper}",
            "Lower bound cannot be greater than upper bound.",
        )
    if name == _PERCENTILE and not _is_percentile(node):
        yield (
            f"the second argument of {name} must be a number from 0 to 1",
            "Argument 2 to PERCENTILE_CONT must be between 0 and 1",
        )


def _are_upside_down(lower: str, upper: str) -> bool:
    least, most = as_number(lower), as_number(upper)
    return least is None or most is None or least > most


def _is_percentile(node: exp.Expression) -> bool:
    value = node.args.get("expression")
    number = as_number(value.name) if isinstance(value, exp.Literal) and not value.is_string else None
    return number is not None and 0 <= number <= 1
