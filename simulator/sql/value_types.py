"""The BigQuery type of an expression, as far as the query and the tables' columns tell."""

from __future__ import annotations

from typing import Final

from sqlglot import exp
from sqlglot.optimizer.annotate_types import annotate_types

from declarations.bigquery.column_types import TIMES, base_type, lacks_field, path_type
from simulator.sql.constructs import bare
from simulator.sql.dialects import BIGQUERY
from simulator.sql.googlesql_functions import RETURN_TYPES
from simulator.sql.resolved import ColumnUse, Projection, Script
from simulator.sql.tracing import definitions, fields_of

UNKNOWN: Final = ""
"""The type of what cannot be typed."""

_LOOKED_UP = (exp.Column, exp.Anonymous, exp.Dot, exp.Bracket, exp.Window, exp.Query)
"""What sqlglot's annotation of types knows nothing about, or not always."""


class ValueTypes:
    """The types of one script's expressions.

    A type is given only where it is sure; `NULL`, which is of every type, has none.
    """

    def __init__(self, script: Script) -> None:
        self._script = script
        self._items: dict[int, str] = {}

    def of(self, node: exp.Expression) -> str:
        """Return the type of *node* as GoogleSQL writes it; UNKNOWN when it is not sure."""
        node = bare(node)
        known = self._looked_up(node) if isinstance(node, _LOOKED_UP) else UNKNOWN
        if known or isinstance(node, (exp.Null, exp.Column)):
            return known
        try:
            typed = self._with_typed_parts(node)
            is_open = typed.find(exp.Query) is not None
            found = ("ARRAY" if isinstance(node, exp.Array) else UNKNOWN) if is_open else _annotated(typed)
        except Exception:  # noqa: BLE001 - the annotation knows fewer forms than the parser, and lets any error escape
            return UNKNOWN
        # The difference of two dates is an interval, which the annotation does not know.
        return UNKNOWN if isinstance(node, exp.Binary) and base_type(found) in TIMES else found

    def of_item(self, item: Projection) -> str:
        """Return the type of a select item."""
        if id(item) not in self._items:
            self._items[id(item)] = UNKNOWN
            self._items[id(item)] = self.of_use(item.use) if item.use is not None else self.of(item.node)
        return self._items[id(item)]

    def of_use(self, use: ColumnUse) -> str:
        """Return the type of a column where it is used; of a field of a STRUCT, the field's."""
        found = self.of_whole(use)
        for field in fields_of(use):
            found = _of_field(found, field)
        return found

    def missing_field(self, use: ColumnUse) -> str | None:
        """Return the first field written behind a column that its type does not have; None when all may be there."""
        found = self.of_whole(use)
        for field in fields_of(use):
            if lacks_field(found, field):
                return field
            found = _of_field(found, field)
        return None

    def of_whole(self, use: ColumnUse) -> str:
        """Return the type of the column without the fields behind it."""
        if use.projection is not None:
            return self.of_item(use.projection)
        if use.source is None:
            return UNKNOWN
        if use.source.table is not None:
            return use.source.table.columns.get(use.name, UNKNOWN)
        types = {self.of_item(item) for item in definitions(use.source, use.name)}
        return types.pop() if len(types) == 1 else UNKNOWN

    def _looked_up(self, node: exp.Expr) -> str:
        """Return the type of a column, a query, a function known by its name, a part of JSON; UNKNOWN of others."""
        if isinstance(node, exp.Column):
            use = self._script.use(node)
            return self.of_use(use) if use is not None else UNKNOWN
        if isinstance(node, exp.Anonymous):
            return RETURN_TYPES.get(node.name.upper(), UNKNOWN)
        if isinstance(node, (exp.Dot, exp.Bracket)):
            return "JSON" if base_type(self.of(node.this)) == "JSON" else UNKNOWN
        if isinstance(node, exp.Window):
            return self.of(node.this)
        return self._of_query(node.unnest()) if isinstance(node, exp.Query) else UNKNOWN

    def _of_query(self, node: exp.Expr) -> str:
        """Return the type of the one column of a query in an expression."""
        query = next((query for query in self._script.queries if query.node is node), None)
        if query is None or len(query.outputs) != 1:
            return UNKNOWN
        types = {self.of_item(select.projections[0]) for select in query.selects}
        return types.pop() if len(types) == 1 else UNKNOWN

    def _with_typed_parts(self, node: exp.Expression) -> exp.Expression:
        """Return a copy of *node* with a NULL of its type in place of every part whose type is looked up and known."""
        copy = node.copy()
        for original, twin in zip(list(node.walk()), list(copy.walk()), strict=True):
            if original is not node and isinstance(original, _LOOKED_UP) and (kind := self._looked_up(original)):
                twin.replace(exp.cast(exp.null(), kind, dialect=BIGQUERY))
        return copy


def _of_field(holder: str, field: str) -> str:
    return path_type({"": holder}, f".{field}") or UNKNOWN if "." not in field else UNKNOWN


def _annotated(node: exp.Expression) -> str:
    found = annotate_types(exp.Select(expressions=[node]), dialect=BIGQUERY).expressions[0].type
    if found is None or found.is_type(exp.DType.UNKNOWN, exp.DType.NULL):
        return UNKNOWN
    written = found.sql(BIGQUERY)
    return written if base_type(written) else UNKNOWN
