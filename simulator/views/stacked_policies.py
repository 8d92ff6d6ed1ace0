"""A privacy policy on a view over protected views: under which policy the rules of all of them hold."""

from __future__ import annotations

from declarations.bigquery.privacy_policy import AggregationThresholdPolicy, PrivacyPolicy
from simulator.sql.resolved import Script, Select, Source
from simulator.sql.row_by_row import goes_row_by_row
from simulator.sql.tracing import unchanged


def stacked_policy(policy: PrivacyPolicy, script: Script) -> PrivacyPolicy | None:
    """Return the policy under which a view holds its own rules and those of the views below; None when none does.

    Thresholds can be put together: the higher one holds, where the rows and their privacy unit are those of one view
    below. Noise cannot: each view has its own budget; nor can join restrictions, which name columns of their own view.

    Args:
        policy: The view's own policy.
        script: The view's query, which reads at least one protected view.
    """
    below = [
        (select, source)
        for select in script.selects
        for source in select.sources.values()
        if source.table is not None and source.table.protected_view is not None
    ]
    thresholds = [_threshold(source) for _, source in below]
    if any(each is None for each in thresholds):
        return None
    if all(script.clause(select) is not None for select, _ in below):
        return policy  # what the view shows was released under the thresholds below
    own = policy.aggregation_threshold_policy
    if own is None or len(below) > 1 or not _is_of_one_view(script, own, below[0][1]):
        return None
    highest = max(own.threshold, *(each.threshold for each in thresholds if each is not None))
    return policy.model_copy(update={"aggregation_threshold_policy": own.model_copy(update={"threshold": highest})})


def _threshold(source: Source) -> AggregationThresholdPolicy | None:
    """Return the threshold of a protected view that has one and nothing beside it, or below it."""
    view = source.table.protected_view if source.table is not None else None
    if view is None or not view.holds_built_on or view.policy.join_restriction_policy is not None:
        return None
    return view.policy.aggregation_threshold_policy


def _is_of_one_view(script: Script, own: AggregationThresholdPolicy, below: Source) -> bool:
    """Tell whether each row of a view is made of one row of *below*, and shows its privacy unit as its own."""
    policy = _threshold(below)
    shown = [item for select in script.returned.selects for item in select.projections]
    units = [item for item in shown if item.name == own.privacy_unit_column.lower()]
    origins = [(origin.source, origin.column) for item in units for origin in unchanged(item.use)]
    return (
        policy is not None
        and origins == [(below, policy.privacy_unit_column.lower())]
        and all(_is_of_its_rows(select) for select in script.selects)
    )


def _is_of_its_rows(select: Select) -> bool:
    """Tell whether *select* puts out rows of one FROM entry, each as it is and never made up by an outer join."""
    return not (
        select.subqueries
        or select.query.operators
        or any(join.kind not in ("INNER", "CROSS", "COMMA") for join in select.joins)
        or not goes_row_by_row(select)
    )
