"""The controls in the rule of one table, for the code that checks, enforces and charges.

Rules of configured and of intermediate tables share these controls. Read them through this module only: code that tests
for the class of a rule could leave one of the two unenforced.
"""

from __future__ import annotations

from declarations.custom_rule import AggregationThreshold, ComparisonControls, CustomControls
from simulator.request import Table


def custom_rule(table: Table) -> CustomControls | None:
    """Return the custom rule of *table*, if that is what it has."""
    return table.rule if isinstance(table.rule, CustomControls) else None


def threshold(table: Table) -> AggregationThreshold | None:
    """Return the minimum aggregation threshold of *table*, if it has one."""
    rule = custom_rule(table)
    return rule.aggregation_thresholds[0] if rule is not None and rule.aggregation_thresholds else None


def has_threshold(table: Table) -> bool:
    """Tell whether *table* has a minimum aggregation threshold."""
    return threshold(table) is not None


def has_columns_only_threshold(table: Table) -> bool:
    """Tell whether *table* has a threshold under which only columns may be aggregated."""
    found = threshold(table)
    return found is not None and found.allowed_aggregate_expression_type == "COLUMNS_ONLY"


def identity_column(table: Table) -> str | None:
    """Return the identity column of the threshold of *table*, if it has one."""
    found = threshold(table)
    return found.identity_columns[0] if found is not None else None


def comparison_controls(table: Table) -> ComparisonControls | None:
    """Return the comparison controls of *table*; None means that nothing is restricted."""
    rule = custom_rule(table)
    return rule.comparison_controls if rule is not None else None


def disallowed_columns(table: Table) -> frozenset[str]:
    """Return the columns of *table* that no output may be computed from, those that it inherited included."""
    rule = custom_rule(table)
    own = (rule.disallowed_output_columns or ()) if rule is not None else ()
    inherited = table.inherited.disallowed_output_columns if table.inherited is not None else ()
    return frozenset((*own, *inherited))


def user_identifier(table: Table) -> str | None:
    """Return the user identifier column of *table* when it is under differential privacy."""
    rule = custom_rule(table)
    return rule.differential_privacy.columns[0].name if rule is not None and rule.differential_privacy else None


def is_private(table: Table) -> bool:
    """Tell whether *table* is under differential privacy."""
    return user_identifier(table) is not None
