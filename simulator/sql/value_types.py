"""The BigQuery type of an expression, as far as the query and the tables' columns tell."""

from __future__ import annotations

from typing import Final

from sqlglot import exp
from sqlglot.optimizer.annotate_types import annotate_types

from declarations.bigquery.column_types import TIMES, base_type, lacks_field, path_type
from simulator.sql.constructs import bare
from simulator.sql.dialects import BIGQUERY
from simulator.sql.resolved import ColumnUse, Projection, Script
from simulator.sql.tracing import definitions, fields_of, parts

UNKNOWN: Final = ""
"""The type of what cannot be typed."""


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
        if isinstance(node, exp.Column):
            use = self._script.use(node)
            return self.of_use(use) if use is not None else UNKNOWN
        if isinstance(node, exp.Null) or node.find(exp.Query) is not None:
            return UNKNOWN
        try:
            found = _annotated(self._with_typed_columns(node))
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

    def _with_typed_columns(self, node: exp.Expression) -> exp.Expression:
        """Return a copy of *node* with a NULL of its type in place of every column whose type is known."""
        kinds = [self.of(column) for column in parts(node, exp.Column)]
        copy = node.copy()
        for column, kind in zip(list(copy.find_all(exp.Column)), kinds, strict=True):
            if kind:
                column.replace(exp.cast(exp.null(), kind, dialect=BIGQUERY))
        return copy


def _of_field(holder: str, field: str) -> str:
    return path_type({"": holder}, f".{field}") or UNKNOWN if "." not in field else UNKNOWN


def _annotated(node: exp.Expression) -> str:
    found = annotate_types(exp.Select(expressions=[node]), dialect=BIGQUERY).expressions[0].type
    if found is None or found.is_type(exp.DType.UNKNOWN, exp.DType.NULL):
        return UNKNOWN
    written = found.sql(BIGQUERY)
    return written if base_type(written) else UNKNOWN
