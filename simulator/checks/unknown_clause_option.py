"""An option that a privacy clause does not have, or has twice."""

from __future__ import annotations

from collections.abc import Iterator

from declarations.bigquery.privacy_policy import PolicyKind
from declarations.naming import did_you_mean, listed
from simulator.checks.context import QueryContext
from simulator.checks.privacy_units import CLAUSE_PAGES, clause_selects
from simulator.verdict import Basis, Finding

OPTIONS = {
    PolicyKind.AGGREGATION_THRESHOLD: ("threshold", "privacy_unit_column"),
    PolicyKind.DIFFERENTIAL_PRIVACY: ("epsilon", "delta", "max_groups_contributed", "privacy_unit_column"),
}
"""The options that BigQuery documents."""

_ONLY_IN_GOOGLESQL = {
    PolicyKind.AGGREGATION_THRESHOLD: ("max_groups_contributed", "max_rows_contributed"),
    PolicyKind.DIFFERENTIAL_PRIVACY: (
        "max_rows_contributed",
        "min_privacy_units_per_group",
        "group_selection_strategy",
        "group_selection_epsilon",
    ),
}
_WORDS = {
    PolicyKind.AGGREGATION_THRESHOLD: "aggregation threshold",
    PolicyKind.DIFFERENTIAL_PRIVACY: "differential privacy",
}


def unknown_clause_option(context: QueryContext) -> Iterator[Finding]:
    """An option of OPTIONS(...) that BigQuery does not document for the clause, or that is written twice.

    Some options exist in open-source GoogleSQL only; whether BigQuery takes them is not published.

    Why: What an unknown option does to the protection cannot be told, and of two values nobody knows which holds.
    Avoid: `SELECT WITH DIFFERENTIAL_PRIVACY OPTIONS(epsilon = 1, noise = 2) COUNT(*) AS n FROM shop.V`
    Prefer: `SELECT WITH DIFFERENTIAL_PRIVACY OPTIONS(epsilon = 1) COUNT(*) AS n FROM shop.V`
    Source: https://docs.cloud.google.com/bigquery/docs/reference/standard-sql/query-syntax#dp_clause
    """
    for _, clause in clause_selects(context):
        known, page, words = OPTIONS[clause.kind], CLAUSE_PAGES[clause.kind], _WORDS[clause.kind]
        for position, option in enumerate(clause.options):
            earlier = [other.name for other in clause.options[:position]]
            text: str | None = f"Unknown {words} option: {option.name}"
            message = f"option '{option.name}' is not known in WITH {clause.kind} (options: {listed(known)})"
            message += did_you_mean(option.name, known)
            if option.name in _ONLY_IN_GOOGLESQL[clause.kind]:
                message, text = f"option '{option.name}' is known to GoogleSQL, but not offered by BigQuery", None
            elif option.name in earlier:
                message = f"option '{option.name}' appears twice in WITH {clause.kind}; keep one"
                text = f"Duplicate {words} option specified for '{option.name}'"
            elif option.name in known:
                continue
            check, basis = unknown_clause_option, Basis.DERIVED
            yield from context.deny(check, message, page, at=option.span, basis=basis, service_message=text)
