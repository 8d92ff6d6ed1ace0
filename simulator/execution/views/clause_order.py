"""The order in which the SELECTs of a query can be run: nested ones and CTEs first."""

from __future__ import annotations

from sqlglot import exp

from simulator.checks.privacy_units import PrivateTerms
from simulator.execution.errors import NotEnforceableError
from simulator.execution.working_copy import WorkingCopy


def in_running_order(copy: WorkingCopy, found: tuple[PrivateTerms, ...]) -> list[PrivateTerms]:
    """Return the privacy clauses of one query, each after those whose results it reads.

    Each is run once, because the rules deny correlated subqueries here.

    Args:
        copy: The working copy of the query.
        found: The terms of its script; those of views are skipped.

    Raises:
        NotEnforceableError: The SELECT of a clause is not in the working copy, so the clause could not be enforced.
    """
    own = {id(copy.select(terms.select)): terms for terms in found if id(terms.select.node) in copy.copies}
    ordered = [own[id(node)] for node in _inner_first(copy.tree) if id(node) in own]
    if len(ordered) < len(own):
        raise NotEnforceableError("a privacy clause of the query cannot be found again in what would be run")
    return ordered


def _inner_first(tree: exp.Expr) -> list[exp.Expr]:
    """Return all nodes, each after the nodes inside it and after the WITH clause in front of it."""
    found, waiting = [], [tree]
    while waiting:
        node = waiting.pop()
        found.append(node)
        waiting.extend(sorted(node.iter_expressions(), key=lambda child: not isinstance(child, exp.With)))
    return found[::-1]


def with_clause_of(node: exp.Expr) -> exp.With | None:
    """Return a WITH clause of all CTEs that are visible to *node*, a SELECT inside a tree; None if there are none."""
    found: list[exp.CTE] = []
    inside: set[int] = set()
    around: exp.Expr | None = node
    while around is not None:
        clause = around.args.get("with_")
        earlier = []
        for cte in clause.expressions if clause is not None else ():
            if id(cte) in inside:
                break
            earlier.append(cte)
        found = [*earlier, *found]
        inside.add(id(around))
        around = around.parent
    return exp.With(expressions=[cte.copy() for cte in found]) if found else None
