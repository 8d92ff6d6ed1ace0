"""A privacy clause over ordinary tables that does not say how they are to be protected."""

from __future__ import annotations

from collections.abc import Iterator

from declarations.bigquery.privacy_policy import PolicyKind
from declarations.naming import did_you_mean, listed
from simulator.checks.context import QueryContext
from simulator.checks.privacy_units import CLAUSE_PAGES, clause_selects, reads_units
from simulator.sql.clause_options import ValueKind
from simulator.sql.private_clauses import PrivateClause
from simulator.sql.resolved import Select
from simulator.verdict import Basis, Finding

_REQUIRED = {
    PolicyKind.AGGREGATION_THRESHOLD: ("threshold", "privacy_unit_column"),
    PolicyKind.DIFFERENTIAL_PRIVACY: ("epsilon", "delta", "privacy_unit_column"),
}
_TEXTS = {
    "threshold": "Unimplemented aggregation threshold defaults: threshold must be specified",
    "epsilon": "Differential privacy option EPSILON must be set and non-NULL",
    "delta": "Differential privacy option DELTA must be set",
}


def missing_clause_option(context: QueryContext) -> Iterator[Finding]:
    """A privacy clause without an option that no view in FROM supplies.

    A view with a policy supplies all of them; a table supplies none.

    Why: Without a privacy unit nobody knows whose rows belong together, and without ε and δ, or a threshold, nobody
        knows what is promised.
    Avoid: `SELECT WITH DIFFERENTIAL_PRIVACY OPTIONS(epsilon = 1) COUNT(*) AS n FROM shop.Cities`
    Prefer: `SELECT WITH DIFFERENTIAL_PRIVACY OPTIONS(epsilon = 1, delta = 1e-5, privacy_unit_column = city)
        COUNT(*) AS n FROM shop.Cities`
    Source: https://docs.cloud.google.com/bigquery/docs/reference/standard-sql/query-syntax#dp_clause
    """
    for select, clause in clause_selects(context):
        if reads_units(context, select) or not select.sources:
            continue
        page = CLAUSE_PAGES[clause.kind]
        for name in _REQUIRED[clause.kind]:
            if clause.option(name) is None:
                message = f"WITH {clause.kind} needs the option '{name}' here, because no view in FROM supplies it"
                text, basis = _TEXTS.get(name), Basis.DERIVED
                yield from context.deny(
                    missing_clause_option, message, page, at=clause.span, basis=basis, service_message=text
                )
        yield from _unknown_unit(context, select, clause)


def _unknown_unit(context: QueryContext, select: Select, clause: PrivateClause) -> Iterator[Finding]:
    option = clause.option("privacy_unit_column")
    if option is None or option.kind is not ValueKind.PATH:
        return
    parts = option.text.lower().split(".")
    known = [name for source in select.sources.values() for name in source.columns]
    if not any(part in known for part in parts):
        message = f"privacy_unit_column '{option.text}' is not a column of FROM (columns: {listed(known)})"
        message += did_you_mean(option.text, known)
        page, basis = CLAUSE_PAGES[clause.kind], Basis.DERIVED
        yield from context.deny(missing_clause_option, message, page, at=option.span, basis=basis)
