"""A field that a STRUCT does not have."""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from declarations.bigquery.column_types import lacks_field
from simulator.checks.context import QueryContext
from simulator.pages import GOOGLE_SQL
from simulator.sql.resolved import Select
from simulator.verdict import Basis, Finding

_PAGE = f"{GOOGLE_SQL}/operators#field_access_operator"


def unknown_field(context: QueryContext) -> Iterator[Finding]:
    """A field that the type of the value before it does not have.

    As far as types are known; a value of unknown type is not reported.

    Why: BigQuery refuses a query that reads what is not there.
    Avoid: `SELECT STRUCT(1 AS city).street AS x`
    Prefer: `SELECT STRUCT(1 AS city).city AS x`
    Source: https://docs.cloud.google.com/bigquery/docs/reference/standard-sql/operators#field_access_operator
    """
    for select in context.script.selects:
        for node, field, holder in _missing(context, select):
            message = f"there is no field '{field}' in {holder}"
            yield from context.deny(unknown_field, message, _PAGE, at=node, basis=Basis.DERIVED)


def _missing(context: QueryContext, select: Select) -> Iterator[tuple[exp.Expression, str, str]]:
    types = context.types()
    for use in select.uses:
        field = types.missing_field(use)
        if field is not None:
            yield use.node, field, f"column '{use.name}', of type {types.of_whole(use)}"
    for node in select.node.find_all(exp.Dot):
        if node.parent_select is select.node and isinstance(node.expression, exp.Identifier):
            kind = types.of(node.this)
            if lacks_field(kind, node.name):
                yield node, node.name, f"a value of type {kind}"
