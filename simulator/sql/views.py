"""Views without rules of their own: bound once, as a WITH clause that every query of the room could have.

The rules of protected views that such a view reads travel with it, because its query is followed like any other.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from sqlglot import exp

from simulator.request import AnalysisRequest, Table
from simulator.sql.binding import Binding
from simulator.sql.resolved import Query, Role, Script


@dataclass(eq=False, slots=True)
class Views:
    """The views of one script.

    Attributes:
        resolve: Binds the query behind a view as a script of its own.
        bound: The queries bound so far, by the view's name.
    """

    resolve: Callable[[AnalysisRequest, Views], Script]
    bound: dict[str, Query] = field(default_factory=dict)

    def bind(self, binding: Binding, view: Table, at: exp.Expr) -> Query:
        """Return the query behind *view*, named at *at* of the script being bound; report one that cannot be read."""
        if view.name not in self.bound:
            tables = {key: table for key, table in binding.request.tables.items() if table is not view}
            inner = self.resolve(replace(binding.request, sql=view.definition or "", tables=tables), self)
            if inner.problems or inner.final is None:
                reason = inner.problems[0].message if inner.problems else "it is not a query"
                binding.untraceable(f"the view '{view.name}' ({reason})", at)
            _take_over(binding, inner, view)
            self.bound[view.name] = inner.final or Query(exp.Select(), Role.VIEW)
        found = self.bound[view.name]
        if not found.outputs:
            binding.unresolved.add(id(found))
        return found


def _take_over(binding: Binding, inner: Script, view: Table) -> None:
    """Make what was bound in *inner* part of the script being bound, without places: they are in another text."""
    for statement in inner.statements:
        for node in statement.walk():
            for key in ("start", "end", "line", "col"):
                node.meta.pop(key, None)
    script = binding.script
    binding.queries += inner.queries
    script.uses_by_node |= inner.uses_by_node
    script.windows_by_node |= inner.windows_by_node
    script.attached.clauses.update(inner.attached.clauses)
    script.attached.bounds.update(inner.attached.bounds)
    script.unit_readings += inner.unit_readings
    script.views.append(inner)
    if inner.final is not None:
        inner.final.role, inner.final.name = Role.VIEW, view.name
