"""A protected view as it was at an earlier time."""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from simulator.checks.context import QueryContext
from simulator.checks.privacy_units import RULES_PAGE
from simulator.sql.tracing import source_reads
from simulator.verdict import Finding


def time_travel(context: QueryContext) -> Iterator[Finding]:
    """FOR SYSTEM_TIME AS OF on a view with a privacy policy, or on a view that reads one.

    Why: BigQuery turns time travel off for views with a policy. The difference between two moments shows the rows that
        came in between, perhaps one person's.
    Avoid: `SELECT WITH AGGREGATION_THRESHOLD COUNT(*) AS n
        FROM mydataset.ExamView FOR SYSTEM_TIME AS OF CURRENT_TIMESTAMP()`
    Prefer: `SELECT WITH AGGREGATION_THRESHOLD COUNT(*) AS n FROM mydataset.ExamView`
    Source: https://docs.cloud.google.com/bigquery/docs/analysis-rules#limitations
    """
    for select in context.script.selects:
        for source in select.sources.values():
            version = source.node.args.get("version")
            is_protected = source_reads(source, lambda table: table.protected_view is not None)
            if isinstance(version, exp.Expression) and is_protected:
                message = f"time travel is off for views with a privacy policy; found it on '{source.alias}'"
                yield from context.deny(time_travel, message, f"{RULES_PAGE}#limitations", at=source.node)
