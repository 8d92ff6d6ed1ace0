"""An ID mapping table that is read without joining both protected sides."""

from __future__ import annotations

from collections.abc import Iterator

from simulator.checks.context import USER_GUIDE, QueryContext
from simulator.checks.mapping import Match, mapping_sources, matches, overlap_columns
from simulator.sql.resolved import Select, Source
from simulator.sql.tracing import before
from simulator.verdict import Finding

_PAGE = f"{USER_GUIDE}/analysis-rules-id-mapping-table.html"


def mapping_overlap_missing(context: QueryContext) -> Iterator[Finding]:
    """A column of `requireOverlap` that no join ties to a collaboration table.

    The tie is an equality of two columns in ON (or USING) that every row has to meet: not under OR, not in an outer
    join that keeps the mapping table's rows without it, not in CROSS or NATURAL joins. Whether a CROSS JOIN counts
    whose condition stands in a later join is an open question.

    Why: Only ids that both sides know may be seen, and a side that is not joined with its table has not shown that it
        knows one.
    Avoid: `SELECT d.driver_state FROM drivers d JOIN id_map m ON d.id = m.src_id`
    Prefer: `SELECT d.driver_state FROM drivers d JOIN id_map m ON d.id = m.src_id JOIN policies p ON p.id = m.tgt_id`
    Source: https://docs.aws.amazon.com/clean-rooms/latest/userguide/analysis-rules-id-mapping-table.html
    """
    for select, source, table in mapping_sources(context):
        enforced = [match for match in matches(context, select, source) if _is_enforced(select, source, match)]
        tied = {match.column for match in enforced}
        joined = {match.column for match in enforced if _is_of_its_join(source, match)}
        for column in overlap_columns(table):
            name = f"mapping column '{table.name}.{column}'"
            if column not in tied:
                message = f"{name} is not joined to a collaboration table, as it must be"
                yield from context.deny(mapping_overlap_missing, message, _PAGE, at=source.node, table=table)
            elif column not in joined:
                question, message = (
                    "implicit_join_to_mapping_table",
                    f"{name} is joined by the condition of another join",
                )
                yield from context.open(mapping_overlap_missing, question, message, _PAGE, at=source.node, table=table)


def _is_enforced(select: Select, source: Source, match: Match) -> bool:
    if match.join is None:
        return True  # an equality in WHERE: reported elsewhere as an open question
    if match.join.kind in ("INNER", ""):
        return True
    if match.join.source is source:
        return match.join.kind == "LEFT"
    return match.join.kind == "RIGHT" and source in before(select, match.join)


def _is_of_its_join(source: Source, match: Match) -> bool:
    """Tell whether the join that holds the equality brings in one of its tables; else they met in a CROSS JOIN."""
    return match.join is None or match.join.source is source or match.join.source is match.other
