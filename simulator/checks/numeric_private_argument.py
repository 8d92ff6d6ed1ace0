"""A NUMERIC value in a noisy aggregate."""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from declarations.bigquery.column_types import DECIMALS, base_type
from declarations.bigquery.privacy_policy import PolicyKind
from simulator.checks.context import QueryContext
from simulator.checks.privacy_units import AGGREGATES, AGGREGATES_PAGE, clause_selects, name_of_call, own_parts
from simulator.verdict import Finding

_ARITHMETIC = (exp.Binary, exp.Unary, exp.Paren, exp.Distinct, exp.Round, exp.Abs, exp.Coalesce, exp.If, exp.Case)


def numeric_private_argument(context: QueryContext) -> Iterator[Finding]:
    """NUMERIC or BIGNUMERIC in AVG, SUM or PERCENTILE_CONT under DIFFERENTIAL_PRIVACY.

    Why: Under the clause these functions do not take the two decimal types; a cast to FLOAT64 gives a type that they
        take.
    Avoid: `SELECT WITH DIFFERENTIAL_PRIVACY city, SUM(CAST(spend AS NUMERIC)) AS x FROM shop.V GROUP BY city`
    Prefer: `SELECT WITH DIFFERENTIAL_PRIVACY city, SUM(CAST(spend AS FLOAT64)) AS x FROM shop.V GROUP BY city`
    Source: https://docs.cloud.google.com/bigquery/docs/reference/standard-sql/aggregate-dp-functions
    """
    for select, clause in clause_selects(context):
        if clause.kind is not PolicyKind.DIFFERENTIAL_PRIVACY:
            continue
        for node in own_parts(select, exp.AggFunc):
            name = name_of_call(node)
            if name in AGGREGATES[clause.kind] and name != "COUNT" and _is_numeric(context, node.this):
                message = f"{name} takes no NUMERIC or BIGNUMERIC under DIFFERENTIAL_PRIVACY; cast it to FLOAT64"
                yield from context.deny(numeric_private_argument, message, AGGREGATES_PAGE, at=node)


def _is_numeric(context: QueryContext, node: exp.Expr) -> bool:
    """Tell whether the value of *node* is NUMERIC, as far as the query and the tables' columns tell."""
    if isinstance(node, exp.Cast):
        return base_type(node.to.sql("bigquery")) in DECIMALS
    if isinstance(node, exp.Column):
        use = context.script.use(node)
        types = {origin.table.columns.get(origin.column, "") for origin in use.origins} if use is not None else set()
        return any(base_type(column_type) in DECIMALS for column_type in types)
    return isinstance(node, _ARITHMETIC) and any(_is_numeric(context, part) for part in node.iter_expressions())
