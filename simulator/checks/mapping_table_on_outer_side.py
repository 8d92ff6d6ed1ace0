"""An ID mapping table on the side of an outer join that keeps all its rows."""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from simulator.checks.context import USER_GUIDE, QueryContext
from simulator.checks.mapping import mapping_sources, overlap_columns
from simulator.sql.resolved import Join, Select, Source
from simulator.sql.tracing import before
from simulator.verdict import Finding

_PAGE = f"{USER_GUIDE}/analysis-rules-id-mapping-table.html"


def mapping_table_on_outer_side(context: QueryContext) -> Iterator[Finding]:
    """A join that keeps rows of a protected mapping table without a partner.

    `id_map LEFT JOIN t`, `t RIGHT JOIN id_map`, and FULL, SEMI and ANTI joins with the mapping table.

    Why: An outer join keeps ids that have no partner, and an anti join shows exactly those.
    Avoid: `SELECT p.premium FROM drivers d JOIN id_map m ON d.id = m.src_id LEFT JOIN policies p ON p.id = m.tgt_id`
    Prefer: `SELECT p.premium FROM drivers d LEFT JOIN id_map m ON d.id = m.src_id RIGHT
        JOIN policies p ON p.id = m.tgt_id`
    Source: https://docs.aws.amazon.com/clean-rooms/latest/userguide/analysis-rules-id-mapping-table.html
    """
    for select, source, table in mapping_sources(context):
        if not overlap_columns(table):
            continue
        for join in select.joins:
            if _keeps(context, select, source, join):
                message = (
                    f"{join.kind} JOIN keeps rows of '{table.name}' that have no partner; put it on the inner side"
                )
                yield from context.deny(mapping_table_on_outer_side, message, _PAGE, at=join.node, table=table)


def _keeps(context: QueryContext, select: Select, source: Source, join: Join) -> bool:
    if join.source is source:
        return join.kind not in ("INNER", "LEFT", "CROSS", "COMMA", "")
    if source not in before(select, join) or join.kind in ("INNER", "RIGHT", "CROSS", "COMMA", ""):
        return False
    return join.condition is None or _mentions(context, source, join.condition)


def _mentions(context: QueryContext, source: Source, condition: exp.Expression) -> bool:
    uses = (context.script.use(column) for column in condition.find_all(exp.Column))
    return any(use is not None and use.source is source for use in uses)
