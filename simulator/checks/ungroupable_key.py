"""A GROUP BY key of a type that GoogleSQL does not group by."""

from __future__ import annotations

from collections.abc import Iterator

from declarations.bigquery.column_types import is_groupable
from simulator.checks.context import QueryContext
from simulator.pages import GOOGLE_SQL
from simulator.sql.grouping import key_nodes
from simulator.verdict import Basis, Finding

_PAGE = f"{GOOGLE_SQL}/data-types#groupable_data_types"


def ungroupable_key(context: QueryContext) -> Iterator[Finding]:
    """GROUP BY a JSON or GEOGRAPHY, also within an ARRAY or STRUCT.

    As far as types are known; a value of unknown type is not reported.

    Why: BigQuery cannot tell whether two such values are equal, and refuses the query.
    Avoid: `SELECT WITH AGGREGATION_THRESHOLD TO_JSON(test_id) AS k, COUNT(*) AS n FROM mydataset.ExamView GROUP BY k`
    Prefer: `SELECT WITH AGGREGATION_THRESHOLD test_id AS k, COUNT(*) AS n FROM mydataset.ExamView GROUP BY k`
    Source: https://docs.cloud.google.com/bigquery/docs/reference/standard-sql/data-types#groupable_data_types
    """
    for select in context.script.selects:
        for node, item in key_nodes(context.script, select):
            found = context.types().of_item(item) if item is not None else context.types().of(node)
            if not is_groupable(found):
                message = f"a key of GROUP BY has type {found}, which cannot be grouped by"
                yield from context.deny(ungroupable_key, message, _PAGE, at=node, basis=Basis.DERIVED)
