"""A SELECT taken apart for noise: the rows that it aggregates, what is released, and the rest.

The rest is a SELECT over a table of released numbers and reads no protected table. Which aggregates may be released,
and what must be known about each, differs between the clouds: subclasses define it.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Generic, TypeVar

from sqlglot import exp

from simulator.execution.errors import NotEnforceableError
from simulator.execution.query_shape import own_aggregates, own_nodes
from simulator.execution.scanned import ctes_read, scanned
from simulator.execution.working_copy import SCHEMA
from simulator.sql.brackets import same, without_brackets
from simulator.sql.grouping import spelled_keys

Aggregate = TypeVar("Aggregate")


class QueryParts(ABC, Generic[Aggregate]):
    """The parts of one SELECT block. Call `rest` before `rows`: it collects the columns that `rows` returns.

    Args:
        node: The SELECT, in a working copy; it is not changed.
        user: The expression that identifies the user to whom a row belongs.
        noisy: Name of the internal table of the released numbers, in the schema `SCHEMA`.
        protected: Internal tables, as `schema.table`, that may be released only with noise or a threshold.

    Attributes:
        groups: Names of the group key columns: g0, g1, ...
        aggregates: What is to be released, each distinct function call once.
    """

    def __init__(self, node: exp.Select, user: exp.Expr, noisy: str, protected: frozenset[str]) -> None:
        self.node = node
        self.user = user
        self.noisy = noisy
        self.protected = protected
        self._keys = [without_brackets(key) for key in spelled_keys(node)]
        self.groups = tuple(f"g{index}" for index, _ in enumerate(self._keys))
        self._values: dict[str, exp.Expr] = {}
        self._released: dict[str, tuple[str, Aggregate]] = {}

    @abstractmethod
    def aggregate(self, node: exp.AggFunc, name: str) -> Aggregate:
        """Return the description of the call *node*, whose released values column *name* will hold."""

    def key(self, node: exp.AggFunc) -> str:
        """Return a text that is the same for equal calls."""
        return node.sql()

    @property
    def aggregates(self) -> tuple[Aggregate, ...]:
        """What is to be released, each distinct function call once."""
        return tuple(aggregate for _, aggregate in self._released.values())

    def value(self, argument: exp.Expr) -> str:
        """Return the column of the rows that holds *argument*: v0, v1, ..."""
        for name, known in self._values.items():
            if known == argument:
                return name
        name = f"v{len(self._values)}"
        self._values[name] = argument.copy()
        return name

    def rest(self) -> exp.Select:
        """Return the SELECT over the released numbers that the user gets.

        Raises:
            NotEnforceableError: It uses a column that is neither grouped by nor aggregated.
        """
        rest = self.node.copy()
        for aggregate in list(own_aggregates(rest)):
            aggregate.replace(self.released(self._release(aggregate)))
        self._replace_keys(rest)
        having = rest.args.get("having")
        rest.set("where", exp.Where(this=having.this) if having else None)
        for clause in ("joins", "group", "having"):
            rest.set(clause, None)
        rest.set("from_", exp.From(this=exp.to_table(f'"{SCHEMA}"."{self.noisy}"')))
        rest.set("with_", ctes_read(rest))
        # A nested query reads its own tables; the analysis rule has already refused references to the outer query.
        for column in own_nodes(rest):
            if isinstance(column, exp.Column) and column.table not in {"", self.noisy}:
                raise NotEnforceableError(
                    f"column {column.sql()} is neither grouped by nor inside an aggregate function"
                )
        self._refuse_protected_rows(rest)
        return rest

    def rows(self) -> exp.Select:
        """Return the SELECT of the rows: u (the user), g0, g1, ... (group keys), v0, v1, ... (arguments)."""
        rows = self.node.copy()
        for clause in ("group", "having", "order", "limit", "offset"):
            rows.set(clause, None)
        items = [
            exp.alias_(self.user.copy(), "u", quoted=True),
            *(exp.alias_(key.copy(), name, quoted=True) for name, key in zip(self.groups, self._keys, strict=True)),
            *(exp.alias_(value.copy(), name, quoted=True) for name, value in self._values.items()),
        ]
        rows.set("expressions", items)
        return rows

    def released(self, name: str) -> exp.Column:
        """Return column *name* of the released numbers."""
        return exp.column(name, self.noisy, quoted=True)

    def _refuse_protected_rows(self, rest: exp.Select) -> None:
        """Refuse a rest that still reads a protected table: no noise would be added to those rows."""
        read = scanned(rest) & self.protected
        if read:
            raise NotEnforceableError(
                "a nested query of a SELECT that gets noise reads a protected table; join it in FROM"
            )

    def _release(self, node: exp.AggFunc) -> str:
        text = self.key(node)
        if text not in self._released:
            name = f"a{len(self._released)}"
            self._released[text] = (name, self.aggregate(node, name))
        return self._released[text][0]

    def _replace_keys(self, rest: exp.Select) -> None:
        def swap(node: exp.Expr) -> exp.Expr:
            for name, key in zip(self.groups, self._keys, strict=True):
                if same(node, key):
                    return self.released(name)
            return node

        for clause in ("having", "order"):
            part = rest.args.get(clause)
            if part is not None:
                rest.set(clause, part.transform(swap))
        rest.set("expressions", [item.transform(swap) for item in rest.expressions])
