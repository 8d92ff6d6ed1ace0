"""Two protected relations joined on anything but the privacy unit."""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from simulator.checks.context import QueryContext
from simulator.checks.privacy_units import FROM_PAGE, source_has_units, unit_of, unit_selects
from simulator.checks.proven_units import shows_unit, unit_columns
from simulator.sql.conditions import conjuncts
from simulator.sql.resolved import Join, Source
from simulator.sql.tracing import column_use, sides
from simulator.verdict import Basis, Finding


def join_without_privacy_unit(context: QueryContext) -> Iterator[Finding]:
    """A join of two private relations without an equality of their privacy units that every row meets.

    It stands at the top of ON, under AND, or in USING; an OR, a function or a WHERE after a comma does not count.

    Why: Otherwise one row would stand for two people at once, and neither a threshold nor noise could be counted per
        person.
    Avoid: `SELECT WITH AGGREGATION_THRESHOLD COUNT(*) AS n FROM shop.V v JOIN shop.M m ON v.city = m.city`
    Prefer: `SELECT WITH AGGREGATION_THRESHOLD COUNT(*) AS n FROM shop.V v JOIN shop.M m ON v.visitor_id = m.visitor_id`
    Source: https://docs.cloud.google.com/bigquery/docs/reference/standard-sql/query-syntax#dp_from_rules
    """
    for select, _ in unit_selects(context):
        for join in select.joins:
            left, right = ([each for each in side if source_has_units(context, each)] for side in sides(select, join))
            if not left or not right or _is_on_units(context, join, left, right):
                continue
            pair = " = ".join(_unit(context, side[-1 if side is left else 0]) for side in (left, right))
            text = (
                "Joins between tables containing private data must also explicitly join on the user id column in each "
                f"table, add 'AND {pair.replace(' ', '')}' to the join ON expression"
            )
            yield from context.deny(
                join_without_privacy_unit,
                f"two protected relations are joined without their privacy units; add {pair} to ON",
                FROM_PAGE,
                at=join.source.node,
                basis=Basis.DERIVED,
                service_message=text if join.condition is not None else None,
            )


def _unit(context: QueryContext, source: Source) -> str:
    unit = unit_of(source.table) if source.table is not None else next(iter(unit_columns(context, source)), None)
    return f"{source.alias}.{unit or '?'}"


def _is_on_units(context: QueryContext, join: Join, left: list[Source], right: list[Source]) -> bool:
    for name in join.using:
        if all(any(name in unit_columns(context, source) for source in side) for side in (left, right)):
            return True
    equalities = [part for part in conjuncts(join.condition, as_written=True) if isinstance(part, exp.EQ)]
    return any(_is_unit_equality(context, part, left, right) for part in equalities)


def _is_unit_equality(context: QueryContext, part: exp.EQ, left: list[Source], right: list[Source]) -> bool:
    uses = [column_use(context.script, side) for side in (part.this, part.expression)]
    found = [use.source for use in uses if use is not None and use.source is not None and shows_unit(context, use)]
    if len(found) < len(uses):
        return False
    first, second = found
    return (first in left and second in right) or (first in right and second in left)
