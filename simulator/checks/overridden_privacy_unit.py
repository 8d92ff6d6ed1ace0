"""A privacy clause that names another privacy unit than the view's policy."""

from __future__ import annotations

from collections.abc import Iterator

from simulator.checks.context import QueryContext
from simulator.checks.privacy_units import CLAUSE_PAGES, clause_selects, unit_of, views_behind, views_of
from simulator.checks.proven_units import unit_columns
from simulator.sql.clause_options import ValueKind
from simulator.sql.resolved import Select, Source
from simulator.verdict import Finding

_TEXT = "Can't override the privacy unit column set in view."


def overridden_privacy_unit(context: QueryContext) -> Iterator[Finding]:
    """The option privacy_unit_column over a view with a policy, naming another column than the policy does.

    A column of the same name in another FROM entry is another column.

    Why: Whoever chose the unit could count devices or orders in place of people, and so get around the threshold.
    Avoid: `SELECT WITH AGGREGATION_THRESHOLD OPTIONS(privacy_unit_column = test_id) COUNT(*) AS n
        FROM mydataset.ExamView` (its unit is last_name)
    Prefer: `SELECT WITH AGGREGATION_THRESHOLD COUNT(*) AS n FROM mydataset.ExamView`
    Source: https://docs.cloud.google.com/bigquery/docs/reference/standard-sql/query-syntax#agg_threshold_clause
    """
    for select, clause in clause_selects(context):
        option = clause.option("privacy_unit_column")
        if option is None or option.kind is not ValueKind.PATH:
            continue
        named = option.text.lower()
        holders = _holders(context, select, named)
        for table in views_of(context, select):
            unit = unit_of(table)
            is_its_own = any(table in views_behind(context, source) for source in holders)
            if not is_its_own and not (holders and f".{named}".endswith(f".{unit}")):
                message = f"privacy_unit_column must be '{unit}', the unit of '{table.name}'; found '{option.text}'"
                yield from context.deny(
                    overridden_privacy_unit,
                    message,
                    CLAUSE_PAGES[clause.kind],
                    at=option.span,
                    table=table,
                    service_message=_TEXT,
                )


def _holders(context: QueryContext, select: Select, path: str) -> list[Source]:
    """Return the FROM entries whose rows' privacy unit is *path*: `unit` or `alias.unit`, as it is called there."""
    alias, _, rest = path.partition(".")
    if rest and alias in select.sources:
        source = select.sources[alias]
        return [source] if rest in _units(context, source) else []
    merged = {name for join in select.joins for name in join.using}
    holders = [source for source in select.sources.values() if alias in source.columns]
    is_clear = len(holders) == 1 or alias in merged
    return [source for source in holders if is_clear and path in _units(context, source)]


def _units(context: QueryContext, source: Source) -> tuple[str, ...]:
    unit = unit_of(source.table) if source.table is not None else None
    return (unit,) if unit is not None else unit_columns(context, source)
