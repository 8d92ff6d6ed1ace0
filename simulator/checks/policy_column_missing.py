"""A privacy policy that names a column which its view does not have."""

from __future__ import annotations

from collections.abc import Iterator

from declarations.bigquery.column_types import path_type
from declarations.bigquery.room import named_columns
from declarations.naming import did_you_mean, listed
from simulator.checks.context import QueryContext
from simulator.checks.privacy_units import RULES_PAGE
from simulator.verdict import Basis, Finding


def policy_column_missing(context: QueryContext) -> Iterator[Finding]:
    """A privacy unit or join column in a policy that is not a column of the view, nor a field of one.

    Why: Nothing could be held to a policy about a column that is not there.
    Avoid: `"privacy_unit_column": "lastname"` for a view with the column last_name
    Prefer: `"privacy_unit_column": "last_name"`
    Source: https://docs.cloud.google.com/bigquery/docs/analysis-rules
    """
    for table in context.script.tables().values():
        if table.protected_view is None:
            continue
        known = {name.lower(): column_type for name, column_type in table.columns.items()}
        for path, name in named_columns(table.protected_view.policy):
            if path_type(known, name) is None:
                what = f"{path[0]} of '{table.name}' names column '{name}', which the view does not have"
                message = f"{what} (columns: {listed(table.columns)}){did_you_mean(name, table.columns)}"
                basis = Basis.DERIVED
                yield from context.deny(policy_column_missing, message, RULES_PAGE, table=table, basis=basis)
